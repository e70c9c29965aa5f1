"""From the figure's name and options in a page to its first state."""

from collections.abc import Callable, Mapping

from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape, parse_shape
from cnntutor.course.figures.connections import WIRINGS, Connections
from cnntutor.course.figures.stepper import KERNELS, Stepper, drawing
from cnntutor.course.figures.walk import Walk, walk_through
from cnntutor.course.networks import Networks, UnknownNumber
from cnntutor.errors import NotUnderstood
from cnntutor.i18n import Message, msg

Figure = Stepper | Connections | Walk

LARGEST_SIDE = 12
"""Widest input of a stepper, in cells: more cannot be read."""
LARGEST_INPUT = 64
"""Widest input of a connections figure."""

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
    if name not in _OPENERS:
        raise NotUnderstood(
            msg("There is no figure {name}; use one of {names}.", name=name[:40], names=", ".join(_OPENERS))
        )
    for key in options:
        if key not in FIGURE_OPTIONS[name]:
            raise _refused(name, key, msg("one of {keys}", keys=", ".join(FIGURE_OPTIONS[name])))
    try:
        return _OPENERS[name](options)
    except UnknownNumber as problem:
        raise NotUnderstood(msg("Figure {name}: {problem}", name=name, problem=problem.message)) from None
    except LayerError as problem:
        raise NotUnderstood(msg("Figure {name}: {problem}.", name=name, problem=problem.message)) from None


def _stepper(options: Mapping[str, str]) -> Stepper:
    """Return a convolution stepper."""
    kernel = options.get("kernel", "vertical-edge")
    if kernel not in KERNELS:
        raise _refused("stepper", "kernel", msg("one of {keys}", keys=", ".join(KERNELS)))
    side = len(KERNELS[kernel])
    size = _whole("stepper", options, "size", 6, (side, LARGEST_SIDE))
    return Stepper(
        drawing(size),
        KERNELS[kernel],
        stride=_whole("stepper", options, "stride", 1, (1, size)),
        padding=_whole("stepper", options, "padding", 0, (0, side - 1)),
        bias=_whole("stepper", options, "bias", 0, (-9, 9)),
    )


def _connections(options: Mapping[str, str]) -> Connections:
    """Return the connections of a small convolution, or of a layer of a network."""
    wiring = next((each for each in WIRINGS if each == options.get("wiring", "dense")), None)
    if wiring is None:
        raise _refused("connections", "wiring", msg("one of {keys}", keys=", ".join(WIRINGS)))
    if "layer" in options:
        for key in ("input", "kernel", "filters"):
            if key in options:
                raise _refused("connections", key, msg("left out where layer is given"))
        network, _, name = options["layer"].partition("/")
        networks = Networks()
        shape = networks.layer(network, name).input_shapes[0]
        layer = networks.report(network).network.node(name).layer
        if not isinstance(layer, Conv2D) or layer.padding != "valid" or layer.groups != 1:
            raise _refused("connections", "layer", msg("a Conv2D with padding valid and without groups"))
        if not layer.use_bias or layer.dilation_rate != (1, 1):
            raise _refused("connections", "layer", msg("a Conv2D with bias and without dilation"))
        kernel_size, filters, strides = layer.kernel_size, layer.filters, layer.strides
        title = f"{network} · {name}"
    else:
        shape = _shape("connections", options, "input", (8, 8, 1))
        side = _whole("connections", options, "kernel", 3, (1, LARGEST_INPUT))
        kernel_size, strides, title = (side, side), (1, 1), ""
        filters = _whole("connections", options, "filters", 1, (1, 4096))
    if len(shape) != 3 or max(shape[:2]) > LARGEST_INPUT:
        allowed = msg("height x width x channels, sides up to {side}", side=LARGEST_INPUT)
        raise _refused("connections", "layer" if "layer" in options else "input", allowed)
    figure = Connections(shape, kernel_size, filters, wiring, strides=strides, title=title)
    _ = figure.output_shape  # raises LayerError where the kernel does not fit
    return figure


def _walk(options: Mapping[str, str]) -> Walk:
    """Return a walk through a network."""
    if "network" not in options:
        raise _refused("walk", "network", msg("the slug of a network"))
    name = options["network"]
    if "input" in options:
        shape = _shape("walk", options, "input", ())
        name = f"{name}@{'x'.join(str(side) for side in shape)}"
    return walk_through(Networks().report(name), name)


_OPENERS: Mapping[str, Callable[[Mapping[str, str]], Figure]] = {
    "stepper": _stepper,
    "connections": _connections,
    "walk": _walk,
}


def _refused(name: str, key: str, allowed: Message) -> NotUnderstood:
    """Return the refusal of an option."""
    return NotUnderstood(
        msg("Figure {name}: {key} must be {allowed}.", name=name, key=key[:40], allowed=allowed)
    )


def _whole(name: str, options: Mapping[str, str], key: str, default: int, bounds: tuple[int, int]) -> int:
    """Return a whole number among the options."""
    low, high = bounds
    text = options.get(key, str(default))
    try:
        value = int(text) if len(text) < 9 else high + 1
    except ValueError:
        value = high + 1
    if not low <= value <= high:
        raise _refused(name, key, msg("a whole number from {low} to {high}", low=low, high=high))
    return value


def _shape(name: str, options: Mapping[str, str], key: str, default: Shape) -> Shape:
    """Return a shape among the options."""
    if key not in options:
        return default
    try:
        return parse_shape(options[key])
    except ValueError:
        raise _refused(name, key, msg("a shape such as 8x8x1")) from None
