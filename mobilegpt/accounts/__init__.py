"""Accounts, credentials and what revokes them (contract 3)."""
