"""A lesson: contents on the left when there is room, the page, an exercise beside or over it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Resize
from textual.timer import Timer
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from cnntutor.course.blocks import Block, MarkdownBlock
from cnntutor.course.schema import Lesson
from cnntutor.errors import CnntutorError
from cnntutor.i18n import Message, msg, t
from cnntutor.tui import messages
from cnntutor.tui.app import app_of
from cnntutor.tui.context import Place
from cnntutor.tui.keys import key
from cnntutor.tui.prose import inline
from cnntutor.tui.screens.base import TutorScreen
from cnntutor.tui.screens.pick import Choice, PickScreen
from cnntutor.tui.sitting import Sitting
from cnntutor.tui.widgets.cards import CalculatorCard, Card, EndCard, ExerciseCard, RecipeCard
from cnntutor.tui.widgets.exercise_panel import ExercisePanel
from cnntutor.tui.widgets.lesson_page import LessonPage
from cnntutor.tui.widgets.prose_view import ProseView

CONTENTS_FROM = 100
"""Columns from which the contents stand on the left."""
BESIDE_FROM = 110
"""Columns from which an exercise opens beside the page instead of over it."""
_KEEP_AFTER = 0.5
"""Seconds after the last movement until the place is written down."""


class LessonScreen(TutorScreen[None]):
    """Read, try the figures, answer the exercises, go on.

    Args:
        slug: Which lesson.
        blocks: Its parts in the language now in force.
        index: The block where the learner stopped.
        exercise: The exercise to open with it.
    """

    CSS_PATH = "lesson.tcss"
    AUTO_FOCUS = "#page"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("e", "exercise", msg("Exercise")),
        key("n", "next_lesson", msg("Next")),
        key("p", "previous_lesson", msg("Previous")),
        key("g", "terms", msg("Terms")),
        key("o", "contents", msg("Contents")),
        key("c", "calculator", msg("Calculator")),
    ]

    def __init__(self, slug: str, blocks: tuple[Block, ...], index: int = 0, exercise: str = "") -> None:
        super().__init__()
        self.slug = slug
        self._exercise = exercise
        self._blocks = blocks
        self._page = LessonPage(blocks, index)
        self._keeping: Timer | None = None

    @property
    def lesson(self) -> Lesson:
        """The lesson that is open."""
        return self.context.course.lessons[self.slug]

    def body(self) -> ComposeResult:
        """Lay out contents, page and the room for an exercise."""
        self._fit(self.app.size.width)  # now, so that the first layout is the last one
        with Horizontal(id="lesson"):
            yield OptionList(id="contents", markup=False)
            yield self._page
            yield Horizontal(id="beside")

    def where(self) -> str:
        """Name unit and lesson."""
        return f"{self.context.course.unit_of(self.slug).title}  ·  {self.lesson.title}"

    def place(self) -> Place | None:
        """Come back to this lesson, and to the exercise that is open in it."""
        return Place("lesson", f"{self.slug} {self._exercise}".strip())

    def shows(self, place: Place) -> bool:
        """Whether this is the lesson, whichever exercise is open in it."""
        return place.screen == "lesson" and place.argument.split(" ")[0] == self.slug

    def about(self) -> Message | None:
        """Explain the page."""
        return msg(
            "Space goes on by a page, Tab to the next figure or exercise; a figure answers the keys in the "
            "last line while it has the focus. Where you stop reading is kept."
        )

    def on_mount(self) -> None:
        """Mark the lesson as begun, and write what is not in the text."""
        self.query_one("#contents").can_focus = False
        if self.record.lesson(self.slug).state == "new":
            self.record.reach(self.slug, 0)
        self._fill_contents()
        self._fill_cards()
        if self._exercise in self.lesson.questions:
            self.open_exercise(self._exercise)

    def on_screen_resume(self) -> None:
        """Show what was solved elsewhere."""
        super().on_screen_resume()
        self._fill_cards()
        for panel in self.query(ExercisePanel):
            panel.look_at_runs()

    def on_unmount(self) -> None:
        """Write down where the learner is."""
        self._keep_place()

    def retext(self) -> None:
        """Show the other language at the same place; answers and figures stay."""
        self._blocks = self.context.course.blocks(self.slug)
        self._page.rewrite(self._blocks)
        self._fill_contents()
        self._fill_cards()
        for panel in self.query(ExercisePanel):
            panel.retext()

    # What the parts show

    def _headings(self) -> list[MarkdownBlock]:
        return [block for block in self._blocks if isinstance(block, MarkdownBlock) and block.level]

    def _fill_contents(self) -> None:
        listed = self.query_one("#contents", OptionList)
        listed.set_options([Option(inline(block.heading), id=str(block.index)) for block in self._headings()])
        self._mark_contents(self._page.top)

    def _mark_contents(self, index: int) -> None:
        """Put the mark on the heading that is being read."""
        listed = self.query_one("#contents", OptionList)
        before = [place for place, block in enumerate(self._headings()) if block.index <= index + 1]
        with self.prevent(OptionList.OptionHighlighted):
            listed.highlighted = before[-1] if before else None

    def _fill_cards(self) -> None:
        record, course = self.record, self.context.course
        cards = list(self.query(ExerciseCard))
        states = record.exercise_states(tuple(card.question for card in cards))
        for card, state in zip(cards, states, strict=True):
            card.show(self._prompt(card.question), state)
        following = course.lesson_after(self.slug)
        done = record.lesson(self.slug).state == "done"
        for end in self.query(EndCard):
            end.show(states, str(following.title) if following else "", done)

    def _prompt(self, question: str) -> str:
        """Return a few words for the card of an exercise."""
        try:
            source = self.context.course.questions[question]
            if source.title is not None:
                return str(source.title)
            return str(Sitting(self.context, self.record, question).posed.prompt)
        except CnntutorError as problem:
            return f"✗ {problem}"

    # Exercises

    def open_exercise(self, question: str) -> None:
        """Open an exercise beside the page, or over it where there is no room."""
        self._now_at(question)
        panels = self.query(ExercisePanel)
        if panels:
            self.run_worker(panels.first().open(question), group="exercise", exclusive=True)
            return
        self.hold()
        self.add_class("-beside")
        self.query_one("#beside").mount(ExercisePanel(question))

    def _now_at(self, question: str) -> None:
        """Remember which exercise is open; empty for none."""
        self._exercise = question
        place = self.place()
        if place is not None:
            self.record.leave_at(place)

    def action_exercise(self) -> None:
        """Open the exercise that comes next on the page, else the first that is not solved."""
        cards = list(self.query(ExerciseCard))
        if not cards:
            self.notify(t("This lesson asks nothing."), timeout=3)
            return
        top = self._page.top
        ahead = [card for card in cards if card.index >= top and card.state != "done"]
        unsolved = [card for card in cards if card.state != "done"]
        self.open_exercise((ahead or unsolved or cards)[0].question)

    @on(ExercisePanel.Changed)
    def _exercise_changed(self, message: ExercisePanel.Changed) -> None:
        self._now_at(message.question)
        self._fill_cards()

    def action_back(self) -> None:
        """Close the exercise first; then leave the lesson."""
        panels = self.query(ExercisePanel)
        if not panels:
            super().action_back()
            return
        question = panels.first().question
        panels.remove()
        self._now_at("")
        self.remove_class("-beside")
        self._fill_cards()
        card = next((card for card in self.query(ExerciseCard) if card.question == question), None)
        (card or self._page).focus(scroll_visible=False)

    def action_calculator(self) -> None:
        """Open the calculator on the network this page speaks of."""
        cards = list(self.query(CalculatorCard))
        name = cards[0].network if cards else "lenet5"
        self.post_message(messages.GoTo(Place("workbench", name)))

    def on_resize(self, event: Resize) -> None:
        """Show what there is room for."""
        self._fit(event.size.width)

    def _fit(self, width: int) -> None:
        self.set_class(width >= CONTENTS_FROM, "-roomy")
        self.set_class(width >= BESIDE_FROM, "-wide")

    # Reading

    @on(LessonPage.Moved)
    def _moved(self, message: LessonPage.Moved) -> None:
        self._mark_contents(message.index)
        if self._keeping is not None:
            self._keeping.stop()
        self._keeping = self.set_timer(_KEEP_AFTER, self._keep_place)

    def _keep_place(self) -> None:
        if self._blocks:
            self.record.reach(self.slug, self._page.top)

    @on(OptionList.OptionSelected, "#contents")
    def _heading_clicked(self, event: OptionList.OptionSelected) -> None:
        if event.option.id is not None:
            self._page.go_to(int(event.option.id))

    @on(Card.Opened)
    def _card_opened(self, message: Card.Opened) -> None:
        card = message.card
        if isinstance(card, ExerciseCard):
            self.open_exercise(card.question)
        elif isinstance(card, CalculatorCard):
            self.post_message(messages.GoTo(Place("workbench", card.network)))
        elif isinstance(card, RecipeCard):
            self.post_message(messages.GoTo(Place("lab", card.recipe)))
        elif isinstance(card, EndCard):
            self.record.finish(self.slug)
            self._leave_for(self.context.course.lesson_after(self.slug))

    def _leave_for(self, lesson: Lesson | None) -> None:
        """Open another lesson in place of this one, or go back to the map."""
        if lesson is None:
            self.action_back()
        else:
            self.app.switch_screen(app_of(self).make_screen(Place("lesson", lesson.slug)))

    def action_next_lesson(self) -> None:
        """Go to the next lesson; from the end of this one that marks it as read."""
        if self._page.at_end:
            self.record.finish(self.slug)
        following = self.context.course.lesson_after(self.slug)
        if following is None:
            self.notify(t("This is the last lesson of the course."), timeout=3)
        else:
            self._leave_for(following)

    def action_previous_lesson(self) -> None:
        """Go to the lesson before."""
        before = self.context.course.lesson_before(self.slug)
        if before is None:
            self.notify(t("This is the first lesson of the course."), timeout=3)
        else:
            self._leave_for(before)

    # Terms and links

    def action_follow(self, kind: str, target: str) -> None:
        """Open a link of the text: a term is explained, a lesson is opened."""
        if kind == "term":
            self._show_terms(target)
        elif kind == "lesson" and target in self.context.course.lessons:
            self.post_message(messages.GoTo(Place("lesson", target)))

    def action_terms(self) -> None:
        """List the terms and links of this page; the cursor begins on the first one in view."""
        in_view = [link.target for view in self._page.shown for link in view.links]
        self._show_terms(in_view[0] if in_view else "")

    def _show_terms(self, first: str) -> None:
        choices = self._term_choices()
        if not choices:
            self.notify(t("This page marks no terms."), timeout=3)
            return
        kinds = {choice.value.partition(":")[2]: choice.value for choice in choices}
        self.app.push_screen(
            PickScreen(lambda: t("Terms and links of this page"), self._term_choices, kinds.get(first, "")),
            self._term_chosen,
        )

    def _term_choices(self) -> list[Choice]:
        course = self.context.course
        found: dict[str, Choice] = {}
        widest = max((len(str(term.name)) for term in course.glossary.values()), default=0)
        for view in self.query(ProseView):
            for link in view.links:
                value = f"{link.kind}:{link.target}"
                if link.kind == "term" and link.target in course.glossary:
                    term = course.glossary[link.target]
                    other = term.vi if str(term.name) == term.en else term.en
                    label = Content.assemble((str(term.name).ljust(widest), "bold"), "  ", (other, "$quiet"))
                    found.setdefault(value, Choice(value, label, str(term.definition)))
                elif link.kind == "lesson" and link.target in course.lessons:
                    lesson = course.lessons[link.target]
                    label = Content.assemble(("→ ", "$secondary"), str(lesson.title))
                    found.setdefault(value, Choice(value, label, t("Enter opens this lesson.")))
        return list(found.values())

    def _term_chosen(self, value: str | None) -> None:
        kind, _, target = (value or "").partition(":")
        if kind == "lesson":
            self.post_message(messages.GoTo(Place("lesson", target)))

    def action_contents(self) -> None:
        """List the headings and go to the one chosen."""

        def choices() -> list[Choice]:
            return [Choice(str(block.index), inline(block.heading)) for block in self._headings()]

        def chosen(value: str | None) -> None:
            if value is not None:
                self._page.go_to(int(value))

        listed = self.query_one("#contents", OptionList)
        option = listed.highlighted_option
        first = option.id if option is not None and option.id is not None else ""
        self.app.push_screen(PickScreen(lambda: t("Contents"), choices, first), chosen)
