"""Mistakes as computations: what a number comes to when one thing is got wrong."""
