"""What a buggy rule is: a change that a mistake makes to the recipe of a layer's number."""

from collections.abc import Callable
from dataclasses import dataclass

from cnntutor.calc.layers.base import Layer
from cnntutor.i18n import Message
from cnntutor.quiz.rules.models import recipe_of
from cnntutor.quiz.rules.recipe import Recipe, Subject
from cnntutor.quiz.rules.slip import Inputs, Quantity, Slip, Slips

Change = Callable[[Recipe], tuple[Recipe, ...]]
"""The recipe with the mistake in it; () where the mistake cannot be made there.

Several are ways of making the same mistake, the likelier first. One that by chance gives the right number is
returned like any other: who draws numbers avoids it, who grades has found the answer right.
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """A mistake that computes what it leads to."""

    slug: str
    """Its name, which is an interface and never changes."""
    mistake: Message
    """The mistake in a sentence to the learner."""
    change: Change
    network_wide: bool = True
    """Whether one who makes this mistake may make it in every layer of a network."""

    def apply(self, layer: Layer, inputs: Inputs, quantity: Quantity) -> Slips:
        """Return what a layer's number comes to with the mistake.

        Raises:
            LayerError: the layer cannot stand on its inputs.
        """
        made = self.change(recipe_of(Subject(layer, inputs, quantity)))
        return tuple(Slip(each.value, each.working) for each in made)
