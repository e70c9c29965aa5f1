"""The calculator's answers as plain lines: a table like a Keras summary, and the working of a layer."""

import textwrap

from cnntutor.calc.analysis import LayerReport, NetworkReport, clipped_field
from cnntutor.calc.cost import CONVENTIONS, Cost, cost
from cnntutor.calc.derivation import Derivation, Quantity, derive_from
from cnntutor.calc.layers.input import Input
from cnntutor.calc.memory import network_memory
from cnntutor.calc.network import Network
from cnntutor.calc.receptive import ReceptiveField
from cnntutor.cli.calc_table import Row, aligned, table_lines, table_width, wrapped
from cnntutor.formats.entry import NetworkEntry
from cnntutor.i18n import number, shape, storage, t

SHORT_KINDS = {
    "GlobalAveragePooling2D": "GlobalAvgPool2D",
    "AveragePooling2D": "AvgPool2D",
    "MaxPooling2D": "MaxPool2D",
    "BatchNormalization": "BatchNorm",
}
"""Shorter names for a narrow table; Keras knows the pooling ones too."""
COST_NAMES: dict[Cost, str] = {"macs": "MACs", "flops": "FLOPs"}
_RIGHT_ALIGNED = (0, 4, 5, 6)


def describe_network(
    entry: NetworkEntry, report: NetworkReport, width: int, unit: Cost = "macs", dtype: str = "float32"
) -> list[str]:
    """Return the lines of a network: title, table, totals and the conventions of the counts."""
    lines = [*heading_lines(entry, report, width), ""]
    rows = _rows(report, unit, short=False)
    if table_width(rows, 2) > width:
        rows = _rows(report, unit, short=True)
    lines += table_lines(rows, width, _RIGHT_ALIGNED, 1, _notes(report))
    lines += ["", *_totals(report, unit, dtype), ""]
    if str(entry.convention):
        lines += wrapped(str(entry.convention), width)
    conventions = (
        t("Shapes are height×width×channels, the batch left out."),
        str(CONVENTIONS[unit]),
        t(
            "Field: side of the receptive field in pixels of the input, padding included; – where no even"
            " grid describes it, as after Flatten."
        ),
    )
    return lines + wrapped(" ".join(conventions), width)


def heading_lines(entry: NetworkEntry, report: NetworkReport, width: int) -> list[str]:
    """Return the title and the input."""
    return [*wrapped(f"{entry.title} ({entry.slug})", width), _input_line(entry, report)]


def _input_line(entry: NetworkEntry, report: NetworkReport) -> str:
    """Name the input, and where it is another one than the title speaks of, that one too."""
    present, made_for = _inputs(report.network), _inputs(entry.network)
    if present == made_for:
        return t("Input {shape}", shape=present)
    return t("Input {shape}, in place of {made_for}", shape=present, made_for=made_for)


def _inputs(network: Network) -> str:
    """Return the input shapes."""
    return ", ".join(shape(node.layer.shape) for node in network.nodes if isinstance(node.layer, Input))


def _rows(report: NetworkReport, unit: Cost, short: bool) -> list[Row]:
    """Return the head and one row a layer."""
    params = t("Params") if short else t("Parameters")
    rows: list[Row] = [
        ("#", t("Layer"), t("Kind"), t("Output"), params, COST_NAMES[unit], t("Field")),
    ]
    for index, layer in enumerate(report.layers, start=1):
        kind = SHORT_KINDS.get(layer.kind, layer.kind) if short else layer.kind
        rows.append(
            (
                str(index),
                layer.name,
                kind,
                shape(layer.output_shape),
                number(layer.params),
                number(cost(layer.macs, unit)),
                field_text(layer.receptive_field),
            )
        )
    return rows


def _notes(report: NetworkReport) -> list[list[str]]:
    """Return what stands under each row: inputs other than the row above, and shared weights."""
    notes: list[list[str]] = []
    above = report.network.nodes[0].name
    for layer in report.layers:
        shares = report.network.node(layer.name).shares
        notes.append([])
        if layer.inputs != (above,):
            notes[-1].append("← " + ", ".join(layer.inputs))
        if shares:
            notes[-1].append(t("weights of {layer}, counted there", layer=shares))
        above = layer.name
    return notes


def _totals(report: NetworkReport, unit: Cost, dtype: str) -> list[str]:
    """Return the lines of the totals."""
    memory = network_memory(report, dtype)
    return aligned(
        [
            (t("Parameters in all"), number(report.total_params)),
            ("  " + t("trainable"), number(report.trainable_params)),
            ("  " + t("not trainable"), number(report.non_trainable_params)),
            (t("Multiply-adds") if unit == "macs" else COST_NAMES[unit], number(cost(report.macs, unit))),
            (t("Weights in {dtype}", dtype=memory.precision.variable), storage(memory.weights)),
            (
                t("Activations of one sample in {dtype}", dtype=memory.precision.compute),
                storage(memory.activations),
            ),
        ]
    )


def field_text(field: ReceptiveField | None) -> str:
    """Return the side of a receptive field: 14 where it is square, else 3×7, and – where there is none."""
    if field is None:
        return "–"
    return str(field.size[0]) if len(set(field.size)) == 1 else shape(field.size)


def describe_layer(
    report: NetworkReport, name: str, width: int, unit: Cost = "macs", dtype: str = "float32"
) -> list[str]:
    """Return the working of a layer's numbers: rule, symbols, formula, numbers put in, result."""
    layer = report.layer(name)
    below = ", ".join(
        f"{source} {shape(each)}" for source, each in zip(layer.inputs, layer.input_shapes, strict=True)
    )
    lines = wrapped(f"{layer.name} ({layer.kind}), {report.network.name}", width)
    lines += wrapped(t("Input: {below}", below=below), width)
    heads: dict[Quantity, str] = {
        "output_shape": t("Output shape"),
        "params": t("Parameters"),
        unit: t("Multiply-adds") if unit == "macs" else COST_NAMES[unit],
        "receptive_field": t("Receptive field"),
        "activation_memory": t("Memory of the activations"),
        "weight_memory": t("Memory of the weights"),
    }
    for quantity, head in heads.items():
        lines += ["", head, *working_lines(derive_from(report, name, quantity, dtype), width)]
        if quantity == "params" and layer.params:
            lines += _trained(layer, width)
        if quantity == "receptive_field":
            lines += _field_place(report, layer, width)
    return lines


def _trained(layer: LayerReport, width: int) -> list[str]:
    """Return the line that says how many of the parameters are trained."""
    text = t(
        "Trainable: {trained}; not trainable: {kept}.", trained=layer.trainable, kept=layer.non_trainable
    )
    return _indented(text, width)


def working_lines(derivation: Derivation, width: int) -> list[str]:
    """Return the lines of one derivation."""
    lines = _indented(str(derivation.rule), width)
    if derivation.result is None:
        return lines
    name_width = max((len(symbol.name) for symbol in derivation.symbols), default=0)
    digits = max((len(number(symbol.value)) for symbol in derivation.symbols), default=0)
    for symbol in derivation.symbols:
        lead = f"    {symbol.name.ljust(name_width)}  {number(symbol.value).rjust(digits)}  "
        lines += textwrap.wrap(
            str(symbol.meaning), width, initial_indent=lead, subsequent_indent=" " * len(lead)
        )
    result = shape(derivation.result) if isinstance(derivation.result, tuple) else number(derivation.result)
    steps = [derivation.formula] if derivation.symbols else []
    steps += [derivation.numbers] if derivation.numbers != result else []
    for index, step in enumerate(steps):
        lead = "  = " if index else "    "
        lines += textwrap.wrap(step, width, initial_indent=lead, subsequent_indent="      ")
    lines.append(f"  = {result} {derivation.unit}")
    return lines


def _field_place(report: NetworkReport, layer: LayerReport, width: int) -> list[str]:
    """Return the lines that say where the fields lie, and what of them lies on the image."""
    field = layer.receptive_field
    if field is None:
        return []
    if field.is_global:
        return _indented(t("All outputs see the same pixels."), width)
    jumps = [str(each) for each in field.jump]
    text = t(
        "Fields of neighbouring outputs lie {jump} pixels apart; that of the first output begins at pixel"
        " {start} (0 is the first pixel of the image; below 0 lies padding).",
        jump=" × ".join(jumps) if len(set(jumps)) > 1 else jumps[0],
        start=", ".join(str(each) for each in field.start)
        if len(set(field.start)) > 1
        else str(field.start[0]),
    )
    lines = _indented(text, width)
    if field.phases:
        lines += _indented(
            t(
                "That is an average: {count} neighbouring outputs see different parts, then it begins again.",
                count=" × ".join(str(len(spans)) for spans in field.phases),
            ),
            width,
        )
    seen = clipped_field(report, layer)
    if seen is not None and seen != field.size:
        lines += _indented(
            t("Clipped at the image, no output sees more than {seen} pixels.", seen=shape(seen)), width
        )
    return lines


def _indented(text: str, width: int) -> list[str]:
    """Return a text in lines set in by two columns."""
    return textwrap.wrap(text, min(width, 100), initial_indent="  ", subsequent_indent="  ")


def list_lines(names: list[tuple[str, str]]) -> list[str]:
    """Return one line a network: the name to call it by, and its title."""
    width = max(len(name) for name, _ in names)
    return [f"{name.ljust(width)}  {title}" for name, title in names]
