"""R27–R29: progress (contract 7.4)."""
