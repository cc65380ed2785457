"""R35, R37, R38: an instructor's view of one lecture (contract 8.6)."""
