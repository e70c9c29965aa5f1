"""What leads on from the lab's form: a start, the prediction first; its data; a recipe of one's own."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on, work
from textual.message import Message as TextualMessage

from cnntutor.i18n import msg, t
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.own_recipe import save_own
from cnntutor.lab.recipe import Recipe
from cnntutor.lab.run_spec import Prediction
from cnntutor.tui.messages import Problem
from cnntutor.tui.mistakes import sentence_of
from cnntutor.tui.run_rows import RunRow
from cnntutor.tui.screens.base import TutorScreen
from cnntutor.tui.screens.name import NameScreen
from cnntutor.tui.screens.pick import Choice, PickScreen
from cnntutor.tui.turn_question import ask_for_turn
from cnntutor.tui.widgets.recipe_form import RecipeForm

NO_PREDICTION = "none"


@dataclass(frozen=True, slots=True)
class Start:
    """One run, or several, about to be started."""

    recipe: str
    preset: str
    runs: tuple[dict[str, str], ...]
    """What each run changes of the preset; several stand in line."""
    predicted: int | None = None
    """The choice made of the prediction, from 0."""


class LabStart(TutorScreen[None]):
    """What the lab does with the form as it stands."""

    @dataclass
    class Submitted(TextualMessage):
        """One run or several were started."""

        runs: tuple[RunFolder, ...]

    def __init__(self) -> None:
        super().__init__()
        self._submitting = False

    @property
    def at_work(self) -> list[RunRow]:
        """The runs that are not over, the line behind those that run."""
        raise NotImplementedError

    def recipe_of(self, slug: str) -> Recipe | None:
        """Return a recipe of the list."""
        raise NotImplementedError

    async def action_start(self) -> None:
        """Start the recipe as it stands in the form."""
        await self.query_one(RecipeForm).start()

    @on(RecipeForm.Started)
    def _started(self, event: RecipeForm.Started) -> None:
        """Ask for the prediction, where the recipe has one."""
        event.stop()
        if self._submitting:
            return
        lacking = self.context.lab.missing()
        if lacking is not None:
            self.post_message(Problem(str(lacking)))
            return
        recipe = self.recipe_of(event.recipe)
        start = Start(event.recipe, event.preset, event.runs)
        if recipe is None or recipe.prediction is None or len(start.runs) > 1:
            self._ask_for_turn(start)
            return
        prediction = recipe.prediction

        def predicted(answer: str | None) -> None:
            if answer is not None:
                choice = None if answer == NO_PREDICTION else int(answer)
                self._ask_for_turn(Start(start.recipe, start.preset, start.runs, choice))

        self.app.push_screen(
            PickScreen(lambda: t("Predict first"), lambda: prediction_choices(prediction), "0"), predicted
        )

    def _ask_for_turn(self, start: Start) -> None:
        """Start, several in line; ask first where another run is at work beside which one could start."""
        working = self.at_work
        if not working or len(start.runs) > 1:
            self._submit(start, beside=False)
            return
        first, others = working[0], len(working) - 1
        ask_for_turn(
            self.app, first.spec.recipe, first.observation, others, lambda beside: self._submit(start, beside)
        )

    def _submit(self, start: Start, beside: bool) -> None:
        self._submitting = True
        self._submit_outside(start, beside)

    @work(thread=True, group="lab-submit", exit_on_error=False)
    def _submit_outside(self, start: Start, beside: bool) -> None:
        """Make the run folders and start the workers outside the screen's thread.

        Each stands in line, which is no line where nothing is ahead, unless it is to start beside others.
        """
        begun: list[RunFolder] = []
        try:
            for changes in start.runs:
                begun.append(
                    self.context.lab.submit(
                        start.recipe,
                        start.preset,
                        changes,
                        force=beside,
                        wait=not beside,
                        predicted=start.predicted,
                    )
                )
        except Exception as problem:  # whatever it was, the learner reads a sentence
            self.post_message(Problem(sentence_of(problem)))
        finally:
            self._submitting = False
        if begun:
            self.post_message(self.Submitted(tuple(begun)))

    def action_data(self) -> None:
        """Look at the data set of the form, prepared as the form says."""
        from cnntutor.tui.data_subject import subject_of
        from cnntutor.tui.screens.data import DataScreen

        form = self.query_one(RecipeForm)
        if form.recipe is None or form.settings is None:
            self.post_message(Problem(t("A value is not understood yet; correct it first.")))
            return
        self.app.push_screen(DataScreen(subject_of(form.recipe, form.settings)))

    def action_save(self) -> None:
        """Keep the form as a recipe of one's own."""
        form = self.query_one(RecipeForm)
        recipe = form.recipe
        if recipe is None or form.settings is None:
            self.post_message(Problem(t("A value is not understood yet; correct it first.")))
            return
        if len(form.runs) > 1:
            self.post_message(Problem(t("A recipe has one value for each setting; leave one in each field.")))
            return
        preset, overrides = form.preset, form.overrides

        def named(name: str | None) -> None:
            if name:
                save_own(recipe, preset, overrides, name)
                self.saved(name)

        self.app.push_screen(
            NameScreen(
                msg("Keep as a recipe of your own"),
                msg(
                    "Its name: small letters, digits and hyphens. One of yours of the same name is replaced."
                ),
                f"my-{recipe.slug}".replace("my-my-", "my-"),
            ),
            named,
        )

    def saved(self, slug: str) -> None:
        """Show a recipe that was just saved."""
        raise NotImplementedError


def prediction_choices(prediction: Prediction) -> list[Choice]:
    """Return the choices of a prediction as lines, and one to go without."""
    question = str(prediction.question)
    choices = [
        Choice(str(place), str(choice.text), question) for place, choice in enumerate(prediction.choices)
    ]
    return [*choices, Choice(NO_PREDICTION, t("Start without a prediction"), question)]
