"""Two mistakes at once: looked for only where no single one leads to an answer."""

import itertools
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import lru_cache

from cnntutor.calc.network import Node
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.i18n import Message
from cnntutor.quiz.rules.asked import Asked, Counted
from cnntutor.quiz.rules.candidate import Candidate
from cnntutor.quiz.rules.models import recipe_of
from cnntutor.quiz.rules.networks import candidates, fits, follows
from cnntutor.quiz.rules.recipe import Subject
from cnntutor.quiz.rules.registry import RULES, all_slips
from cnntutor.quiz.rules.slip import Inputs, Slip

MOST_LAYERS = 40
"""Networks with more layers before the one asked about are not searched for two mistakes."""


@dataclass(frozen=True, slots=True)
class Double:
    """A wrong answer that two mistakes together lead to."""

    first: Candidate
    second: str
    """The slug of the other mistake."""
    mistake: Message
    """The other mistake in a sentence."""

    @property
    def value(self) -> int | Shape:
        """The wrong answer."""
        return self.first.value

    @property
    def slugs(self) -> tuple[str, str]:
        """Both mistakes, the likelier first."""
        return self.first.slug, self.second


@lru_cache(maxsize=64)
def doubles(asked: Asked) -> tuple[Double, ...]:
    """Return the answers that two mistakes lead to, each told by exactly one pair and by no single mistake.

    Raises:
        LayerError: a layer cannot stand on its inputs.
    """
    if asked.layer is None or asked.quantity == "receptive_field":
        return ()
    node, right = asked.node, Counted(asked.network)
    known: set[int | Shape] = {asked.right(), *(each.value for each in candidates(asked))}
    here = tuple(_told(_in_one_layer(asked, node, right.inputs(node)), known))
    known |= {each.value for each in here}
    return (*here, *_told(_one_before(asked, node, right), known))


def _told(found: Iterable[Double], known: Set[int | Shape]) -> Iterator[Double]:
    """Yield those that no known answer equals and that only one pair of mistakes leads to."""
    first: dict[int | Shape, Double] = {}
    pairs: dict[int | Shape, set[frozenset[str]]] = {}
    for double in found:
        if double.value not in known:
            pairs.setdefault(double.value, set()).add(frozenset(double.slugs))
            first.setdefault(double.value, double)
    for value, double in first.items():
        if len(pairs[value]) == 1:
            yield double


def _one_before(asked: Asked, node: Node, right: Counted) -> Iterator[Double]:
    """Yield a wrong shape in one layer before the one asked about, and a mistake in that one."""
    before = asked.before()
    for each in before if len(before) <= MOST_LAYERS else ():
        for rule, slip in all_slips(each.layer, right.inputs(each), "output_shape"):
            if not isinstance(slip.value, tuple) or not fits(rule, each, asked.network):
                continue
            wrong = Counted(asked.network, {each.name: slip.value}, right)
            if follows(asked, wrong) is None or wrong.inputs(node) == right.inputs(node):
                continue
            for second, made in all_slips(node.layer, wrong.inputs(node), asked.quantity):
                if second.slug != rule.slug and fits(second, node, asked.network):
                    value = _asked_value(asked, made)
                    first = Candidate(rule.slug, value, rule.mistake, "here", node.name, asked.quantity, made)
                    yield Double(first, second.slug, second.mistake)


def _in_one_layer(asked: Asked, node: Node, inputs: Inputs) -> Iterator[Double]:
    """Yield pairs of mistakes in one layer: the recipe changed by one, then by the other."""
    recipe = recipe_of(Subject(node.layer, inputs, asked.quantity))
    rules = [rule for rule in RULES if fits(rule, node, asked.network)]
    for first, second in itertools.permutations(rules, 2):
        if first.slug == second.slug:
            continue
        try:
            for once in first.change(recipe):
                for twice in second.change(once):
                    slip = Slip(twice.value, twice.working)
                    value = _asked_value(asked, slip)
                    made = Candidate(
                        first.slug, value, first.mistake, "here", node.name, asked.quantity, slip
                    )
                    yield Double(made, second.slug, second.mistake)
        except LayerError:
            continue


def _asked_value(asked: Asked, slip: Slip) -> int | Shape:
    """Return a layer's number as it was asked for."""
    return slip.value if isinstance(slip.value, int) else asked.from_shape(slip.value)
