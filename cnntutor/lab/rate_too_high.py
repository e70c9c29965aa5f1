"""Runs whose steps are too large, though their loss neither explodes nor becomes no number.

What tells it is the training loss alone: that of validation is also moved by what Dropout and
BatchNormalization do. It is measured against the loss of mere guessing, so that one set of thresholds serves
all losses and numbers of classes. They were chosen from measured runs: silent on all recordings, and telling
where the same networks were given a rate 20 to 100 times as large.
"""

import math
from collections.abc import Callable

from cnntutor.i18n import Message, decimal, msg
from cnntutor.lab.finding import Finding, numbers
from cnntutor.lab.levels import chance_level
from cnntutor.lab.record import RunRecord
from cnntutor.lab.run_spec import RunSpec, TrainingSettings

USUAL = {"Adam": 0.001, "AdamW": 0.001, "Nadam": 0.001, "Adamax": 0.001, "RMSprop": 0.001, "SGD": 0.01}
"""The learning rate Keras gives an optimizer that is told none, for those that need no larger one."""
LARGE = 29.9
"""So many times the usual rate is large, 0.03 for Adam; ten times is still common."""

NOISE = 1.0005
"""A loss this many times that of guessing is above it: Adam leaves 1.0003 with 0.001 and 1.0016 with 0.1."""
MOVED = 1.005
"""The loss of a first epoch that moved a network, not its last layer alone."""
THROWN = 0.25
"""A rise by this part of the loss of guessing is no wobble: healthy runs rise by less than 0.24 of it."""
OFTEN = 3
"""So many epochs have to say the same."""


def rate_too_high(spec: RunSpec, record: RunRecord) -> Finding | None:
    """Notice a training loss that large steps keep up, throw about or threw up at the start."""
    settings = spec.settings
    clipped = settings.loss.endswith("crossentropy") and not settings.from_logits and _raw(spec)
    told = [each for each in record.epochs if each.epoch < (settings.unfreeze_epoch or each.epoch + 1)]
    losses = numbers(epoch.loss for epoch in told)
    classes = record.data.classes if record.data is not None else _outputs(spec)
    if clipped or record.nans or classes < 2 or len(losses) < 2:
        return None
    guess = guess_level(settings.loss, classes)
    started = numbers(batch.loss for batch in record.batches if batch.epoch == 1)
    evidence = next(
        (said for look in _LOOKS if (said := look(settings, losses, guess)) is not None),
        _thrown_up(settings, losses, guess, started),
    )
    if evidence is None:
        return None
    return Finding(
        "rate-too-high",
        True,
        msg("The learning rate is too high"),
        evidence,
        msg(
            "Take a tenth of the learning rate, and begin anew (--set learning_rate={less}).",
            less=f"{settings.learning_rate / 10:g}",
        ),
    )


def guess_level(loss: str, classes: int) -> float:
    """Return the loss of outputs that say 1/classes for every class, whatever they are shown.

    Args:
        loss: The name of the loss.
        classes: How many classes there are, equally frequent.
    """
    share = 1 / max(2, classes)
    if loss == "binary_crossentropy":
        return -share * math.log(share) - (1 - share) * math.log(1 - share)
    if loss == "mean_squared_error":
        return share * (1 - share)
    return chance_level(classes)


def times_usual(settings: TrainingSettings) -> float | None:
    """Return how many times as large as usual the steps are, with momentum; None where not known."""
    usual = USUAL.get(settings.optimizer)
    return None if usual is None else settings.learning_rate / (1 - settings.momentum) / usual


def _raw(spec: RunSpec) -> bool:
    """Return whether the last layer gives raw outputs, at which a loss of probabilities says nothing."""
    named = {node.name: node for node in spec.network.nodes}
    last = named[spec.network.outputs[0]]
    return last.kind != "Softmax" and str(last.arguments.get("activation") or "linear") in ("linear", "relu")


def _outputs(spec: RunSpec) -> int:
    """Return how many outputs the network has, going by the last layer that says so; 0 where none does."""
    sizes = [node.arguments.get("units") or node.arguments.get("filters") for node in spec.network.nodes]
    return int(next((size for size in reversed(sizes) if size), 0))


def _kept_up(settings: TrainingSettings, losses: list[float], guess: float) -> Message | None:
    """Notice a loss that steps keep above that of guessing, once they had moved the network."""
    if max(losses) < MOVED * guess or losses[-1] < NOISE * guess:
        return None
    for start in range(1, len(losses) - OFTEN + 1):
        window = losses[start : start + OFTEN]
        if min(window) >= NOISE * guess and window[-1] >= window[0] and min(losses[start:]) >= NOISE * guess:
            return msg(
                "The training loss stays above that of mere guessing: {last} in the last epoch, where giving"
                " every class the same probability costs {guess}.",
                last=decimal(losses[-1], 4),
                guess=decimal(guess, 4),
            )
    return None


def _far_above(settings: TrainingSettings, losses: list[float], guess: float) -> Message | None:
    """Notice a loss that is still a multiple of that of guessing, though the input is scaled."""
    if settings.pixel_divisor <= 25 or len(losses) < OFTEN or min(losses) < 2 * guess:
        return None
    return msg(
        "After {epochs} epochs the training loss is still {last}; giving every class the same probability"
        " would cost {guess}.",
        epochs=str(len(losses)),
        last=decimal(losses[-1], 4),
        guess=decimal(guess, 4),
    )


def _thrown_about(settings: TrainingSettings, losses: list[float], guess: float) -> Message | None:
    """Notice a loss that had come down and is thrown up again, epoch after epoch."""
    best = losses.index(min(losses))
    high = [loss for loss in losses[best + 1 :] if loss > losses[best] + THROWN * guess]
    if len(high) < OFTEN or high[-1] != losses[-1]:
        return None
    return msg(
        "The training loss had come down to {best} in epoch {epoch}, was thrown far above it in {times}"
        " epochs since, and is {last} now.",
        best=decimal(losses[best], 4),
        epoch=str(best + 1),
        times=str(len(high)),
        last=decimal(losses[-1], 4),
    )


def _wobbling(settings: TrainingSettings, losses: list[float], guess: float) -> Message | None:
    """Notice that a large rate brings the loss no further down, high above what can be reached."""
    times = times_usual(settings)
    if times is None or len(losses) <= OFTEN:
        return None
    recent, before = losses[-OFTEN:], min(losses[:-OFTEN])
    if times < LARGE or min(recent) < 0.97 * before or losses[-1] < THROWN * guess:
        return None
    return msg(
        "The training loss no longer falls but wobbles between {low} and {high}, and the steps are {times}"
        " times those Keras gives {optimizer}.",
        low=decimal(min(recent), 4),
        high=decimal(max(recent), 4),
        times=decimal(times, 0),
        optimizer=settings.optimizer,
    )


def _thrown_up(
    settings: TrainingSettings, losses: list[float], guess: float, started: list[float]
) -> Message | None:
    """Notice first steps that threw the loss far above where a fresh network stands."""
    if not started or started[0] > 1.5 * guess or losses[0] < 2 * guess or settings.pixel_divisor <= 25:
        return None
    return msg(
        "The loss began at {first}, and the first steps threw it up: on the average of epoch 1 it was"
        " {mean}.",
        first=decimal(started[0], 4),
        mean=decimal(losses[0], 4),
    )


_LOOKS: tuple[Callable[[TrainingSettings, list[float], float], Message | None], ...] = (
    _kept_up,
    _far_above,
    _thrown_about,
    _wobbling,
)
