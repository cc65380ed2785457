"""R1–R4, logout and profile pictures: accounts and logins (contract 3)."""
