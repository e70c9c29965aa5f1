"""The outputs of a network in words: do they sum to 1, and how far can its confidence be believed."""

from cnntutor.i18n import Message, Text, decimal, msg
from cnntutor.lab.tested_record import Outputs


def outputs_sentences(outputs: Outputs) -> tuple[Message, ...]:
    """Return what is to be said of the outputs, a sentence each."""
    found = [sum_sentence(outputs)]
    calibration = outputs.calibration
    if calibration is not None:
        found.append(
            msg(
                "Calibration error {error}: on average confidence and accuracy lie {points} points apart.",
                error=_both(calibration.error, 4),
                points=_both(100 * calibration.error, 1),
            )
        )
        sure = sum(each.count * each.confidence for each in calibration.bins)
        right = sum(each.count * each.accuracy for each in calibration.bins)
        count = sum(each.count for each in calibration.bins)
        if count and sure - right > 0.01 * count:
            found.append(msg("The network is surer than it is right."))
        elif count and right - sure > 0.01 * count:
            found.append(msg("The network is right more often than it is sure."))
    return tuple(found)


def sum_sentence(outputs: Outputs) -> Message:
    """Say what the outputs of an image sum to."""
    if outputs.lowest_sum is None or outputs.highest_sum is None or outputs.mean_sum is None:
        return msg("For {count} images an output is no number.", count=outputs.not_numbers)
    sums: dict[str, object] = {
        "low": _both(outputs.lowest_sum, 7),
        "high": _both(outputs.highest_sum, 7),
        "mean": _both(outputs.mean_sum, 7),
    }
    if outputs.kind == "probabilities":
        return msg(
            "The outputs of an image sum to 1: {low} to {high} over all test images, as a softmax must.",
            **sums,
        )
    if outputs.kind == "logits":
        return msg(
            "The outputs are logits, which sum to anything ({low} to {high}); their softmax sums to 1.",
            **sums,
        )
    return msg(
        "The outputs of an image sum to {low} to {high}, {mean} on average: they are no probabilities of one"
        " class among several, so there is no calibration.",
        **sums,
    )


def _both(value: float, digits: int) -> Text:
    """Return a number as each language writes it."""
    return Text(decimal(value, digits, "en"), decimal(value, digits, "vi"))
