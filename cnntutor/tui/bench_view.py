"""What the workbench counts by: multiply-adds or operations, the dtype, and the training it estimates."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cnntutor.calc.analysis import NetworkReport
from cnntutor.calc.cost import Cost
from cnntutor.calc.derivation import Derivation, derive, derive_total
from cnntutor.calc.layers.input import Input
from cnntutor.calc.memory import TrainingMemory, training_memory
from cnntutor.calc.network import Network, Node
from cnntutor.calc.working import Quantity
from cnntutor.i18n import Message, msg

QUANTITY_NAMES: dict[str, Message] = {
    "params": msg("parameters"),
    "output_shape": msg("output shape"),
    "macs": msg("multiply-adds"),
    "flops": msg("floating-point operations"),
    "receptive_field": msg("receptive field"),
    "activations": msg("output values"),
    "activation_memory": msg("memory of the output"),
    "weight_memory": msg("memory of the weights"),
}


@dataclass(frozen=True, slots=True)
class BenchView:
    """The conventions chosen."""

    cost: Cost = "macs"
    dtype: str = "float32"
    batch: int = 32
    optimizer: str = "adam"

    def other_cost(self) -> BenchView:
        """Return the view with MACs for FLOPs, or FLOPs for MACs."""
        return replace(self, cost="flops" if self.cost == "macs" else "macs")

    def training(self, report: NetworkReport) -> TrainingMemory:
        """Return the estimate of the memory of one training step."""
        return training_memory(report, batch=self.batch, optimizer=self.optimizer, dtype=self.dtype)


def working_of(report: NetworkReport, name: str, quantity: Quantity, dtype: str) -> Derivation:
    """Return the working of one number of one layer, from numbers that are known already.

    Only a receptive field, and a layer that shares weights, need the layers below; for the rest the shapes
    of the inputs do, so that the working of the last of 175 layers is as quick as that of the first.
    """
    network = report.network
    node = network.node(name)
    if quantity == "receptive_field" or node.shares or isinstance(node.layer, Input):
        return derive(network, name, quantity, dtype)
    shapes = report.layer(name).input_shapes
    inputs = tuple(Node(f"\0{place}", Input(shape)) for place, shape in enumerate(shapes))
    alone = Node(name, node.layer, tuple(each.name for each in inputs), trainable=node.trainable)
    return derive(Network(network.name, (*inputs, alone)), name, quantity, dtype)


def working_of_total(network: Network, quantity: Quantity) -> Derivation:
    """Return the working of the sum in the table's last row that stands for a quantity."""
    return derive_total(network, "macs" if quantity in ("macs", "flops") else "params")
