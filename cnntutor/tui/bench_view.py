"""What the workbench counts by: multiply-adds or operations, the dtype, and the training it estimates."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cnntutor.calc.analysis import NetworkReport
from cnntutor.calc.cost import Cost
from cnntutor.calc.derivation import Derivation, derive_total
from cnntutor.calc.memory import TrainingMemory, training_memory
from cnntutor.calc.network import Network
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


def working_of_total(network: Network, quantity: Quantity) -> Derivation:
    """Return the working of the sum in the table's last row that stands for a quantity."""
    return derive_total(network, "macs" if quantity in ("macs", "flops") else "params")
