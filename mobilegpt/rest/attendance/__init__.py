"""Attendance of a class and of a lecture over its classes, as JSON and as files (contract 11.6)."""
