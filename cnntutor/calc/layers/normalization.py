"""BatchNormalization: four vectors, two of them not trained."""

from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import flag, real
from cnntutor.calc.layers.base import Layer, Weight
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import msg


@dataclass(frozen=True, slots=True)
class BatchNormalization(Layer):
    """Keras's BatchNormalization: gamma and beta are trained, moving mean and variance only counted."""

    axis: int = -1
    """The axis normalised, numbered as in Keras: 0 is the batch, so 1 is the first here."""
    momentum: float = 0.99
    epsilon: float = 0.001
    center: bool = True
    scale: bool = True

    kind: ClassVar[str] = "BatchNormalization"

    def __post_init__(self) -> None:
        axis: object = self.axis
        if isinstance(axis, bool) or not isinstance(axis, int):
            raise LayerError("axis", msg("a whole number"), axis)
        object.__setattr__(self, "momentum", real("momentum", self.momentum, 0, 1))
        object.__setattr__(self, "epsilon", real("epsilon", self.epsilon, 0, 1))
        flag("center", self.center)
        flag("scale", self.scale)

    def check(self, inputs: tuple[Shape, ...]) -> None:
        """Check that the axis exists and is not the batch.

        Raises:
            LayerError: there is no such axis.
        """
        Layer.check(self, inputs)
        axis_index("axis", self.axis, len(inputs[0]))

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return gamma (scale), beta (center), moving_mean and moving_variance."""
        channels = (self._channels(inputs),)
        trained = [
            Weight(name, channels) for name, used in (("gamma", self.scale), ("beta", self.center)) if used
        ]
        moving = [Weight(name, channels, trainable=False) for name in ("moving_mean", "moving_variance")]
        return (*trained, *moving)

    def derive_params(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return vectors · channels with the numbers put in."""
        symbols = (
            Symbol("vectors", msg("vectors kept"), 2 + self.center + self.scale),
            Symbol("channels", msg("channels of the input"), self._channels(inputs)),
        )
        if self.center and self.scale:
            rule = msg(
                "Four numbers a channel: gamma and beta are trained, moving mean and moving variance are not."
            )
        else:
            rule = msg(
                "Each channel has a moving mean and a moving variance, not trained, and gamma or beta only"
                " where scale or center ask for them."
            )
        return worked("params", rule, "vectors · channels", symbols, self.parameters(inputs))

    def _channels(self, inputs: tuple[Shape, ...]) -> int:
        """Return the length of the normalised axis."""
        return inputs[0][axis_index("axis", self.axis, len(inputs[0]))]


def axis_index(argument: str, axis: int, rank: int) -> int:
    """Return where in a shape without batch Keras's axis lies.

    Raises:
        LayerError: it is the batch (0), or beyond the shape.
    """
    if not (1 <= axis <= rank or -rank <= axis <= -1):
        raise LayerError(
            argument,
            msg("from 1 to {rank}, or from -{rank} to -1 (0 is the batch)", rank=str(rank)),
            axis,
        )
    return axis - 1 if axis > 0 else rank + axis
