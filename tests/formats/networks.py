"""Networks that try the writers: shared, frozen, branched, with several inputs and outputs."""

from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.layers.core import Activation, Dense, Dropout, ReLU
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.merging import Add, Concatenate
from cnntutor.calc.layers.normalization import BatchNormalization
from cnntutor.calc.layers.pooling import AveragePooling2D, GlobalAveragePooling2D, MaxPooling2D
from cnntutor.calc.layers.reshaping import Flatten, ZeroPadding2D
from cnntutor.calc.network import Network, Node

GRAPH = Network(
    "a-graph",
    (
        Node("left", Input((9, 8, 3))),
        Node("right", Input((9, 8, 3))),
        Node("pad", ZeroPadding2D(((0, 1), (2, 3))), ("left",)),
        Node("conv", Conv2D(4, (3, 3), (2, 2), "same", use_bias=False), ("left",)),
        Node("conv_right", Conv2D(4, (3, 3), (2, 2), "same", use_bias=False), ("right",), "conv"),
        Node("lambda", Conv2D(4, (2, 3), (1, 1), "same", (2, 1), 2, activation="relu"), ("conv_right",)),
        Node("1.bn", BatchNormalization(momentum=0.9, epsilon=1e-5), ("lambda",), trainable=False),
        Node("1.relu", ReLU(6.0), ("1.bn",)),
        Node("keras", Add(), ("1.relu", "conv")),
        Node("join", Concatenate(), ("keras", "conv_right", "conv")),
        Node("pool", MaxPooling2D((3, 2), (2, 2), "same"), ("join",)),
        Node("mean", AveragePooling2D((2, 2), (1, 1)), ("pool",)),
        Node("tanh", Activation("tanh"), ("mean",)),
        Node("flatten", Flatten(), ("tanh",)),
        Node("drop", Dropout(0.25), ("flatten",)),
        Node("first", Dense(3, activation="softmax"), ("drop",)),
        Node("global", GlobalAveragePooling2D(), ("pad",)),
        Node("second", Dense(2, use_bias=False), ("global",)),
    ),
    ("second", "first"),
)
CHAIN = Network(
    "a-chain",
    (
        Node("in", Input((12,))),
        Node("one", Dense(5, activation="relu"), ("in",), trainable=False),
        Node("two", Dense(1), ("one",)),
    ),
)
