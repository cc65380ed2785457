"""Lectures with their tasks and subtasks, and who is enrolled (contract 5)."""
