"""The screen's side of training: recipes, events, run folders, launchers."""
