"""Help requests and their answers (contract 8.3)."""
