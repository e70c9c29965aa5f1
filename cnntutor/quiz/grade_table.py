"""Grades the blanks of a table; what follows rightly from an earlier slip is carried, and counted once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from cnntutor.calc.network import Network
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.i18n import Message, msg
from cnntutor.quiz.answers import NotUnderstoodAnswer, Number
from cnntutor.quiz.feedback import line, shown
from cnntutor.quiz.grade_typed import Read, double_grade, means, mistake_grade, read, unknown_grade
from cnntutor.quiz.graded import FieldGrade, Step
from cnntutor.quiz.posed import TOTAL, Field, PosedQuestion
from cnntutor.quiz.rules.asked import Asked, Counted
from cnntutor.quiz.rules.candidate import Candidate
from cnntutor.quiz.rules.networks import candidates
from cnntutor.quiz.rules.registry import (
    LAYER_LEFT_OUT,
    NETWORK_MISTAKES,
    RUNNING_TOTAL_SLIP,
    all_slips,
)
from cnntutor.quiz.table import RUNNING, cell_asked, right_cell, row_names


def grade_table(posed: PosedQuestion, network: Network, answers: Mapping[str, str]) -> dict[str, FieldGrade]:
    """Grade every blank, in the order in which one follows from another."""
    sheet = _Sheet(network)
    grades: dict[str, FieldGrade] = {}
    for each in posed.fields:
        row, _, column = each.id.rpartition("/")
        right = right_cell(network, row, column)
        if right is None:
            raise ValueError(f"field must be a cell of the table, received {each.id!r}")
        rank = len(right) if isinstance(right, tuple) else 1
        try:
            typed = read(answers.get(each.id, ""), each.kind, rank)
        except NotUnderstoodAnswer as unread:
            grades[each.id] = FieldGrade("not_understood", feedback=unread.message)
            continue
        grades[each.id] = sheet.grade(each, row, column, typed, right)
        sheet.keep(row, column, typed)
    return grades


@dataclass(slots=True)
class _Sheet:
    """What the learner has put into the table so far."""

    network: Network
    shapes: dict[str, Shape] = field(default_factory=dict)
    """Output shapes typed in, where they could be a shape."""
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    """Counts typed in, by column and row."""

    def keep(self, row: str, column: str, typed: Read) -> None:
        """Take a cell as the ground of those that follow."""
        if isinstance(typed, Number):
            if isinstance(typed.value, int):
                self.counts.setdefault(column, {})[row] = typed.value
        elif column == "output_shape" and all(isinstance(side, int) and side > 0 for side in typed):
            self.shapes[row] = tuple(int(side) for side in typed)

    def grade(self, cell: Field, row: str, column: str, typed: Read, right: int | Shape) -> FieldGrade:
        """Grade one cell against the right value, then against what follows from the cells before."""
        if means(typed, right):
            return FieldGrade("right")
        if column == RUNNING:
            return self._running(row, typed)
        asked = cell_asked(self.network, row, column)
        if asked is None:
            raise ValueError(f"column must be one of the table's, received {column!r}")
        follows = self._follows(asked, row, column)
        if follows is not None and means(typed, follows):
            return self._carried(follows)
        found = [(asked, each) for each in candidates(asked) if means(typed, each.value)]
        found += [(asked, each) for each in self._on_own_cells(asked, row) if means(typed, each.value)]
        if found:
            slugs = list(dict.fromkeys(each.slug for _, each in found))
            return mistake_grade(*found[0], tuple(slugs[1:]))
        if row == TOTAL:
            return self._total(asked, column, typed)
        return double_grade(asked, typed) or unknown_grade(typed, right, asked)

    def _own(self, row: str) -> Counted:
        """Return the network as the learner sees what lies before a row."""
        return Counted(self.network, {name: each for name, each in self.shapes.items() if name != row})

    def _follows(self, asked: Asked, row: str, column: str) -> int | Shape | None:
        """Return what a cell would be if the cells before it were right."""
        if row == TOTAL:
            return sum(self._addends(column).values())
        if column == "receptive_field":
            return None
        try:
            return asked.of(self._own(row))
        except (LayerError, IndexError):
            return None

    def _addends(self, column: str) -> dict[str, int]:
        """Return a column as it stands in the table: the learner's own cells, else the right ones."""
        own = self.counts.get(column, {})
        addends: dict[str, int] = {}
        for name in row_names(self.network):
            value = right_cell(self.network, name, column)
            addends[name] = own.get(name, value if isinstance(value, int) else 0)
        return addends

    def _on_own_cells(self, asked: Asked, row: str) -> list[Candidate]:
        """Return the mistakes made in a layer whose input the learner had already got wrong."""
        if row == TOTAL or not self.shapes:
            return []
        node = self.network.node(row)
        try:
            inputs = self._own(row).inputs(node)
        except (LayerError, IndexError):
            return []
        return [
            Candidate(rule.slug, slip.value, rule.mistake, "here", row, asked.quantity, slip)
            for rule, slip in all_slips(node.layer, inputs, asked.quantity)
        ]

    def _carried(self, value: int | Shape) -> FieldGrade:
        """Return the grade of a cell that follows rightly from an earlier slip."""
        feedback = msg(
            "{value} follows rightly from your earlier cells: only the slip there counts.", value=shown(value)
        )
        return FieldGrade("wrong", feedback=feedback, carried=True)

    def _total(self, asked: Asked, column: str, typed: Read) -> FieldGrade:
        """Grade a total that is not the sum of the cells above it."""
        addends = self._addends(column)
        total = sum(addends.values())
        for name, count in addends.items():
            if count and means(typed, total - count):
                said = msg(
                    "{mistake} Missing is {layer} with {count}.",
                    mistake=NETWORK_MISTAKES[LAYER_LEFT_OUT],
                    layer=name,
                    count=count,
                )
                return self._slip(LAYER_LEFT_OUT, said, addends, typed)
        said = msg("{mistake} Add the column again.", mistake=NETWORK_MISTAKES[RUNNING_TOTAL_SLIP])
        return self._slip(RUNNING_TOTAL_SLIP, said, addends, typed)

    def _running(self, row: str, typed: Read) -> FieldGrade:
        """Grade a sum so far: the one above it, as the learner has it, plus this row."""
        params = self._addends("params")
        own = self.counts.get(RUNNING, {})
        before = 0
        for name in row_names(self.network):
            if name == row:
                break
            before = own.get(name, before + params[name])
        asked = Asked(self.network, "params", row)
        if means(typed, before + params[row]):
            return self._carried(before + params[row])
        for sum_above in (before, right_above(self.network, row)):
            for rule, slip in all_slips(asked.node.layer, Counted(self.network).inputs(asked.node), "params"):
                if isinstance(slip.value, int) and means(typed, sum_above + slip.value):
                    candidate = Candidate(rule.slug, slip.value, rule.mistake, "here", row, "params", slip)
                    return mistake_grade(asked, candidate, ())
        said = msg(
            "{mistake} Add this row to the sum above it: {sum}.",
            mistake=NETWORK_MISTAKES[RUNNING_TOTAL_SLIP],
            sum=line(f"{before} + {params[row]}", before + params[row]),
        )
        return FieldGrade("wrong", RUNNING_TOTAL_SLIP, feedback=said)

    def _slip(self, slug: str, said: Message, addends: Mapping[str, int], typed: Read) -> FieldGrade:
        """Return the grade of a total that was added up wrongly."""
        counted = {name: count for name, count in addends.items() if count}
        working = " + ".join(str(count) for count in counted.values())
        value = typed.value if isinstance(typed, Number) else Fraction(0)
        last = Step(TOTAL, line(working, sum(counted.values())), line("", value))
        return FieldGrade("wrong", slug, feedback=said, steps=(last,))


def right_above(network: Network, row: str) -> int:
    """Return the right sum of the parameters of all rows above one."""
    counted = Counted(network)
    names = row_names(network)
    return sum(counted.count(network.node(name), "params") for name in names[: names.index(row)])
