"""An exercise of a review: no other numbers, no way back, and on to what the review asks next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.message import Message as TextualMessage

from cnntutor.course.skills import skill_name
from cnntutor.i18n import msg, t
from cnntutor.tui.keys import key
from cnntutor.tui.widgets.exercise_panel import ExercisePanel

if TYPE_CHECKING:
    from cnntutor.progress.review import Review, ReviewItem
    from cnntutor.quiz.graded import Grade


class ReviewPanel(ExercisePanel):
    """The present question of a review.

    Args:
        review: The review; its present item is posed.
        item: That item.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("right,l,f8,enter", "following", msg("Next of the review")),
    ]

    @dataclass
    class GoOn(TextualMessage):
        """The learner wants the next question of the review."""

    def __init__(self, review: Review, item: ReviewItem) -> None:
        super().__init__(item.question, item.seed)
        self._review = review

    def _head(self) -> Content:
        review = self._review
        item = review.item
        if item is None:
            return Content("")
        parts = [
            t("Review {number} of {count}", number=review.at + 1, count=len(review.items)),
            skill_name(item.skill),
        ]
        if item.again:
            parts.append(t("once more"))
        if item.mistake:
            parts.append(t("lately: {mistake}", mistake=item.mistake))
        if self.sitting.solution_seen and not self.sitting.right:
            parts.append(t("working seen"))
        return Content.styled(" · ".join(parts), "$quiet")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what a review has."""
        if action in ("new_numbers", "preceding"):
            return False
        return super().check_action(action, parameters)

    def _graded(self, grade: Grade) -> None:
        super()._graded(grade)
        item = self._review.item
        if grade.verdict == "wrong" and item is not None and not item.again:
            self.notify(t("F8 goes on; the skill is asked once more at the end."), timeout=6)

    async def action_following(self) -> None:
        """Go on with the review; a question without an answer stays due."""
        self.post_message(self.GoOn())
