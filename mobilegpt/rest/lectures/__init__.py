"""R5–R10, R22–R26: lectures, tasks, steps (contract 5)."""
