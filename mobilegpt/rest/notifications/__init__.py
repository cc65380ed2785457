"""R39, R40: what the caller should know of (contract 8.7)."""
