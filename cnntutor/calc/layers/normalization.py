"""Normalisations: BatchNormalization keeps four vectors, two not trained; the others one or two."""

from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import axis as axis_number
from cnntutor.calc.layers.arguments import axis_or_axes, flag, real, whole
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
    renorm: bool = False

    kind: ClassVar[str] = "BatchNormalization"

    def __post_init__(self) -> None:
        axis: object = self.axis
        if isinstance(axis, bool) or not isinstance(axis, int):
            raise LayerError("axis", msg("a whole number"), axis)
        object.__setattr__(self, "momentum", real("momentum", self.momentum, 0, 1))
        object.__setattr__(self, "epsilon", real("epsilon", self.epsilon, 0, 1))
        flag("center", self.center)
        flag("scale", self.scale)
        flag("renorm", self.renorm)

    def check(self, inputs: tuple[Shape, ...]) -> None:
        """Check that the axis exists and is not the batch.

        Raises:
            LayerError: there is no such axis.
        """
        Layer.check(self, inputs)
        axis_index("axis", self.axis, len(inputs[0]))

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return gamma (scale), beta (center), moving_mean and moving_variance; with renorm three more."""
        channels = (self._channels(inputs),)
        trained = [
            Weight(name, channels) for name, used in (("gamma", self.scale), ("beta", self.center)) if used
        ]
        statistics = (
            "moving_mean",
            "moving_variance",
            *(("moving_stddev", "renorm_mean", "renorm_stddev") if self.renorm else ()),
        )
        moving = [Weight(name, channels, trainable=False) for name in statistics]
        return (*trained, *moving)

    def derive_params(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return vectors · channels with the numbers put in."""
        symbols = (
            Symbol("vectors", msg("vectors kept"), len(self.weights(inputs))),
            Symbol("channels", msg("channels of the input"), self._channels(inputs)),
        )
        if self.center and self.scale and not self.renorm:
            rule = msg(
                "Four numbers a channel: gamma and beta are trained, moving mean and moving variance are not."
            )
        elif self.renorm:
            rule = msg(
                "Each channel has a moving mean and a moving variance, three more for renorm, all not"
                " trained, and gamma or beta where scale or center ask for them."
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


def axis_indices(argument: str, axes: int | tuple[int, ...], rank: int) -> tuple[int, ...]:
    """Return where in a shape without batch Keras's axes lie, in rising order.

    Raises:
        LayerError: one is the batch (0), or beyond the shape, or stands twice.
    """
    numbers = axes if isinstance(axes, tuple) else (axes,)
    found = sorted({axis_index(argument, each, rank) for each in numbers})
    if len(found) != len(numbers):
        raise LayerError(argument, msg("different whole numbers"), axes)
    return tuple(found)


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


class _OneSample(Layer):
    """What the normalisations have in common that look at one sample only: vectors along some axes."""

    __slots__ = ()

    axis: int | tuple[int, ...]
    epsilon: float
    center: bool
    scale: bool
    several: ClassVar[bool] = True
    """Whether axis may name several axes."""

    def __post_init__(self) -> None:
        number = axis_or_axes if self.several else axis_number
        object.__setattr__(self, "axis", number("axis", self.axis))
        object.__setattr__(self, "epsilon", real("epsilon", self.epsilon, 0, 1))
        flag("center", getattr(self, "center", False))
        flag("scale", getattr(self, "scale", True))

    def check(self, inputs: tuple[Shape, ...]) -> None:
        """Check that the axes exist.

        Raises:
            LayerError: there is no such axis.
        """
        Layer.check(self, inputs)
        axis_indices("axis", self.axis, len(inputs[0]))

    def sides(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the sides along the axes."""
        return tuple(inputs[0][each] for each in axis_indices("axis", self.axis, len(inputs[0])))

    def vectors(self) -> tuple[str, ...]:
        """Return the names of the arrays that are trained."""
        return tuple(
            name
            for name, used in (
                ("gamma", getattr(self, "scale", True)),
                ("beta", getattr(self, "center", False)),
            )
            if used
        )

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return gamma (scale) and beta (center)."""
        return tuple(Weight(name, self.sides(inputs)) for name in self.vectors())

    def derive_params(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return arrays · sides with the numbers put in."""
        names = self.vectors()
        if not names:
            return Layer.derive_params(self, inputs)
        sides = tuple(
            Symbol(f"side_{number}", msg("side of the input along an axis of axis"), side)
            for number, side in enumerate(self.sides(inputs), start=1)
        )
        arrays = Symbol("arrays", msg("arrays that are trained: {names}", names=", ".join(names)), len(names))
        rule = msg(
            "One trained number for each place along axis in every array; the statistics are taken afresh"
            " from each sample and not kept."
        )
        formula = " · ".join(each.name for each in (arrays, *sides))
        return worked("params", rule, formula, (arrays, *sides), self.parameters(inputs))


@dataclass(frozen=True, slots=True)
class LayerNormalization(_OneSample):
    """Keras's LayerNormalization: along axis, or several, of one sample."""

    axis: int | tuple[int, ...] = -1
    epsilon: float = 0.001
    center: bool = True
    scale: bool = True

    kind: ClassVar[str] = "LayerNormalization"


@dataclass(frozen=True, slots=True)
class RMSNormalization(_OneSample):
    """Keras's RMSNormalization: divided by the root of the mean square; only a scale is trained."""

    axis: int | tuple[int, ...] = -1
    epsilon: float = 1e-06

    kind: ClassVar[str] = "RMSNormalization"

    def vectors(self) -> tuple[str, ...]:
        """Return the name of the one array."""
        return ("scale",)


@dataclass(frozen=True, slots=True)
class GroupNormalization(_OneSample):
    """Keras's GroupNormalization: the channels in groups; groups=-1 makes each channel a group."""

    groups: int = 32
    axis: int = -1
    epsilon: float = 0.001
    center: bool = True
    scale: bool = True

    kind: ClassVar[str] = "GroupNormalization"
    several: ClassVar[bool] = False

    def __post_init__(self) -> None:
        _OneSample.__post_init__(self)
        if self.groups != -1:
            whole("groups", self.groups)

    def check(self, inputs: tuple[Shape, ...]) -> None:
        """Check that the groups divide the channels.

        Raises:
            LayerError: they do not, or there is no such axis.
        """
        _OneSample.check(self, inputs)
        depth = self.sides(inputs)[0]
        if depth == 0 or (self.groups != -1 and depth % self.groups):
            raise LayerError(
                "groups",
                msg("a divisor of the number of input channels, {channels}", channels=str(depth)),
                self.groups,
            )


@dataclass(frozen=True, slots=True)
class UnitNormalization(_OneSample):
    """Keras's UnitNormalization: every vector along axis becomes one of length 1; nothing to learn."""

    axis: int | tuple[int, ...] = -1

    kind: ClassVar[str] = "UnitNormalization"

    def __post_init__(self) -> None:
        object.__setattr__(self, "axis", axis_or_axes("axis", self.axis))

    def vectors(self) -> tuple[str, ...]:
        """Return nothing."""
        return ()
