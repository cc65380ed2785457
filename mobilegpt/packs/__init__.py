"""Lessons as files: written, read, brought in, and shown as a library (contract 11.11)."""
