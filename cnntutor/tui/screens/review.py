"""The daily review: what is due, one question after the other, and what came of it."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from cnntutor.course.skills import skill_name
from cnntutor.i18n import Message, msg, t
from cnntutor.progress.review import Outcome, Planner, Review, shaky_first
from cnntutor.tui.app import app_of
from cnntutor.tui.context import Place
from cnntutor.tui.keys import key
from cnntutor.tui.screens.base import TutorScreen
from cnntutor.tui.standing import CELLS, bar, day, percent
from cnntutor.tui.widgets.exercise_panel import ExercisePanel
from cnntutor.tui.widgets.lines_view import LinesView
from cnntutor.tui.widgets.review_panel import ReviewPanel
from cnntutor.tui.wrapping import hanging

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cnntutor.progress.records import SkillSummary

UPCOMING = 5
"""How many of the next days with reviews are told."""

_NAME_CELLS = 24
_SINCE_CELLS = 14
_FACTS_AT = 30
"""Cells before what is said about a skill."""

_SIGNS: dict[Outcome | None, tuple[str, str]] = {
    "unaided": ("✓", "$success"),
    "aided": ("◐", "$accent"),
    "wrong": ("✗", "$error"),
    None: ("○", "$quiet"),
}


class ReviewScreen(TutorScreen[None]):
    """What is due, then the questions, then the summary.

    Args:
        chance: Draws the numbers; tests give one they know.
    """

    CSS_PATH = "review.tcss"
    AUTO_FOCUS = "#review-page"
    BINDINGS: ClassVar[list[BindingType]] = [key("enter", "begin", msg("Begin"))]

    def __init__(self, chance: random.Random | None = None) -> None:
        super().__init__()
        self._chance = chance or random.Random()
        self._review: Review | None = None
        self._planner: Planner | None = None
        self._moving = False
        """Whether the next question is being fetched; a second key meanwhile would leave one out."""

    def body(self) -> ComposeResult:
        """Lay out the page; the exercises come in its place."""
        with VerticalScroll(id="review-page"):
            yield LinesView(id="review-lines")

    def where(self) -> str:
        """Name the place."""
        return t("Review")

    def place(self) -> Place | None:
        """Come back here."""
        return Place("review")

    def about(self) -> Message | None:
        """Explain reviews."""
        return msg(
            "A skill comes up for review when you are about to forget it: sooner after a mistake, later "
            "after each right answer without help. It is asked with new numbers, first where you slipped "
            "lately. A skill that goes wrong is asked once more at the end; what you leave open stays due."
        )

    def on_screen_resume(self) -> None:
        """Show what is due now."""
        super().on_screen_resume()
        self.retext()

    def retext(self) -> None:
        """Write everything in the language now in force."""
        for panel in self.query(ReviewPanel):
            panel.retext()
        self.query_one("#review-lines", LinesView).show(self._lines)
        self.refresh_bindings()

    @property
    def _asking(self) -> bool:
        return self._review is not None and self._review.item is not None

    @property
    def _due(self) -> tuple[str, ...]:
        store = self.context.store
        return shaky_first(store.due(self.context.clock()), store.skills())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to begin while something is due and nothing is asked."""
        return action != "begin" or (not self._asking and bool(self._due))

    # Asking

    @work(exclusive=True, group="review")
    async def action_begin(self) -> None:
        """Choose the questions, which takes a moment, and ask the first."""
        from cnntutor.tui.exam_places import demand_open

        demand_open(app_of(self), Place("review"))
        planner = Planner(
            self.context.course,
            self.context.store,
            await asyncio.to_thread(self.context.read_headings),
            self._chance,
        )
        items = await asyncio.to_thread(planner.plan, self.context.clock())
        self._planner, self._review = planner, Review(items)
        if items:
            self.query_one("#review-page").display = False
            await self.mount(ReviewPanel(self._review, items[0]), before=self.query_one("KeyLine"))
        self.refresh_bindings()

    @on(ExercisePanel.Changed)
    def _changed(self, message: ExercisePanel.Changed) -> None:
        message.stop()
        panel, review = self.query_one(ReviewPanel), self._review
        grade = panel.sitting.grade
        if review is None or review.item is None or grade is None or grade.verdict == "not_understood":
            return
        aided = panel.sitting.hints or panel.sitting.solution_seen
        review.answered("wrong" if grade.verdict == "wrong" else "aided" if aided else "unaided")

    @on(ReviewPanel.GoOn)
    def _go_on_wanted(self, message: ReviewPanel.GoOn) -> None:
        message.stop()
        if not self._moving:
            self._moving = True
            self._go_on()

    @work(group="review")
    async def _go_on(self) -> None:
        try:
            await self._ask_next()
        finally:
            self._moving = False

    async def _ask_next(self) -> None:
        review, planner = self._review, self._planner
        if review is None or planner is None or review.item is None:
            return
        item = review.item
        if review.outcomes.get(review.at) == "wrong" and not item.again:
            await asyncio.to_thread(review.ask_again, planner, self.context.clock())
        following = review.go_on()
        panel = self.query_one(ReviewPanel)
        if following is not None:
            await panel.open(following.question, following.seed)
            return
        await panel.remove()
        page = self.query_one("#review-page")
        page.display = True
        page.focus()
        self.retext()

    # What is shown beside the questions

    def _lines(self, width: int) -> list[Content]:
        if self._review is not None and self._review.outcomes:
            return [*self._summary(self._review, width), Content(""), *self._outlook(width)]
        return self._outlook(width)

    def _summary(self, review: Review, width: int) -> Iterator[Content]:
        """Yield what came of the review."""
        asked = len(review.outcomes)
        yield Content.styled(t("Review done"), "$primary bold")
        yield from hanging(
            t(
                "{asked} answered: {unaided} right without help, {aided} with help, {wrong} wrong.",
                asked=asked,
                unaided=review.count("unaided"),
                aided=review.count("aided"),
                wrong=review.count("wrong"),
            ),
            width,
        )
        yield Content("")
        due = dict(self.context.store.cards())
        for place, item in enumerate(review.items):
            sign, colour = _SIGNS[review.outcomes.get(place)]
            when = due.get(item.skill)
            following = t("next {day}", day=day(when, self.context.clock())) if when is not None else ""
            if item.again:
                following = t("once more")
            yield from _row(Content.styled(sign, colour), skill_name(item.skill), following, width)

    def _outlook(self, width: int) -> list[Content]:
        """Return what is due now, and what comes next."""
        now = self.context.clock()
        summaries = {each.skill: each for each in self.context.store.skills()}
        lines: list[Content] = []
        due = self._due
        if due:
            said = t("1 skill is due") if len(due) == 1 else t("{count} skills are due", count=len(due))
            lines += [Content.styled(said, "$primary bold"), Content("")]
            for skill in due:
                lines += _standing(summaries[skill], now, width)
            lines += [
                Content(""),
                *hanging(t("Enter begins; it takes about {minutes} minutes.", minutes=2 * len(due)), width),
            ]
        elif not summaries:
            lines += [
                Content.styled(t("Nothing to review yet"), "$primary bold"),
                Content(""),
                *hanging(
                    t("A review begins with the first exercise you answer: Esc, then e on the course map."),
                    width,
                ),
            ]
        else:
            lines += [Content.styled(t("Nothing is due now"), "$primary bold")]
        lines += self._to_come(width)
        return lines

    def _to_come(self, width: int) -> Iterator[Content]:
        """Yield the next days that have reviews, with their skills."""
        now = self.context.clock()
        days: dict[str, list[str]] = {}
        for skill, when in self.context.store.cards():
            if when > now:
                days.setdefault(day(when, now), []).append(skill_name(skill))
        if days:
            yield Content("")
            yield Content.styled(t("What comes next"), "bold")
        for name, skills in list(days.items())[:UPCOMING]:
            yield from hanging(", ".join(skills), width, Content.styled(f"{name:<12} ", "$quiet"))


def _standing(standing: SkillSummary, now: datetime, width: int) -> list[Content]:
    """Return a skill that is due in columns: bar, name, share, since when, the mistake made lately."""
    name = Content(skill_name(standing.skill)).truncate(_NAME_CELLS - 1, ellipsis=True)
    since = day(standing.due, now) if standing.due is not None else ""
    head = Content.assemble(
        bar(standing),
        "  ",
        (name.plain, "bold"),
        " " * (_NAME_CELLS - name.cell_length),
        f"{percent(standing):>3} %  ",
        (f"{since:<{_SINCE_CELLS}}", "$quiet"),
    )
    if not standing.mistakes:
        return [head]
    lately = Content.assemble(("✗ ", "$error"), (standing.mistakes[0], "$quiet"))
    if head.cell_length + lately.cell_length <= width:
        return [Content.assemble(head, lately)]
    return [head, *hanging(lately, width, " " * (CELLS + 2))]


def _row(sign: Content, name: str, facts: str, width: int) -> list[Content]:
    """Return a skill with what there is to say about it; below its name where a line is too short."""
    head = Content.assemble(sign, "  ", (name, "bold"))
    gap = max(2, min(_FACTS_AT - head.cell_length, width - head.cell_length - len(facts)))
    if head.cell_length + gap + len(facts) <= width:
        return [Content.assemble(head, " " * gap, (facts, "$quiet"))]
    return [head, *hanging(Content.styled(facts, "$quiet"), width, " " * (sign.cell_length + 2))]
