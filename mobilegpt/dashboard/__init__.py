"""What an instructor reads of a lecture: counts, figures, trends, the list as a file (contract 8.6)."""
