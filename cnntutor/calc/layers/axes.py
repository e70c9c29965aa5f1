"""Height, width and their like: names of the spatial axes, and where they lie in a shape.

Symbols take the first letter of the axis: kernel_h and kernel_w for height and width, kernel_l for the one
axis of a sequence, and kernel_d for the depth of a volume.
"""

from cnntutor.calc.shapes import Shape
from cnntutor.i18n import msg

SPATIAL: dict[int, tuple[str, ...]] = {
    1: ("length",),
    2: ("height", "width"),
    3: ("depth", "height", "width"),
}
"""Names of the spatial axes by their number."""

INPUT_SIDES = {
    "length": msg("input length"),
    "height": msg("input height"),
    "width": msg("input width"),
    "depth": msg("input depth"),
}
OUTPUT_SIDES = {
    "length": msg("output length"),
    "height": msg("output height"),
    "width": msg("output width"),
    "depth": msg("output depth"),
}
KERNEL_SIDES = {
    "length": msg("kernel length"),
    "height": msg("kernel height"),
    "width": msg("kernel width"),
    "depth": msg("kernel depth"),
}
WINDOW_SIDES = {
    "length": msg("window length"),
    "height": msg("window height"),
    "width": msg("window width"),
    "depth": msg("window depth"),
}
STEPS = {
    "length": msg("step along"),
    "height": msg("step down"),
    "width": msg("step across"),
    "depth": msg("step in depth"),
}


def spatial(shape: Shape, data_format: str | None) -> Shape:
    """Return the sides without the channels; data_format None stands for channels_last."""
    return shape[1:] if data_format == "channels_first" else shape[:-1]


def channels(shape: Shape, data_format: str | None) -> int:
    """Return the number of channels."""
    return shape[0] if data_format == "channels_first" else shape[-1]


def joined(sides: Shape, channel_count: int, data_format: str | None) -> Shape:
    """Return the shape of sides and channels in the order of the data format."""
    return (channel_count, *sides) if data_format == "channels_first" else (*sides, channel_count)


def joined_terms(terms: list[str], last: str, data_format: str | None) -> str:
    """Return the formula of a shape from the formulas of its sides."""
    return " × ".join((last, *terms) if data_format == "channels_first" else (*terms, last))
