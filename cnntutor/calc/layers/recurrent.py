"""SimpleRNN, LSTM and GRU and their cells: the same weights at every step of a sequence.

Multiply-adds are those of the two matrices at every step; gates times states, biases and activations are
left out.
"""

from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import activation, flag, real, whole
from cnntutor.calc.layers.base import Blend, Layer, Weight, Window
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import msg


class Recurrent(Layer):
    """What cells and layers have in common; kinds say how many gates and bias rows they have."""

    __slots__ = ()

    gates: ClassVar[int]
    """Copies of the two matrices: 1, 4 for LSTM (three gates and the candidate), 3 for GRU."""
    units: int
    activation: str | None
    use_bias: bool
    dropout: float
    recurrent_dropout: float

    def __post_init__(self) -> None:
        whole("units", self.units)
        flag("use_bias", self.use_bias)
        for name in ("activation", "recurrent_activation"):
            if getattr(self, name, None) is not None:
                activation(name, getattr(self, name))
        for name in ("dropout", "recurrent_dropout"):
            object.__setattr__(self, name, real(name, getattr(self, name), 0, 1))
        for name in ("return_sequences", "return_state", "go_backwards", "stateful", "unit_forget_bias"):
            flag(name, getattr(self, name, False))

    @property
    def bias_rows(self) -> int:
        """How many biases each unit of each gate has."""
        return 1 if self.use_bias else 0

    def check(self, inputs: tuple[Shape, ...]) -> None:
        """Check the sequence, and the states it begins with where they are given behind it.

        Raises:
            LayerError: the sequence is none, or the states are not those of this layer.
        """
        Layer.check(self, inputs[:1])
        states = self.state_shapes()
        if self.rank == 2 and len(inputs) > 1 and inputs[1:] != states:
            shapes = ", ".join(f"({side},)" for (side,) in states)
            raise LayerError(
                "inputs",
                msg("a sequence, and behind it no states or all: {shapes}", shapes=shapes),
                inputs[1:],
            )

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return (units,), or (steps, units) where the whole sequence is returned."""
        self.check(inputs)
        return (inputs[0][0], self.units) if getattr(self, "return_sequences", False) else (self.units,)

    def state_shapes(self) -> tuple[Shape, ...]:
        """Return the shapes of the states handed from step to step; LSTM has two."""
        return ((self.units,),) * (2 if self.gates == 4 else 1)

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return kernel (features, gates · units), recurrent_kernel (units, gates · units) and bias."""
        wide = self.gates * self.units
        kernels = (Weight("kernel", (inputs[0][-1], wide)), Weight("recurrent_kernel", (self.units, wide)))
        if not self.bias_rows:
            return kernels
        return (*kernels, Weight("bias", (wide,) if self.bias_rows == 1 else (self.bias_rows, wide)))

    def macs(self, inputs: tuple[Shape, ...]) -> int:
        """Return steps · gates · units · (features + units)."""
        return self._steps(inputs) * self.gates * self.units * (inputs[0][-1] + self.units)

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return None: every step may see all steps before it."""
        return None

    def blend(self, inputs: tuple[Shape, ...]) -> Blend | None:
        """Return "all": the last step has seen all others."""
        return "all"

    def derive_params(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return gates · (features + units + 1) · units with the numbers put in."""
        terms = " + ".join(("features", "units", *((str(self.bias_rows),) if self.bias_rows else ())))
        if self.gates == 1:
            rule = msg(
                "Every unit has a weight for each feature of the step, one for each unit of the step before,"
                " and its bias; all steps share them."
            )
        elif self.gates == 4:
            rule = msg(
                "Three gates and the candidate state, each with weights of its own: for every unit one for"
                " each feature, one for each unit of the step before, and the bias; all steps share them."
            )
        else:
            rule = msg(
                "Two gates and the candidate state, each with weights of its own: for every unit one for each"
                " feature, one for each unit of the step before, and the biases (two with reset_after)."
            )
        formula = f"({terms}) · units" if self.gates == 1 else f"gates · ({terms}) · units"
        return worked("params", rule, formula, self._symbols(inputs), self.parameters(inputs))

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: the units, with return_sequences at every step."""
        units = Symbol("units", msg("number of units"), self.units)
        result = self.output_shape(inputs)
        if len(result) == 1:
            rule = msg("The units after the last step.")
            return worked("output_shape", rule, "units", (units,), result)
        steps = Symbol("steps", msg("steps of the sequence"), result[0])
        rule = msg("With return_sequences the units of every step.")
        return worked("output_shape", rule, "steps × units", (steps, units), result)

    def derive_macs(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return steps · gates · (features + units) · units with the numbers put in."""
        steps = Symbol("steps", msg("steps of the sequence"), self._steps(inputs))
        rule = msg(
            "At every step each gate multiplies all features and all units of the step before by its weights;"
            " biases and the products of gates are left out."
        )
        gates = "" if self.gates == 1 else " · gates"
        formula = f"steps{gates} · (features + units) · units"
        return worked("macs", rule, formula, (steps, *self._symbols(inputs)), self.macs(inputs))

    def _steps(self, inputs: tuple[Shape, ...]) -> int:
        """Return the steps of the sequence; a cell makes one."""
        return inputs[0][0] if len(inputs[0]) == 2 else 1

    def _symbols(self, inputs: tuple[Shape, ...]) -> tuple[Symbol, ...]:
        """Return the symbols of the matrices."""
        symbols = (
            Symbol("features", msg("features of one step"), inputs[0][-1]),
            Symbol("units", msg("number of units"), self.units),
        )
        if self.gates == 1:
            return symbols
        return (Symbol("gates", msg("gates, the candidate state counted"), self.gates), *symbols)


class _ResetAfter(Recurrent):
    """What GRU and GRUCell have in common."""

    __slots__ = ()

    reset_after: bool

    def __post_init__(self) -> None:
        Recurrent.__post_init__(self)
        flag("reset_after", self.reset_after)

    @property
    def bias_rows(self) -> int:
        """How many biases each unit of each gate has: input and recurrent ones with reset_after."""
        if not self.use_bias:
            return 0
        return 2 if self.reset_after else 1


@dataclass(frozen=True, slots=True)
class SimpleRNNCell(Recurrent):
    """Keras's SimpleRNNCell: one step of a SimpleRNN; stands in RNN."""

    units: int
    activation: str | None = "tanh"
    use_bias: bool = True
    dropout: float = 0.0
    recurrent_dropout: float = 0.0

    kind: ClassVar[str] = "SimpleRNNCell"
    rank: ClassVar[int | None] = 1
    gates: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class LSTMCell(Recurrent):
    """Keras's LSTMCell: one step of an LSTM; stands in RNN."""

    units: int
    activation: str | None = "tanh"
    recurrent_activation: str | None = "sigmoid"
    use_bias: bool = True
    unit_forget_bias: bool = True
    dropout: float = 0.0
    recurrent_dropout: float = 0.0

    kind: ClassVar[str] = "LSTMCell"
    rank: ClassVar[int | None] = 1
    gates: ClassVar[int] = 4


@dataclass(frozen=True, slots=True)
class GRUCell(_ResetAfter):
    """Keras's GRUCell: one step of a GRU; stands in RNN."""

    units: int
    activation: str | None = "tanh"
    recurrent_activation: str | None = "sigmoid"
    use_bias: bool = True
    dropout: float = 0.0
    recurrent_dropout: float = 0.0
    reset_after: bool = True

    kind: ClassVar[str] = "GRUCell"
    rank: ClassVar[int | None] = 1
    gates: ClassVar[int] = 3


@dataclass(frozen=True, slots=True)
class SimpleRNN(Recurrent):
    """Keras's SimpleRNN: one matrix for the step and one for the state."""

    units: int
    activation: str | None = "tanh"
    use_bias: bool = True
    dropout: float = 0.0
    recurrent_dropout: float = 0.0
    return_sequences: bool = False
    return_state: bool = False
    go_backwards: bool = False
    stateful: bool = False

    kind: ClassVar[str] = "SimpleRNN"
    rank: ClassVar[int | None] = 2
    most_inputs: ClassVar[int | None] = 2
    gates: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class LSTM(Recurrent):
    """Keras's LSTM: three gates and a cell state."""

    units: int
    activation: str | None = "tanh"
    recurrent_activation: str | None = "sigmoid"
    use_bias: bool = True
    unit_forget_bias: bool = True
    dropout: float = 0.0
    recurrent_dropout: float = 0.0
    return_sequences: bool = False
    return_state: bool = False
    go_backwards: bool = False
    stateful: bool = False

    kind: ClassVar[str] = "LSTM"
    rank: ClassVar[int | None] = 2
    most_inputs: ClassVar[int | None] = 3
    gates: ClassVar[int] = 4


@dataclass(frozen=True, slots=True)
class GRU(_ResetAfter):
    """Keras's GRU: two gates; with reset_after, Keras's default, each gate has two rows of biases."""

    units: int
    activation: str | None = "tanh"
    recurrent_activation: str | None = "sigmoid"
    use_bias: bool = True
    dropout: float = 0.0
    recurrent_dropout: float = 0.0
    return_sequences: bool = False
    return_state: bool = False
    go_backwards: bool = False
    stateful: bool = False
    reset_after: bool = True

    kind: ClassVar[str] = "GRU"
    rank: ClassVar[int | None] = 2
    most_inputs: ClassVar[int | None] = 2
    gates: ClassVar[int] = 3
