"""A small convolution, one output position at a time: the window, its products and their sum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from cnntutor.calc.layers.convolution import Conv2D

Grid = tuple[tuple[int, ...], ...]
"""Rows of whole numbers, all of the same length."""

KERNELS: Mapping[str, Grid] = {
    "vertical-edge": ((1, 0, -1), (1, 0, -1), (1, 0, -1)),
    "horizontal-edge": ((1, 1, 1), (0, 0, 0), (-1, -1, -1)),
    "outline": ((-1, -1, -1), (-1, 8, -1), (-1, -1, -1)),
    "sharpen": ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
    "sum": ((1, 1, 1), (1, 1, 1), (1, 1, 1)),
    "identity": ((0, 0, 0), (0, 1, 0), (0, 0, 0)),
    "small-vertical-edge": ((1, -1), (1, -1)),
    "small-sum": ((1, 1), (1, 1)),
}
"""Kernels by name, each a square of one channel."""

STRIDES = (1, 2, 3)
ChoiceT = TypeVar("ChoiceT")


@dataclass(frozen=True, slots=True)
class Product:
    """One factor pair under the window: an input value times a kernel weight."""

    row: int
    """Row in the padded input, from 0."""
    column: int
    value: int
    """The input value there; 0 inside the padding."""
    weight: int
    product: int
    padded: bool
    """Whether this cell lies in the padding."""


@dataclass(frozen=True, slots=True)
class Stepper:
    """A kernel sliding over an input; every method that changes something returns a new Stepper.

    Shapes: values is (height, width), kernel is (kernel, kernel); one channel in, one filter out.
    """

    values: Grid
    kernel: Grid
    stride: int = 1
    padding: int = 0
    """Rows and columns of zeros on every side."""
    bias: int = 0
    position: int = 0
    """Which output value is being computed, counted row by row from 0."""

    @property
    def output_shape(self) -> tuple[int, int]:
        """Rows and columns of the output."""
        layer = Conv2D(1, kernel_size=(len(self.kernel),) * 2, strides=(self.stride, self.stride))
        height, width = len(self.values) + 2 * self.padding, len(self.values[0]) + 2 * self.padding
        rows, columns, _ = layer.output_shape(((height, width, 1),))
        return rows, columns

    @property
    def output_row(self) -> int:
        """Row of the output value being computed."""
        return self.position // self.output_shape[1]

    @property
    def output_column(self) -> int:
        """Column of the output value being computed."""
        return self.position % self.output_shape[1]

    @property
    def padded(self) -> Grid:
        """The input with its rim of zeros."""
        rim = (0,) * self.padding
        empty = ((0,) * (len(self.values[0]) + 2 * self.padding),) * self.padding
        return (*empty, *((*rim, *row, *rim) for row in self.values), *empty)

    @property
    def products(self) -> tuple[tuple[Product, ...], ...]:
        """The products under the window, in rows as the kernel has them."""
        return self._products(self.output_row, self.output_column)

    @property
    def total(self) -> int:
        """The output value here: the sum of the products plus the bias."""
        return self._total(self.output_row, self.output_column)

    @property
    def sum_line(self) -> str:
        """The sum written out: `2·1 + 0·(−1) + … + 1 = 3`; the bias comes last where there is one."""
        terms = [f"{_written(each.value)}·{_written(each.weight)}" for row in self.products for each in row]
        bias = "" if not self.bias else f" + {self.bias}" if self.bias > 0 else f" − {-self.bias}"
        return f"{' + '.join(terms)}{bias} = {_signed(self.total)}"

    @property
    def output(self) -> tuple[tuple[int | None, ...], ...]:
        """The output as far as it is computed, this position included; None for what comes later."""
        rows, columns = self.output_shape
        return tuple(
            tuple(
                self._total(row, column) if row * columns + column <= self.position else None
                for column in range(columns)
            )
            for row in range(rows)
        )

    @property
    def is_first(self) -> bool:
        """Whether this is the first position."""
        return self.position == 0

    @property
    def is_last(self) -> bool:
        """Whether this is the last position."""
        return self.position == self._count - 1

    def next(self) -> "Stepper":
        """One position on; stays at the last."""
        return replace(self, position=min(self.position + 1, self._count - 1))

    def previous(self) -> "Stepper":
        """One position back; stays at the first."""
        return replace(self, position=max(self.position - 1, 0))

    def move(self, rows: int, columns: int) -> "Stepper":
        """Move by whole output rows and columns; stays inside the output."""
        height, width = self.output_shape
        row = min(max(self.output_row + rows, 0), height - 1)
        column = min(max(self.output_column + columns, 0), width - 1)
        return replace(self, position=row * width + column)

    def first(self) -> "Stepper":
        """Back to the first position."""
        return replace(self, position=0)

    def last(self) -> "Stepper":
        """On to the last position: the whole output is shown."""
        return replace(self, position=self._count - 1)

    def next_stride(self) -> "Stepper":
        """The next stride of 1, 2, 3 that fits; back at the first position."""
        room = min(len(self.padded), len(self.padded[0])) - len(self.kernel)
        fitting = [stride for stride in STRIDES if stride == 1 or stride <= room]
        return replace(self, stride=_after(self.stride, fitting), position=0)

    def next_padding(self) -> "Stepper":
        """The next padding of 0 … kernel - 1; back at the first position."""
        return replace(self, padding=_after(self.padding, range(len(self.kernel))), position=0)

    def next_kernel(self) -> "Stepper":
        """The next of the named kernels of this size; back at the first position."""
        names = [name for name, kernel in KERNELS.items() if len(kernel) == len(self.kernel)]
        if not names:
            return replace(self, position=0)
        chosen = _after(self.kernel_name, names)
        return replace(self, kernel=KERNELS[chosen], position=0)

    @property
    def kernel_name(self) -> str:
        """The slug of the kernel where it is one of the named ones, else empty."""
        return next((name for name, kernel in KERNELS.items() if kernel == self.kernel), "")

    @property
    def _count(self) -> int:
        """How many output values there are."""
        rows, columns = self.output_shape
        return rows * columns

    def _products(self, output_row: int, output_column: int) -> tuple[tuple[Product, ...], ...]:
        """Return the products under the window of an output value."""
        padded = self.padded
        height, width = len(self.values), len(self.values[0])
        found = []
        for down, weights in enumerate(self.kernel):
            row = output_row * self.stride + down
            products = []
            for right, weight in enumerate(weights):
                column = output_column * self.stride + right
                inside = 0 <= row - self.padding < height and 0 <= column - self.padding < width
                value = padded[row][column]
                products.append(Product(row, column, value, weight, value * weight, not inside))
            found.append(tuple(products))
        return tuple(found)

    def _total(self, output_row: int, output_column: int) -> int:
        """Return an output value."""
        products = self._products(output_row, output_column)
        return sum(each.product for row in products for each in row) + self.bias


def drawing(side: int) -> Grid:
    """Return a small picture to slide over: an L of bright pixels on a dark ground."""
    left, bottom = side // 3, side - 2
    return tuple(
        tuple(
            2 if column == left and 1 <= row <= bottom else 1 if row == bottom and column > left else 0
            for column in range(side)
        )
        for row in range(side)
    )


def _after(now: ChoiceT, choices: Sequence[ChoiceT]) -> ChoiceT:
    """Return the choice after the one that holds now, round and round; the first if none does."""
    return choices[(choices.index(now) + 1) % len(choices)] if now in choices else choices[0]


def _signed(value: int) -> str:
    """Return a number with a true minus sign."""
    return str(value) if value >= 0 else f"−{-value}"


def _written(value: int) -> str:
    """Return a factor: brackets around what is negative."""
    return str(value) if value >= 0 else f"(−{-value})"
