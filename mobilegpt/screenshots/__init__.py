"""Screens of phones that learners agreed to show to the teachers of their class (contract 12)."""
