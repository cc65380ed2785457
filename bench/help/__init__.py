"""A benchmark of help: made traces of learners' phones, labels, and rules that score what a learner is told.

Everything in it is made by a grammar, nothing was recorded of anybody (``README.md``).
"""
