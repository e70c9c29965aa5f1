"""Lines of a fixed width with a hanging indent, for lists in panels."""

from textual.content import Content


def hanging(
    text: Content | str, width: int, first: Content | str = "", rest: str | None = None
) -> list[Content]:
    """Return text wrapped to lines of at most width cells.

    Args:
        text: What to wrap.
        width: Cells of a line, the indent counted.
        first: What stands before the first line, such as `· `.
        rest: What stands before the others; as many spaces as first has if left out.
    """
    content = text if isinstance(text, Content) else Content(text)
    opening = first if isinstance(first, Content) else Content(first)
    following = " " * opening.cell_length if rest is None else rest
    lines = content.wrap(max(8, width - max(opening.cell_length, len(following))))
    return [
        Content.assemble(opening if number == 0 else following, line.rstrip())
        for number, line in enumerate(lines)
    ]
