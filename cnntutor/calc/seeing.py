"""The working of a receptive field: which windows on the way to a layer make it as large as it is."""

from cnntutor.calc.analysis import LayerReport, NetworkReport
from cnntutor.calc.layers.base import Window
from cnntutor.calc.receptive import ReceptiveField, Scattered, hull
from cnntutor.calc.working import Derivation, Symbol, worked
from cnntutor.i18n import Message, msg

_LETTERS = ("h", "w", "d")


def _letter(axis: int) -> str:
    """Return what an axis is called in a symbol: a letter as far as there are any, then its number."""
    return _LETTERS[axis] if axis < len(_LETTERS) else str(axis + 1)


def derive_field(report: NetworkReport, layer: LayerReport) -> Derivation:
    """Return the working of the side lengths of a layer's receptive field.

    Args:
        report: The numbers of the network.
        layer: Those of the layer.
    """
    field = layer.receptive_field
    if field is None:
        return worked("receptive_field", _why_none(report, layer), "–", (), None)
    if field.is_global:
        return _derive_global(report, layer, field)
    window = report.network.node(layer.name).layer.window(layer.input_shapes)
    before = hull(tuple(_field(report, name) for name in layer.inputs))
    if window is None or before is None:
        raise ValueError(f"layer {layer.name} has a receptive field but no window")
    symbols: list[Symbol] = []
    terms: list[str] = []
    for axis in range(len(field.size)):
        if before.phases:
            term, found = _uneven_side(field, before, window, axis)
        else:
            term, found = _even_side(before, window, axis)
        symbols += found
        terms.append(f"({term})" if len(field.size) > 1 else term)
    rule = _rule(report, layer, before, window)
    return worked("receptive_field", rule, " × ".join(terms), tuple(symbols), field.size)


def _why_none(report: NetworkReport, layer: LayerReport) -> Message:
    """Return in words why a layer has no field."""
    if len(layer.output_shape) > 1:
        return msg(
            "From here on no one window describes every output: its positions stand in no even grid on"
            " the image, or each may see all of it."
        )
    if isinstance(report.sights.get(layer.name), Scattered):
        return msg("Height and width are gone: each value sees what it saw at its place before.")
    return msg("Height and width are gone: every output may see the whole image.")


def _derive_global(report: NetworkReport, layer: LayerReport, field: ReceptiveField) -> Derivation:
    """Return the working of a field that all outputs share: from the first pixel seen to the last."""
    symbols: list[Symbol] = []
    terms: list[str] = []
    for axis, (size, start) in enumerate(zip(field.size, field.start, strict=True)):
        first, last = (f"{name}_{_letter(axis)}" for name in ("first", "last"))
        symbols += [
            Symbol(last, msg("last pixel of the image that any position sees"), start + size - 1),
            Symbol(first, msg("first pixel of the image that any position sees"), start),
        ]
        term = f"{last} − {first} + 1"
        terms.append(f"({term})" if len(field.size) > 1 else term)
    wide = next((name for name in layer.inputs if _field(report, name) == field), None)
    rule = (
        msg("Every output depends on every position of the input: on all that they saw together.")
        if wide is None
        else msg(
            "What {layer} puts out has seen this much already, so every output here has too.", layer=wide
        )
    )
    return worked("receptive_field", rule, " × ".join(terms), tuple(symbols), field.size)


def _even_side(before: ReceptiveField, window: Window, axis: int) -> tuple[str, list[Symbol]]:
    """Return the term of one side, and its symbols, where all positions of the input see as much."""
    size, extent, jump, spread = (
        f"{name}_{_letter(axis)}" for name in ("field", "window", "jump", "stretch")
    )
    symbols = [Symbol(size, msg("receptive field of the input of this layer"), before.size[axis])]
    step = Symbol(jump, msg("pixels between two of those positions"), int(before.jump[axis]))
    if window.spread:
        symbols += [
            Symbol(
                extent,
                msg("places the window looks at, gaps between the inputs among them"),
                window.extent[axis],
            ),
            Symbol(spread, msg("places from one input position to the next"), window.spread[axis]),
            step,
        ]
        return f"{size} + (⌈{extent} / {spread}⌉ − 1) · {jump}", symbols
    symbols += [Symbol(extent, msg("positions of its input that this layer sees"), window.extent[axis]), step]
    return f"{size} + ({extent} − 1) · {jump}", symbols


def _uneven_side(
    field: ReceptiveField, before: ReceptiveField, window: Window, axis: int
) -> tuple[str, list[Symbol]]:
    """Return the term of one side, and its symbols, where positions of the input see different numbers."""
    steps = field.steps(axis)
    output = steps.largest
    place = output * window.strides[axis] - window.padding[axis]
    spread = window.spread[axis] if window.spread else 1
    below = before.steps(axis)
    inputs = range(-(-place // spread), (place + window.extent[axis] - 1) // spread + 1)
    seeing = [position for position in inputs if below.sees(position)]
    first, last = (f"{name}_{_letter(axis)}" for name in ("first", "last"))
    ends = (below.span(seeing[0])[0], below.span(seeing[-1])[1])
    symbols = [
        Symbol(
            last, msg("last pixel that position {position} of the input sees", position=seeing[-1]), ends[1]
        ),
        Symbol(
            first, msg("first pixel that position {position} of the input sees", position=seeing[0]), ends[0]
        ),
    ]
    return f"{last} − {first} + 1", symbols


def _rule(report: NetworkReport, layer: LayerReport, before: ReceptiveField, window: Window) -> Message:
    """Return the rule in words; where branches meet, the branch on the longest path is named."""
    if len(layer.inputs) > 1:
        for name in layer.inputs:
            seen = _field(report, name)
            if seen is not None and (seen.size, seen.start) == (before.size, before.start):
                return msg(
                    "Where branches meet, the field is the smallest that holds the fields of all: here that"
                    " of {layer}, the longest path.",
                    layer=name,
                )
        return msg("Where branches meet, the field is the smallest that holds the fields of all.")
    if before.phases:
        return msg(
            "Behind an upsampling, outputs see more or less by where they stand: for the one that sees most,"
            " take the last pixel its window reaches, and the first."
        )
    if window.spread:
        return msg(
            "Upsampling spreads the input positions: the window meets only some of them, at most its length"
            " divided by their distance, rounded up."
        )
    return msg(
        "Every position the window has beyond its first adds one jump to the field of the layer before."
    )


def _field(report: NetworkReport, name: str) -> ReceptiveField | None:
    """Return the field of an earlier node."""
    seen = report.sights.get(name)
    return seen if isinstance(seen, ReceptiveField) else None
