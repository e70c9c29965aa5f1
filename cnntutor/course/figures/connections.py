"""The connections of one output neuron when a layer is dense, local without sharing, or convolutional."""

from dataclasses import dataclass
from typing import Literal

Wiring = Literal["dense", "local", "shared"]
"""dense: every input cell; local: a window with its own weights; shared: a window, one set of weights."""

WIRINGS: tuple[Wiring, ...] = ("dense", "local", "shared")


@dataclass(frozen=True, slots=True)
class WiringCount:
    """What a whole layer costs when it is wired in one of the three ways."""

    wiring: Wiring
    connections_per_output: int
    """Input values one output neuron reads, its bias not counted."""
    connections: int
    """Input values read by all output neurons together, biases not counted."""
    weights: int
    """Different trainable numbers in the layer, biases left out."""
    biases: int
    params: int
    """weights + biases."""


@dataclass(frozen=True, slots=True)
class Connections:
    """One output neuron of a convolution and the input cells it reads, wired in one of three ways."""

    input_shape: tuple[int, int, int]
    """height, width, channels."""
    kernel_size: tuple[int, int] = (3, 3)
    filters: int = 1
    wiring: Wiring = "dense"
    row: int = 0
    """Row of the chosen output neuron."""
    column: int = 0
    title: str = ""
    """The layer this is, such as "lenet5 · conv1"; empty for a layer made up for the figure."""

    @property
    def output_shape(self) -> tuple[int, int, int]:
        """height, width, filters: a valid convolution with stride 1."""
        raise NotImplementedError

    def reads(self, row: int, column: int) -> bool:
        """Whether the chosen output neuron is connected to this input cell."""
        raise NotImplementedError

    def weight_label(self, row: int, column: int) -> str:
        """The name of the weight on the connection from this input cell (w1, w2, …), empty where none is.

        With shared weights the names do not depend on the chosen output neuron; otherwise they do.
        """
        raise NotImplementedError

    @property
    def counts(self) -> tuple[WiringCount, WiringCount, WiringCount]:
        """The whole layer counted in the three wirings, in the order of WIRINGS."""
        raise NotImplementedError

    @property
    def count(self) -> WiringCount:
        """The whole layer counted in the wiring now shown."""
        raise NotImplementedError

    def next_wiring(self) -> "Connections":
        """The next of the three wirings, round and round."""
        raise NotImplementedError

    def with_wiring(self, wiring: Wiring) -> "Connections":
        """The same neuron, wired in this way."""
        raise NotImplementedError

    def move(self, rows: int, columns: int) -> "Connections":
        """Choose another output neuron; stays inside the output."""
        raise NotImplementedError
