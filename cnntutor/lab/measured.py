"""What a run measured of itself while its loss stood still, and how that is put into words."""

import math

from cnntutor.i18n import Message, decimal, msg
from cnntutor.lab.events import PulseEvent
from cnntutor.lab.levels import CLOSE
from cnntutor.lab.record import RunRecord

MOSTLY = 0.9
"""With this share of the outputs clipped, a loss that stands still does so for want of a gradient."""
ALIKE = 0.01
"""Outputs that differ by no more than this from image to image are the same for every image."""


def pulse_of(record: RunRecord) -> PulseEvent | None:
    """Return what was measured last; None when nothing was, or the loss has moved since."""
    if not record.pulses:
        return None
    pulse = record.pulses[-1]
    since = [epoch.loss for epoch in record.epochs if epoch.epoch >= pulse.epoch]
    losses = [loss for loss in since if loss is not None]
    if not losses or len(losses) < len(since) or max(losses) - min(losses) > 2 * CLOSE:
        return None
    return pulse


def clips(pulse: PulseEvent) -> bool:
    """Return whether nearly all outputs are clipped."""
    return pulse.clipped is not None and pulse.clipped >= MOSTLY


def lifeless(pulse: PulseEvent) -> bool:
    """Return whether all outputs are clipped and nothing can change that any more."""
    return pulse.clipped == 1.0 and pulse.gradient == 0.0


def alike(pulse: PulseEvent) -> bool:
    """Return whether the network says the same whatever the image."""
    return pulse.spread is not None and pulse.spread <= ALIKE


def clipped_words(pulse: PulseEvent) -> Message:
    """Return how many outputs are clipped, and the gradient."""
    if lifeless(pulse):
        return msg(
            "Measured after epoch {epoch}: all {outputs} outputs are clipped for each of the {images} images"
            " looked at, and the gradient is exactly 0.",
            epoch=str(pulse.epoch),
            outputs=str(pulse.outputs),
            images=pulse.images,
        )
    return msg(
        "Measured after epoch {epoch}: {share} % of the outputs for {images} images are clipped, and the"
        " gradient has length {length}.",
        epoch=str(pulse.epoch),
        share=decimal(100 * (pulse.clipped or 0.0), 1),
        images=pulse.images,
        length=small(pulse.gradient),
    )


def alike_words(pulse: PulseEvent) -> Message:
    """Return how much the outputs differ, and the gradient."""
    if pulse.spread == 0.0:
        return msg(
            "Measured after epoch {epoch}: the outputs are exactly the same for all of the {images} images"
            " looked at, and the gradient has length {length}.",
            epoch=str(pulse.epoch),
            images=pulse.images,
            length=small(pulse.gradient),
        )
    return msg(
        "Measured after epoch {epoch}: the outputs are the same for every one of the {images} images looked"
        " at (they differ by {spread} at most), and the gradient has length {length}.",
        epoch=str(pulse.epoch),
        images=pulse.images,
        spread=small(pulse.spread),
        length=small(pulse.gradient),
    )


def small(value: float | None) -> str:
    """Return a figure that may be tiny with one digit that counts: 0.0003, 1e-7; two from 0.01 on."""
    if value is None or not math.isfinite(value):
        return "NaN"
    if value == 0:
        return "0"
    power = math.floor(math.log10(abs(value)))
    if power >= -4:
        return decimal(value, max(0, -power + (power >= -2)))
    mantissa, exponent = f"{value:.0e}".split("e")
    return f"{mantissa}e{int(exponent)}"
