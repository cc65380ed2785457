"""The web server: processes, connections, HTTP's bridge into Django, pages.

With ``database``, one of the two places where private APIs of libraries are used (docs/upgrading.md).
"""
