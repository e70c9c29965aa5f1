"""A convolution wired otherwise: what it would have to learn if it were dense, or local without sharing."""

import re
from typing import Literal

from cnntutor.calc.connectivity import Connectivity, compare_connectivity
from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.course.networks import Networks, UnknownNumber
from cnntutor.i18n import msg

Wiring = Literal["dense", "local", "shared"]
"""dense: every input value; local: a window with its own weights; shared: a window, one set of weights."""

WIRINGS: tuple[Wiring, ...] = ("dense", "local", "shared")


def wired_params(networks: Networks, network: str, layer: str, wiring: Wiring) -> int:
    """Return the numbers to learn of a convolution if it were wired so.

    Raises:
        UnknownNumber: there is no such network or layer, or it is no convolution.
    """
    counts = _counts(networks, network, layer)[1]
    return {"dense": counts.dense, "local": counts.local, "shared": counts.shared}[wiring].params


def wired_working(networks: Networks, network: str, layer: str, wiring: Wiring) -> tuple[str, str, int]:
    """Return the formula of wired_params, the same with the numbers put in, and the result.

    Raises:
        UnknownNumber: there is no such network or layer, or it is no convolution.
    """
    convolution, counts = _counts(networks, network, layer)
    symbols = dict(zip(("in_h", "in_w", "in_channels"), counts.input_shape, strict=True))
    symbols |= dict(zip(("out_h", "out_w", "filters"), counts.output_shape, strict=True))
    symbols |= dict(zip(("kernel_h", "kernel_w"), convolution.kernel_size, strict=True))
    symbols["groups"] = convolution.groups
    window = "in_h · in_w · in_channels" if wiring == "dense" else "kernel_h · kernel_w · in_channels"
    if wiring != "dense" and convolution.groups > 1:
        window += " / groups"
    if convolution.use_bias:
        window = f"({window} + 1)"
    formula = f"{window} · {'filters' if wiring == 'shared' else 'out_h · out_w · filters'}"
    numbers = re.sub(r"[a-z_]+", lambda found: str(symbols[found.group()]), formula)
    return formula, numbers, wired_params(networks, network, layer, wiring)


def _counts(networks: Networks, network: str, layer: str) -> tuple[Conv2D, Connectivity]:
    """Return a convolution and its counts in the three wirings."""
    report = networks.layer(network, layer)
    convolution = networks.report(network).network.node(layer).layer
    if not isinstance(convolution, Conv2D):
        raise UnknownNumber(msg("{layer} is no Conv2D; name a convolution.", layer=layer))
    return convolution, compare_connectivity(convolution, report.input_shapes[0])
