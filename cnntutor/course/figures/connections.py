"""The connections of one output neuron when a layer is dense, local without sharing, or convolutional."""

import math
from dataclasses import dataclass, replace

from cnntutor.calc.connectivity import Connections as Counted
from cnntutor.calc.connectivity import compare_connectivity
from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.course.wirings import WIRINGS, Wiring

__all__ = ["WIRINGS", "Connections", "Wiring", "WiringCount"]


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
    strides: tuple[int, int] = (1, 1)
    title: str = ""
    """The layer this is, such as "lenet5 · conv1"; empty for a layer made up for the figure."""

    @property
    def output_shape(self) -> tuple[int, int, int]:
        """height, width, filters: a convolution without padding."""
        rows, columns, filters = self._layer.output_shape((self.input_shape,))
        return rows, columns, filters

    @property
    def _layer(self) -> Conv2D:
        """The convolution that is drawn."""
        return Conv2D(self.filters, kernel_size=self.kernel_size, strides=self.strides)

    @property
    def _corner(self) -> tuple[int, int]:
        """Row and column of the input cell at the top left of the window."""
        return self.row * self.strides[0], self.column * self.strides[1]

    def reads(self, row: int, column: int) -> bool:
        """Whether the chosen output neuron is connected to this input cell."""
        if self.wiring == "dense":
            return True
        top, left = self._corner
        return top <= row < top + self.kernel_size[0] and left <= column < left + self.kernel_size[1]

    def weight_label(self, row: int, column: int) -> str:
        """The name of the weight on the connection from this input cell (w1, w2, …), empty where none is.

        With shared weights the names do not depend on the chosen output neuron; otherwise they do.
        """
        if not self.reads(row, column):
            return ""
        if self.wiring == "dense":
            window, place = math.prod(self.input_shape[:2]), row * self.input_shape[1] + column
        else:
            top, left = self._corner
            window, place = math.prod(self.kernel_size), (row - top) * self.kernel_size[1] + column - left
        neuron = 0 if self.wiring == "shared" else self.row * self.output_shape[1] + self.column
        return f"w{neuron * window + place + 1}"

    @property
    def counts(self) -> tuple[WiringCount, WiringCount, WiringCount]:
        """The whole layer counted in the three wirings, in the order of WIRINGS."""
        counted = compare_connectivity(self._layer, self.input_shape)
        outputs = math.prod(self.output_shape)
        return (
            _count("dense", counted.dense, outputs, outputs),
            _count("local", counted.local, outputs, outputs),
            _count("shared", counted.shared, outputs, self.filters),
        )

    @property
    def count(self) -> WiringCount:
        """The whole layer counted in the wiring now shown."""
        return self.counts[WIRINGS.index(self.wiring)]

    def next_wiring(self) -> "Connections":
        """The next of the three wirings, round and round."""
        return self.with_wiring(WIRINGS[(WIRINGS.index(self.wiring) + 1) % len(WIRINGS)])

    def with_wiring(self, wiring: Wiring) -> "Connections":
        """The same neuron, wired in this way."""
        return replace(self, wiring=wiring)

    def move(self, rows: int, columns: int) -> "Connections":
        """Choose another output neuron; stays inside the output."""
        height, width, _ = self.output_shape
        row = min(max(self.row + rows, 0), height - 1)
        column = min(max(self.column + columns, 0), width - 1)
        return replace(self, row=row, column=column)


def _count(wiring: Wiring, counted: Counted, outputs: int, biases: int) -> WiringCount:
    """Return a wiring's counts; the calculator's connections have one bias for each output among them."""
    return WiringCount(
        wiring=wiring,
        connections_per_output=counted.per_output - 1,
        connections=counted.connections - outputs,
        weights=counted.params - biases,
        biases=biases,
        params=counted.params,
    )
