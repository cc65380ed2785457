"""Recordings of what happens on a phone's screen: saved in batches, replayed, made into steps of a lesson."""
