"""The images of a run: where they come from, proof of what they are, and how they are split."""
