"""Lines for one person: somebody needs help, is stuck, has finished (contract 8.7)."""
