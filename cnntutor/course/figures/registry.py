"""From the figure's name and options in a page to its first state."""

from collections.abc import Mapping

from cnntutor.course.figures.connections import Connections
from cnntutor.course.figures.stepper import Stepper
from cnntutor.course.figures.walk import Walk

Figure = Stepper | Connections | Walk

FIGURE_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "stepper": ("kernel", "size", "stride", "padding", "bias"),
    "connections": ("input", "kernel", "filters", "wiring", "layer"),
    "walk": ("network", "input"),
}
"""Every figure by name with the options it takes.

stepper: `kernel=vertical-edge size=6 stride=1 padding=0 bias=0` (size is the side of the input).
connections: `input=8x8x1 kernel=3 filters=1 wiring=dense`, or `layer=lenet5/conv1` for a layer of a network.
walk: `network=lenet5`, with `input=32x32x3` for another input.
"""


def open_figure(name: str, options: Mapping[str, str]) -> Figure:
    """Return the first state of a figure.

    Raises:
        NotUnderstood: there is no such figure, or an option is unknown or malformed.
    """
    raise NotImplementedError
