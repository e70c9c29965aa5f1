"""A fact card: a network of the literature that is no Keras graph, row by row with its arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from cnntutor.errors import NotUnderstood
from cnntutor.formats.library import card_path
from cnntutor.i18n import Message, msg, number, shape, t
from cnntutor.tui.keys import key
from cnntutor.tui.screens.base import TutorDialogue
from cnntutor.tui.widgets.menu import Menu

if TYPE_CHECKING:
    from cnntutor.formats.fact_card import CardRow, FactCard


class CardRows(Menu, inherit_bindings=False):
    """The rows; there is nothing to choose, only to look at."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("down,j", "cursor_down", msg("Down")),
        key("up,k", "cursor_up", msg("Up")),
        key("pagedown,space", "screen.scroll_words(6)", msg("Page down")),
        key("pageup", "screen.scroll_words(-6)", msg("Page up"), shown=False),
        key("home", "first", msg("First"), shown=False),
        key("end", "last", msg("Last"), shown=False),
    ]


class CardScreen(TutorDialogue[None]):
    """The rows with the working of the one under the cursor, and what the counts follow.

    Args:
        slug: Of the card.

    Raises:
        NotUnderstood: there is no such card, or its file cannot be read.
    """

    CSS_PATH = "card.tcss"

    def __init__(self, slug: str) -> None:
        super().__init__()
        self._card = _read(slug)

    def body(self) -> ComposeResult:
        """Lay out the rows, the working and the words."""
        with Vertical(id="card"):
            yield Static(id="card-head", markup=False)
            yield CardRows(id="card-rows")
            yield Static(id="card-working")
            with VerticalScroll(id="card-scroll", can_focus=False):
                yield Static(id="card-words")

    def on_mount(self) -> None:
        """Begin at the first row."""
        self.retext()
        rows = self.query_one(Menu)
        rows.highlighted = 0
        rows.focus()

    def about(self) -> Message | None:
        """Say what a card is."""
        return msg(
            "A fact card is a network that Keras's layers cannot say; each count stands with its own"
            " arithmetic."
        )

    def retext(self) -> None:
        """Write everything in the language now in force."""
        card = self._card
        self.query_one("#card").border_title = f"{card.title} · {t('fact card')}"
        lines = _table(card)
        self.query_one("#card-head", Static).update(lines[0])
        rows = self.query_one(Menu)
        at = rows.highlighted
        rows.set_options([Option(line) for line in lines[1:]])
        rows.highlighted = at
        totals = [f"{t('Parameters in all')} {number(card.total_params)}"]
        if card.total_connections is not None:
            totals.append(f"{t('Connections')} {number(card.total_connections)}")
        words = [Content.styled(" · ".join(totals), "bold"), Content("")]
        words += [Content(str(text)) for text in (card.note, card.convention) if str(text)]
        words.append(Content.styled(card.source, "$quiet"))
        self.query_one("#card-words", Static).update(Content("\n").join(words))
        self._explain(at or 0)

    def action_scroll_words(self, lines: int) -> None:
        """Scroll what the counts follow."""
        self.query_one("#card-scroll").scroll_relative(y=lines, animate=False)

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._explain(event.option_index)

    def _explain(self, at: int) -> None:
        """Show how the numbers of a row come about."""
        row = self._card.rows[at]
        lines = [Content.assemble((row.name, "bold"), "  ", (str(row.note), "$quiet"))]
        for name, count in ((t("Parameters"), row.params), (t("Connections"), row.connections)):
            if count is not None:
                lines.append(
                    Content.assemble(f"{name}: {count.arithmetic} = ", (number(count.value), "bold $success"))
                )
        self.query_one("#card-working", Static).update(Content("\n").join(lines))


def _read(slug: str) -> FactCard:
    """Return the card of a slug.

    Raises:
        NotUnderstood: there is none, or its file cannot be read.
    """
    from cnntutor.formats.fact_card import read_card

    path = card_path(slug)
    if path is None:
        raise NotUnderstood(msg("There is no fact card {name}; Ctrl+P lists all.", name=slug[:60]))
    return read_card(path)


def _table(card: FactCard) -> list[str]:
    """Return the rows in their columns, the titles first."""
    rows = [("#", t("Layer"), t("Output"), t("Parameters"), t("Connections"))]
    rows += [_cells(at, row) for at, row in enumerate(card.rows, start=1)]
    if card.total_connections is None:
        rows = [(*row[:4], "") for row in rows]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return [
        f"{number_:>{widths[0]}}  {name:<{widths[1]}}  {output:<{widths[2]}}"
        f"  {params:>{widths[3]}}  {connections:>{widths[4]}}"
        for number_, name, output, params, connections in rows
    ]


def _cells(at: int, row: CardRow) -> tuple[str, str, str, str, str]:
    connections = number(row.connections.value) if row.connections is not None else ""
    return str(at), row.name, shape(row.output_shape), number(row.params.value), connections
