"""LayerScale and CustomScaleLayer, layers of keras.applications."""

from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import real, whole
from cnntutor.calc.layers.base import Layer, Weight
from cnntutor.calc.layers.merging import ValueByValue
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import msg


@dataclass(frozen=True, slots=True)
class LayerScale(Layer):
    """The LayerScale of keras.applications (ConvNeXt): one trained factor for each channel."""

    init_values: float
    projection_dim: int

    kind: ClassVar[str] = "LayerScale"

    def __post_init__(self) -> None:
        real("init_values", self.init_values, -1e9, 1e9)
        whole("projection_dim", self.projection_dim)

    def check(self, inputs: tuple[Shape, ...]) -> None:
        """Check that there is a factor for each channel.

        Raises:
            LayerError: there is not.
        """
        Layer.check(self, inputs)
        if inputs[0][-1] not in (1, self.projection_dim) and self.projection_dim != 1:
            raise LayerError(
                "projection_dim",
                msg("the number of input channels, {channels}", channels=str(inputs[0][-1])),
                self.projection_dim,
            )

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        """Return the input's shape."""
        self.check(inputs)
        return (*inputs[0][:-1], max(inputs[0][-1], self.projection_dim))

    def weights(self, inputs: tuple[Shape, ...]) -> tuple[Weight, ...]:
        """Return gamma, (projection_dim,)."""
        return (Weight("gamma", (self.projection_dim,)),)

    def derive_params(self, inputs: tuple[Shape, ...]) -> Derivation:
        """Return projection_dim."""
        symbols = (Symbol("projection_dim", msg("channels of the input"), self.projection_dim),)
        return worked(
            "params",
            msg("One trained factor for each channel."),
            "projection_dim",
            symbols,
            self.projection_dim,
        )


@dataclass(frozen=True, slots=True)
class CustomScaleLayer(ValueByValue):
    """The CustomScaleLayer of keras.applications (InceptionResNetV2): x + scale · branch."""

    scale: float

    kind: ClassVar[str] = "CustomScaleLayer"
    most_inputs: ClassVar[int | None] = 2

    def __post_init__(self) -> None:
        real("scale", self.scale, -1e9, 1e9)
