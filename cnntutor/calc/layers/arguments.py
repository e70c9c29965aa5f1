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


def sides(argument: str, value: object, axes: int, minimum: int = 1) -> tuple[int, ...]:
    """Return one whole number for each spatial axis; one whole number stands for all.

    Raises:
        LayerError: it is something else.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return (whole(argument, value, minimum),) * axes
    if isinstance(value, (tuple, list)) and len(value) == axes:
        return tuple(whole(argument, each, minimum) for each in value)
    if axes == 2:
        raise LayerError(argument, msg("one whole number or a pair (height, width)"), value)
    raise LayerError(
        argument,
        msg("one whole number")
        if axes == 1
        else msg("one whole number or {axes} (depth, height, width)", axes=str(axes)),
        value,
    )


def border(argument: str, value: object, axes: int) -> tuple[tuple[int, int], ...]:
    """Return (before, after) for each spatial axis.

    One whole number stands for all; a whole number in place of a pair stands for both of its ends.

    Raises:
        LayerError: it is something else.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return ((whole(argument, value, 0),) * 2,) * axes
    if axes == 1 and isinstance(value, (tuple, list)) and len(value) == 2:
        return (pair(argument, value, 0),)
    if isinstance(value, (tuple, list)) and len(value) == axes:
        return tuple(
            pair(argument, each, 0) if isinstance(each, (tuple, list)) else (whole(argument, each, 0),) * 2
            for each in value
        )
    if axes == 2:
        raise LayerError(argument, msg("a whole number, a pair, or ((top, bottom), (left, right))"), value)
    raise LayerError(
        argument,
        msg("a whole number or (before, after)")
        if axes == 1
        else msg("a whole number, {axes} of them, or {axes} pairs (before, after)", axes=str(axes)),
        value,
    )


def data_format(argument: str, value: object) -> str | None:
    """Return "channels_first", or None for channels last, which is Keras's default.

    Raises:
        LayerError: it is something else.
    """
    if value is None:
        return None
    chosen = choice(argument, value, ("channels_last", "channels_first"))
    return None if chosen == "channels_last" else chosen


def axis(argument: str, value: object) -> int:
    """Return the number of an axis; where it lies is checked when the input is known.

    Raises:
        LayerError: it is no whole number.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise LayerError(argument, msg("a whole number"), value)
    return value


def axis_or_axes(argument: str, value: object) -> int | tuple[int, ...]:
    """Return the number of an axis, or several in a row.

    Raises:
        LayerError: it is something else, or an axis stands twice.
    """
    if not isinstance(value, (tuple, list)):
        return axis(argument, value)
    found = tuple(axis(argument, each) for each in value)
    if not found or len(set(found)) != len(found):
        raise LayerError(argument, msg("different whole numbers"), value)
    return found[0] if len(found) == 1 else found


def whole_numbers(argument: str, value: object, minimum: int) -> tuple[int, ...]:
    """Return a row of whole numbers; one alone stands for a row of one.

    Raises:
        LayerError: it is something else.
    """
    if isinstance(value, (tuple, list)):
        return tuple(whole(argument, each, minimum) for each in value)
    return (whole(argument, value, minimum),)


def plain(argument: str, value: object) -> object:
    """Return a number, a word, true, false, None, or a row of such, rows as tuples.

    Raises:
        LayerError: it is something else.
    """
    if isinstance(value, (tuple, list)):
        return tuple(plain(argument, each) for each in value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise LayerError(argument, msg("a number, a word or a row of such"), value)


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
