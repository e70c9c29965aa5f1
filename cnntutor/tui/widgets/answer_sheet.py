"""A sheet that is being filled in: what is typed is kept, the keys lead from field to field."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.events import DescendantFocus
from textual.timer import Timer

from cnntutor.i18n import msg
from cnntutor.tui.keys import key
from cnntutor.tui.screens.base import Guarded
from cnntutor.tui.widgets.answer_fields import AnswerInput, Typed
from cnntutor.tui.widgets.exercise_sheet import ExerciseSheet, Seat

if TYPE_CHECKING:
    from collections.abc import Sequence

SAVE_AFTER = 0.5
"""Seconds after a keystroke in which what was typed is in the record, whatever happens to the program."""


class AnswerSheet(Guarded, ExerciseSheet, can_focus=True, inherit_bindings=False):
    """A question with fields to fill in; a subclass says who sits at it, what checking comes to,
    and what Enter does while no field has the focus.

    While a field has the focus it keeps every printable key; Esc leaves it for the letters.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("down,j", "down", msg("Down, or the field below"), shown=False),
        key("up,k", "up", msg("Up, or the field above"), shown=False),
        key("escape", "leave_field", msg("Commands")),
    ]

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._saving: Timer | None = None
        self._field: str | None = None
        """The field of a table that has the focus, or had it last."""

    def seat(self) -> Seat | None:
        """Return who sits at the question; None while nobody does."""
        raise NotImplementedError

    def on_unmount(self) -> None:
        """Keep what was typed last."""
        self.save()

    def save_soon(self) -> None:
        """Have what is not kept yet kept in a moment, together with what is typed until then."""
        seat = self.seat()
        if self._saving is None and seat is not None and seat.unsaved:
            self._saving = self.set_timer(SAVE_AFTER, self.save)

    def save(self) -> None:
        """Keep what was typed since the last time."""
        self._saving = None
        seat = self.seat()
        if seat is not None:
            seat.save()

    def focus_first(self, unsettled: Sequence[str] = ()) -> None:
        """Put the cursor into the first field that is unsettled, else blank, else the first of all."""
        seat = self.seat()
        if seat is None or not seat.posed.fields:
            self.focus()
        else:
            self.focus_field([*unsettled, *seat.blank, seat.posed.fields[0].id][0])

    def entered_field(self, field: str) -> None:
        """The cursor came into another field of a table."""

    def retyped(self, field: str) -> None:
        """What a field holds changed."""

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Know which field of a table the cursor is in."""
        entry, seat = event.widget, self.seat()
        if not isinstance(entry, AnswerInput) or seat is None or seat.posed.table is None:
            return
        if entry.field.id != self._field:
            self._field = entry.field.id
            self.entered_field(entry.field.id)

    @on(Typed)
    def _typed(self, message: Typed) -> None:
        message.stop()
        seat = self.seat()
        if seat is None or seat.answers.get(message.field, "") == message.text:
            return
        seat.type(message.field, message.text)
        self.save_soon()
        self.retyped(message.field)

    def action_enter_fields(self) -> None:
        """Go back into the fields."""
        self.focus_first()

    def action_leave_field(self) -> None:
        """Leave the field, so that letters are commands."""
        self.focus(scroll_visible=False)

    def action_down(self) -> None:
        """Go to the field below, or scroll."""
        self._vertical(1)

    def action_up(self) -> None:
        """Go to the field above, or scroll."""
        self._vertical(-1)

    def _vertical(self, rows: int) -> None:
        focused = self.screen.focused
        if isinstance(focused, AnswerInput):
            self.focus_neighbour(focused, rows)
        else:
            self.scroll_relative(y=rows, animate=False)
