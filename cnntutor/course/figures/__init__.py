"""The state of every figure that answers keys: frozen values, drawn elsewhere."""
