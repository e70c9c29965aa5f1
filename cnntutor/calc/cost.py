"""What a network costs to compute, and the share of each layer in it.

Convention: one multiply-add is one MAC and two floating-point operations (FLOPs), the multiplication and the
addition. Neither counts the adding of a bias, pooling, normalisation or activation; a published figure that
does, or that calls a MAC a FLOP, differs from ours.
"""

from dataclasses import dataclass
from typing import Literal

from cnntutor.calc.analysis import NetworkReport
from cnntutor.i18n import Message, msg

Cost = Literal["macs", "flops"]
COSTS: tuple[Cost, ...] = ("macs", "flops")
FLOPS_PER_MAC = 2

CONVENTIONS: dict[Cost, Message] = {
    "macs": msg("One multiply-add (MAC) counts 1; bias, pooling and normalisation are left out."),
    "flops": msg(
        "FLOPs: one multiply-add counts 2, the multiplication and the addition; bias, pooling and"
        " normalisation are left out."
    ),
}
"""What each way of counting counts, in one sentence to show beside the numbers."""


def flops(macs: int) -> int:
    """Return the floating-point operations of a number of multiply-adds."""
    return FLOPS_PER_MAC * macs


def cost(macs: int, unit: Cost = "macs") -> int:
    """Return a number of multiply-adds in the unit asked for."""
    return flops(macs) if unit == "flops" else macs


@dataclass(frozen=True, slots=True)
class LayerShare:
    """The part of a network's total that falls to one layer, each from 0.0 to 1.0."""

    name: str
    params: float
    macs: float
    """The same for FLOPs."""
    activations: float


def layer_shares(report: NetworkReport) -> tuple[LayerShare, ...]:
    """Return the share of each layer, in the order of the report; a total of 0 has no shares but 0.0."""
    activations = sum(layer.activations for layer in report.layers)
    return tuple(
        LayerShare(
            layer.name,
            share(layer.params, report.total_params),
            share(layer.macs, report.macs),
            share(layer.activations, activations),
        )
        for layer in report.layers
    )


def share(part: float, whole: float) -> float:
    """Return part / whole, 0.0 where the whole is 0."""
    return part / whole if whole else 0.0
