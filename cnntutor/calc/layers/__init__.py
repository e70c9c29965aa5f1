"""The kinds of layers: one frozen value each, with Keras's class name and argument names."""
