"""The fields of a question: one line to type into, a table with blanks, a list to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult, RenderResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.message import Message as TextualMessage
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Static

from cnntutor.i18n import msg, number
from cnntutor.tui.keys import key
from cnntutor.tui.prose import inline
from cnntutor.tui.widgets.text_field import TextField
from cnntutor.tui.wrapping import hanging

if TYPE_CHECKING:
    from cnntutor.quiz.posed import Cell, Field, PosedChoice, TablePose

MARKS = {
    "right": ("✓", "$success"),
    "wrong": ("✗", "$error"),
    "not_understood": ("?", "$warning"),
    "carried": ("~", "$accent"),
    "": (" ", ""),
}
"""The sign after a field and its colour; the sign alone says it."""


_ROOM_FOR_EXAMPLE = 24
"""Cells of a field from which an empty one shows an example."""

_CELL = 12
"""Cells of a field in a table."""


@dataclass
class Typed(TextualMessage):
    """The text of a field changed."""

    field: str
    text: str


@dataclass
class Entered(TextualMessage):
    """The learner wants the answer checked."""


class AnswerInput(TextField):
    """A one-line field; it keeps every printable key, the arrows up and down lead to other fields."""

    BINDINGS: ClassVar[list[BindingType]] = [key("enter", "submit", msg("Check"))]

    def __init__(self, field: Field, text: str, width: int) -> None:
        super().__init__(value=text, compact=True, select_on_focus=False)
        self.field = field
        self.styles.width = width
        self._roomy = width >= _ROOM_FOR_EXAMPLE
        self.retext()

    def retext(self) -> None:
        """Show an example of what is understood in the empty field, where it fits whole."""
        self.placeholder = str(self.field.example) if self._roomy else ""


class AnswerField(Horizontal):
    """A field between brackets, with the sign of its grade behind it.

    Args:
        field: What is asked.
        text: What was typed before.
        width: Cells between the brackets.
    """

    DEFAULT_CSS = """
    AnswerField {
        height: 1;
        width: auto;
        & > .bracket { width: 1; color: $quiet; }
        & > .mark { width: 2; }
        & > AnswerInput { background: $surface; }
        & > AnswerInput:focus { background: $panel; }
        &:focus-within > .bracket { color: $primary; text-style: bold; }
    }
    """

    def __init__(self, field: Field, text: str, width: int) -> None:
        super().__init__()
        self.field = field
        self._text = text
        self._width = width

    def compose(self) -> ComposeResult:
        """Lay out brackets, field and mark."""
        yield Static("[", classes="bracket", markup=False)
        yield AnswerInput(self.field, self._text, self._width)
        yield Static("]", classes="bracket", markup=False)
        yield Static("", classes="mark", markup=False)

    def mark(self, verdict: str) -> None:
        """Show the sign of a grade; an empty verdict takes it away."""
        sign, colour = MARKS[verdict]
        self.query_one(".mark", Static).update(Content.styled(f" {sign}", colour))

    def retext(self) -> None:
        """Follow a change of language."""
        self.query_one(AnswerInput).retext()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(Typed(self.field.id, event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(Entered())


class TableFields(Vertical):
    """A summary of a network: a line for each layer with cells and blanks, below it what was wrong.

    Args:
        table: The table.
        texts: What was typed before, by field.
    """

    DEFAULT_CSS = """
    TableFields {
        height: auto;
        & .row { height: auto; }
        & .name { width: 1fr; min-width: 12; padding-right: 1; }
        & .given { padding: 0 1; }
        & .cell { width: 16; height: auto; }
        & .title { text-style: bold; color: $secondary; padding: 0 1; }
        & .note { display: none; height: auto; padding-left: 2; }
        & .head { border-bottom: solid $rule; height: 2; }
    }
    """

    def __init__(self, table: TablePose, texts: dict[str, str]) -> None:
        super().__init__()
        self._table = table
        self._texts = texts

    def compose(self) -> ComposeResult:
        """Lay out the rows."""
        with Horizontal(classes="row head"):
            yield Static("", classes="name", markup=False)
            for _title in self._table.titles:
                yield Static("", classes="cell title", markup=False)
        for row in self._table.rows:
            with Horizontal(classes="row"):
                yield Static("", classes="name layer", markup=False)
                for cell in row.cells:
                    with Horizontal(classes="cell"):
                        if cell.field is not None:
                            yield AnswerField(cell.field, self._texts.get(cell.field.id, ""), _CELL)
                        else:
                            yield Static("", classes="given", markup=False)
            yield Static("", classes="note", markup=False)

    def on_mount(self) -> None:
        """Write the texts."""
        self.retext()

    def retext(self) -> None:
        """Write everything that is not typed in the language now in force."""
        titles = self.query(".title").results(Static)
        for title, text in zip(titles, self._table.titles, strict=True):
            title.update(Content(str(text)))
        for shown, row in zip(self.query(".layer").results(Static), self._table.rows, strict=True):
            description = str(row.description)
            shown.update(Content.assemble((row.name, "bold"), "  ", (description, "$quiet")))
        given = [cell for row in self._table.rows for cell in row.cells if cell.field is None]
        for shown, cell in zip(self.query(".given").results(Static), given, strict=True):
            shown.update(_given(cell))
        for field in self.query(AnswerField):
            field.retext()

    def note(self, notes: dict[str, Content]) -> None:
        """Show below each row what is said about its fields; rows without a word show nothing."""
        for shown, row in zip(self.query(".note").results(Static), self._table.rows, strict=True):
            fields = [cell.field.id for cell in row.cells if cell.field is not None]
            said = [notes[field] for field in fields if field in notes]
            shown.display = bool(said)
            shown.update(Content("\n").join(said))

    def neighbour(self, field: str, rows: int) -> str | None:
        """Return the field above or below in the same column, else the one before or after."""
        columns = [[cell.field.id for cell in row.cells if cell.field] for row in self._table.rows]
        by_column: dict[str, list[str]] = {}
        for row in self._table.rows:
            for cell in row.cells:
                if cell.field is not None:
                    by_column.setdefault(cell.column, []).append(cell.field.id)
        for line in by_column.values():
            if field in line:
                at = line.index(field) + rows
                if 0 <= at < len(line):
                    return line[at]
        flat = [identity for row in columns for identity in row]
        at = flat.index(field) + rows
        return flat[at] if 0 <= at < len(flat) else None


def _given(cell: Cell) -> Content:
    return Content(number(cell.number) if cell.number is not None else cell.given)


class ChoiceList(Widget, can_focus=True):
    """Choices with a cursor; a letter or Space takes one, Enter has it checked.

    Args:
        choices: What there is to choose.
        several: Whether more than one may be taken.
        taken: The letters taken before.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("down,j", "move(1)", msg("Down"), shown=False),
        key("up,k", "move(-1)", msg("Up"), shown=False),
        key("space", "take", msg("Choose")),
        key("enter", "enter", msg("Check")),
    ]
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    ChoiceList { height: auto; width: 100%; max-width: 76; }
    """
    cursor: reactive[int] = reactive(0)
    taken: reactive[frozenset[str]] = reactive(frozenset(), layout=True)

    def __init__(self, choices: tuple[PosedChoice, ...], several: bool, taken: str) -> None:
        super().__init__()
        self._choices = choices
        self._several = several
        letters = [choice.letter for choice in choices]
        before = frozenset(part.strip() for part in taken.split(",")) & frozenset(letters)
        self.set_reactive(ChoiceList.taken, before)
        if before:
            self.set_reactive(ChoiceList.cursor, letters.index(min(before)))
        self._verdict = ""

    def retext(self) -> None:
        """Follow a change of language."""
        self.refresh(layout=True)

    def grade(self, verdict: str) -> None:
        """Show the sign of a grade behind what is taken; of several only when all of it is right."""
        told = verdict == "right" or (verdict == "wrong" and not self._several)
        self._verdict = verdict if told else ""
        self.refresh(layout=True)

    def take_character(self, character: str) -> None:
        """Take the choice whose letter is typed."""
        self.cursor = [choice.letter for choice in self._choices].index(character)
        self.action_take()

    def take_paste(self, text: str) -> None:
        """Take a letter that is pasted; anything else is nothing to choose."""
        if text.strip() in {choice.letter for choice in self._choices}:
            self.take_character(text.strip())

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Keep the letters of the choices from the commands."""
        return character in {choice.letter for choice in self._choices}

    def on_click(self, event: Click) -> None:
        """Take the choice that is clicked."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        row = 0
        for place, choice in enumerate(self._choices):
            row += len(self._choice_lines(place, choice, self.content_size.width))
            if offset.y < row:
                self.cursor = place
                self.action_take()
                return

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self.cursor = min(max(self.cursor + rows, 0), len(self._choices) - 1)

    def action_take(self) -> None:
        """Take the choice under the cursor, or give it back where several may be taken."""
        letter = self._choices[self.cursor].letter
        self.taken = self.taken ^ {letter} if self._several else frozenset({letter})
        self._verdict = ""
        self.post_message(Typed("answer", ", ".join(sorted(self.taken))))

    def action_enter(self) -> None:
        """Have the answer checked; a single choice under the cursor is taken first."""
        if not self._several or not self.taken:
            letter = self._choices[self.cursor].letter
            if letter not in self.taken:
                self.action_take()
        self.post_message(Entered())

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the choices take."""
        return sum(len(self._choice_lines(at, choice, width)) for at, choice in enumerate(self._choices))

    def render(self) -> RenderResult:
        """Draw the choices."""
        width = self.content_size.width
        lines = [
            line for at, choice in enumerate(self._choices) for line in self._choice_lines(at, choice, width)
        ]
        return Content("\n").join(lines)

    def _choice_lines(self, place: int, choice: PosedChoice, width: int) -> list[Content]:
        taken = choice.letter in self.taken
        box = ("[x]" if taken else "[ ]") if self._several else ("(•)" if taken else "( )")
        pointer = "▸ " if place == self.cursor and self.has_focus else "  "
        sign, colour = MARKS[self._verdict if taken else ""]
        text = inline(str(choice.text))
        if taken:
            text = text.stylize("bold")
        if sign != " ":
            text = Content.assemble(text, (f"  {sign}", colour))
        head = Content.assemble(
            (pointer, "$primary bold"), (box, "$primary bold" if taken else "$quiet"), f" {choice.letter}  "
        )
        return hanging(text, width, head)

    def on_focus(self) -> None:
        """Draw the pointer."""
        self.refresh()

    def on_blur(self) -> None:
        """Take the pointer away."""
        self.refresh()
