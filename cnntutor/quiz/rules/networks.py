"""The wrong answers mistakes lead to on a network: in the layer asked about, before it, or everywhere."""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import lru_cache

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.layers.core import Dense
from cnntutor.calc.layers.reshaping import Flatten
from cnntutor.calc.network import Network, Node
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.quiz.rules.asked import Asked, Counted
from cnntutor.quiz.rules.candidate import Candidate, Scope
from cnntutor.quiz.rules.fields import wrong_fields
from cnntutor.quiz.rules.outputs import part_of_values, turned
from cnntutor.quiz.rules.registry import (
    LAYER_LEFT_OUT,
    NETWORK_MISTAKES,
    NON_TRAINABLE_FORGOTTEN,
    RULES,
    RUNNING_TOTAL_SLIP,
    all_slips,
    unlikely,
)
from cnntutor.quiz.rules.rule import Rule
from cnntutor.quiz.rules.slip import Slip

IN_PART = ("output_side", "output_values")
"""What is asked of a shape without asking for the whole of it."""


@lru_cache(maxsize=128)
def candidates(asked: Asked) -> tuple[Candidate, ...]:
    """Return the wrong answers known mistakes lead to, the likelier first.

    A mistake in the layer asked about is likelier than one before it, a near one likelier than a far one, and
    a slip in adding up comes last.
    A wrong answer that by chance equals the right one, or another wrong one, is returned too.

    Raises:
        LayerError: a layer cannot stand on its inputs.
    """

    far = {node.name: place for place, node in enumerate(asked.before(), start=1)}

    def unlikelihood(candidate: Candidate) -> tuple[int, int]:
        if asked.layer is None:
            distance = 1 if candidate.scope == "sum" else 0
        elif candidate.scope == "everywhere":
            distance = len(far) + 1
        else:
            distance = far.get(candidate.where, 0)
        layer = asked.network.node(candidate.where).layer
        return distance, 0 if candidate.scope == "sum" else unlikely(candidate.slug, layer)

    return tuple(sorted(_found(asked), key=unlikelihood))


def _found(asked: Asked) -> Iterator[Candidate]:
    """Yield the wrong answers known mistakes lead to."""
    right = Counted(asked.network)
    if asked.layer is None:
        yield from _total(asked, right)
        return
    node = asked.node
    honest = asked.right() if asked.ask in IN_PART else None
    for rule, slip in all_slips(node.layer, right.inputs(node), asked.quantity):
        if fits(rule, node, asked.network):
            value = slip.value if isinstance(slip.value, int) else asked.from_shape(slip.value)
            if asked.ask in IN_PART and value == honest:
                continue  # what was got wrong is not what is asked
            yield Candidate(rule.slug, value, rule.mistake, "here", node.name, asked.quantity, slip)
    if asked.quantity == "receptive_field":
        yield from wrong_fields(asked)
        return
    if asked.ask == "output_values":
        yield from part_of_values(asked, right.shapes[node.name])
    if asked.ask == "output_shape":
        yield from turned(asked, right.shapes[node.name])
    yield from _untrained(asked)
    yield from _one_shape(asked, right, asked.before(), "before")
    yield from _every_shape(asked, right)


def _total(asked: Asked, right: Counted) -> Iterator[Candidate]:
    """Yield the wrong totals."""
    counts = {node.name: right.count(node, asked.quantity) for node in asked.before()}
    total = sum(counts.values())
    found = [
        _Off(rule, slip, node, slip.value - counts[node.name])
        for node in asked.before()
        if not node.shares
        for rule, slip in all_slips(node.layer, right.inputs(node), asked.quantity)
        if isinstance(slip.value, int)
    ]
    for rule in RULES:
        if rule.network_wide:
            yield from _everywhere(rule, [each for each in found if each.rule is rule], asked, total)
    yield from _every_shape(asked, right)
    for each in found:
        yield Candidate(
            each.rule.slug,
            total + each.difference,
            each.rule.mistake,
            "one",
            each.node.name,
            asked.quantity,
            each.slip,
        )
    yield from _one_shape(asked, right, asked.before(), "one")
    yield from _untrained(asked)
    counted = {name: count for name, count in counts.items() if count}
    for slug, factor in ((LAYER_LEFT_OUT, -1), (RUNNING_TOTAL_SLIP, 1)):
        for name, count in counted.items() if len(counted) > 1 else ():
            wrong = total + factor * count
            yield Candidate(slug, wrong, NETWORK_MISTAKES[slug], "sum", name, asked.quantity)


def _untrained(asked: Asked) -> Iterator[Candidate]:
    """Yield what is left where parameters that are frozen or only kept are not counted."""
    if asked.quantity != "params":
        return
    report = analyse(asked.network)
    rows = [row for row in report.layers if asked.layer in (None, row.name)]
    kept = [row.name for row in rows if row.non_trainable]
    if kept:
        trained = sum(row.trainable for row in rows)
        mistake = NETWORK_MISTAKES[NON_TRAINABLE_FORGOTTEN]
        yield Candidate(NON_TRAINABLE_FORGOTTEN, trained, mistake, "everywhere", kept[0], "params")


@dataclass(frozen=True, slots=True)
class _Off:
    """A slip in one layer, and by how much its number is off."""

    rule: Rule
    slip: Slip
    node: Node
    difference: int


def _everywhere(rule: Rule, found: list[_Off], asked: Asked, total: int) -> Iterator[Candidate]:
    """Yield the totals of one mistake made in every layer that allows it, each way it can be made."""
    by_node: dict[str, list[_Off]] = {}
    for each in found:
        by_node.setdefault(each.node.name, []).append(each)
    if len(by_node) < 2:
        return
    for way in range(max(len(ways) for ways in by_node.values())):
        made = [ways[min(way, len(ways) - 1)] for ways in by_node.values()]
        first = next((each for each in made if each.difference), made[0])
        wrong = total + sum(each.difference for each in made)
        name = first.node.name
        yield Candidate(rule.slug, wrong, rule.mistake, "everywhere", name, asked.quantity, first.slip)


def _one_shape(asked: Asked, right: Counted, nodes: tuple[Node, ...], scope: Scope) -> Iterator[Candidate]:
    """Yield what follows from the wrong output shape of one layer."""
    for node in nodes:
        for rule, slip in all_slips(node.layer, right.inputs(node), "output_shape"):
            if isinstance(slip.value, tuple) and fits(rule, node, asked.network):
                value = follows(asked, Counted(asked.network, {node.name: slip.value}, right))
                if value is not None:
                    yield Candidate(rule.slug, value, rule.mistake, scope, node.name, "output_shape", slip)


def _every_shape(asked: Asked, right: Counted) -> Iterator[Candidate]:
    """Yield what follows where one mistake in shapes was made in every layer that allows it."""
    used = {node.name for node in asked.before()} | ({asked.layer} if asked.layer else set())
    for rule in RULES:
        if not rule.network_wide:
            continue
        made = _made_everywhere(rule, asked.network, used)
        if made is not None:
            changed, where, slip = made
            value = follows(asked, Counted(asked.network, changed, right))
            if value is not None:
                yield Candidate(rule.slug, value, rule.mistake, "everywhere", where, "output_shape", slip)


def _made_everywhere(
    rule: Rule, network: Network, used: Set[str]
) -> tuple[dict[str, Shape], str, Slip] | None:
    """Return the wrong shapes of one mistake made wherever it can be, and where it first shows.

    None where fewer than two layers allow it, or it changes nothing.
    """
    shapes: dict[str, Shape] = {}
    changed: dict[str, Shape] = {}
    first: tuple[str, Slip] | None = None
    for node in network.nodes:
        try:
            inputs = tuple(shapes[name] for name in node.inputs)
            honest = shapes[node.name] = node.layer.output_shape(inputs)
            made = rule.apply(node.layer, inputs, "output_shape") if node.name in used else ()
        except LayerError:
            break
        if made and isinstance(made[0].value, tuple):
            shapes[node.name] = changed[node.name] = made[0].value
            if first is None and made[0].value != honest:
                first = (node.name, made[0])
    return (changed, *first) if len(changed) > 1 and first is not None else None


def follows(asked: Asked, counted: Counted) -> int | Shape | None:
    """Return the answer that follows from wrong shapes; None where a layer cannot stand on them."""
    try:
        return asked.of(counted)
    except (LayerError, IndexError):
        return None


def fits(rule: Rule, node: Node, network: Network) -> bool:
    """Return whether a mistake can be made at this place of the network."""
    return rule.slug != "flatten-before-pool" or _leads_to_flatten(node, network)


def _leads_to_flatten(node: Node, network: Network) -> bool:
    """Return whether what comes out of a node goes into Flatten, with no more than idle layers between."""
    followers = [each for each in network.nodes if node.name in each.inputs]
    return any(
        isinstance(each.layer, Flatten) or (_idle(each.layer) and _leads_to_flatten(each, network))
        for each in followers
    )


def _idle(layer: Layer) -> bool:
    """Return whether a layer leaves shapes as they are."""
    return not isinstance(layer, (Conv2D, Dense)) and type(layer).output_shape is Layer.output_shape
