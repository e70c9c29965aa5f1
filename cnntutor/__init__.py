"""cnntutor: a terminal tutor for convolutional neural networks."""
