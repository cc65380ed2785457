"""Lessons as files, and the library, as a REST family (contract 11.11)."""
