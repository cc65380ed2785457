"""Measurements: one scenario per module, every contestant a real server on this machine (see README.md)."""
