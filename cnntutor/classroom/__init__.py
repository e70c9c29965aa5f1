"""Assignments, hand-in files and content packs."""
