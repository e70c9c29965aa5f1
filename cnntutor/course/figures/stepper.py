"""A small convolution, one output position at a time: the window, its products and their sum."""

from dataclasses import dataclass, replace

Grid = tuple[tuple[int, ...], ...]
"""Rows of whole numbers, all of the same length."""


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
        raise NotImplementedError

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
        raise NotImplementedError

    @property
    def products(self) -> tuple[tuple[Product, ...], ...]:
        """The products under the window, in rows as the kernel has them."""
        raise NotImplementedError

    @property
    def total(self) -> int:
        """The output value here: the sum of the products plus the bias."""
        raise NotImplementedError

    @property
    def sum_line(self) -> str:
        """The sum written out: `1·1 + 0·0 + … + 2 = 4`, with a minus in front of what is subtracted."""
        raise NotImplementedError

    @property
    def output(self) -> tuple[tuple[int | None, ...], ...]:
        """The output as far as it is computed, this position included; None for what comes later."""
        raise NotImplementedError

    @property
    def is_first(self) -> bool:
        """Whether this is the first position."""
        return self.position == 0

    @property
    def is_last(self) -> bool:
        """Whether this is the last position."""
        raise NotImplementedError

    def next(self) -> "Stepper":
        """One position on; stays at the last."""
        raise NotImplementedError

    def previous(self) -> "Stepper":
        """One position back; stays at the first."""
        raise NotImplementedError

    def move(self, rows: int, columns: int) -> "Stepper":
        """Move by whole output rows and columns; stays inside the output."""
        raise NotImplementedError

    def first(self) -> "Stepper":
        """Back to the first position."""
        return replace(self, position=0)

    def last(self) -> "Stepper":
        """On to the last position: the whole output is shown."""
        raise NotImplementedError

    def next_stride(self) -> "Stepper":
        """The next stride of 1, 2, 3 that fits; back at the first position."""
        raise NotImplementedError

    def next_padding(self) -> "Stepper":
        """The next padding of 0 … kernel - 1; back at the first position."""
        raise NotImplementedError

    def next_kernel(self) -> "Stepper":
        """The next of the named kernels of this size; back at the first position."""
        raise NotImplementedError

    @property
    def kernel_name(self) -> str:
        """The slug of the kernel where it is one of the named ones, else empty."""
        raise NotImplementedError
