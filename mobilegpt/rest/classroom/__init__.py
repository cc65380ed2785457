"""R11–R21, R41: live sessions, their seats, and running them (contract 6)."""
