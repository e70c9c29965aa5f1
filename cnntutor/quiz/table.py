"""Tables: a network's summary with blanks, and what each cell of it is."""

from cnntutor.calc.layers.input import Input
from cnntutor.calc.network import Network
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.course.questions import Ask, Column, TableQuestion
from cnntutor.i18n import Message, msg, shape
from cnntutor.quiz.answers import COUNT_EXAMPLE
from cnntutor.quiz.answers_shapes import FIELD_EXAMPLE, ROW_EXAMPLE
from cnntutor.quiz.build import problem
from cnntutor.quiz.describe import describe
from cnntutor.quiz.posed import TOTAL, Cell, Field, FieldKind, PosedQuestion, TablePose, TableRow
from cnntutor.quiz.rules.asked import Asked, Counted

RUNNING = "running_params"

_TITLES: dict[Column, Message] = {
    "output_shape": msg("output"),
    "params": msg("parameters"),
    "running_params": msg("so far"),
    "macs": msg("multiply-adds"),
    "receptive_field": msg("field"),
}
_ASKS: dict[Column, Ask] = {
    "output_shape": "output_shape",
    "params": "params",
    "macs": "macs",
    "receptive_field": "receptive_field",
}
_TOTAL_ASKS: dict[Column, Ask] = {"params": "total_params", "macs": "total_macs"}
_KINDS: dict[Column, FieldKind] = {"output_shape": "shape", "receptive_field": "field"}


def cell_id(row: str, column: str) -> str:
    """Return the id of a cell's field."""
    return f"{row}/{column}"


def row_names(network: Network) -> tuple[str, ...]:
    """Return the layers that have a row, in order."""
    return tuple(node.name for node in network.nodes if not isinstance(node.layer, Input))


def right_cell(network: Network, row: str, column: str) -> int | Shape | None:
    """Return what a cell holds; None for one that stays empty."""
    if column == RUNNING:
        counted = Counted(network)
        names = row_names(network)
        if row == TOTAL:
            return None
        nodes = [network.node(name) for name in names[: names.index(row) + 1]]
        return sum(counted.count(node, "params") for node in nodes)
    asked = cell_asked(network, row, column)
    try:
        return None if asked is None else asked.right()
    except LayerError:
        return None


def cell_asked(network: Network, row: str, column: str) -> Asked | None:
    """Return what a cell asks of the network; None for a running sum and for a cell that stays empty."""
    asks = _TOTAL_ASKS if row == TOTAL else _ASKS
    ask = next((ask for name, ask in asks.items() if name == column), None)
    return None if ask is None else Asked(network, ask, None if row == TOTAL else row)


def asked_in_cells(posed: PosedQuestion) -> dict[str, Asked]:
    """Return what each field of a table asks of the network; running sums are left out."""
    if posed.table is None or posed.network is None:
        return {}
    asked = {field.id: cell_asked(posed.network, *field.id.rsplit("/", 1)) for field in posed.fields}
    return {field: each for field, each in asked.items() if each is not None}


def pose_table(question: TableQuestion, network: Network) -> TablePose:
    """Return the table with its given cells and its fields.

    Raises:
        NotUnderstood: a blank is no cell of the table.
    """
    rows: list[TableRow] = []
    open_blanks = dict.fromkeys(question.blanks)
    total = any(column in _TOTAL_ASKS for column in question.columns)
    for name in (*row_names(network), *((TOTAL,) if total else ())):
        cells: list[Cell] = []
        for column in question.columns:
            value = right_cell(network, name, column)
            blank = cell_id(name, column)
            if blank in open_blanks and value is not None:
                del open_blanks[blank]
                cells.append(Cell(column, field=_field(name, column, value)))
            else:
                cells.append(_given(column, value))
        rows.append(TableRow(name, "" if name == TOTAL else describe(network.node(name).layer), tuple(cells)))
    for blank in open_blanks:
        raise problem(
            question,
            msg(
                "blanks: {blank} is no cell; name a layer and a column, such as {example}.",
                blank=f'"{blank}"',
                example=f'"{cell_id(row_names(network)[0], question.columns[0])}"',
            ),
        )
    return TablePose(question.columns, tuple(_TITLES[column] for column in question.columns), tuple(rows))


def _given(column: str, value: int | Shape | None) -> Cell:
    """Return a cell that is shown."""
    if isinstance(value, int):
        return Cell(column, number=value)
    return Cell(column, given="" if value is None else shape(value))


def _field(row: str, column: Column, value: int | Shape) -> Field:
    """Return the field of a blank cell."""
    kind = _KINDS.get(column, "count")
    example = {"shape": ROW_EXAMPLE, "field": FIELD_EXAMPLE}.get(kind, COUNT_EXAMPLE)
    label = (
        msg("total of {column}", column=_TITLES[column])
        if row == TOTAL
        else msg("{layer}, {column}", layer=row, column=_TITLES[column])
    )
    return Field(cell_id(row, column), label, kind, example)
