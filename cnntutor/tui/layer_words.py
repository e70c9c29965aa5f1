"""What each kind of layer does, in a sentence, for the list that layers are chosen from."""

from __future__ import annotations

import re

from cnntutor.i18n import Message, msg

_KERNEL = msg("Small kernels slide over the input, the same weights at every place.")
_LARGEST = msg("Keeps the largest value of each window; nothing to learn.")
_MEAN = msg("Keeps the mean of each window; nothing to learn.")
_NOISE = msg("Works only while training: makes the layers behind it sturdier; nothing to learn.")
_CELL = msg("One step of a recurrent layer; stands inside RNN.")
_AUGMENT = msg("Changes the images at random while training; nothing to learn.")
_EACH = msg("A function of each value by itself.")
_JOIN = msg("Joins branches of one shape, value by value; nothing to learn.")
_LOCAL = msg("Like a convolution, but with weights of its own at every place; gone from Keras 3.")

_WORDS: dict[str, Message] = {
    "Input": msg("Another input of the network; a layer that joins branches takes it up."),
    "Conv": _KERNEL,
    "ConvTranspose": msg("A convolution the other way round: makes height and width larger."),
    "DepthwiseConv": msg("One kernel for each channel by itself; channels are not mixed."),
    "SeparableConv": msg("A depthwise convolution, then 1×1: far fewer weights than Conv2D."),
    "LocallyConnected": _LOCAL,
    "ConvLSTM": msg("An LSTM over images: its gates are convolutions."),
    "MaxPooling": _LARGEST,
    "AveragePooling": _MEAN,
    "GlobalMaxPooling": msg("The largest value of each whole feature map: one value a channel."),
    "GlobalAveragePooling": msg("The mean of each whole feature map: one value a channel."),
    "AdaptiveMaxPooling": msg("The largest values, in as many windows as the output is to have."),
    "AdaptiveAveragePooling": msg("Means, in as many windows as the output is to have."),
    "Flatten": msg("Puts all values in one row, for the dense layers."),
    "ZeroPadding": msg("Adds rows and columns of zeros around the image."),
    "Cropping": msg("Cuts rows and columns off at the edges."),
    "UpSampling": msg("Repeats rows and columns: a larger image, nothing to learn."),
    "Reshape": msg("The same values in another shape."),
    "Permute": msg("Exchanges the axes."),
    "RepeatVector": msg("Repeats a row of values as a sequence."),
    "Dense": msg("Every output is connected with every input."),
    "EinsumDense": msg("A dense layer along axes named in an equation."),
    "Embedding": msg("A row of weights for each word of a vocabulary."),
    "ReversibleEmbedding": msg("An embedding whose weights also turn rows back into words."),
    "Identity": msg("Passes its input on unchanged."),
    "Masking": msg("Marks the steps of a sequence that are to be skipped."),
    "Activation": _EACH,
    "ReLU": msg("Negative values become 0."),
    "PReLU": msg("Negative values are multiplied by a weight that is learnt."),
    "LeakyReLU": msg("Negative values are made small, not 0."),
    "ELU": msg("Negative values go smoothly towards a bound."),
    "Softmax": msg("Makes values into shares that add up to 1."),
    "Dropout": msg("Sets a share of the values to 0 while training."),
    "SpatialDropout": msg("Sets whole feature maps to 0 while training."),
    "BatchNormalization": msg(
        "Brings each channel to mean 0 and variance 1; four numbers a channel, two trained."
    ),
    "LayerNormalization": msg("Brings the values of each sample to mean 0 and variance 1."),
    "GroupNormalization": msg("Brings groups of channels to mean 0 and variance 1."),
    "RMSNormalization": msg("Divides by the root of the mean square; one weight a channel."),
    "UnitNormalization": msg("Divides by the length: every row has length 1."),
    "SpectralNormalization": msg("A layer whose weights are kept from growing."),
    "Add": _JOIN,
    "Subtract": _JOIN,
    "Multiply": _JOIN,
    "Average": _JOIN,
    "Maximum": _JOIN,
    "Minimum": _JOIN,
    "Concatenate": msg("Puts branches side by side: the channels add up."),
    "Dot": msg("Multiplies two inputs along an axis and adds up."),
    "LayerScale": msg("Multiplies each channel by a small weight."),
    "CustomScaleLayer": msg("Adds the second input, multiplied by a number, to the first."),
    "SimpleRNN": msg("Reads a sequence step by step and carries its output along."),
    "LSTM": msg("Reads a sequence and keeps a memory with three gates: four times the weights."),
    "GRU": msg("Reads a sequence with two gates: three times the weights."),
    "RNN": msg("Reads a sequence with a cell of one's own choosing."),
    "StackedRNNCells": _CELL,
    "Bidirectional": msg("Reads a sequence forwards and backwards: twice the weights."),
    "TimeDistributed": msg("The same layer at every step of a sequence."),
    "Attention": msg("Each step looks at all others, weighed by how well they match; nothing to learn."),
    "AdditiveAttention": msg("Attention whose match is found by adding."),
    "MultiHeadAttention": msg("Several attentions side by side, with weights for query, key and value."),
    "GroupQueryAttention": msg("Multi-head attention whose heads share keys and values in groups."),
    "Rescaling": msg("Multiplies and shifts the values, such as 0 to 255 into 0 to 1."),
    "Normalization": msg("Brings the data to mean 0 and variance 1, from figures known beforehand."),
    "Resizing": msg("Brings images to another size; nothing to learn."),
    "CenterCrop": msg("Cuts out the middle of the image."),
    "CategoryEncoding": msg("Turns whole numbers into rows of 0 and 1."),
    "Hashing": msg("Sorts values into so many bins."),
    "STFTSpectrogram": msg("Turns sound into an image of its frequencies."),
    "MelSpectrogram": msg("Turns sound into an image of its frequencies."),
    **dict.fromkeys(
        (
            *("AlphaDropout", "GaussianDropout", "GaussianNoise", "ActivityRegularization"),
            "StochasticDepth",
        ),
        _NOISE,
    ),
    **dict.fromkeys(("SimpleRNNCell", "LSTMCell", "GRUCell"), _CELL),
}
"""A kind's name without its number of axes → what it does."""


def kind_words(kind: str) -> Message:
    """Return what a kind does in a sentence; the augmentations of images have one in common."""
    return _WORDS.get(re.sub(r"[123]D", "", kind), _AUGMENT)
