"""Two networks side by side: layers of the same kind in one line as far as possible."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from cnntutor.calc.analysis import LayerReport, NetworkReport

MARKS = {"same": "=", "differs": "≠", "only_first": "<", "only_second": ">"}
"""How a line is marked, by what it says in JSON."""

MOST_TO_MATCH = 500_000
"""Product of the numbers of layers up to which like is sought for like; beyond, they pair by place."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A line: a layer of each network, or of one alone."""

    first: LayerReport | None
    second: LayerReport | None

    @property
    def mark(self) -> str:
        """A key of MARKS."""
        if self.first is None:
            return "only_second"
        if self.second is None:
            return "only_first"
        return "same" if _numbers(self.first) == _numbers(self.second) else "differs"


def paired(first: NetworkReport, second: NetworkReport) -> tuple[Pair, ...]:
    """Return the layers of both in order, those of the same kind beside each other as far as possible."""
    return tuple(_pairs(first.layers, second.layers))


def _pairs(first: tuple[LayerReport, ...], second: tuple[LayerReport, ...]) -> Iterator[Pair]:
    """Yield the lines: runs of the same kinds side by side, what lies between them alone."""
    kinds, other_kinds = ([layer.kind for layer in layers] for layers in (first, second))
    if len(kinds) * len(other_kinds) > MOST_TO_MATCH:
        yield from _by_place(first, second)
        return
    matcher = difflib.SequenceMatcher(None, kinds, other_kinds, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag == "equal":
            for one, other in zip(first[start:end], second[other_start:other_end], strict=True):
                yield Pair(one, other)
            continue
        for layer in first[start:end]:
            yield Pair(layer, None)
        for layer in second[other_start:other_end]:
            yield Pair(None, layer)


def _by_place(first: tuple[LayerReport, ...], second: tuple[LayerReport, ...]) -> Iterator[Pair]:
    """Yield the lines of networks too long to seek like for like: the first with the first, and so on."""
    for one, other in zip_longest(first, second):
        if one is not None and other is not None and one.kind == other.kind:
            yield Pair(one, other)
            continue
        if one is not None:
            yield Pair(one, None)
        if other is not None:
            yield Pair(None, other)


def _numbers(layer: LayerReport) -> tuple[object, ...]:
    """Return what makes two layers the same."""
    return (layer.kind, layer.output_shape, layer.trainable, layer.non_trainable, layer.macs)
