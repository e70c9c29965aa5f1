"""Keras's dtype policies: how many bytes a weight takes, and a value that a layer puts out.

Under a mixed policy Keras keeps the weights in float32 and computes in the short type.
"""

from dataclasses import dataclass

_BYTES = {"float64": 8, "float32": 4, "bfloat16": 2, "float16": 2}


@dataclass(frozen=True, slots=True)
class Precision:
    """A dtype policy of Keras."""

    name: str
    """As in keras.config.set_dtype_policy."""
    variable: str
    """The type of the weights, their gradients and the optimizer's slots."""
    compute: str
    """The type of what the layers put out."""

    @property
    def variable_bytes(self) -> int:
        """How many bytes one weight takes."""
        return _BYTES[self.variable]

    @property
    def compute_bytes(self) -> int:
        """How many bytes one output value takes."""
        return _BYTES[self.compute]


PRECISIONS: dict[str, Precision] = {
    each.name: each
    for each in (
        Precision("float32", "float32", "float32"),
        Precision("float16", "float16", "float16"),
        Precision("bfloat16", "bfloat16", "bfloat16"),
        Precision("float64", "float64", "float64"),
        Precision("mixed_float16", "float32", "float16"),
        Precision("mixed_bfloat16", "float32", "bfloat16"),
    )
}
"""Every policy the calculator knows, by name."""


def precision_of(name: str) -> Precision:
    """Return a policy by its name.

    Raises:
        ValueError: there is none of this name.
    """
    if name not in PRECISIONS:
        raise ValueError(f"dtype must be one of {', '.join(PRECISIONS)}, received {name!r}")
    return PRECISIONS[name]
