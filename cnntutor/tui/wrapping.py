"""Lines of a fixed width with a hanging indent, for lists in panels."""

from textual.content import Content


def hanging(text: Content | str, width: int, first: str = "", rest: str | None = None) -> list[Content]:
    """Return text wrapped to lines of at most width cells.

    Args:
        text: What to wrap.
        width: Cells of a line, the indent counted.
        first: What stands before the first line, such as `· `.
        rest: What stands before the others; as many spaces as first has if left out.
    """
    content = text if isinstance(text, Content) else Content(text)
    following = " " * len(first) if rest is None else rest
    lines = content.wrap(max(8, width - len(first)))
    return [
        Content.assemble(first if number == 0 else following, line.rstrip())
        for number, line in enumerate(lines)
    ]
