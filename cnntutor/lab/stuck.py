"""Runs that do not learn: a loss that stands still, and outputs without a gradient."""

from cnntutor.i18n import Message, decimal, msg
from cnntutor.lab.events import PulseEvent
from cnntutor.lab.finding import STILL, Finding, numbers
from cnntutor.lab.levels import CLOSE, Level, at_level, chance_level, near_chance
from cnntutor.lab.measured import alike, alike_words, clipped_words, clips, lifeless, pulse_of
from cnntutor.lab.record import RunRecord
from cnntutor.lab.run_spec import RunSpec


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


def frozen_loss(spec: RunSpec, record: RunRecord) -> Finding | None:
    """Notice a loss that stands still at the level of chance, or of outputs that are clipped."""
    last = record.epochs[-STILL:]
    losses = numbers(epoch.loss for epoch in last)
    if len(losses) < STILL:
        return None
    activation, outputs = _outputs(spec)
    classes = record.data.classes if record.data is not None else outputs
    held = numbers(epoch.val_loss for epoch in last)
    pulse = pulse_of(record)
    clipped = activation != "softmax" and not spec.settings.from_logits
    if clips(pulse) if pulse is not None else clipped:
        level = at_level(spec.settings.loss, [*losses, *held], classes)
        off_level = pulse is not None and lifeless(pulse) and max(losses) - min(losses) < CLOSE
        if level is not None or off_level:
            return _dead(level, losses[-1], last[0].epoch, pulse)
    if pulse is not None and not alike(pulse):
        return None
    chance = chance_level(classes)
    near = near_chance(spec.settings.loss, losses[-1], classes) and all(
        abs(loss - chance) < 0.005 for loss in held
    )
    accuracies = numbers(epoch.val_accuracy for epoch in last) or numbers(epoch.accuracy for epoch in last)
    if near and max(accuracies, default=0.0) < 1.5 / classes:
        return Finding(
            "stuck-at-chance",
            True,
            msg("Stuck at chance"),
            _uniform(losses[-1], classes, pulse),
            msg(
                "The signal dies on its way: put BatchNormalization after the convolutions (--set"
                " batch_normalization=true), or draw first weights by He (--set kernel_initializer=he_normal)"
                " with a smaller learning rate."
            ),
            since=last[0].epoch,
        )
    return None


def _uniform(loss: float, classes: int, pulse: PulseEvent | None) -> Message:
    """Return the evidence of outputs that are the same for every class and image."""
    told = msg(
        "The loss stands at {loss}, and ln {classes} = {chance}: every class is given the same"
        " probability, whatever the image.",
        loss=decimal(loss, 4),
        classes=str(classes),
        chance=decimal(chance_level(classes), 4),
    )
    return told if pulse is None else msg("{told} {measured}", told=told, measured=alike_words(pulse))


def _dead(level: Level | None, loss: float, since: int, pulse: PulseEvent | None) -> Finding:
    """Return the finding of outputs that are clipped and so have no gradient.

    Args:
        level: The one the loss stands on; None where only the measurement tells.
        loss: The training loss now.
        since: The epoch it began with.
        pulse: What was measured, if anything was.
    """
    if level is None:
        evidence = msg("The loss stands still at {loss}.", loss=decimal(loss, 4))
    elif level.formula == f"ln {level.outputs}" and pulse is not None:
        evidence = msg(
            "The loss stands at {loss}, {formula}, as it would with a softmax that knows nothing.",
            loss=decimal(loss, 4),
            formula=level.formula,
        )
    elif pulse is not None:
        evidence = msg(
            "The loss stands at {loss}, the level {level} at which {low} of {outputs} outputs are clipped at"
            " 0 and {high} at 1: {formula}.",
            loss=decimal(loss, 4),
            level=decimal(level.loss, 4),
            low=str(level.ends[0]),
            outputs=str(sum(level.ends)),
            high=str(level.ends[1]),
            formula=level.formula,
        )
    elif level.formula == f"ln {level.outputs}":
        evidence = msg(
            "The loss stands at {loss}, {formula}, as it would with a softmax that knows nothing; but there"
            " is no softmax: all {k} outputs are clipped, so that their gradient is 0.",
            loss=decimal(loss, 4),
            formula=level.formula,
            k=str(level.outputs),
        )
    else:
        evidence = msg(
            "The loss stands at {loss}, the level {level} of {k} outputs that are clipped: {formula}.",
            loss=decimal(loss, 4),
            level=decimal(level.loss, 4),
            k=str(level.outputs),
            formula=level.formula,
        )
    if pulse is not None:
        evidence = msg("{told} {measured}", told=evidence, measured=clipped_words(pulse))
    return Finding(
        "dead-outputs",
        True,
        msg("Outputs without a gradient"),
        evidence,
        msg(
            "The loss takes raw outputs for probabilities and clips them, and what is clipped has no"
            " gradient: add a softmax, or say --set from_logits=true."
        ),
        since=since,
    )


def raw_outputs(spec: RunSpec, record: RunRecord) -> Finding | None:
    """Notice a loss that is given raw outputs and takes them for probabilities, whatever it does so far."""
    activation, _ = _outputs(spec)
    if activation not in ("linear", "relu") or spec.settings.from_logits:
        return None
    if not spec.settings.loss.endswith("crossentropy"):
        return None
    return Finding(
        "raw-outputs",
        True,
        msg("Raw outputs taken for probabilities"),
        msg(
            "The last layer has the activation {activation}, and {loss} clips what it takes for"
            " probabilities to 1e-7 … 1 − 1e-7; clipped outputs have no gradient.",
            activation=activation,
            loss=spec.settings.loss,
        ),
        msg("Add a softmax, or say --set from_logits=true."),
    )
