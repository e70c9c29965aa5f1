"""What is wrong with a run, seen from what it tells: named findings, each with its evidence.

Pure functions of the run's description and its story so far; they can be asked after every epoch. A healthy
run has no finding but notes.
"""

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from cnntutor.i18n import Message, decimal, msg
from cnntutor.lab.events import EpochEvent
from cnntutor.lab.levels import Level, at_level, chance_level
from cnntutor.lab.record import RunRecord
from cnntutor.lab.run_spec import RunSpec

Name = Literal[
    "not-a-number",
    "exploding",
    "dead-outputs",
    "stuck-at-chance",
    "rate-too-low",
    "unscaled-input",
    "overfitting",
    "dropout-gap",
    "validated-on-test",
    "scaled-differently",
]

STILL = 2
"""So many epochs in a row a loss has to stand still before it is called stuck."""
RISING = 3
"""So many epochs the validation loss has to lie above its best before it is called overfitting."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was noticed."""

    name: Name
    problem: bool
    """False for a note: worth knowing, nothing to mend."""
    title: Message
    evidence: Message
    mend: Message
    since: int | None = None
    """The epoch it began with, where there is one."""


def diagnose(spec: RunSpec, record: RunRecord) -> tuple[Finding, ...]:
    """Return what can be said about a run now, the cause before what follows from it."""
    if spec.method != "train":
        return ()
    found: list[Finding] = []
    frozen = _frozen(spec, record)
    for look in _LOOKS:
        finding = look(spec, record)
        if finding is not None:
            found.append(finding)
    stuck = frozen or next((each for each in found if each.name in ("not-a-number", "exploding")), None)
    if frozen is not None:
        found.insert(0, frozen)
    if stuck is not None:
        found = [each for each in found if each.name not in ("rate-too-low", "overfitting", "dropout-gap")]
    return tuple(found)


def _numbers(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _outputs(spec: RunSpec) -> tuple[str, int]:
    """Return (activation, number) of the network's outputs."""
    named = {node.name: node for node in spec.network.nodes}
    last = named[spec.network.outputs[0]]
    activation = str(last.arguments.get("activation") or "linear")
    if last.kind == "Softmax":
        activation = "softmax"
    while "units" not in last.arguments and "filters" not in last.arguments and last.inputs:
        last = named[last.inputs[0]]
    return activation, int(last.arguments.get("units") or last.arguments.get("filters") or 0)


def _frozen(spec: RunSpec, record: RunRecord) -> Finding | None:
    """Notice a loss that stands still at the level of chance, or of outputs that are clipped."""
    last = record.epochs[-STILL:]
    losses = _numbers(epoch.loss for epoch in last)
    if len(losses) < STILL:
        return None
    activation, outputs = _outputs(spec)
    classes = record.data.classes if record.data is not None else outputs
    held = _numbers(epoch.val_loss for epoch in last)
    clipped = activation != "softmax" and not spec.settings.from_logits
    if clipped:
        level = at_level(spec.settings.loss, [*losses, *held], classes)
        if level is not None:
            return _dead(level, losses[-1], last[0].epoch)
    chance = chance_level(classes)
    near = abs(losses[-1] - chance) < 0.02 and all(abs(loss - chance) < 0.005 for loss in held)
    accuracies = _numbers(epoch.val_accuracy for epoch in last) or _numbers(epoch.accuracy for epoch in last)
    if (
        spec.settings.loss.endswith("categorical_crossentropy")
        and near
        and max(accuracies, default=0.0) < 1.5 / classes
    ):
        return Finding(
            "stuck-at-chance",
            True,
            msg("Stuck at chance"),
            msg(
                "The loss stands at {loss}, and ln {classes} = {chance}: every class is given the same"
                " probability, whatever the image.",
                loss=decimal(losses[-1], 4),
                classes=str(classes),
                chance=decimal(chance, 4),
            ),
            msg(
                "The signal dies on its way: put BatchNormalization after the convolutions (--set"
                " batch_normalization=true), or draw first weights by He (--set kernel_initializer=he_normal)"
                " with a smaller learning rate."
            ),
            since=last[0].epoch,
        )
    return None


def _dead(level: Level, loss: float, since: int) -> Finding:
    """Return the finding of outputs that are clipped and so have no gradient."""
    return Finding(
        "dead-outputs",
        True,
        msg("Outputs without a gradient"),
        msg(
            "The loss stands at {loss}, the level {level} of {k} outputs that are clipped: {formula}.",
            loss=decimal(loss, 4),
            level=decimal(level.loss, 4),
            k=str(level.outputs),
            formula=level.formula,
        ),
        msg(
            "The loss takes raw outputs for probabilities and clips them, and what is clipped has no"
            " gradient: add a softmax, or say --set from_logits=true."
        ),
        since=since,
    )


def _nan(spec: RunSpec, record: RunRecord) -> Finding | None:
    if not record.nans:
        return None
    first = record.nans[0]
    return Finding(
        "not-a-number",
        True,
        msg("No number any more"),
        msg(
            "{metric} became NaN or infinite in epoch {epoch}, batch {batch}.",
            metric=first.metric,
            epoch=str(first.epoch),
            batch=str(first.batch),
        ),
        msg("Take a smaller learning rate, scale the input, or limit the gradient (--set clipnorm=1)."),
        since=first.epoch,
    )


def _exploding(spec: RunSpec, record: RunRecord) -> Finding | None:
    """Notice a training loss that rises far above where it began."""
    if spec.settings.loss == "mean_squared_error" or record.nans:
        return None
    told = [(batch.epoch, batch.loss) for batch in record.batches if batch.loss is not None]
    told = told or [(epoch.epoch, epoch.loss) for epoch in record.epochs if epoch.loss is not None]
    if len(told) < 2 or not record.epochs:
        return None
    first, lowest = told[0][1], min(loss for _, loss in told)
    last = _numbers(epoch.loss for epoch in record.epochs)[-1:]
    if last and last[0] > 3 * max(first, 1.0) and last[0] > 3 * max(lowest, 1.0):
        return Finding(
            "exploding",
            True,
            msg("The loss explodes"),
            msg("It began at {first} and is {last} now.", first=decimal(first, 4), last=decimal(last[0], 4)),
            msg(
                "The learning rate {rate} is too high: take a tenth of it (--set learning_rate={less}).",
                rate=f"{spec.settings.learning_rate:g}",
                less=f"{spec.settings.learning_rate / 10:g}",
            ),
        )
    return None


def _too_low(spec: RunSpec, record: RunRecord) -> Finding | None:
    """Notice a loss that falls, but hardly."""
    losses = _numbers(epoch.loss for epoch in record.epochs)
    if len(losses) < 3 or losses[0] <= 0 or spec.settings.freeze == "backbone":
        return None
    falling = all(after < before for before, after in itertools.pairwise(losses))
    share = (losses[0] - losses[-1]) / losses[0] / (len(losses) - 1)
    accuracies = _numbers(epoch.accuracy for epoch in record.epochs)
    if falling and share < 0.01 and max(accuracies[-1:], default=0.0) < 0.8:
        return Finding(
            "rate-too-low",
            True,
            msg("The learning rate is too low"),
            msg(
                "The loss falls in every epoch, but only from {first} to {last} in {epochs}.",
                first=decimal(losses[0], 4),
                last=decimal(losses[-1], 4),
                epochs=str(len(losses)),
            ),
            msg(
                "Take ten times the learning rate (--set learning_rate={more}).",
                more=f"{min(10.0, spec.settings.learning_rate * 10):g}",
            ),
        )
    return None


def _overfitting(spec: RunSpec, record: RunRecord) -> Finding | None:
    """Notice a validation loss that rises while the training loss goes on falling."""
    held = [epoch for epoch in record.epochs if epoch.val_loss is not None]
    best = min(held, key=_val_loss, default=None)
    after = [epoch for epoch in held if best is not None and epoch.epoch > best.epoch]
    if best is None or len(after) < RISING or best.val_loss is None:
        return None
    recent = after[-RISING:]
    if all(_val_loss(epoch) > 1.05 * best.val_loss for epoch in recent):
        before, now = best.loss, after[-1].loss
        if before is not None and now is not None and now < before:
            return Finding(
                "overfitting",
                True,
                msg("Overfitting since epoch {epoch}", epoch=str(best.epoch + 1)),
                msg(
                    "The validation loss was lowest in epoch {best} ({low}) and is {high} now, while the"
                    " training loss went on falling to {loss}.",
                    best=str(best.epoch),
                    low=decimal(best.val_loss, 4),
                    high=decimal(_val_loss(after[-1]), 4),
                    loss=decimal(now, 4),
                ),
                msg("Stop there: --set early_stopping=val_loss; Dropout or more images help further."),
                since=best.epoch + 1,
            )
    return None


def _val_loss(epoch: EpochEvent) -> float:
    return epoch.val_loss if epoch.val_loss is not None else float("inf")


def _unscaled(spec: RunSpec, record: RunRecord) -> Finding | None:
    """Notice pixels that come as large numbers."""
    settings = spec.settings
    first = next((node.kind for node in spec.network.nodes if node.kind != "Input"), "")
    if settings.data == "words" or settings.pixel_divisor > 25 or first in ("Rescaling", "Normalization"):
        return None
    return Finding(
        "unscaled-input",
        True,
        msg("Input that is not scaled"),
        msg(
            "Pixels reach the network as numbers up to {top}.",
            top=decimal(255 / settings.pixel_divisor + settings.pixel_offset, 0),
        ),
        msg("Divide them by 255: --set pixel_divisor=255."),
    )


def _dropout(spec: RunSpec, record: RunRecord) -> Finding | None:
    """Note that a training figure below that of validation is what Dropout does."""
    if not any(node.kind.endswith("Dropout") for node in spec.network.nodes):
        return None
    pairs = [(epoch.accuracy, epoch.val_accuracy) for epoch in record.epochs[-STILL:]]
    gaps = [held - own for own, held in pairs if own is not None and held is not None]
    if len(gaps) < STILL or min(gaps) < 0.01:
        return None
    own, held = pairs[-1]
    return Finding(
        "dropout-gap",
        False,
        msg("Training below validation: that is Dropout"),
        msg(
            "Training accuracy {own}, validation accuracy {held}.",
            own=decimal(own or 0.0, 4),
            held=decimal(held or 0.0, 4),
        ),
        msg("Nothing to mend: Dropout is at work in training only."),
    )


def _on_test(spec: RunSpec, record: RunRecord) -> Finding | None:
    if spec.settings.validation != "test":
        return None
    return Finding(
        "validated-on-test",
        True,
        msg("The test set is used for validation"),
        msg("val_loss and val_accuracy are those of the test images."),
        msg("Hold part of the training images back: --set validation=held-out."),
    )


def _differently(spec: RunSpec, record: RunRecord) -> Finding | None:
    settings = spec.settings
    other = settings.test_pixel_divisor
    if other is None or other == settings.pixel_divisor:
        return None
    return Finding(
        "scaled-differently",
        True,
        msg("Training and test images are scaled differently"),
        msg(
            "Training pixels are divided by {train}, test pixels by {test}.",
            train=decimal(settings.pixel_divisor, 0),
            test=decimal(other, 0),
        ),
        msg("Divide both by 255: --set pixel_divisor=255 --set test_pixel_divisor=none."),
    )


_LOOKS: tuple[Callable[[RunSpec, RunRecord], Finding | None], ...] = (
    _nan,
    _exploding,
    _unscaled,
    _too_low,
    _overfitting,
    _dropout,
    _on_test,
    _differently,
)
