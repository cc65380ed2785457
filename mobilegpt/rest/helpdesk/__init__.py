"""R32–R34, R36: help requests, and answers that are shared (contract 8.3)."""
