"""The REST surface: one folder per family of operations; owns shapes and statuses, no rules.

``http`` is its plumbing.
"""
