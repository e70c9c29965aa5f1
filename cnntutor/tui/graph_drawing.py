"""A network drawn as rails: one row a layer, branches as lanes side by side, in any width.

     ●        pool2
     ├─┬─╮
     ● │ │    1x1
     │ ● │    3x3
     │ │ ●    pool_proj
     ◉─┴─╯    concat (an output of the network)

A branch is drawn to its end before the next begins, whatever the order of the nodes in the file.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnntutor.calc.layers.input import Input
from cnntutor.calc.network import Network, Node

_PITCH = 2
_MOST_WIDE_LANES = 12
"""With more lanes than so many they stand without gaps."""


@dataclass(frozen=True, slots=True)
class GraphRow:
    """One line of the drawing."""

    rail: str
    """The lanes, without the layer's words."""
    names: tuple[str, ...] = ()
    """The layers of this line, one or a folded chain; none on a line of rails alone."""


def draw(network: Network, folded: bool = False) -> tuple[GraphRow, ...]:
    """Return the lines of the drawing.

    Args:
        network: What to draw.
        folded: Whether a chain of layers, each on the one before alone, stands in one line.
    """
    chains: dict[str, tuple[str, ...]] = {node.name: (node.name,) for node in network.nodes}
    if folded:
        chains = _chains(network)
    head_of = {name: head for head, names in chains.items() for name in names}
    nodes = {node.name: node for node in network.nodes}
    sources = {head: tuple(head_of[each] for each in nodes[head].inputs) for head in chains}
    targets: dict[str, list[str]] = {head: [] for head in chains}
    for head, below in sources.items():
        for source in below:
            targets[source].append(head)
    order = _by_branches(network, chains, sources, targets)
    return _Rails(order, sources, targets, chains, frozenset(network.outputs)).rows()


def _chains(network: Network) -> dict[str, tuple[str, ...]]:
    """Return first layer → the layers of its chain: each the only one on the one before, and on it alone."""
    followers: dict[str, list[Node]] = {node.name: [] for node in network.nodes}
    for node in network.nodes:
        for source in node.inputs:
            followers[source].append(node)
    chains: dict[str, list[str]] = {}
    head_of: dict[str, str] = {}
    for node in network.nodes:
        below = node.inputs[0] if len(node.inputs) == 1 else ""
        joins = (
            below
            and len(followers[below]) == 1
            and below not in network.outputs
            and not isinstance(network.node(below).layer, Input)
        )
        head = head_of[below] if joins else node.name
        head_of[node.name] = head
        chains.setdefault(head, []).append(node.name)
    return {head: tuple(names) for head, names in chains.items()}


def _by_branches(
    network: Network,
    chains: dict[str, tuple[str, ...]],
    sources: dict[str, tuple[str, ...]],
    targets: dict[str, list[str]],
) -> list[str]:
    """Return the nodes so that each branch is whole: depth first, a join once its last branch is drawn."""
    missing = {head: len(below) for head, below in sources.items()}
    inputs = [head for head in chains if not sources[head]]
    waiting = list(reversed(inputs))
    order: list[str] = []
    while waiting:
        head = waiting.pop()
        order.append(head)
        ready = []
        for target in targets[head]:
            missing[target] -= 1
            if missing[target] == 0:
                ready.append(target)
        waiting.extend(reversed(ready))
    return order


class _Rails:
    """The lanes while the rows are drawn from above to below; a lane holds one edge (source, target)."""

    def __init__(
        self,
        order: list[str],
        sources: dict[str, tuple[str, ...]],
        targets: dict[str, list[str]],
        chains: dict[str, tuple[str, ...]],
        outputs: frozenset[str],
    ) -> None:
        self._order = order
        self._sources = sources
        self._targets = targets
        self._chains = chains
        self._outputs = outputs
        self._lanes: list[tuple[str, str] | None] = []
        self._drawn: list[tuple[list[str], tuple[str, ...]]] = []
        """Per row one symbol a lane, and what joins it to the next in its second character."""

    def rows(self) -> tuple[GraphRow, ...]:
        """Return the rows with the lanes as close as they must be."""
        for head in self._order:
            self._draw(head)
        most = max((len(cells) for cells, _names in self._drawn), default=1)
        pitch = _PITCH if most <= _MOST_WIDE_LANES else 1
        return tuple(
            GraphRow("".join(cell[:pitch] for cell in cells).rstrip(), names) for cells, names in self._drawn
        )

    def _draw(self, head: str) -> None:
        """Draw a node with what ends at it, and the row below where it branches."""
        arriving = [place for place, edge in enumerate(self._lanes) if edge is not None and edge[1] == head]
        own = arriving[0] if arriving else self._free(0)
        joined = arriving[1:]
        names = self._chains[head]
        mark = "◉" if self._outputs.intersection(names) else "●"
        self._row(own, joined, (mark, "┴", "╯"), names)
        for place in arriving:
            self._lanes[place] = None
        self._trim()
        following = self._targets[head]
        if not following:
            return
        while len(self._lanes) <= own:
            self._lanes.append(None)
        self._lanes[own] = (head, following[0])
        opened = []
        for target in following[1:]:
            place = self._free(own + 1)
            while len(self._lanes) <= place:
                self._lanes.append(None)
            self._lanes[place] = (head, target)
            opened.append(place)
        if opened:
            self._row(own, opened, ("├", "┬", "╮"), ())

    def _free(self, start: int) -> int:
        """Return the first lane from a place on that holds nothing."""
        for place in range(start, len(self._lanes)):
            if self._lanes[place] is None:
                return place
        return max(start, len(self._lanes))

    def _trim(self) -> None:
        while self._lanes and self._lanes[-1] is None:
            self._lanes.pop()

    def _row(
        self, own: int, others: list[int], symbols: tuple[str, str, str], names: tuple[str, ...]
    ) -> None:
        """Draw one row: a mark on its lane, a line to the others, the lanes between crossed.

        Args:
            own: The lane of the mark.
            others: The lanes that end or begin here.
            symbols: The mark, what stands on the other lanes, and on the last of them.
            names: The layers of the row.
        """
        mark, middle, last = symbols
        end = max([own, *others])
        cells = []
        for place in range(max(len(self._lanes), end + 1)):
            busy = place < len(self._lanes) and self._lanes[place] is not None
            inside = own <= place < end
            if place == own:
                symbol = mark
            elif place in others:
                symbol = last if place == end else middle
            elif own < place < end:
                symbol = "┼" if busy else "─"
            else:
                symbol = "│" if busy else " "
            cells.append(symbol + ("─" if inside else " "))
        self._drawn.append((cells, names))
