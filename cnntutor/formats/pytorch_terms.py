"""What the writers of PyTorch code have in common: refusals, weights that are kept fixed, orders of axes.

In the code written, images are (batch, channels, height, width); everything else is as Keras has it,
sequences (batch, steps, features) among them.
"""

from typing import Any

Arguments = dict[str, Any]
Modules = tuple[tuple[str, str], ...]
"""What is added to the node's name, and the code that makes the module.

Behind a name with a dot in front stands ONES or ZEROS: what these weights are set to and kept at.
"""
ONES, ZEROS = "nn.init.ones_", "nn.init.zeros_"


class Refused(Exception):
    """A layer that PyTorch has no counterpart for.

    Args:
        what: The argument or input at fault, in the words of Keras.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def bias(arguments: Arguments) -> str:
    """Return the argument that leaves the bias out."""
    return "" if arguments["use_bias"] else ", bias=False"


def keras_order(code: str, rank: int) -> str:
    """Return code with the axes in Keras's order: the channels of an image last."""
    return f"{code}.permute(0, 2, 3, 1)" if rank == 3 else code


def torch_order(code: str, rank: int) -> str:
    """Return code whose axes are in Keras's order with the channels of an image in front."""
    return f"{code}.permute(0, 3, 1, 2)" if rank == 3 else code


def dimension(axis: int, rank: int) -> int:
    """Return PyTorch's number of an axis of Keras."""
    found = axis if axis > 0 else rank + 1 + axis
    return {1: 2, 2: 3, 3: 1}[found] if rank == 3 else found


def rounded_up(side: int, size: int, stride: int) -> int:
    """Return how many places a pooling with ceil_mode has; PyTorch drops one that begins behind the end."""
    places = -(-(side - size) // stride) + 1
    return places - 1 if (places - 1) * stride >= side else places


def along_steps(module: str, code: str) -> str:
    """Return the call of a module that wants a sequence as (batch, features, steps)."""
    return f"{module}({code}.transpose(1, 2)).transpose(1, 2)"


def fixed(arguments: Arguments, weight: str = "scale", shift: str = "center") -> Modules:
    """Return the weights that a normalisation has in PyTorch and not in Keras: kept at 1 and at 0."""
    kept = () if arguments[weight] else ((".weight", ONES),)
    return kept if arguments[shift] else (*kept, (".bias", ZEROS))
