"""Augmentation of images: in training each image is changed by chance; nothing to learn, shapes stay."""

import dataclasses
from dataclasses import dataclass
from typing import ClassVar

from cnntutor.calc.layers.arguments import plain
from cnntutor.calc.layers.base import Layer, Window
from cnntutor.calc.shapes import Shape


class Augmentation(Layer):
    """What they have in common; arguments are kept as they are given."""

    __slots__ = ()

    rank: ClassVar[int | None] = 3

    def __post_init__(self) -> None:
        if dataclasses.is_dataclass(self):
            for each in dataclasses.fields(self):
                object.__setattr__(self, each.name, plain(each.name, getattr(self, each.name)))

    def window(self, inputs: tuple[Shape, ...]) -> Window | None:
        """Return one place: outside of training the image stays as it is."""
        return Layer.window(self, inputs)


@dataclass(frozen=True, slots=True)
class AugMix(Augmentation):
    """Keras's AugMix: mixes several chains of changes."""

    value_range: object = (0, 255)
    num_chains: object = 3
    chain_depth: object = 3
    factor: object = 0.3
    alpha: object = 1.0
    all_ops: object = True
    interpolation: object = "bilinear"
    data_format: object = None

    kind: ClassVar[str] = "AugMix"


@dataclass(frozen=True, slots=True)
class AutoContrast(Augmentation):
    """Keras's AutoContrast: stretches the contrast of each channel."""

    value_range: object = (0, 255)

    kind: ClassVar[str] = "AutoContrast"


@dataclass(frozen=True, slots=True)
class ContrastLimitedAdaptiveHistogramEqualization(Augmentation):
    """Keras's ContrastLimitedAdaptiveHistogramEqualization: evens out contrast tile by tile."""

    value_range: object = (0, 255)
    clip_limit: object = 4.0
    tile_grid_size: object = (8, 8)
    data_format: object = None

    kind: ClassVar[str] = "ContrastLimitedAdaptiveHistogramEqualization"


@dataclass(frozen=True, slots=True)
class CutMix(Augmentation):
    """Keras's CutMix: pastes pieces of other images."""

    factor: object = 1.0
    data_format: object = None

    kind: ClassVar[str] = "CutMix"


@dataclass(frozen=True, slots=True)
class Equalization(Augmentation):
    """Keras's Equalization: evens out the histogram."""

    value_range: object = (0, 255)
    bins: object = 256
    data_format: object = None

    kind: ClassVar[str] = "Equalization"


@dataclass(frozen=True, slots=True)
class MixUp(Augmentation):
    """Keras's MixUp: blends pairs of images."""

    alpha: object = 0.2
    data_format: object = None

    kind: ClassVar[str] = "MixUp"


@dataclass(frozen=True, slots=True)
class RandAugment(Augmentation):
    """Keras's RandAugment: makes changes picked by chance."""

    value_range: object = (0, 255)
    num_ops: object = 2
    factor: object = 0.5
    interpolation: object = "bilinear"
    data_format: object = None

    kind: ClassVar[str] = "RandAugment"


@dataclass(frozen=True, slots=True)
class RandomBrightness(Augmentation):
    """Keras's RandomBrightness: lighter or darker."""

    factor: object
    value_range: object = (0, 255)

    kind: ClassVar[str] = "RandomBrightness"


@dataclass(frozen=True, slots=True)
class RandomColorDegeneration(Augmentation):
    """Keras's RandomColorDegeneration: paler colours."""

    factor: object
    value_range: object = (0, 255)
    data_format: object = None

    kind: ClassVar[str] = "RandomColorDegeneration"


@dataclass(frozen=True, slots=True)
class RandomColorJitter(Augmentation):
    """Keras's RandomColorJitter: changes of colour."""

    value_range: object = (0, 255)
    brightness_factor: object = None
    contrast_factor: object = None
    saturation_factor: object = None
    hue_factor: object = None
    data_format: object = None

    kind: ClassVar[str] = "RandomColorJitter"


@dataclass(frozen=True, slots=True)
class RandomContrast(Augmentation):
    """Keras's RandomContrast: more or less contrast."""

    factor: object
    value_range: object = (0, 255)

    kind: ClassVar[str] = "RandomContrast"


@dataclass(frozen=True, slots=True)
class RandomElasticTransform(Augmentation):
    """Keras's RandomElasticTransform: bends the image."""

    factor: object = 1.0
    scale: object = 1.0
    interpolation: object = "bilinear"
    fill_mode: object = "reflect"
    fill_value: object = 0.0
    value_range: object = (0, 255)
    data_format: object = None

    kind: ClassVar[str] = "RandomElasticTransform"


@dataclass(frozen=True, slots=True)
class RandomErasing(Augmentation):
    """Keras's RandomErasing: wipes out a rectangle."""

    factor: object = 1.0
    scale: object = (0.02, 0.33)
    fill_value: object = None
    value_range: object = (0, 255)
    data_format: object = None

    kind: ClassVar[str] = "RandomErasing"


@dataclass(frozen=True, slots=True)
class RandomFlip(Augmentation):
    """Keras's RandomFlip: mirrors the image."""

    mode: object = "horizontal_and_vertical"
    data_format: object = None

    kind: ClassVar[str] = "RandomFlip"


@dataclass(frozen=True, slots=True)
class RandomGaussianBlur(Augmentation):
    """Keras's RandomGaussianBlur: blurs."""

    factor: object = 1.0
    kernel_size: object = 3
    sigma: object = 1.0
    value_range: object = (0, 255)
    data_format: object = None

    kind: ClassVar[str] = "RandomGaussianBlur"


@dataclass(frozen=True, slots=True)
class RandomGrayscale(Augmentation):
    """Keras's RandomGrayscale: takes the colours away."""

    factor: object = 0.5
    data_format: object = None

    kind: ClassVar[str] = "RandomGrayscale"


@dataclass(frozen=True, slots=True)
class RandomHue(Augmentation):
    """Keras's RandomHue: turns the hue."""

    factor: object
    value_range: object = (0, 255)
    data_format: object = None

    kind: ClassVar[str] = "RandomHue"


@dataclass(frozen=True, slots=True)
class RandomInvert(Augmentation):
    """Keras's RandomInvert: inverts the values."""

    factor: object = 1.0
    value_range: object = (0, 255)
    data_format: object = None

    kind: ClassVar[str] = "RandomInvert"


@dataclass(frozen=True, slots=True)
class RandomPerspective(Augmentation):
    """Keras's RandomPerspective: tilts the image."""

    factor: object = 1.0
    scale: object = 1.0
    interpolation: object = "bilinear"
    fill_value: object = 0.0
    data_format: object = None

    kind: ClassVar[str] = "RandomPerspective"


@dataclass(frozen=True, slots=True)
class RandomPosterization(Augmentation):
    """Keras's RandomPosterization: fewer steps of brightness."""

    factor: object
    value_range: object = (0, 255)
    data_format: object = None

    kind: ClassVar[str] = "RandomPosterization"


@dataclass(frozen=True, slots=True)
class RandomRotation(Augmentation):
    """Keras's RandomRotation: turns the image."""

    factor: object
    fill_mode: object = "reflect"
    interpolation: object = "bilinear"
    fill_value: object = 0.0
    data_format: object = None

    kind: ClassVar[str] = "RandomRotation"


@dataclass(frozen=True, slots=True)
class RandomSaturation(Augmentation):
    """Keras's RandomSaturation: more or less colour."""

    factor: object
    value_range: object = (0, 255)
    data_format: object = None

    kind: ClassVar[str] = "RandomSaturation"


@dataclass(frozen=True, slots=True)
class RandomSharpness(Augmentation):
    """Keras's RandomSharpness: sharper or softer."""

    factor: object
    value_range: object = (0, 255)
    data_format: object = None

    kind: ClassVar[str] = "RandomSharpness"


@dataclass(frozen=True, slots=True)
class RandomShear(Augmentation):
    """Keras's RandomShear: slants the image."""

    x_factor: object = 0.0
    y_factor: object = 0.0
    interpolation: object = "bilinear"
    fill_mode: object = "reflect"
    fill_value: object = 0.0
    data_format: object = None

    kind: ClassVar[str] = "RandomShear"


@dataclass(frozen=True, slots=True)
class RandomTranslation(Augmentation):
    """Keras's RandomTranslation: moves the image."""

    height_factor: object
    width_factor: object
    fill_mode: object = "reflect"
    interpolation: object = "bilinear"
    fill_value: object = 0.0
    data_format: object = None

    kind: ClassVar[str] = "RandomTranslation"


@dataclass(frozen=True, slots=True)
class RandomZoom(Augmentation):
    """Keras's RandomZoom: nearer or further."""

    height_factor: object
    width_factor: object = None
    fill_mode: object = "reflect"
    interpolation: object = "bilinear"
    fill_value: object = 0.0
    data_format: object = None

    kind: ClassVar[str] = "RandomZoom"


@dataclass(frozen=True, slots=True)
class Solarization(Augmentation):
    """Keras's Solarization: inverts bright values."""

    addition_factor: object = 0.0
    threshold_factor: object = 0.0
    value_range: object = (0, 255)

    kind: ClassVar[str] = "Solarization"
