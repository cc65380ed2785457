"""Rooms and messages: one table behind two chat APIs (contract 9)."""
