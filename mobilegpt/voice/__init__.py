"""Steps that are heard: the instructor's clips, and speech that the server makes of a step's words (contract 11.11)."""
