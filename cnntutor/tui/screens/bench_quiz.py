"""Exercises on the network of the workbench, one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from cnntutor.i18n import Message, t
from cnntutor.tui.screens.base import TutorScreen
from cnntutor.tui.screens.exercise import ABOUT
from cnntutor.tui.sitting import Sitting
from cnntutor.tui.widgets.exercise_panel import ExercisePanel

if TYPE_CHECKING:
    from cnntutor.course.questions import Question


class BenchQuizPanel(ExercisePanel):
    """The panel over questions that stand in no file.

    Args:
        questions: By slug, in their order.
    """

    def __init__(self, questions: Mapping[str, Question]) -> None:
        super().__init__(next(iter(questions)), 0)
        self._own = questions

    def _sit(self, question: str, seed: int | None) -> Sitting:
        """Return the learner at one of these questions."""
        return Sitting(self._app.context, self._app.record, question, 0, self._own[question])

    def _questions(self) -> tuple[str, ...]:
        """Return these questions for those of a lesson."""
        return tuple(self._own)

    async def _go(self, steps: int) -> None:
        """Go on, or say that this was all."""
        questions = self._questions()
        at = questions.index(self.question) + steps
        if 0 <= at < len(questions):
            await self.open(questions[at])
        else:
            self.notify(t("That is all about this network. Esc goes back to the calculator."), timeout=3)


class BenchQuizScreen(TutorScreen[None]):
    """A quiz on one network.

    Args:
        network: What the network is called.
        questions: The exercises.
    """

    AUTO_FOCUS = ""

    def __init__(self, network: str, questions: tuple[Question, ...]) -> None:
        super().__init__()
        self._network = network
        self._questions = {question.slug: question for question in questions}

    def body(self) -> ComposeResult:
        """Lay out the exercise."""
        yield BenchQuizPanel(self._questions)

    def where(self) -> str:
        """Name the network."""
        return t("Quiz · {network}", network=self._network)

    def about(self) -> Message | None:
        """Explain answering."""
        return ABOUT

    def retext(self) -> None:
        """Follow a change of language."""
        self.query_one(BenchQuizPanel).retext()
