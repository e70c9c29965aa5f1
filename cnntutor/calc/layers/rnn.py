"""RNN and StackedRNNCells: cells of one's choice carried along a sequence."""

from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import flag
from cnntutor.calc.layers.base import Blend, Layer, Weight, Window
from cnntutor.calc.layers.nested import inner_layer
from cnntutor.calc.layers.recurrent import Recurrent
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import msg


def cell_layer(argument: str, value: object) -> Layer:
    """Return a cell: SimpleRNNCell, LSTMCell, GRUCell or StackedRNNCells.

    Raises:
        LayerError: it is another layer, or none.
    """
    found = inner_layer(argument, value)
    if isinstance(found, StackedRNNCells) or (isinstance(found, Recurrent) and found.rank == 1):
        return found
    raise LayerError(
        argument,
        msg("one of {words}", words="SimpleRNNCell, LSTMCell, GRUCell, StackedRNNCells"),
        found.kind,
    )


@dataclass(frozen=True, slots=True)
class StackedRNNCells(Layer):
    """Keras's StackedRNNCells: each cell's units are the features of the next; stands in RNN."""

    cells: tuple[Layer, ...]

    kind: ClassVar[str] = "StackedRNNCells"
    rank: ClassVar[int | None] = 1

    def __post_init__(self) -> None:
        given: object = self.cells
        if not isinstance(given, (tuple, list)) or not given:
            raise LayerError("cells", msg("a row of cells"), given)
        object.__setattr__(self, "cells", tuple(cell_layer("cells", each) for each in given))

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the units of the last cell."""
        self.check(inputs)
        return self._features(inputs)[-1]

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return the arrays of every cell."""
        return tuple(
            Weight(f"cell_{number}_{weight.name}", weight.shape, weight.trainable)
            for number, (cell, features) in enumerate(
                zip(self.cells, self._features(inputs)[:-1], strict=True), start=1
            )
            for weight in cell.weights((features,))
        )

    def macs(self, inputs: tuple[Shape, ...]) -> int:
        """Return those of one step through all cells."""
        features = self._features(inputs)[:-1]
        return sum(cell.macs((each,)) for cell, each in zip(self.cells, features, strict=True))

    def derive_params(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the sum over the cells."""
        return self._sum(inputs, "params")

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: the units of the last cell."""
        result = self.output_shape(inputs)
        units = Symbol("units", msg("units of the last cell"), result[0])
        return worked("output_shape", msg("The units of the last cell."), "units", (units,), result)

    def derive_macs(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the sum over the cells."""
        return self._sum(inputs, "macs")

    def _sum(self, inputs: tuple[Shape, ...], quantity: str) -> Derivation:
        """Return the sum of a quantity over the cells."""
        counts = [
            cell.parameters((each,)) if quantity == "params" else cell.macs((each,))
            for cell, each in zip(self.cells, self._features(inputs)[:-1], strict=True)
        ]
        symbols = tuple(
            Symbol(f"cell_{number}", msg("{kind}, cell {number}", kind=cell.kind, number=str(number)), count)
            for number, (cell, count) in enumerate(zip(self.cells, counts, strict=True), start=1)
        )
        rule = msg("Each cell stands on the units of the one below: add up the cells.")
        formula = " + ".join(symbol.name for symbol in symbols)
        return worked("params" if quantity == "params" else "macs", rule, formula, symbols, sum(counts))

    def _features(self, inputs: tuple[Shape, ...]) -> list[Shape]:
        """Return the shape of one step before the first cell, between the cells, and after the last."""
        features = [inputs[0][-1:]]
        for cell in self.cells:
            features.append(cell.output_shape((features[-1],)))
        return features


@dataclass(frozen=True, slots=True)
class RNN(Layer):
    """Keras's RNN: a cell, or a row of cells, at every step of a sequence."""

    cell: Layer
    return_sequences: bool = False
    return_state: bool = False
    go_backwards: bool = False
    stateful: bool = False

    kind: ClassVar[str] = "RNN"
    rank: ClassVar[int | None] = 2

    def __post_init__(self) -> None:
        given: object = self.cell
        if isinstance(given, (tuple, list)):
            given = StackedRNNCells(tuple(given))
        object.__setattr__(self, "cell", cell_layer("cell", given))
        for name in ("return_sequences", "return_state", "go_backwards", "stateful"):
            flag(name, getattr(self, name))

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the cell's units, with return_sequences at every step."""
        self.check(inputs)
        units = self.cell.output_shape((inputs[0][1:],))
        return (inputs[0][0], *units) if self.return_sequences else units

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return the arrays of the cell: all steps share them."""
        return self.cell.weights((inputs[0][1:],))

    def macs(self, inputs: tuple[Shape, ...]) -> int:
        """Return steps · those of one step."""
        return inputs[0][0] * self.cell.macs((inputs[0][1:],))

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return None: every step may see all steps before it."""
        return None

    def blend(self, inputs: tuple[Shape, ...]) -> Blend | None:
        """Return "all": the last step has seen all others."""
        return "all"

    def derive_params(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working of the cell: all steps share its weights."""
        return self.cell.derive_params((inputs[0][1:],))

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: the units, with return_sequences at every step."""
        result = self.output_shape(inputs)
        units = Symbol("units", msg("units of the last cell"), result[-1])
        if not self.return_sequences:
            return worked("output_shape", msg("The units after the last step."), "units", (units,), result)
        steps = Symbol("steps", msg("steps of the sequence"), result[0])
        rule = msg("With return_sequences the units of every step.")
        return worked("output_shape", rule, "steps × units", (steps, units), result)

    def derive_macs(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return steps · one_step with the numbers put in."""
        one = self.cell.macs((inputs[0][1:],))
        symbols = (
            Symbol("steps", msg("steps of the sequence"), inputs[0][0]),
            Symbol("one_step", msg("multiply-adds of the cell at one step"), one),
        )
        rule = msg("The same cell works at every step.")
        return worked("macs", rule, "steps · one_step", symbols, self.macs(inputs))
