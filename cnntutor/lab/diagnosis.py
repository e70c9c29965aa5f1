"""What is wrong with a run, seen from what it tells: named findings, each with its evidence.

Pure functions of the run's description and its story so far; they can be asked after every epoch. A healthy
run has no finding but notes.
"""

from collections.abc import Callable

from cnntutor.i18n import decimal, msg
from cnntutor.lab.events import EpochEvent
from cnntutor.lab.finding import STILL, Finding, Name, numbers
from cnntutor.lab.rate_too_high import rate_too_high
from cnntutor.lab.rates import exploding, no_number, rate_too_low
from cnntutor.lab.record import RunRecord
from cnntutor.lab.run_spec import RunSpec
from cnntutor.lab.stuck import frozen_loss, raw_outputs

RISING = 3
"""So many epochs the validation loss has to lie above its best before it is called overfitting."""


def diagnose(spec: RunSpec, record: RunRecord) -> tuple[Finding, ...]:
    """Return what can be said about a run now, the cause before what follows from it."""
    if spec.method != "train":
        return ()
    found: list[Finding] = []
    frozen = frozen_loss(spec, record)
    for look in _LOOKS:
        finding = look(spec, record)
        if finding is not None:
            found.append(finding)
    stuck = frozen or next((each for each in found if each.name in ("not-a-number", "exploding")), None)
    if frozen is not None:
        found.insert(0, frozen)
    if stuck is not None:
        found = [each for each in found if each.name not in ("rate-too-low", "overfitting", "dropout-gap")]
    names = {each.name for each in found}
    hidden = {other for name, others in _CONTAINED.items() if name in names for other in others}
    return tuple(each for each in found if each.name not in hidden)


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


def _wrecked(spec: RunSpec, record: RunRecord) -> Finding | None:
    """Notice trained weights that are all trained on at once and never again do as well as at first."""
    settings = spec.settings
    if settings.weights in (None, "random") or settings.freeze != "none":
        return None
    held = numbers(epoch.val_loss for epoch in record.epochs)
    if len(held) < 1 + RISING or min(held[1:]) <= 1.05 * held[0]:
        return None
    return Finding(
        "wrecked-weights",
        True,
        msg("The trained weights are wrecked"),
        msg(
            "All layers are trained from the first epoch on, in steps of {rate}; the validation loss was"
            " {first} then and never below {low} since.",
            rate=f"{settings.learning_rate:g}",
            first=decimal(held[0], 4),
            low=decimal(min(held[1:]), 4),
        ),
        msg(
            "Take small steps (--set learning_rate=0.00005 --set freeze=normalization), or train the last"
            " layer alone (--set freeze=backbone)."
        ),
        since=1,
    )


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


_CONTAINED: dict[Name, tuple[Name, ...]] = {
    "dead-outputs": ("raw-outputs",),
    "wrecked-weights": ("overfitting",),
    "exploding": ("rate-too-high",),
    "rate-too-high": ("stuck-at-chance", "rate-too-low"),
}
"""A finding that says all that others would say, or that tells their cause."""

_LOOKS: tuple[Callable[[RunSpec, RunRecord], Finding | None], ...] = (
    no_number,
    exploding,
    raw_outputs,
    _unscaled,
    rate_too_high,
    rate_too_low,
    _wrecked,
    _overfitting,
    _dropout,
    _on_test,
    _differently,
)
