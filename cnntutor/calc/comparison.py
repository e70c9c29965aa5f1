"""Two networks side by side: layers of the same kind in one line as far as possible."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from cnntutor.calc.analysis import LayerReport, NetworkReport

MARKS = {"same": "=", "differs": "≠", "only_first": "<", "only_second": ">"}
"""How a line is marked, by what it says in JSON."""


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


def _numbers(layer: LayerReport) -> tuple[object, ...]:
    """Return what makes two layers the same."""
    return (layer.kind, layer.output_shape, layer.trainable, layer.non_trainable, layer.macs)
