"""Colleagues of a lecture: invitations, lists, and who is in control of a class (contract 11.8)."""
