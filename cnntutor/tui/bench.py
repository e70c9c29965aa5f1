"""A valid network with all its numbers: what lies on the workbench."""

from __future__ import annotations

from dataclasses import dataclass

from cnntutor.calc.analysis import NetworkReport, analyse
from cnntutor.calc.network import Network


@dataclass(frozen=True, slots=True)
class Bench:
    """A valid network with all its numbers."""

    network: Network
    report: NetworkReport

    @classmethod
    def of(cls, network: Network) -> Bench:
        """Return the network with its numbers.

        Raises:
            LayerError: a layer cannot stand on its inputs.
        """
        return cls(network, analyse(network))

    def changed(self, network: Network) -> Bench:
        """Return a network made from this one, with its numbers.

        Raises:
            LayerError: a layer cannot stand on its inputs.
        """
        return Bench(network, analyse(network, self.report))
