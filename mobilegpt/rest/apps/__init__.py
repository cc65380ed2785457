"""The apps that exist: the native student and instructor apps, and the console (contract 12).

One more surface of the same services. Its answers are in shapes of its own, its refusals too (``for_apps``).
"""
