"""Bidirectional, TimeDistributed and SpectralNormalization: a layer around a layer."""

from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import choice, whole
from cnntutor.calc.layers.base import Blend, Layer, Weight, Window
from cnntutor.calc.layers.conv_lstm import ConvLSTM1D, ConvLSTM2D, ConvLSTM3D
from cnntutor.calc.layers.nested import inner_layer
from cnntutor.calc.layers.recurrent import Recurrent
from cnntutor.calc.layers.rnn import RNN
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import msg

MERGE_MODES = ("concat", "sum", "mul", "ave")


def _prefixed(prefix: str, weights: tuple[Weight, ...]) -> tuple[Weight, ...]:
    """Return the arrays with a word before their names."""
    return tuple(Weight(f"{prefix}_{each.name}", each.shape, each.trainable) for each in weights)


def _states_of(layer: Layer) -> tuple[Shape, ...]:
    """Return the shapes of the states a layer begins with where each is one row of units."""
    return layer.state_shapes() if isinstance(layer, Recurrent) else ()


@dataclass(frozen=True, slots=True)
class Bidirectional(Layer):
    """Keras's Bidirectional: one copy of the layer reads the sequence forwards, one backwards.

    Keras's merge_mode None, two outputs, is not known here.
    """

    layer: Layer
    merge_mode: str = "concat"
    backward_layer: Layer | None = None

    kind: ClassVar[str] = "Bidirectional"
    most_inputs: ClassVar[int | None] = 5

    def __post_init__(self) -> None:
        object.__setattr__(self, "layer", self._recurrent("layer", self.layer))
        object.__setattr__(self, "merge_mode", choice("merge_mode", self.merge_mode, MERGE_MODES))
        if self.backward_layer is not None:
            object.__setattr__(self, "backward_layer", self._recurrent("backward_layer", self.backward_layer))
        self._check_directions()

    @staticmethod
    def _recurrent(argument: str, value: object) -> Layer:
        """Return a layer that reads sequences."""
        found = inner_layer(argument, value)
        whole_layer = isinstance(found, Recurrent) and found.rank == 2
        if whole_layer or isinstance(found, (RNN, ConvLSTM1D, ConvLSTM2D, ConvLSTM3D)):
            return found
        raise LayerError(
            argument, msg("one of {words}", words="SimpleRNN, LSTM, GRU, RNN, ConvLSTM2D"), found.kind
        )

    def _check_directions(self) -> None:
        """Check that one layer reads forwards and one backwards, and that both return the same.

        Raises:
            LayerError: they do not go together.
        """
        back = self.backward_layer
        turned = getattr(self.layer, "go_backwards", False)
        if back is None:
            if turned:
                raise LayerError("layer.go_backwards", msg("false: the other layer reads backwards"), turned)
            return
        if getattr(back, "go_backwards", False) == turned:
            raise LayerError("backward_layer.go_backwards", msg("the other way than that of layer"), turned)
        for name in ("stateful", "return_sequences", "return_state"):
            if getattr(back, name, False) != getattr(self.layer, name, False):
                raise LayerError(
                    f"backward_layer.{name}", msg("the same as that of layer"), getattr(back, name, False)
                )

    @property
    def backward(self) -> Layer:
        """The layer that reads backwards."""
        return self.backward_layer or self.layer

    def check(self, inputs: tuple[Shape, ...]) -> None:
        """Check the sequence, and the states it begins with: the forward ones, then the backward ones.

        Raises:
            LayerError: the layer cannot stand on these inputs.
        """
        Layer.check(self, inputs)
        states = (*_states_of(self.layer), *_states_of(self.backward))
        if len(inputs) > 1 and inputs[1:] != states:
            shapes = ", ".join(f"({side},)" for (side,) in states)
            raise LayerError(
                "inputs",
                msg("a sequence, and behind it no states or all: {shapes}", shapes=shapes),
                inputs[1:],
            )

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return one direction's shape; with concat twice its last side."""
        self.check(inputs)
        forward, backward = self.layer.output_shape(inputs[:1]), self.backward.output_shape(inputs[:1])
        if self.merge_mode == "concat":
            if forward[:-1] != backward[:-1]:
                raise LayerError("backward_layer", msg("a layer of the same output"), backward)
            return (*forward[:-1], forward[-1] + backward[-1])
        if forward != backward:
            raise LayerError("backward_layer", msg("a layer of the same output"), backward)
        return forward

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return the arrays of both directions."""
        return (
            *_prefixed("forward", self.layer.weights(inputs)),
            *_prefixed("backward", self.backward.weights(inputs)),
        )

    def macs(self, inputs: tuple[Shape, ...]) -> int:
        """Return those of both directions."""
        return self.layer.macs(inputs) + self.backward.macs(inputs)

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return None: every step may see all others."""
        return None

    def blend(self, inputs: tuple[Shape, ...]) -> Blend | None:
        """Return "all": the last step has seen all others."""
        return "all"

    def derive_params(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return forward + backward with the numbers put in."""
        symbols = (
            Symbol("forward", msg("parameters of {layer}", layer="forward"), self.layer.parameters(inputs)),
            Symbol(
                "backward", msg("parameters of {layer}", layer="backward"), self.backward.parameters(inputs)
            ),
        )
        rule = msg("Two layers of their own, one for each direction of the sequence.")
        return worked("params", rule, "forward + backward", symbols, self.parameters(inputs))

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working: with concat the last sides added up."""
        result = self.output_shape(inputs)
        forward, backward = self.layer.output_shape(inputs[:1]), self.backward.output_shape(inputs[:1])
        before = "".join(f"{side} × " for side in forward[:-1])
        symbols = (
            Symbol("forward", msg("last side of one direction"), forward[-1]),
            Symbol("backward", msg("last side of the other direction"), backward[-1]),
        )
        if self.merge_mode == "concat":
            rule = msg("The outputs of both directions lie one behind the other.")
            joined = "forward + backward"
            formula = f"{before}({joined})" if before else joined
            return worked("output_shape", rule, formula, symbols, result)
        rule = msg("The outputs of both directions are merged value by value.")
        return worked("output_shape", rule, f"{before}forward", symbols[:1], result)

    def derive_macs(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return forward + backward with the numbers put in."""
        symbols = (
            Symbol("forward", msg("multiply-adds of {layer}", layer="forward"), self.layer.macs(inputs)),
            Symbol("backward", msg("multiply-adds of {layer}", layer="backward"), self.backward.macs(inputs)),
        )
        rule = msg("Two layers of their own, one for each direction of the sequence.")
        return worked("macs", rule, "forward + backward", symbols, self.macs(inputs))


@dataclass(frozen=True, slots=True)
class TimeDistributed(Layer):
    """Keras's TimeDistributed: the same layer at every step of the first axis."""

    layer: Layer

    kind: ClassVar[str] = "TimeDistributed"

    def __post_init__(self) -> None:
        object.__setattr__(self, "layer", inner_layer("layer", self.layer))

    def check(self, inputs: tuple[Shape, ...]) -> None:
        """Check that there is a first axis besides what the layer stands on.

        Raises:
            LayerError: the layer cannot stand on these inputs.
        """
        Layer.check(self, inputs)
        if len(inputs[0]) < 2:
            raise LayerError("inputs", msg("a sequence of steps, at least of rank 2"), inputs[0])

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the steps, and the layer's output at each."""
        self.check(inputs)
        return (inputs[0][0], *self.layer.output_shape((inputs[0][1:],)))

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return the arrays of the layer: all steps share them."""
        return self.layer.weights((inputs[0][1:],))

    def macs(self, inputs: tuple[Shape, ...]) -> int:
        """Return steps · those of the layer."""
        return inputs[0][0] * self.layer.macs((inputs[0][1:],))

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return the layer's window at each step; a layer on a row of values sees that of its step."""
        step = inputs[0][1:]
        if len(step) == 1:
            return Window((1,), (1,), (0,))
        one = self.layer.window((step,))
        if one is None:
            return None
        spread = (1, *one.spread) if one.spread else ()
        return Window((1, *one.extent), (1, *one.strides), (0, *one.padding), spread)

    def blend(self, inputs: tuple[Shape, ...]) -> Blend | None:
        """Return "moved" where the layer does away with the grid of a step."""
        return "moved" if self.layer.blend((inputs[0][1:],)) else None

    def derive_params(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working of the layer: all steps share its weights."""
        return self.layer.derive_params((inputs[0][1:],))

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working of the layer with the steps before it."""
        one = self.layer.derive_output_shape((inputs[0][1:],))
        steps = Symbol("steps", msg("steps of the sequence"), inputs[0][0])
        rule = msg("The layer's output, once for each step.")
        result = self.output_shape(inputs)
        found = worked("output_shape", rule, f"steps × {one.formula}", (steps, *one.symbols), result)
        return found.with_numbers(f"{inputs[0][0]} × {one.numbers}")

    def derive_macs(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return steps · one_step with the numbers put in."""
        symbols = (
            Symbol("steps", msg("steps of the sequence"), inputs[0][0]),
            Symbol(
                "one_step", msg("multiply-adds of the layer at one step"), self.layer.macs((inputs[0][1:],))
            ),
        )
        rule = msg("The same layer works at every step.")
        return worked("macs", rule, "steps · one_step", symbols, self.macs(inputs))


@dataclass(frozen=True, slots=True)
class SpectralNormalization(Layer):
    """Keras's SpectralNormalization: the kernel divided by its largest singular value.

    A vector for estimating that value is kept besides the layer's own arrays, not trained; estimating is
    left out of the multiply-adds.
    """

    layer: Layer
    power_iterations: int = 1

    kind: ClassVar[str] = "SpectralNormalization"

    def __post_init__(self) -> None:
        object.__setattr__(self, "layer", inner_layer("layer", self.layer))
        whole("power_iterations", self.power_iterations)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return that of the layer."""
        self.check(inputs)
        self._kernel(inputs)
        return self.layer.output_shape(inputs)

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return the arrays of the layer and vector_u, (1, last side of the kernel)."""
        vector = Weight("vector_u", (1, self._kernel(inputs).shape[-1]), trainable=False)
        return (*self.layer.weights(inputs), vector)

    def macs(self, inputs: tuple[Shape, ...]) -> int:
        """Return those of the layer."""
        return self.layer.macs(inputs)

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return that of the layer."""
        return self.layer.window(inputs)

    def blend(self, inputs: tuple[Shape, ...]) -> Blend | None:
        """Return that of the layer."""
        return self.layer.blend(inputs)

    def derive_params(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return layer + vector with the numbers put in."""
        symbols = (
            Symbol(
                "layer", msg("parameters of {layer}", layer=self.layer.kind), self.layer.parameters(inputs)
            ),
            Symbol("vector", msg("last side of the kernel"), self._kernel(inputs).shape[-1]),
        )
        rule = msg("The parameters of the layer, and one vector, not trained, as long as its kernel is wide.")
        return worked("params", rule, "layer + vector", symbols, self.parameters(inputs))

    def derive_output_shape(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working of the layer."""
        return self.layer.derive_output_shape(inputs)

    def derive_macs(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return the working of the layer."""
        return self.layer.derive_macs(inputs)

    def _kernel(self, inputs: tuple[Shape, ...]) -> Weight:
        """Return the array that is normalised."""
        self.layer.output_shape(inputs)
        for weight in self.layer.weights(inputs):
            if weight.name in ("kernel", "embeddings"):
                return weight
        raise LayerError("layer", msg("a layer with a kernel or embeddings"), self.layer.kind)
