"""What an exercise shows: the question, its fields with their marks, and the words about the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content

from cnntutor.tui.prose import lay_out
from cnntutor.tui.sitting import HINTS
from cnntutor.tui.widgets.answer_fields import AnswerField, AnswerInput
from cnntutor.tui.widgets.answer_kinds import make_fields
from cnntutor.tui.widgets.choice_list import ChoiceList
from cnntutor.tui.widgets.grade_words import field_notes, hint_lines, solution_lines, verdict_lines
from cnntutor.tui.widgets.lines_view import Lines, LinesView
from cnntutor.tui.widgets.own_fields import OwnFields
from cnntutor.tui.widgets.own_runs import OwnRuns
from cnntutor.tui.widgets.table_fields import TableFields
from cnntutor.tui.wrapping import hanging

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnntutor.quiz.graded import FieldGrade, Grade, SolutionLine
    from cnntutor.quiz.hints import Hint
    from cnntutor.quiz.posed import PosedQuestion


class Seat(Protocol):
    """Somebody at one question: what is typed, and what is said about it."""

    posed: PosedQuestion
    answers: dict[str, str]
    grade: Grade | None
    """Of the last check; None before it."""
    unsaved: bool
    """Whether something is not in the record yet."""

    @property
    def blank(self) -> list[str]:
        """The fields that hold nothing yet."""

    def type(self, field: str, text: str) -> None:
        """Take what is typed into a field."""

    def save(self) -> None:
        """Keep what was typed since the last time."""

    def opened_hints(self, field: str | None = None) -> tuple[Hint, ...]:
        """Return the hints opened so far about a field."""

    def solution(self) -> tuple[SolutionLine, ...]:
        """Return the worked solution where it may be seen."""


class ExerciseSheet(VerticalScroll):
    """The paper an exercise stands on; it shows a sitting and changes nothing in it."""

    DEFAULT_CSS = """
    ExerciseSheet {
        height: 1fr;
        padding: 1 0 0 2;
        scrollbar-gutter: stable;
        background: $background;
        & > LinesView { margin: 0 1 1 0; }
        & > #fields { height: auto; margin: 0 1 1 0; }
        & .answer { height: 1; }
        & .answer-label { width: auto; padding-right: 1; }
    }
    """

    def compose(self) -> ComposeResult:
        """Lay out question, fields, and what is said."""
        yield LinesView(id="head")
        yield LinesView(id="prompt")
        yield Vertical(id="fields")
        yield LinesView(id="verdict")
        yield LinesView(id="hints")
        yield OwnRuns(id="runs")
        yield LinesView(id="solution")

    # Words

    def show(self, place: str, lines: Lines) -> None:
        """Show lines at one of the places: "head", "prompt", "verdict", "hints", "runs", "solution"."""
        self.query_one(f"#{place}", LinesView).show(lines)

    def show_sentence(self, place: str, sentence: str) -> None:
        """Show one sentence at one of the places."""
        self.show(place, lambda width: list(hanging(sentence, width)))

    def reveal(self, place: str) -> None:
        """Scroll to one of the places."""
        self.query_one(f"#{place}").scroll_visible(animate=False)

    def say(self, sitting: Seat, head: Content, field: str | None) -> None:
        """Write everything that is not typed.

        Args:
            sitting: The learner at the question.
            head: The line above it.
            field: The field of a table whose hints are shown.
        """
        posed, grade = sitting.posed, sitting.grade
        self.show("head", lambda width: [head] if head.plain else [])
        self.show("prompt", lambda width: lay_out(str(posed.prompt), width))
        self.show("verdict", lambda width: verdict_lines(posed, grade, sitting.blank, width))
        self.say_hints(sitting, field)
        self.show("solution", lambda width: solution_lines(sitting.solution(), width))
        self._mark_fields(sitting, {} if grade is None else dict(grade.fields))

    def say_hints(self, sitting: Seat, field: str | None) -> None:
        """Write the hints that are open."""
        self.show("hints", lambda width: hint_lines(sitting.opened_hints(field), HINTS, width))

    # Fields

    async def lay_fields(self, sitting: Seat) -> None:
        """Put the question's fields in the place of those there were."""
        fields = self.query_one("#fields", Vertical)
        await fields.remove_children()
        await fields.mount_all(make_fields(sitting.posed, sitting.answers))

    def retext_fields(self) -> None:
        """Put the fields' own texts anew after a change of language; what is typed stays."""
        for fields in self.query("TableFields, ChoiceList, AnswerField, OwnFields"):
            cast(AnswerField, fields).retext()

    def focus_field(self, field: str) -> None:
        """Put the cursor into a field."""
        for entry in self.query(AnswerInput):
            if entry.field.id == field:
                entry.focus()
                return
        for own in self.query(OwnFields):
            if own.focus_field(field):
                return
        for choices in self.query(ChoiceList):
            choices.focus()

    def focus_neighbour(self, entry: AnswerInput, rows: int) -> None:
        """Put the cursor into the field so many rows below one, where there is one."""
        for table in (*self.query(TableFields), *self.query(OwnFields)):
            neighbour = table.neighbour(entry.field.id, rows)
            if neighbour is not None:
                self.focus_field(neighbour)

    def unmark(self, field: str) -> None:
        """Take the sign of an old grade away from a field that is being changed."""
        for each in self.query(AnswerField):
            if each.field.id == field:
                each.mark("")

    def _mark_fields(self, sitting: Seat, verdicts: Mapping[str, FieldGrade]) -> None:
        """Set the sign of its grade to every field; a blank one has none."""
        for field in self.query(AnswerField):
            given = verdicts.get(field.field.id)
            if given is None or field.field.id in sitting.blank:
                field.mark("")
            else:
                field.mark("carried" if given.carried else given.verdict)
        for choices in self.query(ChoiceList):
            given = verdicts.get(choices.field_id)
            choices.grade("" if given is None or choices.field_id in sitting.blank else given.verdict)
        for own in self.query(OwnFields):
            own.show_grades(verdicts, sitting.blank)
        for table in self.query(TableFields):
            table.note(field_notes(sitting.posed, sitting.grade, sitting.blank))
