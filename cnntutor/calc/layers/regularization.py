"""Layers that work in training only: dropouts, noise, penalties; nothing to learn, shapes stay."""

from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import data_format, real
from cnntutor.calc.layers.base import Layer


class _Rate(Layer):
    """What the dropouts have in common: the share that is dropped."""

    __slots__ = ()

    rate: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "rate", real("rate", self.rate, 0, 1))


@dataclass(frozen=True, slots=True)
class AlphaDropout(_Rate):
    """Keras's AlphaDropout: keeps mean and variance, for SELU."""

    rate: float

    kind: ClassVar[str] = "AlphaDropout"


@dataclass(frozen=True, slots=True)
class GaussianDropout(_Rate):
    """Keras's GaussianDropout: values times noise around 1."""

    rate: float

    kind: ClassVar[str] = "GaussianDropout"


@dataclass(frozen=True, slots=True)
class SpatialDropout1D(_Rate):
    """Keras's SpatialDropout1D: whole channels of a sequence are dropped."""

    rate: float

    kind: ClassVar[str] = "SpatialDropout1D"
    rank: ClassVar[int | None] = 2


@dataclass(frozen=True, slots=True)
class SpatialDropout2D(_Rate):
    """Keras's SpatialDropout2D: whole channels of an image are dropped."""

    rate: float
    data_format: str | None = None

    kind: ClassVar[str] = "SpatialDropout2D"
    rank: ClassVar[int | None] = 3

    def __post_init__(self) -> None:
        _Rate.__post_init__(self)
        object.__setattr__(self, "data_format", data_format("data_format", self.data_format))


@dataclass(frozen=True, slots=True)
class SpatialDropout3D(_Rate):
    """Keras's SpatialDropout3D: whole channels of a volume are dropped."""

    rate: float
    data_format: str | None = None

    kind: ClassVar[str] = "SpatialDropout3D"
    rank: ClassVar[int | None] = 4

    def __post_init__(self) -> None:
        _Rate.__post_init__(self)
        object.__setattr__(self, "data_format", data_format("data_format", self.data_format))


@dataclass(frozen=True, slots=True)
class GaussianNoise(Layer):
    """Keras's GaussianNoise: noise is added."""

    stddev: float

    kind: ClassVar[str] = "GaussianNoise"

    def __post_init__(self) -> None:
        object.__setattr__(self, "stddev", real("stddev", self.stddev, 0, 1))


@dataclass(frozen=True, slots=True)
class ActivityRegularization(Layer):
    """Keras's ActivityRegularization: large values cost."""

    l1: float = 0.0
    l2: float = 0.0

    kind: ClassVar[str] = "ActivityRegularization"

    def __post_init__(self) -> None:
        object.__setattr__(self, "l1", real("l1", self.l1, 0, 1e9))
        object.__setattr__(self, "l2", real("l2", self.l2, 0, 1e9))


@dataclass(frozen=True, slots=True)
class StochasticDepth(Layer):
    """The StochasticDepth of keras.applications: in training whole samples of a branch are dropped."""

    drop_path_rate: float

    kind: ClassVar[str] = "StochasticDepth"

    def __post_init__(self) -> None:
        object.__setattr__(self, "drop_path_rate", real("drop_path_rate", self.drop_path_rate, 0, 1))
