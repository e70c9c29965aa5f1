"""Integer arithmetic on layer values; standard library only."""
