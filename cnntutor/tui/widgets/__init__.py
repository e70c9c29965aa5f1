"""Widgets, each with its look in DEFAULT_CSS."""
