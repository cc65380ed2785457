"""Screens that learners show to the teachers of their class (contract 12)."""
