"""Django's PostgreSQL backend, which trusts a connection that was used a moment ago."""
