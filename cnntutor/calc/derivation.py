"""Derivations of every number of a network: formula, the numbers put in, result, as data.

Conventions are those of analysis.py; the result of a derivation is the number the analysis reports.
"""

from typing import Literal, get_args

from cnntutor.calc.analysis import NetworkReport, analyse
from cnntutor.calc.cost import CONVENTIONS, FLOPS_PER_MAC, flops
from cnntutor.calc.layers.input import Input
from cnntutor.calc.network import Network
from cnntutor.calc.precision import precision_of
from cnntutor.calc.seeing import derive_field
from cnntutor.calc.working import QUANTITIES, Derivation, Quantity, Symbol, unit_of, worked
from cnntutor.i18n import Message, msg, shape

__all__ = ["QUANTITIES", "Derivation", "Quantity", "Symbol", "derive", "derive_from", "derive_total"]


def derive(
    network: Network, node_name: str, quantity: Quantity = "params", dtype: str = "float32"
) -> Derivation:
    """Return the working of one number of one layer; what stands behind the layer is not looked at.

    Args:
        network: The network the layer stands in.
        node_name: The layer.
        quantity: The number.
        dtype: For the memories: the name of one of precision.PRECISIONS.

    Raises:
        KeyError: there is no such layer.
        LayerError: the layer, or one before it, cannot stand on its inputs.
        ValueError: there is no such quantity or dtype.
    """
    place = network.nodes.index(network.node(node_name))
    before = analyse(Network(network.name, network.nodes[: place + 1]))
    return derive_from(before, node_name, quantity, dtype)


def derive_from(
    report: NetworkReport, node_name: str, quantity: Quantity = "params", dtype: str = "float32"
) -> Derivation:
    """Return the working of one number of one layer of a network that is analysed already.

    Raises:
        KeyError: there is no such layer.
        ValueError: there is no such quantity or dtype.
    """
    if quantity not in get_args(Quantity):
        raise ValueError(f"quantity must be one of {', '.join(get_args(Quantity))}, received {quantity!r}")
    if quantity == "activation_memory":
        return _derive_memory(derive_from(report, node_name, "activations"), quantity, dtype)
    if quantity == "weight_memory":
        return _derive_memory(derive_from(report, node_name, "params"), quantity, dtype)
    if quantity == "flops":
        return _derive_flops(derive_from(report, node_name, "macs"))
    node = report.network.node(node_name)
    if isinstance(node.layer, Input):
        return _derive_input(node.layer, quantity)
    layer = report.layer(node_name)
    inputs = layer.input_shapes
    if quantity == "receptive_field":
        return derive_field(report, layer)
    if quantity == "params" and node.shares:
        rule = msg("The weights are those of {layer} and are counted there.", layer=node.shares)
        return worked(quantity, rule, "0", (), 0)
    if quantity == "params":
        return node.layer.derive_params(inputs)
    if quantity == "macs":
        return node.layer.derive_macs(inputs)
    if quantity == "activations":
        return node.layer.derive_activation_size(inputs)
    return node.layer.derive_output_shape(inputs)


def derive_total(network: Network, quantity: Literal["params", "macs"] = "params") -> Derivation:
    """Return the sum over all layers that have any parameters, or multiply-adds.

    Raises:
        LayerError: a layer cannot stand on its inputs.
    """
    counts = [
        (report.name, report.params if quantity == "params" else report.macs)
        for report in analyse(network).layers
    ]
    counted = [(name, count) for name, count in counts if count]
    rule = (
        msg("The parameters of all layers added up; layers without weights add nothing.")
        if quantity == "params"
        else msg("The multiply-adds of all layers added up.")
    )
    return Derivation(
        quantity,
        rule,
        tuple(Symbol(name, _total_meaning(name, quantity), count) for name, count in counted),
        " + ".join(name for name, _ in counted) or "0",
        " + ".join(str(count) for _, count in counted) or "0",
        sum(count for _, count in counted),
        unit_of(quantity),
    )


def _total_meaning(name: str, quantity: Quantity) -> Message:
    """Return what a term of a total stands for."""
    if quantity == "params":
        return msg("parameters of {layer}", layer=name)
    return msg("multiply-adds of {layer}", layer=name)


def _derive_input(layer: Input, quantity: Quantity) -> Derivation:
    """Return the working of an input: what is given is given."""
    if quantity == "output_shape":
        given = worked(quantity, msg("The shape of the input is given."), "input", (), layer.shape)
        return given.with_numbers(shape(layer.shape))
    if quantity == "receptive_field":
        axes = len(layer.shape) - 1
        rule = msg("A pixel of the input sees itself.")
        return worked(quantity, rule, " × ".join("1" * axes) or "–", (), (1,) * axes if axes else None)
    if quantity == "activations":
        return layer.derive_activation_size(())
    return worked(quantity, msg("An input has nothing to learn and computes nothing."), "0", (), 0)


def _derive_flops(macs: Derivation) -> Derivation:
    """Return the working of the floating-point operations: two for each multiply-add."""
    count = macs.result if isinstance(macs.result, int) else 0
    symbols = (
        Symbol("macs", msg("multiply-adds of this layer"), count),
        Symbol("operations", msg("operations in one multiply-add"), FLOPS_PER_MAC),
    )
    return worked("flops", CONVENTIONS["flops"], "operations · macs", symbols, flops(count))


def _derive_memory(
    counted: Derivation, quantity: Literal["activation_memory", "weight_memory"], dtype: str
) -> Derivation:
    """Return the working of the bytes that a number of values or of weights takes."""
    precision = precision_of(dtype)
    count = counted.result if isinstance(counted.result, int) else 0
    if quantity == "weight_memory":
        each, name = precision.variable_bytes, precision.variable
        first = Symbol("params", msg("parameters of this layer"), count)
        rule = msg("Every parameter, trainable or not, is one number of type {dtype}.", dtype=name)
    else:
        each, name = precision.compute_bytes, precision.compute
        first = Symbol("values", msg("output values of one sample"), count)
        rule = msg(
            "Every output value of one sample is one number of type {dtype}; a batch takes as many times that"
            " as it has samples.",
            dtype=name,
        )
    symbols = (first, Symbol("bytes", msg("bytes of one number of type {dtype}", dtype=name), each))
    return worked(quantity, rule, f"{first.name} · bytes", symbols, count * each)
