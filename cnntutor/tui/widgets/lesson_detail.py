"""What a lesson is about: summary, what one is able to do afterwards, exercises, results."""

from dataclasses import dataclass

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from cnntutor.i18n import t
from cnntutor.tui.widgets.lesson_path import GLYPHS
from cnntutor.tui.wrapping import hanging

WIDEST = 72
"""Cells of a line that is still read with ease."""


@dataclass(frozen=True, slots=True)
class LessonFacts:
    """All that the panel shows of a lesson, in the language now in force."""

    title: str
    summary: str
    objectives: list[str]
    minutes: int
    state: str
    exercises: list[str]
    """new, started or done for each exercise."""
    evidence: str = ""
    """Why it can be skipped, where it can."""
    skills: tuple[Content, ...] = ()
    """A line for each of its skills that was tried: bar, share, name."""


class LessonDetail(Widget, can_focus=False):
    """The panel beside the path."""

    DEFAULT_CSS = """
    LessonDetail { width: 1fr; height: auto; }
    """
    facts: reactive[LessonFacts | None] = reactive(None, layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the panel takes at this width."""
        return len(self._lines(width))

    def render(self) -> RenderResult:
        """Draw the panel."""
        return Content("\n").join(self._lines(self.content_size.width))

    def _lines(self, width: int) -> list[Content]:
        facts = self.facts
        if facts is None:
            return []
        width = min(width, WIDEST)
        states = {"done": t("done"), "started": t("begun"), "new": t("new"), "skip": t("can be skipped")}
        glyph, colour = GLYPHS[facts.state]
        head = Content.assemble(
            (glyph, colour), (f" {states[facts.state]} · ", "$quiet"), (_minutes(facts.minutes), "$quiet")
        )
        evidence = hanging(Content.styled(facts.evidence, "$quiet"), width) if facts.evidence else []
        lines = [*hanging(Content.styled(facts.title, "$primary bold"), width), head, *evidence]
        lines += [*facts.skills, Content("")]
        lines += hanging(facts.summary, width)
        lines += [Content(""), Content.styled(t("You will be able to"), "bold")]
        for objective in facts.objectives:
            lines += hanging(objective, width, "· ")
        if facts.exercises:
            signs = Content(" ").join(Content.styled(*GLYPHS[state]) for state in facts.exercises)
            solved = t(
                "{done} of {count} exercises solved",
                done=facts.exercises.count("done"),
                count=len(facts.exercises),
            )
            lines += [Content(""), Content.assemble(signs, "  ", (solved, "$quiet"))]
        return lines


def _minutes(minutes: int) -> str:
    return t("about {minutes} minutes", minutes=minutes)
