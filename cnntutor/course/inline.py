"""Cuts Markdown into running text and code, so that marks inside code are left alone."""

import re
from collections.abc import Iterator

_TICKS = re.compile(r"`+")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")


def pieces(source: str) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a block in their order: (text, whether it is code).

    Args:
        source: One block: a paragraph with `code` in it, or a whole fenced listing.
    """
    if fence_of(source):
        yield source, True
        return
    position = 0
    for start, end in _code_spans(source):
        if start > position:
            yield source[position:start], False
        yield source[start:end], True
        position = end
    if position < len(source):
        yield source[position:], False


def fence_of(line: str) -> str:
    """Return the fence a line opens a code listing with, else an empty string."""
    fence = _FENCE.match(line)
    return fence[1] if fence else ""


def _code_spans(source: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of code: from a run of backticks to the next run of the same length."""
    runs = [(found.start(), found.end()) for found in _TICKS.finditer(source)]
    following: dict[int, int] = {}
    closing: list[int | None] = [None] * len(runs)
    for index in range(len(runs) - 1, -1, -1):
        length = runs[index][1] - runs[index][0]
        closing[index] = following.get(length)
        following[length] = index
    index = 0
    while index < len(runs):
        close = closing[index]
        if close is None:
            index += 1
        else:
            yield runs[index][0], runs[close][1]
            index = close + 1
