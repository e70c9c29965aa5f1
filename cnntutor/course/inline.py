"""Cuts Markdown into running text and code, so that marks inside code are left alone."""

import re
from collections.abc import Iterator

_CODE = re.compile(r"(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)", re.DOTALL)
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
    for code in _CODE.finditer(source):
        if code.start() > position:
            yield source[position : code.start()], False
        yield code.group(), True
        position = code.end()
    if position < len(source):
        yield source[position:], False


def fence_of(line: str) -> str:
    """Return the fence a line opens a code listing with, else an empty string."""
    fence = _FENCE.match(line)
    return fence[1] if fence else ""
