"""Worker work that is not a run: one request, one reply, in a process of its own that is used once."""
