"""The ready lessons: written down as data (``ready/``), drawn by ``mobilegpt/screens``, packed into ``lessons/``."""
