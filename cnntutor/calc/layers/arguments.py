"""Checks of layer arguments, as Keras makes them; each returns the argument in its one normal form."""

from cnntutor.calc.problems import LayerError
from cnntutor.i18n import msg

LARGEST_ARGUMENT = 10_000_000
"""No count or side may be larger; a larger one is a slip of the keyboard."""

ACTIVATIONS = frozenset(
    {
        *("celu", "elu", "exponential", "gelu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_swish"),
        *("hard_tanh", "leaky_relu", "linear", "log_sigmoid", "log_softmax", "mish", "relu", "relu6", "selu"),
        *("sigmoid", "silu", "soft_shrink", "softmax", "softplus", "softsign", "sparse_plus"),
        *("sparse_sigmoid", "sparsemax", "squareplus", "swish", "tanh", "tanh_shrink", "threshold"),
    }
)
"""Keras's activations by name; glu is left out because it halves the channels."""


def whole(argument: str, value: object, minimum: int = 1) -> int:
    """Return a whole number of at least minimum.

    Raises:
        LayerError: it is something else.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not minimum <= value <= LARGEST_ARGUMENT:
        raise LayerError(
            argument,
            msg(
                "a whole number from {minimum} to {maximum}",
                minimum=str(minimum),
                maximum=str(LARGEST_ARGUMENT),
            ),
            value,
        )
    return value


def pair(argument: str, value: object, minimum: int = 1) -> tuple[int, int]:
    """Return (height, width); one whole number stands for both.

    Raises:
        LayerError: it is something else.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        side = whole(argument, value, minimum)
        return (side, side)
    if isinstance(value, (tuple, list)) and len(value) == 2:
        return (whole(argument, value[0], minimum), whole(argument, value[1], minimum))
    raise LayerError(argument, msg("one whole number or a pair (height, width)"), value)


def choice(argument: str, value: object, allowed: tuple[str, ...]) -> str:
    """Return one of the allowed words.

    Raises:
        LayerError: it is something else.
    """
    if isinstance(value, str) and value.lower() in allowed:
        return value.lower()
    raise LayerError(argument, msg("one of {words}", words=", ".join(f'"{word}"' for word in allowed)), value)


def flag(argument: str, value: object) -> bool:
    """Return true or false.

    Raises:
        LayerError: it is something else.
    """
    if not isinstance(value, bool):
        raise LayerError(argument, msg("true or false"), value)
    return value


def real(argument: str, value: object, lowest: float, highest: float) -> float:
    """Return a number from lowest to highest.

    Raises:
        LayerError: it is something else.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not lowest <= value <= highest:
        raise LayerError(
            argument,
            msg("a number from {lowest} to {highest}", lowest=f"{lowest:g}", highest=f"{highest:g}"),
            value,
        )
    return float(value)


def activation(argument: str, value: object) -> str:
    """Return the name of an activation Keras knows.

    Raises:
        LayerError: Keras knows none of that name.
    """
    if not isinstance(value, str) or value not in ACTIVATIONS:
        raise LayerError(
            argument, msg("an activation of Keras, such as {names}", names='"relu", "tanh", "softmax"'), value
        )
    return value
