"""A network being worked on: every change as one step that can be taken back."""

from __future__ import annotations

from collections.abc import Callable

from cnntutor.calc.layers.input import Input
from cnntutor.calc.network import Node
from cnntutor.calc.problems import LayerError
from cnntutor.formats.entry import NetworkEntry
from cnntutor.tui import network_edit
from cnntutor.tui.bench import Bench
from cnntutor.tui.edit_history import History
from cnntutor.tui.network_edit import NAME


class Desk:
    """The states of one network, from as it was opened to the present one.

    Args:
        entry: The network and its title.
        history: The states of an earlier visit; None begins with the network as it is.

    Raises:
        LayerError: a layer of the network cannot stand on its inputs.
    """

    def __init__(self, entry: NetworkEntry, history: History[Bench] | None = None) -> None:
        self.entry = entry
        self.opened = Bench.of(entry.network)
        self.history = history or History(self.opened)

    @property
    def bench(self) -> Bench:
        """The network as it is now; always valid."""
        return self.history.present

    @property
    def changed(self) -> bool:
        """Whether it differs from the network as it was opened."""
        return self.bench.network != self.opened.network

    @property
    def present_entry(self) -> NetworkEntry:
        """The entry with the network as it is now, to be written or compared."""
        entry = self.entry
        return NetworkEntry(
            entry.slug,
            entry.aliases if not self.changed else (),
            entry.title,
            entry.source,
            entry.note,
            entry.convention,
            self.bench.network,
        )

    @property
    def first_input(self) -> str:
        """The name of the first input."""
        return next(node.name for node in self.bench.network.nodes if isinstance(node.layer, Input))

    @property
    def first_layer(self) -> str:
        """The name of the first layer behind the inputs; of an input where there is none."""
        layers = [node.name for node in self.bench.network.nodes if not isinstance(node.layer, Input)]
        return layers[0] if layers else self.first_input

    def node(self, name: str) -> Node | None:
        """Return a node; None for a row that is none."""
        try:
            return self.bench.network.node(name)
        except KeyError:
            return None

    def type(self, node: str, argument: str, text: str) -> None:
        """Take what is typed for an argument; all that is typed into one field is one step.

        Raises:
            LayerError: it is refused; what the field held before it was typed into holds again.
        """
        subject = f"{node}.{argument}"
        try:
            bench = network_edit.with_argument(self.bench, node, argument, text)
        except LayerError:
            self.history = self.history.abandon(subject)
            raise
        if argument != NAME:
            self.history = self.history.record(bench, subject)

    def rename(self, node: str, text: str) -> bool:
        """Give a layer another name.

        Returns:
            False where it has that name already.

        Raises:
            LayerError: the name is refused.
        """
        bench = network_edit.renamed(self.bench, node, text)
        if bench.network == self.bench.network:
            return False
        self.history = self.history.settle().record(bench)
        return True

    def change(self, change: Callable[[Bench], tuple[Bench, str]]) -> str:
        """Make a change as a step of its own.

        Returns:
            The layer to look at then.

        Raises:
            LayerError: the network could not stand that way; it stays as it is.
        """
        bench, name = change(self.bench)
        self.history = self.history.settle().record(bench)
        return name

    def settle(self) -> None:
        """Close the present step: what is typed next is another."""
        self.history = self.history.settle()

    def undo(self) -> bool:
        """Take back the last step; False where there is none."""
        return self._travel(self.history.undo())

    def redo(self) -> bool:
        """Make the step again that was taken back; False where there is none."""
        return self._travel(self.history.redo())

    def as_opened(self) -> bool:
        """Return to the network as it was opened, as a step; False where nothing is changed."""
        return self._travel(self.history.settle().record(self.opened))

    def _travel(self, history: History[Bench]) -> bool:
        moved = history.present is not self.history.present
        self.history = history
        return moved
