"""The Django project: settings and wiring; what an event causes in a higher domain is in ``reactions.py``."""
