"""Pictures of steps and lectures, and the links by which a phone sends them (contract 11.11)."""
