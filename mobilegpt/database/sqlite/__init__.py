"""Django's SQLite backend, which remembers how a statement reads in SQLite's own marks."""
