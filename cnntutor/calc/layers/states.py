"""State: what a recurrent layer gives beside its output, with return_state, for another one to begin with."""

from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import whole
from cnntutor.calc.layers.base import Layer, Window
from cnntutor.calc.layers.recurrent import Recurrent
from cnntutor.calc.layers.rnn import RNN
from cnntutor.calc.layers.wrappers import Bidirectional
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import msg


@dataclass(frozen=True, slots=True)
class State(Layer):
    """One of the states that a SimpleRNN, LSTM or GRU returns after its last step; stands on that layer.

    In Keras it is no layer but a further output: number 1 is the first behind the layer's own output. A
    Bidirectional that concatenates has states of half its width: parts is 2.
    """

    number: int = 1
    parts: int = 1

    kind: ClassVar[str] = "State"

    def __post_init__(self) -> None:
        whole("number", self.number)
        whole("parts", self.parts)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return (units,).

        Raises:
            LayerError: the width of the layer's output is no multiple of parts.
        """
        self.check(inputs)
        if inputs[0][-1] % self.parts:
            raise LayerError("parts", msg("a divisor of {side}", side=inputs[0][-1]), self.parts)
        return (inputs[0][-1] // self.parts,)

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return None: a state has no steps."""
        return None

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: one value for each unit."""
        width = Symbol("width", msg("last side of the layer's output"), inputs[0][-1])
        parts = Symbol("parts", msg("directions that lie one behind the other in it"), self.parts)
        rule = msg("A state has one value for each unit of its layer, whatever the number of steps.")
        formula, symbols = ("width", (width,)) if self.parts == 1 else ("width / parts", (width, parts))
        return worked("output_shape", rule, formula, symbols, self.output_shape(inputs))


def returns_states(layer: Layer) -> bool:
    """Whether Keras gives a list for a call of a layer: its output, and states behind it."""
    inner = layer.layer if isinstance(layer, Bidirectional) else layer
    return bool(getattr(inner, "return_state", False))


def states_given(layer: Layer) -> tuple[State, ...]:
    """Return the states a layer gives behind its output; none unless it returns them."""
    if isinstance(layer, Bidirectional):
        count = 2 * len(_states(layer.layer))
        parts = 2 if layer.merge_mode == "concat" else 1
    else:
        count, parts = len(_states(layer)), 1
    return tuple(State(number, parts) for number in range(1, count + 1)) if returns_states(layer) else ()


def takes_states(layer: Layer) -> bool:
    """Whether the inputs behind a layer's first are the states it begins with."""
    if isinstance(layer, Bidirectional):
        return isinstance(layer.layer, Recurrent)
    return isinstance(layer, Recurrent) and layer.rank == 2


def _states(layer: Layer) -> tuple[Shape, ...]:
    """Return the shapes of a layer's states; none where they are not one row of units each."""
    if isinstance(layer, RNN):
        return layer.cell.state_shapes() if isinstance(layer.cell, Recurrent) else ()
    return layer.state_shapes() if isinstance(layer, Recurrent) and layer.rank == 2 else ()
