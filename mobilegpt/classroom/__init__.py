"""The live session: seats, states, steps (contract 6)."""
