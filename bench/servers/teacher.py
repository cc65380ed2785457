"""How the teacher of a simulated class signs in."""

EMAIL, PASSWORD = "t@example.com", "pictures-1234"
