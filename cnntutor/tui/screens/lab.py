"""The training lab: recipes to start, runs to open."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.widgets import OptionList, Static

from cnntutor.calc.analysis import analyse
from cnntutor.errors import CnntutorError
from cnntutor.formats.library import find_network
from cnntutor.i18n import Message, msg, t
from cnntutor.lab.recording import recording_slugs
from cnntutor.tui.context import Place
from cnntutor.tui.keys import key
from cnntutor.tui.lab_obstacles import obstacles
from cnntutor.tui.messages import GoTo, Problem
from cnntutor.tui.screens.lab_estimate import Hint, LabEstimate
from cnntutor.tui.screens.lab_list import FIRST_RECIPE, LabList
from cnntutor.tui.widgets.lab_lines import recipe_lines, run_lines
from cnntutor.tui.widgets.menu import Menu
from cnntutor.tui.widgets.recipe_form import RecipeForm

NARROW = 100
"""Below so many columns the list is narrower."""
TINY = 74
"""Below so many it is narrower still."""


class LabScreen(LabList):
    """Recipes and runs on the left, the one under the cursor on the right.

    Args:
        recipe: The recipe to begin on; empty for the one the course begins with.
    """

    CSS_PATH = "lab.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("s", "start", msg("Start")),
        key("f5", "start", msg("Start"), shown=False),
        key("p", "play", msg("Play the recording")),
        key("c", "calculator", msg("Calculator")),
        key("d", "data", msg("Look at the data")),
        key("w", "save", msg("Keep as own recipe"), shown=False),
        key("m", "measure", msg("Measure this machine")),
        key("r", "section", msg("Recipes or runs")),
    ]

    def __init__(self, recipe: str = "") -> None:
        super().__init__()
        self._again = ""
        """The run whose settings the form is to take."""
        self._begin_on(recipe)
        self._obstacles: list[str] = []
        self._recorded = recording_slugs()

    def body(self) -> ComposeResult:
        """Lay out the list, and beside it what its cursor is on."""
        self._fit(self.app.size.width)  # now, so that the first layout is the last one
        with Horizontal(id="lab"):
            yield Menu(id="lab-list")
            with VerticalScroll(id="lab-detail", can_focus=False):
                yield Static(id="lab-words")
                yield RecipeForm()
                yield Static(id="lab-note", markup=False)

    def where(self) -> str:
        """Name the lab."""
        return t("Training lab")

    def place(self) -> Place | None:
        """Come back here."""
        return Place("lab")

    def shows(self, place: Place) -> bool:
        """There is one lab, whatever recipe it stands on."""
        return place.screen == "lab"

    def arrive(self, place: Place) -> None:
        """Stand on the recipe named."""
        if place.argument:
            self._begin_on(place.argument)
            self._list()
            self.query_one(Menu).focus()
            self._take_again()

    def _begin_on(self, argument: str) -> None:
        """Stand on a recipe, or on that of a run which is to be run again: `again:RUN`."""
        kind, _, name = argument.partition(":")
        if kind == "again" and name:
            self._again = name
        elif argument:
            self._wanted = f"recipe {argument}"

    def _take_again(self) -> None:
        """Fill the form with the settings of a run that is to be run again."""
        name, self._again = self._again, ""
        if not name:
            return
        try:
            spec = self.context.lab.find(name).spec
        except CnntutorError as problem:
            self.post_message(Problem(str(problem)))
            return
        if spec.recipe not in self._recipes:
            self.post_message(Problem(t("There is no recipe {recipe} any more.", recipe=spec.recipe)))
            return
        self._wanted = f"recipe {spec.recipe}"
        self._list()
        form = self.query_one(RecipeForm)
        form.fill(spec.preset, spec.overrides)
        form.focus_first()

    def about(self) -> Message | None:
        """Explain the lab."""
        return msg(
            "A recipe trains a network for real, with Keras, in a process of its own: it goes on when you"
            " close the program, and is here when you come back. Enter on a run opens it."
        )

    def on_mount(self) -> None:
        """Read recipes and runs, and begin to look at the runs."""
        self._read_recipes()
        if not self._wanted and FIRST_RECIPE in self._recipes:
            self._wanted = f"recipe {FIRST_RECIPE}"
        self._list()
        self.query_one(Menu).focus()
        self._take_again()
        self.begin_to_look()

    def saved(self, slug: str) -> None:
        """Stand on a recipe of the learner's own that was just kept."""
        self._read_recipes()
        self._wanted = f"recipe {slug}"
        self._list()
        self.query_one(Menu).focus()
        self.notify(t("Kept as the recipe {recipe}.", recipe=slug))

    def on_resize(self, event: Resize) -> None:
        """Give the list what there is room for."""
        self._fit(event.size.width)
        self.call_after_refresh(self._list)

    def _fit(self, width: int) -> None:
        self.set_class(width < NARROW, "-narrow")
        self.set_class(width < TINY, "-tiny")

    def on_screen_resume(self) -> None:
        """Show at once what happened in the meantime."""
        super().on_screen_resume()
        self._look()

    def retext(self) -> None:
        """Follow a change of language; what was typed stays."""
        self._list()

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._show()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        # The cursor may have moved on since Enter was pressed; what counts is the line it was pressed on.
        kind, _, name = (event.option.id or "").partition(" ")
        if kind == "run":
            self.post_message(GoTo(Place("run", name)))
        elif kind == "recipe":
            self.query_one(Menu).highlighted = event.option_index
            self._show()
            self.query_one(RecipeForm).focus_first()

    # What stands beside

    def _show(self) -> None:
        """Explain what the cursor is on."""
        form, words = self.query_one(RecipeForm), self.query_one("#lab-words", Static)
        width = max(20, words.content_size.width or 44)
        form.display = self._recipe is not None
        lines: list[Content] = []
        if self._recipe is not None:
            report = analyse(find_network(self._recipe.network).network)
            lines = recipe_lines(self._recipe, report, width)
            form.show(self._recipe)
        elif self._row is not None:
            lines = run_lines(self._row, width)
        words.update(Content("\n").join(lines))
        self.query_one("#lab-note", Static).update(str(self._recipe.note) if self._recipe is not None else "")
        self.refresh_bindings()

    @on(RecipeForm.Changed)
    def _changed(self, event: RecipeForm.Changed) -> None:
        """Say what is in the way, and ask how long it will take."""
        event.stop()
        self.ask_again()

    def ask_again(self) -> None:
        """Ask what the run in the form will take; what is in the way is known at once."""
        form = self.query_one(RecipeForm)
        self._obstacles = obstacles(form.settings, self.context.lab.missing(), self.at_work)
        form.show_hint("" if form.settings is None else None, self._obstacles)
        if form.recipe is not None and form.settings is not None:
            self.estimate(form.recipe.slug, form.preset.name, form.runs)

    def hinted(self, hint: Hint) -> None:
        """Show what the run in the form will take."""
        warnings = [f"! {hint.warning}"] if hint.warning else []
        self.query_one(RecipeForm).show_hint(hint.time, [*self._obstacles, *warnings])

    # What can be done

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only a recipe can be started; there is a way to the runs once there are any."""
        if action == "section":
            return bool(self._rows)
        if action == "measure":
            return not self.measured
        if action == "play":
            return self.is_mounted and self._recipe is not None and self._recipe.slug in self._recorded
        return (
            self._recipe is not None
            if action in ("start", "calculator", "data", "save") and self.is_mounted
            else True
        )

    def action_play(self) -> None:
        """Play the recording of the recipe."""
        if self._recipe is not None:
            self.post_message(GoTo(Place("recording", self._recipe.slug)))

    def action_calculator(self) -> None:
        """Open the recipe's network in the calculator."""
        if self._recipe is not None:
            self.post_message(GoTo(Place("workbench", self._recipe.network)))

    def action_section(self) -> None:
        """Jump from the recipes to the newest run, or back."""
        menu = self.query_one(Menu)
        wanted = "run" if self._recipe is not None else "recipe"
        places = [
            place
            for place, option in enumerate(menu.options)
            if option.id is not None and option.id.startswith(f"{wanted} ")
        ]
        if places:
            menu.highlighted = places[0]
            menu.focus()

    def action_back(self) -> None:
        """Leave the form first, then the screen."""
        if self.query_one(RecipeForm).has_focus_within:
            self.query_one(Menu).focus()
        else:
            super().action_back()

    @on(LabEstimate.Submitted)
    def _was_submitted(self, event: LabEstimate.Submitted) -> None:
        """Follow the new run, or lay several side by side; the lab stands on the first afterwards."""
        event.stop()
        names = [run.name for run in event.runs]
        self._wanted = f"run {names[0]}"
        self.query_one(Menu).focus()
        self.post_message(GoTo(Place("run" if len(names) == 1 else "compare", " ".join(names))))
