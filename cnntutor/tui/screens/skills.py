"""How every skill stands: what was answered, what went wrong lately, and when it is due."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from cnntutor.course.skills import SKILLS, skill_name
from cnntutor.i18n import Message, msg, t
from cnntutor.progress.review import Planner
from cnntutor.tui import messages
from cnntutor.tui.app import app_of
from cnntutor.tui.context import Place
from cnntutor.tui.keys import key
from cnntutor.tui.screens.base import TutorScreen
from cnntutor.tui.screens.too_small import SMALLEST
from cnntutor.tui.standing import bar, day, due_word, is_due, percent
from cnntutor.tui.widgets.lines_view import LinesView
from cnntutor.tui.widgets.menu import Menu
from cnntutor.tui.wrapping import hanging

if TYPE_CHECKING:
    from cnntutor.progress.records import Mark, SkillSummary

BESIDE_FROM = 76
"""Columns from which the panel stands beside the list."""
MISTAKES = 4
"""How many of the latest mistakes are told."""


class SkillList(Menu):
    """The skills; Enter asks an exercise."""

    BINDINGS: ClassVar[list[BindingType]] = [key("enter", "select", msg("Practise"))]


class SkillsScreen(TutorScreen[None]):
    """The skills of the course.

    Args:
        skill: The skill the cursor begins on; empty for the first.
        chance: Draws the numbers of what is practised; tests give one they know.
    """

    CSS_PATH = "skills.tcss"
    AUTO_FOCUS = "#skills-list"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("p", "exercises", msg("Its exercises")),
        key("r", "review", msg("Review")),
    ]

    def __init__(self, skill: str = "", chance: random.Random | None = None) -> None:
        super().__init__()
        self._skill = skill
        self._chance = chance or random.Random()
        self._skills: tuple[str, ...] = ()
        self._summaries: dict[str, SkillSummary] = {}
        self._marks: dict[str, Mark] = {}

    def body(self) -> ComposeResult:
        """Lay out list and panel."""
        with Horizontal(id="skills"):
            yield SkillList(id="skills-list")
            with VerticalScroll(id="skills-detail", can_focus=False):
                yield LinesView(id="skills-lines")

    def where(self) -> str:
        """Name the place."""
        return t("Skills")

    def place(self) -> Place | None:
        """Come back here."""
        return Place("skills", self._skill)

    def shows(self, place: Place) -> bool:
        """Whether this is the screen, whichever skill it stands on."""
        return place.screen == "skills"

    def arrive(self, place: Place) -> None:
        """Put the cursor on the skill that the place names."""
        if place.argument in self._skills:
            self.query_one(Menu).highlighted = self._skills.index(place.argument)

    def about(self) -> Message | None:
        """Explain what counts."""
        return msg(
            "A bar shows how many of the latest ten first tries were right without help. A hint, the "
            "working, or the calculator opened on the very network is help; another try at the same numbers"
            " within the hour is kept but proves nothing. Enter asks one exercise of the skill, where you "
            "slipped lately if it can."
        )

    def on_screen_resume(self) -> None:
        """Show what was answered meanwhile."""
        super().on_screen_resume()
        self.retext()

    def on_resize(self, event: Resize) -> None:
        """Put the panel below the list where there is no room beside it."""
        self.set_class(SMALLEST[0] <= event.size.width < BESIDE_FROM, "-narrow")
        self.call_after_refresh(self._draw)

    def retext(self) -> None:
        """Write everything in the language now in force."""
        store = self.context.store
        self._summaries = {each.skill: each for each in store.skills()}
        self._marks = {each.slug: each for each in store.marks() if each.kind == "skill"}
        asked = {heading.skill for heading in self.context.read_headings()}
        known = [skill for skill in SKILLS if skill in asked or skill in self._summaries]
        self._skills = (*known, *sorted((asked | set(self._summaries)) - set(known)))
        self._draw()

    def _draw(self) -> None:
        listed = self.query_one(Menu)
        width = listed.scrollable_content_region.width or 40
        at = self._skills.index(self._skill) if self._skill in self._skills else 0
        listed.set_options([Option(self._line(skill, width)) for skill in self._skills])
        listed.highlighted = at
        self._explain()

    def _line(self, skill: str, width: int) -> Content:
        summary = self._summaries.get(skill)
        share = f"{percent(summary):>3} %" if summary is not None else "  –  "
        sign = Content.styled("↻ " if is_due(summary, self.context.clock()) else "  ", "$accent")
        name = Content(skill_name(skill)).truncate(max(8, width - 15), ellipsis=True)
        gap = " " * (width - 14 - name.cell_length)
        return Content.assemble(sign, name, gap, bar(summary), " ", share)

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_index < len(self._skills) and self._skills[event.option_index] != self._skill:
            self._skill = self._skills[event.option_index]
            self._explain()

    def _explain(self) -> None:
        self.query_one("#skills-lines", LinesView).show(self._lines)
        self.query_one("#skills-detail").scroll_home(animate=False)
        self.refresh_bindings()

    def _lines(self, width: int) -> list[Content]:
        """Return all there is to say about the skill under the cursor."""
        skill = self._skill or (self._skills[0] if self._skills else "")
        summary, now = self._summaries.get(skill), self.context.clock()
        lines = [*hanging(Content.styled(skill_name(skill), "$primary bold"), width)]
        count = sum(heading.skill == skill for heading in self.context.read_headings())
        lines += [Content.styled(t("{count} exercises", count=count), "$quiet"), Content("")]
        mark = self._marks.get(skill)
        if mark is not None:
            said = t("Known already by the placement quiz ({evidence}).", evidence=mark.evidence)
            lines += [*hanging(said, width), Content("")]
        if summary is None:
            return [*lines, *hanging(t("Not tried yet. Enter asks a first exercise."), width)]
        lines.append(Content.assemble(bar(summary), f"  {percent(summary)} %"))
        lines += hanging(
            t(
                "{right} of the latest {recent} first tries right without help",
                right=summary.recent_right,
                recent=summary.recent,
            ),
            width,
        )
        lines += hanging(
            t(
                "answers: {attempts}, the latest {day}",
                attempts=summary.attempts,
                day=day(summary.last, now),
            ),
            width,
        )
        lines += hanging(
            Content.styled(due_word(summary, now), "bold" if is_due(summary, now) else "$quiet"), width
        )
        if summary.mistakes:
            lines += [Content(""), Content.styled(t("Mistakes made lately"), "bold")]
            for slug in summary.mistakes[:MISTAKES]:
                lines += _mistake(slug, width)
        return lines

    @on(OptionList.OptionSelected)
    def _chosen(self) -> None:
        self._practise()

    @work(exclusive=True, group="practise")
    async def _practise(self) -> None:
        """Ask one exercise of the skill; those after it are the others of the skill."""
        from cnntutor.tui.exam_places import demand_open
        from cnntutor.tui.screens.exercise import ExerciseScreen

        demand_open(app_of(self), Place("exercise"))
        headings = await asyncio.to_thread(self.context.read_headings)
        planner = Planner(self.context.course, self.context.store, headings, self._chance)
        item = await asyncio.to_thread(planner.choose, self._skill, self.context.clock())
        if item is None:
            self.notify(t("The course has no exercise of this skill."), timeout=3)
            return
        within = tuple(heading.slug for heading in headings if heading.skill == self._skill)
        self.app.push_screen(ExerciseScreen(item.question, item.seed, within=within))

    def action_exercises(self) -> None:
        """Show the exercises of the skill in the practice list."""
        self.post_message(messages.GoTo(Place("practice", skill_name(self._skill))))

    def action_review(self) -> None:
        """Go to the review."""
        self.post_message(messages.GoTo(Place("review")))


def _mistake(slug: str, width: int) -> list[Content]:
    """Return a mistake by its name, with its sentence where it has one."""
    from cnntutor.quiz.mistakes import mistake_sentence

    sentence = mistake_sentence(slug)
    named = Content.assemble((slug, "$warning"), f": {sentence}" if sentence is not None else "")
    return hanging(named, width, "· ")
