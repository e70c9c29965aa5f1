"""Runs that belong to an exercise: a bug's broken and mended recipe, what a prediction was about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cnntutor.errors import CnntutorError
from cnntutor.i18n import Message, Text, decimal, msg
from cnntutor.lab.data_store import data_states
from cnntutor.lab.data_way import data_sentence
from cnntutor.lab.estimate_words import duration
from cnntutor.lab.history import last_result

if TYPE_CHECKING:
    from cnntutor.course.questions import PredictionQuestion
    from cnntutor.lab.events import ResultEvent
    from cnntutor.lab.lab import Lab

LATEST = 40
"""Runs that are looked through for those of a recipe, the newest first."""
TOLD = 3
"""Runs whose figures are told."""


@dataclass(frozen=True, slots=True)
class PairPreset:
    """A way to run two recipes alike."""

    name: str
    title: Text
    takes: Message | None
    """How long both take together, where that can be said; or why they cannot run so."""
    data: str = ""
    """The stand-in for data that are not here; empty for the recipe's own."""
    lacks: str = ""
    """What is to be known of the data before they run; empty where they are here."""

    @property
    def overrides(self) -> dict[str, str]:
        """What is changed of both recipes."""
        return {"data": self.data} if self.data else {}


def presets_of_both(lab: Lab, broken: str, mended: str) -> tuple[PairPreset, ...]:
    """Return the presets that both recipes have; with a stand-in for data that are not here, that first.

    Raises:
        CnntutorError: a recipe is not there or not understood.
    """
    others = {preset.name for preset in lab.recipe(mended).presets}
    states = {state.info.name: state for state in data_states()}
    found: list[PairPreset] = []
    for preset in lab.recipe(broken).presets:
        if preset.name not in others:
            continue
        state = states.get(preset.settings.data)
        lacks = "" if state is None else data_sentence(state, preset.settings)
        stand_in = state.info.stand_in if state is not None and state.where == "not here" else None
        for data in ([stand_in] if stand_in else []) + [""]:
            way = PairPreset(preset.name, preset.title, None, data, "" if data else lacks)
            found.append(replace(way, takes=_takes(lab, (broken, mended), way)))
    return tuple(found)


def _takes(lab: Lab, recipes: tuple[str, str], way: PairPreset) -> Message | None:
    """Return how long two runs take, or why one cannot be planned."""
    try:
        plans = [lab.plan(slug, way.name, way.overrides).estimate for slug in recipes]
    except CnntutorError as problem:
        return problem.message
    seconds = [plan.seconds for plan in plans if plan is not None]
    if len(seconds) < len(plans):
        return None
    return msg("Both together about {time} on this machine.", time=duration(sum(seconds)))


def start_both(lab: Lab, broken: str, mended: str, way: PairPreset) -> tuple[str, str]:
    """Start the broken and the mended recipe side by side; return the names of their runs.

    Raises:
        CnntutorError: one cannot be started.
    """
    first = lab.submit(broken, way.name, way.overrides, force=True)
    return first.name, lab.submit(mended, way.name, way.overrides, force=True).name


def scored(lab: Lab, question: PredictionQuestion, predicted: float | None) -> tuple[Message, ...]:
    """Return what the learner's own runs of the recipe came to, beside the prediction; the newest first.

    Args:
        lab: The lab.
        question: The prediction.
        predicted: What the learner said, in the question's own unit; None where that is not known.
    """
    told: list[Message] = []
    for run in lab.runs()[:LATEST]:
        if len(told) >= 2 * TOLD:
            break
        try:
            spec = run.spec
        except CnntutorError:
            continue
        result = last_result(run) if spec.recipe == question.recipe else None
        told += [] if result is None else _scored(question, run.name, result, predicted)
    return tuple(told)


def _scored(
    question: PredictionQuestion, run: str, result: ResultEvent, predicted: float | None
) -> list[Message]:
    """Return what one run came to; nothing where it has no such figure."""
    percent = question.form == "percent"
    figure = result.test_accuracy if percent else result.test_loss
    if figure is None or result.networks or result.spelled is not None:
        return []  # pretrained networks and spelled words have figures of their own, on the run's screen
    value, digits, sign = (figure * 100, 2, " %") if percent else (figure, 4, "")
    shown = f"{decimal(value, digits)}{sign}"
    said = (
        msg("Your run {run}: test accuracy {value}.", run=run, value=shown)
        if percent
        else msg("Your run {run}: test loss {value}.", run=run, value=shown)
    )
    if predicted is None:
        return [said]
    off = msg(
        "Your prediction {predicted} is {off} away.",
        predicted=f"{decimal(predicted, digits)}{sign}",
        off=decimal(abs(value - predicted), digits),
    )
    return [said, off]
