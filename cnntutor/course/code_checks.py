"""What a question of kind `code` may ask of the learner's model, beside the network it should be.

A question that names a network asks for exactly that one: kinds, arguments, order, branches, shared weights
and what is frozen; names do not matter, nor whether an activation is an argument or a layer of its own.
`[checks]` asks for less or for more:

    [checks]
    output_shape = [10]
    most_params = 20_000
    without = ["Flatten"]
    residual = 2
    [[checks.needs]]
    kind = "Conv2D"
    count = 2
    arguments = { kernel_size = [3, 3], padding = "same" }
    trainable = false
"""

from typing import Annotated, Any

from msgspec import Meta, Struct

Count = Annotated[int, Meta(ge=0)]


class NeededLayer(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[[checks.needs]]`: layers the model must have."""

    kind: str
    """Keras's class name."""
    count: Count | None = None
    """Exactly so many; left out, at least one."""
    arguments: dict[str, Any] = {}
    """Only layers with these arguments count; the others are free."""
    trainable: bool | None = None
    """Only frozen layers count, or only those that are not; left out, both do."""


class CodeChecks(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[checks]`: what the model must be."""

    input_shape: tuple[Count, ...] | None = None
    """Without batch."""
    output_shape: tuple[Count, ...] | None = None
    """Of the first output, without batch."""
    needs: tuple[NeededLayer, ...] = ()
    without: tuple[str, ...] = ()
    """Kinds the model must not have."""
    most_params: Count | None = None
    """Parameters at most."""
    residual: Annotated[int, Meta(ge=1)] | None = None
    """An Add must bring the block's input, or a 1×1 projection of it, together with what so many
    convolutions make of it."""
