"""The calculator's answers as plain lines: a table like a Keras summary, and the working of a layer."""

import textwrap

from cnntutor.calc.analysis import LayerReport, NetworkReport
from cnntutor.calc.derivation import Derivation, derive
from cnntutor.calc.layers.input import Input
from cnntutor.calc.receptive import ReceptiveField
from cnntutor.formats.entry import NetworkEntry
from cnntutor.i18n import number, shape, t

SHORT_KINDS = {
    "GlobalAveragePooling2D": "GlobalAvgPool2D",
    "AveragePooling2D": "AvgPool2D",
    "MaxPooling2D": "MaxPool2D",
    "BatchNormalization": "BatchNorm",
}
"""Shorter names for a narrow table; Keras knows the pooling ones too."""
_RIGHT_ALIGNED = (0, 4, 5, 6)


def describe_network(entry: NetworkEntry, report: NetworkReport, width: int) -> list[str]:
    """Return the lines of a network: title, table, totals and the conventions of the counts."""
    title = f"{entry.title} ({entry.slug})"
    lines = [*_wrapped(title, width), t("Input {shape}", shape=_inputs(report)), ""]
    lines += _table(report, width)
    lines += ["", *_totals(report), ""]
    if str(entry.convention):
        lines += _wrapped(str(entry.convention), width)
    lines += _wrapped(
        t(
            "Shapes are height×width×channels, the batch left out. One multiply-add (MAC) counts 1; bias,"
            " pooling and normalisation are left out. Field: side of the receptive field in pixels of the"
            " input, padding included; – once height and width are gone."
        ),
        width,
    )
    return lines


def _inputs(report: NetworkReport) -> str:
    """Return the input shapes."""
    return ", ".join(
        shape(node.layer.shape) for node in report.network.nodes if isinstance(node.layer, Input)
    )


def _table(report: NetworkReport, width: int) -> list[str]:
    """Return the table, made narrower step by step until it fits."""
    rows = _rows(report, short=False)
    gap = 2
    if _table_width(rows, gap) > width:
        rows = _rows(report, short=True)
    if _table_width(rows, gap) > width:
        gap = 1
    excess = _table_width(rows, gap) - width
    if excess > 0:
        longest = max(max(len(row[1]) for row in rows) - excess, 8)
        rows = [(row[0], _shortened(row[1], longest), *row[2:]) for row in rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    notes = _notes(report)
    lines: list[str] = []
    for index, row in enumerate(rows):
        cells = [
            cell.rjust(widths[column]) if column in _RIGHT_ALIGNED else cell.ljust(widths[column])
            for column, cell in enumerate(row)
        ]
        lines.append((" " * gap).join(cells).rstrip())
        if index == 0:
            lines.append((" " * gap).join("─" * each for each in widths))
        else:
            indent = " " * (widths[0] + gap + 1)
            lines += [
                piece
                for note in notes[index - 1]
                for piece in textwrap.wrap(
                    note, width, initial_indent=indent, subsequent_indent=indent + "  "
                )
            ]
    return lines


def _rows(report: NetworkReport, short: bool) -> list[tuple[str, ...]]:
    """Return the head and one row a layer."""
    head = ("#", t("Layer"), t("Kind"), t("Output"), t("Parameters"), "MACs", t("Field"))
    rows: list[tuple[str, ...]] = [head if not short else (*head[:4], t("Params"), *head[5:])]
    for index, layer in enumerate(report.layers, start=1):
        kind = SHORT_KINDS.get(layer.kind, layer.kind) if short else layer.kind
        rows.append(
            (
                str(index),
                layer.name,
                kind,
                shape(layer.output_shape),
                number(layer.params),
                number(layer.macs),
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


def _totals(report: NetworkReport) -> list[str]:
    """Return the lines of the totals."""
    totals = (
        (t("Parameters in all"), report.total_params),
        ("  " + t("trainable"), report.trainable_params),
        ("  " + t("not trainable"), report.non_trainable_params),
        (t("Multiply-adds"), report.macs),
    )
    label = max(len(name) for name, _ in totals)
    digits = max(len(number(count)) for _, count in totals)
    return [f"{name.ljust(label)}  {number(count).rjust(digits)}" for name, count in totals]


def _table_width(rows: list[tuple[str, ...]], gap: int) -> int:
    """Return the columns the table takes."""
    columns = range(len(rows[0]))
    return sum(max(len(row[column]) for row in rows) for column in columns) + gap * (len(columns) - 1)


def _shortened(name: str, longest: int) -> str:
    """Return a name with its middle left out where it is too long."""
    if len(name) <= longest:
        return name
    tail = longest // 2
    return f"{name[: longest - tail - 1]}…{name[-tail:]}"


def _wrapped(text: str, width: int) -> list[str]:
    """Return the text in lines of at most 100 columns."""
    return textwrap.wrap(text, min(width, 100))


def field_text(field: ReceptiveField | None) -> str:
    """Return the side of a receptive field: 14 where it is square, else 3×7, and – where there is none."""
    if field is None:
        return "–"
    return str(field.size[0]) if len(set(field.size)) == 1 else shape(field.size)


def describe_layer(report: NetworkReport, name: str, width: int) -> list[str]:
    """Return the working of a layer's numbers: rule, symbols, formula, numbers put in, result."""
    layer = report.layer(name)
    below = ", ".join(
        f"{source} {shape(each)}" for source, each in zip(layer.inputs, layer.input_shapes, strict=True)
    )
    lines = _wrapped(f"{layer.name} ({layer.kind}), {report.network.name}", width)
    lines += _wrapped(t("Input: {below}", below=below), width)
    heads = {
        "params": t("Parameters"),
        "output_shape": t("Output shape"),
        "macs": t("Multiply-adds"),
        "receptive_field": t("Receptive field"),
    }
    for quantity in ("output_shape", "params", "macs", "receptive_field"):
        lines += ["", heads[quantity], *working_lines(derive(report.network, name, quantity), width)]
    return lines + _field_place(layer, width)


def working_lines(derivation: Derivation, width: int) -> list[str]:
    """Return the lines of one derivation."""
    lines = textwrap.wrap(str(derivation.rule), min(width, 100), initial_indent="  ", subsequent_indent="  ")
    if derivation.result is None:
        return lines
    name_width = max((len(symbol.name) for symbol in derivation.symbols), default=0)
    digits = max((len(number(symbol.value)) for symbol in derivation.symbols), default=0)
    lines += [
        f"    {symbol.name.ljust(name_width)}  {number(symbol.value).rjust(digits)}  {symbol.meaning}"
        for symbol in derivation.symbols
    ]
    result = shape(derivation.result) if isinstance(derivation.result, tuple) else number(derivation.result)
    steps = [derivation.formula] if derivation.symbols else []
    steps += [derivation.numbers] if derivation.numbers != result else []
    for index, step in enumerate(steps):
        lead = "  = " if index else "    "
        lines += textwrap.wrap(step, width, initial_indent=lead, subsequent_indent="      ")
    lines.append(f"  = {result} {derivation.unit}")
    return lines


def _field_place(layer: LayerReport, width: int) -> list[str]:
    """Return the line that says where the fields lie."""
    field = layer.receptive_field
    if field is None:
        return []
    text = t(
        "Fields of neighbouring outputs lie {jump} pixels apart; that of the first output begins at pixel"
        " {start} (0 is the first pixel of the image; below 0 lies padding).",
        jump=shape(field.jump) if len(set(field.jump)) > 1 else str(field.jump[0]),
        start=", ".join(str(each) for each in field.start)
        if len(set(field.start)) > 1
        else str(field.start[0]),
    )
    return textwrap.wrap(text, min(width, 100), initial_indent="  ", subsequent_indent="  ")


def list_lines(entries: tuple[NetworkEntry, ...]) -> list[str]:
    """Return one line a network: short name, slug where it differs, and title."""
    names = [(entry.aliases[0] if entry.aliases else entry.slug) for entry in entries]
    width = max(len(name) for name in names)
    return [f"{name.ljust(width)}  {entry.title}" for name, entry in zip(names, entries, strict=True)]
