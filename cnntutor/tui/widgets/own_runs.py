"""What the learner's own runs came to, beside the prediction that was made before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from textual import on, work
from textual.message import Message as TextualMessage

from cnntutor.course.questions import PredictionQuestion
from cnntutor.i18n import Message
from cnntutor.tui.widgets.lines_view import LinesView
from cnntutor.tui.wrapping import hanging

if TYPE_CHECKING:
    from cnntutor.tui.app import CnntutorApp
    from cnntutor.tui.sitting import Sitting


class OwnRuns(LinesView):
    """Nothing for a question that no run answers, or before a prediction was made."""

    @dataclass
    class Read(TextualMessage):
        """The runs were read."""

        question: str
        said: tuple[Message, ...]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._question = ""

    def look(self, sitting: Sitting) -> None:
        """Look at the runs of the recipe that a prediction is about."""
        question = sitting.posed.question
        self._question = question.slug
        if isinstance(question, PredictionQuestion) and question.recipe and sitting.committed:
            self._read(question, sitting.predicted())
        else:
            self.show(lambda width: [])

    @work(thread=True, exclusive=True, group="own-runs", exit_on_error=False)
    def _read(self, question: PredictionQuestion, predicted: float | None) -> None:
        """Read the runs outside the screen's thread."""
        from cnntutor.tui.exercise_runs import scored

        lab = cast("CnntutorApp", self.app).context.lab
        self.post_message(self.Read(question.slug, scored(lab, question, predicted)))

    @on(Read)
    def _was_read(self, message: Read) -> None:
        message.stop()
        if message.question == self._question:
            self.show(lambda width: [line for said in message.said for line in hanging(str(said), width)])
