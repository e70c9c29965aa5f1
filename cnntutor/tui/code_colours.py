"""Python in colours: words, strings, numbers and comments told apart without a parser."""

from __future__ import annotations

import re
from collections.abc import Iterator

from textual.content import Content

_TOKEN = re.compile(
    r"(?P<comment>#.*)"
    r"|(?P<string>[rbf]?(?:'[^']*'|\"[^\"]*\"))"
    r"|(?P<keyword>\b(?:and|as|assert|break|class|continue|def|del|elif|else|except|finally|for|from|if|import|in"
    r"|is|lambda|not|or|pass|raise|return|try|while|with|yield|None|True|False|self)\b)"
    r"|(?P<number>\b[0-9][0-9_.e]*\b)"
    r"|(?P<call>\b[A-Za-z_][A-Za-z0-9_]*(?=\())"
)
STYLES = {
    "comment": "$quiet italic",
    "string": "$success",
    "keyword": "$secondary bold",
    "number": "$warning",
    "call": "$accent",
}
"""Style by kind of token."""


def tokens(line: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, kind) of what has a colour in a line."""
    for found in _TOKEN.finditer(line):
        if found.lastgroup is not None:
            yield found.start(), found.end(), found.lastgroup


def coloured(line: str) -> Content:
    """Return a line of Python in colours."""
    content = Content(line)
    for start, end, kind in tokens(line):
        content = content.stylize(STYLES[kind], start, end)
    return content
