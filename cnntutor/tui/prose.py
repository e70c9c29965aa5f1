"""Sets one block of Markdown into lines of a given width: paragraphs, lists, quotes, tables, listings.

Textual's own Markdown widget makes a widget of every paragraph and cannot keep a place in the text across
widths and languages; here a block is parsed once and laid out in a fraction of a millisecond.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from textual.content import Content
from textual.style import Style

from cnntutor.i18n import Message, Text
from cnntutor.tui.wrapping import hanging

_STYLES = {"strong": "bold", "em": "italic"}
_CODE = "$accent"
_LINKS = {"term": "$primary underline", "lesson": "$secondary underline bold"}
_HEADINGS = {1: "$primary bold", 2: "$primary bold", 3: "bold"}


@dataclass(frozen=True, slots=True)
class Link:
    """A word of the text that leads somewhere."""

    kind: str
    """term, lesson, or the scheme of an address."""
    target: str
    text: str


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


@lru_cache(maxsize=512)
def _tokens(source: str) -> tuple[Token, ...]:
    return tuple(_parser().parse(source))


def links(source: str) -> list[Link]:
    """Return the links of a block in the order they are read."""
    found: list[Link] = []
    for token in _tokens(source):
        children = token.children or []
        for place, child in enumerate(children):
            if child.type == "link_open":
                kind, _, target = str(child.attrs.get("href", "")).partition(":")
                words: list[str] = []
                for following in children[place + 1 :]:
                    if following.type == "link_close":
                        break
                    words.append(following.content)
                found.append(Link(kind, target, "".join(words)))
    return found


def lay_out(source: str, width: int) -> list[Content]:
    """Return the lines of a block of Markdown, none longer than width cells."""
    return _blocks(_tokens(source), width)


def inline(source: str) -> Content:
    """Return a text with its marks of emphasis, code and links, as one line."""
    for token in _tokens(source):
        if token.type == "inline":
            return _inline(token)
    return Content(source)


def worded(words: Message | Text) -> Content:
    """Return a text as one line: the course's texts are Markdown, the code's are plain, signs and all."""
    return inline(str(words)) if isinstance(words, Text) else Content(str(words))


def _blocks(tokens: Sequence[Token], width: int) -> list[Content]:
    lines: list[Content] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        end = _closing(tokens, place)
        inner = tokens[place + 1 : end]
        made = _block(token, inner, width)
        if made and lines and not token.hidden:
            lines.append(Content(""))
        lines += made
        place = end + 1
    return lines


def _block(token: Token, inner: Sequence[Token], width: int) -> list[Content]:
    match token.type:
        case "heading_open":
            style = _HEADINGS.get(int(token.tag[1:]), "bold")
            return [line.stylize_before(style) for line in hanging(_inline(inner[0]), width)]
        case "paragraph_open":
            return hanging(_inline(inner[0]), width)
        case "bullet_list_open":
            return _list(inner, width, None)
        case "ordered_list_open":
            return _list(inner, width, int(token.attrs.get("start", 1)))
        case "blockquote_open":
            return [Content.assemble(("▌ ", "$primary"), line) for line in _blocks(inner, max(10, width - 2))]
        case "table_open":
            return _table(inner, width)
        case "fence" | "code_block":
            return [made for line in token.content.rstrip("\n").split("\n") for made in _listed(line, width)]
        case "hr":
            return [Content.styled("─" * min(width, 24), "$rule")]
        case "inline":
            return hanging(_inline(token), width)
        case _:
            return []


def _listed(line: str, width: int) -> list[Content]:
    """Return a line of a listing as it stands; only one that does not fit is broken, at its spaces."""
    bar = Content.styled("│ ", "$rule")
    text = Content.styled(line, _CODE)
    if 2 + text.cell_length <= width:
        return [Content.assemble(bar, text)]
    pieces = hanging(text, width - 2, "", "    ")
    return [Content.assemble(bar, piece) for piece in pieces]


def _closing(tokens: Sequence[Token], place: int) -> int:
    """Return the place of the token that closes the one at place; the same place for a single token."""
    if tokens[place].nesting != 1:
        return place
    depth = 0
    for at in range(place, len(tokens)):
        depth += tokens[at].nesting
        if depth == 0:
            return at
    return len(tokens) - 1


def _list(tokens: Sequence[Token], width: int, number: int | None) -> list[Content]:
    lines: list[Content] = []
    place = 0
    loose = any(token.type == "paragraph_open" and not token.hidden for token in tokens)
    while place < len(tokens):
        end = _closing(tokens, place)
        sign = "· " if number is None else f"{number}. "
        body = _blocks(tokens[place + 1 : end], max(10, width - len(sign)))
        if lines and loose:
            lines.append(Content(""))
        for at, line in enumerate(body):
            mark = Content.styled(sign, "$primary") if at == 0 else Content(" " * len(sign))
            lines.append(Content.assemble(mark, line))
        number = None if number is None else number + 1
        place = end + 1
    return lines


def _inline(token: Token) -> Content:
    """Return the words of a paragraph with their styles; a link carries the action that opens it."""
    text = Content("")
    styles: list[str | Style] = []
    parts: list[Content] = []

    def add(words: str, *more: str | Style) -> None:
        piece = Content(words)
        for style in [*styles, *more]:
            piece = piece.stylize(style)
        parts.append(piece)

    for child in token.children or []:
        if child.type == "text":
            add(child.content)
        elif child.type == "code_inline":
            add(child.content, _CODE)
        elif child.type == "softbreak":
            add(" ")
        elif child.type == "hardbreak":
            add("\n")
        elif child.type == "link_open":
            kind, _, target = str(child.attrs.get("href", "")).partition(":")
            styles.append(_LINKS.get(kind, "underline"))
            styles.append(Style.from_meta({"@click": f"screen.follow({kind!r}, {target!r})"}))
        elif child.type == "link_close":
            del styles[-2:]
        elif child.type.endswith("_open"):
            styles.append(_STYLES.get(child.tag, "bold"))
        elif child.type.endswith("_close"):
            styles.pop()
    return text.join(parts)


def _table(tokens: Sequence[Token], width: int) -> list[Content]:
    rows: list[list[Content]] = []
    right: list[bool] = []
    for place, token in enumerate(tokens):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            rows[-1].append(_inline(tokens[place + 1]))
            if len(rows) == 1:
                right.append("right" in str(token.attrs.get("style", "")))
    columns = len(rows[0])
    for column in range(columns):
        body = [row[column].plain for row in rows[1:]]
        right[column] = right[column] or all(_numeric(cell) for cell in body)
    widths = _fit([max(row[column].cell_length for row in rows) for column in range(columns)], width)
    lines: list[Content] = []
    for number, row in enumerate(rows):
        cells = [cell.wrap(size) if cell.plain else [cell] for cell, size in zip(row, widths, strict=True)]
        for at in range(max(len(cell) for cell in cells)):
            parts = []
            for cell, size, flush_right in zip(cells, widths, right, strict=True):
                piece = cell[at].rstrip() if at < len(cell) else Content("")
                if number == 0:
                    piece = piece.stylize("bold")
                space = " " * max(0, size - piece.cell_length)
                parts.append(
                    Content.assemble(space, piece) if flush_right else Content.assemble(piece, space)
                )
            lines.append(Content("  ").join(parts).rstrip())
        if number == 0:
            lines.append(Content.styled("─" * (sum(widths) + 2 * (columns - 1)), "$rule"))
    return lines


def _fit(widths: list[int], width: int) -> list[int]:
    """Return column widths that fit: the widest give way first."""
    fitted = list(widths)
    room = width - 2 * (len(widths) - 1)
    while sum(fitted) > room and max(fitted) > 6:
        fitted[fitted.index(max(fitted))] -= 1
    return fitted


def _numeric(cell: str) -> bool:
    return bool(cell) and all(letter in "0123456789.,%×−-+ " for letter in cell)
