"""Cards inside a lesson page: an exercise, the calculator, the lab, the end. Enter opens what they offer."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import RenderResult
from textual.binding import BindingType
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.message import Message as TextualMessage
from textual.reactive import reactive
from textual.widget import Widget

from cnntutor.i18n import msg, t
from cnntutor.tui.keys import key
from cnntutor.tui.widgets.lesson_path import GLYPHS
from cnntutor.tui.wrapping import hanging


class Card(Widget, can_focus=True):
    """A box that takes the focus and is opened with Enter or a click."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [key("enter", "open", msg("Open"))]
    DEFAULT_CSS = """
    Card {
        width: 100%;
        max-width: 72;
        height: auto;
        margin: 0 2 1 0;
        padding: 0 1;
        border-left: outer $rule;
        background: $surface;
        &:focus { border-left: outer $primary; background: $panel; }
    }
    """

    @dataclass
    class Opened(TextualMessage):
        """The learner wants what the card offers."""

        card: "Card"

    def __init__(self, index: int) -> None:
        super().__init__()
        self.index = index

    def lines(self, width: int) -> list[Content]:
        """Return the words of the card."""
        raise NotImplementedError

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the card takes."""
        return len(self.lines(width))

    def render(self) -> RenderResult:
        """Draw the card; the focused one has a pointer too, so that colour is not alone."""
        return Content("\n").join(self.lines(self.content_size.width))

    def on_focus(self) -> None:
        """Draw the pointer."""
        self.refresh()

    def on_blur(self) -> None:
        """Take the pointer away."""
        self.refresh()

    def on_click(self, event: Click) -> None:
        """Open with a click."""
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Ask for what the card offers."""
        self.post_message(self.Opened(self))

    @property
    def pointer(self) -> Content:
        """`▸ ` on the focused card."""
        return Content.styled("▸ " if self.has_focus else "  ", "$primary bold")


class ExerciseCard(Card):
    """A question asked at this place of the lesson.

    Args:
        index: The block's number.
        question: The question's slug.
        number: Which exercise of the lesson it is, from 1.
        count: How many there are.
    """

    state: reactive[str] = reactive("new")

    def __init__(self, index: int, question: str, number: int, count: int) -> None:
        super().__init__(index)
        self.question = question
        self.number = number
        self.count = count
        self.prompt = ""

    def show(self, prompt: str, state: str) -> None:
        """Show the question's words and how far the learner is with it."""
        self.prompt = prompt
        self.state = state
        self.refresh(layout=True)

    def lines(self, width: int) -> list[Content]:
        """Name the exercise and quote the question."""
        glyph, colour = GLYPHS[self.state]
        states = {"done": t("solved"), "started": t("begun"), "new": t("not tried yet")}
        head = Content.assemble(
            self.pointer,
            (t("Exercise {number} of {count}", number=self.number, count=self.count), "bold"),
            "   ",
            (glyph, colour),
            (" " + states[self.state], "$quiet"),
        )
        words = self.prompt.split("\n", 1)[0]
        quoted = hanging(words, width, "  ")
        if len(quoted) > 2:
            quoted = [quoted[0], Content.assemble(quoted[1].truncate(width - 2), " …")]
        return [head, *quoted]


class CalculatorCard(Card):
    """An invitation to the calculator."""

    def __init__(self, index: int, network: str) -> None:
        super().__init__(index)
        self.network = network

    def lines(self, width: int) -> list[Content]:
        """Name the network."""
        head = Content.assemble(self.pointer, (t("Calculator · {network}", network=self.network), "bold"))
        words = t("Change any layer and see every number follow.")
        return [head, *hanging(Content.styled(words, "$quiet"), width, "  ")]


class RecipeCard(Card):
    """An invitation to the training lab."""

    def __init__(self, index: int, recipe: str) -> None:
        super().__init__(index)
        self.recipe = recipe

    def lines(self, width: int) -> list[Content]:
        """Name the recipe."""
        head = Content.assemble(self.pointer, (t("Training lab · {recipe}", recipe=self.recipe), "bold"))
        words = t("A real run with Keras; it goes on while you read, and when you close the program.")
        return [head, *hanging(Content.styled(words, "$quiet"), width, "  ")]


class EndCard(Card):
    """The end of a lesson: what is solved, and the way on."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.exercises: list[str] = []
        self.following = ""
        self.done = False

    def show(self, exercises: list[str], following: str, done: bool) -> None:
        """Show the states of the exercises and the title of the next lesson, empty after the last."""
        self.exercises = exercises
        self.following = following
        self.done = done
        self.refresh(layout=True)

    def lines(self, width: int) -> list[Content]:
        """Say what is solved and what Enter does."""
        glyph, colour = GLYPHS["done" if self.done else "started"]
        title = t("You have read this lesson") if self.done else t("End of the lesson")
        head = Content.assemble(self.pointer, (glyph, colour), " ", (title, "bold"))
        lines = [head]
        if self.exercises:
            signs = Content(" ").join(Content.styled(*GLYPHS[state]) for state in self.exercises)
            solved = t(
                "{done} of {count} exercises solved",
                done=self.exercises.count("done"),
                count=len(self.exercises),
            )
            lines.append(Content.assemble("  ", t("Exercises"), "  ", signs, "  ", (solved, "$quiet")))
        way = (
            t("Enter: done, on to “{lesson}”", lesson=self.following)
            if self.following
            else t("Enter: done, back to the course map")
        )
        return [*lines, *hanging(Content.styled(way, "$quiet"), width, "  ")]
