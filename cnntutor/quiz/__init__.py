"""Questions posed from a seed, answers parsed, graded and explained."""
