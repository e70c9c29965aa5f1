"""Runs whose steps are too large or too small: a loss that is no number, explodes or hardly falls."""

import itertools

from cnntutor.i18n import decimal, msg
from cnntutor.lab.finding import Finding, numbers
from cnntutor.lab.rate_too_high import LARGE, times_usual
from cnntutor.lab.record import RunRecord
from cnntutor.lab.run_spec import RunSpec


def no_number(spec: RunSpec, record: RunRecord) -> Finding | None:
    """Notice a figure that became NaN or infinite."""
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


def exploding(spec: RunSpec, record: RunRecord) -> Finding | None:
    """Notice a training loss that rises far above where it began."""
    if spec.settings.loss == "mean_squared_error" or record.nans:
        return None
    told = [(batch.epoch, batch.loss) for batch in record.batches if batch.loss is not None]
    told = told or [(epoch.epoch, epoch.loss) for epoch in record.epochs if epoch.loss is not None]
    if len(told) < 2 or not record.epochs:
        return None
    first, lowest = told[0][1], min(loss for _, loss in told)
    last = numbers(epoch.loss for epoch in record.epochs)[-1:]
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


HARDLY = 0.015
"""A loss that loses less than this part of itself an epoch, on the average, hardly falls."""


def rate_too_low(spec: RunSpec, record: RunRecord) -> Finding | None:
    """Notice a loss that falls, but hardly."""
    losses = numbers(epoch.loss for epoch in record.epochs)
    if len(losses) < 3 or losses[0] <= 0 or spec.settings.freeze == "backbone":
        return None
    if (times_usual(spec.settings) or 0.0) >= LARGE:
        return None
    falling = all(after < before for before, after in itertools.pairwise(losses))
    share = (losses[0] - losses[-1]) / losses[0] / (len(losses) - 1)
    accuracies = numbers(epoch.accuracy for epoch in record.epochs)
    if falling and share < HARDLY and max(accuracies[-1:], default=0.0) < 0.8:
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
