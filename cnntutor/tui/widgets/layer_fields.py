"""What can be changed of a layer, as fields: its arguments, its inputs, its name, whether it is trained."""

from __future__ import annotations

from dataclasses import dataclass

from cnntutor.calc.layers.input import Input
from cnntutor.calc.network import Node
from cnntutor.i18n import Message, msg
from cnntutor.tui.argument_text import arguments_of, expects
from cnntutor.tui.network_edit import NAME, TRAINABLE
from cnntutor.tui.network_sharing import SHARES
from cnntutor.tui.network_wiring import INPUTS


@dataclass(frozen=True, slots=True)
class FieldText:
    """One field as it is shown."""

    argument: str
    text: str
    expected: Message
    """What it takes, shown while it is empty."""
    label: Message | None = None
    """What to call it; None for the argument's own name."""


def fields_of(node: Node, weights: bool) -> tuple[FieldText, ...]:
    """Return the fields of a node.

    Args:
        node: The node.
        weights: Whether it has parameters that can be frozen.
    """
    kind = type(node.layer)
    fields = [
        FieldText(argument, text, expects(kind, argument))
        for argument, text in arguments_of(node.layer).items()
    ]
    if not isinstance(node.layer, Input):
        fields.append(FieldText(INPUTS, ", ".join(node.inputs), msg("names of layers, with commas")))
    fields.append(FieldText(NAME, node.name, msg("a word without spaces, commas or /")))
    if weights or node.shares:
        own = msg("its own")
        fields.append(FieldText(SHARES, node.shares, own, msg("weights of")))
    if weights or not node.trainable:
        fields.append(FieldText(TRAINABLE, "true" if node.trainable else "false", msg("true or false")))
    return tuple(fields)
