"""An exercise on a screen of its own."""

from textual import on
from textual.app import ComposeResult

from cnntutor.i18n import Message, msg, t
from cnntutor.tui.context import Place
from cnntutor.tui.screens.base import TutorScreen
from cnntutor.tui.widgets.exercise_panel import ExercisePanel


class ExerciseScreen(TutorScreen[None]):
    """One question, and from it to the next.

    Args:
        question: The question's slug.
        seed: Which numbers; None goes on with a half-filled answer, else draws.
        within: The exercises it is one of, in their order; those of its lesson if left out.
    """

    AUTO_FOCUS = ""

    def __init__(self, question: str, seed: int | None = None, within: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._within = within
        self._question = question
        self._seed = seed

    def body(self) -> ComposeResult:
        """Lay out the exercise."""
        yield ExercisePanel(self._question, self._seed, self._within)

    def where(self) -> str:
        """Name lesson and exercise."""
        for lesson in self.context.course.lessons.values():
            if self._question in lesson.questions:
                return f"{lesson.title}  ·  {t('Exercises')}"
        return t("Exercises")

    def place(self) -> Place | None:
        """Come back to this exercise; its numbers are in the half-filled answer."""
        return Place("exercise", self._question)

    def on_screen_resume(self) -> None:
        """Show what the learner's runs came to meanwhile."""
        super().on_screen_resume()
        for panel in self.query(ExercisePanel):
            panel.look_at_runs()

    def about(self) -> Message | None:
        """Explain answering."""
        return ABOUT

    def retext(self) -> None:
        """Follow a change of language."""
        self.query_one(ExercisePanel).retext()

    @on(ExercisePanel.Changed)
    def _changed(self, message: ExercisePanel.Changed) -> None:
        if message.question != self._question:
            self._question = message.question
            self.on_screen_resume()


ABOUT = msg(
    "Type a number such as 62006, 62,006 or 62.006, or the working itself: (5*5*3+1)*6. Enter checks it. An "
    "answer that is not understood costs nothing. While you type, commands are on the F keys; after Esc they "
    "are on letters too. Every keystroke is kept."
)
"""The head of the help page wherever an exercise stands."""
