"""How the server talks to its database: statements, threads, batches, keys for retries, counts of tries.

Knows no domain. With ``server``, one of the two places where private APIs of libraries are used (docs/upgrading.md).
"""
