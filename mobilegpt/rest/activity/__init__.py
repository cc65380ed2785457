"""R30, R31: activity logs (contract 8.1)."""
