"""The instructor's clip of a step (contract 11.11)."""
