"""How long an exam shall be, how many questions it has, and which exam it is."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from cnntutor.i18n import Message, msg, t
from cnntutor.quiz.exam import MINUTES_EACH, MOST_MINUTES, MOST_QUESTIONS, SEEDS
from cnntutor.tui.keys import key
from cnntutor.tui.screens.base import TutorDialogue
from cnntutor.tui.widgets.text_field import TextField

USUAL = 10
"""Questions of an exam where nobody says how many."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What was chosen."""

    count: int
    minutes: int
    seed: int


class NumberField(TextField):
    """A field for one number; the arrows up and down go to the other fields."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "submit", msg("Begin the exam")),
        key("down", "screen.neighbour(1)", msg("Down"), shown=False),
        key("up", "screen.neighbour(-1)", msg("Up"), shown=False),
    ]


class ExamSetupScreen(TutorDialogue[Terms]):
    """Returns the terms, or None.

    Args:
        about: What the exam is about, in words.
        most: How many questions there are about it.
    """

    CSS_PATH = "exam_setup.tcss"

    def __init__(self, about: str, most: int) -> None:
        super().__init__()
        self._about = about
        self._most = min(most, MOST_QUESTIONS)
        count = min(USUAL, self._most)
        self._first = {
            "count": str(count),
            "minutes": str(count * MINUTES_EACH),
            "seed": str(random.randrange(1, SEEDS)),
        }

    def body(self) -> ComposeResult:
        """Lay out three fields and what is wrong with them."""
        with Vertical(id="exam-setup"):
            for name, text in self._first.items():
                with Horizontal(classes="row"):
                    yield Static(id=f"label-{name}", classes="label", markup=False)
                    field = NumberField(value=text, compact=True, select_on_focus=True, id=f"field-{name}")
                    yield field
            yield Static(id="exam-setup-note", markup=False)
            yield Static(id="exam-setup-problem", markup=False)

    def about(self) -> Message | None:
        """Explain the seed."""
        return msg(
            "The seed draws the questions and their numbers; who types the same seed gets the same exam."
        )

    def on_mount(self) -> None:
        """Write the texts."""
        self.retext()
        self.query_one("#field-count").focus()

    def retext(self) -> None:
        """Write everything in the language now in force."""
        self.query_one("#exam-setup").border_title = t("Exam about {scope}", scope=self._about)
        labels = {
            "count": t("questions, 1 to {most}", most=self._most),
            "minutes": t("minutes, 1 to {most}", most=MOST_MINUTES),
            "seed": t("seed, 0 to {most}", most=SEEDS - 1),
        }
        for name, label in labels.items():
            self.query_one(f"#label-{name}", Static).update(label)
        self.query_one("#exam-setup-note", Static).update(
            t("Enter begins; the time then runs until you hand in, also while the program is closed.")
        )
        self._judge()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._judge()

    def _judge(self) -> Terms | None:
        """Return the terms, or None while a field is wrong, and say which."""
        limits = {"count": (1, self._most), "minutes": (1, MOST_MINUTES), "seed": (0, SEEDS - 1)}
        numbers: dict[str, int] = {}
        wrong = ""
        for name, (low, high) in limits.items():
            text = self.query_one(f"#field-{name}", NumberField).value.strip()
            if text.isascii() and text.isdigit() and len(text) < 6 and low <= int(text) <= high:
                numbers[name] = int(text)
            elif not wrong:
                label = {"count": t("Questions"), "minutes": t("Minutes"), "seed": t("Seed")}[name]
                wrong = t("{what}: a whole number from {low} to {high}.", what=label, low=low, high=high)
        problem = self.query_one("#exam-setup-problem", Static)
        problem.display = bool(wrong)
        problem.update(f"✗ {wrong}" if wrong else "")
        return None if wrong else Terms(**numbers)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        terms = self._judge()
        if terms is not None:
            self.dismiss(terms)

    def action_neighbour(self, steps: int) -> None:
        """Go to the field above or below."""
        fields = list(self.query(NumberField))
        focused = self.focused
        at = fields.index(focused) if isinstance(focused, NumberField) else 0
        fields[(at + steps) % len(fields)].focus()
