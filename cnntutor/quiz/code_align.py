"""Where two rows of layers part: whether a layer is changed, missing or too much, by the cheapest edits."""

from collections.abc import Mapping, Sequence
from typing import Literal

from cnntutor.quiz.code_steps import Step

Edit = Literal["changed", "missing", "extra"]

LONGEST_ROW = 24
"""Layers that are looked at ahead."""
_GAP = 1.0
_OTHER_KIND = 1.5
_SAME_KIND, _ARGUMENT = 0.6, 0.2
_MOST_FOR_KIND = 1.4


def first_edit(wanted: Sequence[Step], got: Sequence[Step]) -> Edit:
    """Return what has to be done first to make one row the other.

    Args:
        wanted: The row asked for, not empty.
        got: The row that is there, not empty; its first layer differs.
    """
    rest = _costs(wanted, got)
    changed = _change(wanted[0], got[0]) + rest[1][1]
    missing, extra = _GAP + rest[1][0], _GAP + rest[0][1]
    if changed <= missing and changed <= extra:
        return "changed"
    return "missing" if missing <= extra else "extra"


def distance(wanted: Sequence[Step], got: Sequence[Step]) -> float:
    """Return what it costs to make one row the other."""
    return _costs(wanted, got)[0][0]


def row_from(step: Step, following: Mapping[str, list[Step]]) -> list[Step]:
    """Return a step and those behind it up to where the way parts or joins another."""
    row = [step]
    while len(row) < LONGEST_ROW:
        after = following[row[-1].key]
        if len(after) != 1 or len(after[0].inputs) != 1:
            break
        row.append(after[0])
    return row


def _costs(wanted: Sequence[Step], got: Sequence[Step]) -> list[list[float]]:
    """Return the cost of making the rows one from each pair of places on."""
    rest = [[0.0] * (len(got) + 1) for _ in range(len(wanted) + 1)]
    for at in range(len(wanted), -1, -1):
        for here in range(len(got), -1, -1):
            choices = []
            if at < len(wanted):
                choices.append(_GAP + rest[at + 1][here])
            if here < len(got):
                choices.append(_GAP + rest[at][here + 1])
            if at < len(wanted) and here < len(got):
                choices.append(_change(wanted[at], got[here]) + rest[at + 1][here + 1])
            rest[at][here] = min(choices, default=0.0)
    return rest


def _change(wanted: Step, got: Step) -> float:
    """Return the cost of taking one layer for another."""
    if wanted.same == got.same:
        return 0.0
    if wanted.kind != got.kind:
        return _OTHER_KIND
    here = dict(got.arguments)
    count = sum(1 for name, value in wanted.arguments if here.get(name) != value)
    return min(_SAME_KIND + _ARGUMENT * count, _MOST_FOR_KIND)
