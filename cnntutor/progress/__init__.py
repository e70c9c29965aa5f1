"""The learner's record. Only this room imports sqlite3."""
