"""Brokers that need a service of their own."""
