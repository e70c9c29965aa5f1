"""Where in a file something stands, for the one sentence a refusal is."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cnntutor.calc.problems import LayerError
from cnntutor.errors import NotUnderstood
from cnntutor.i18n import Message, msg

LONGEST_SHOWN = 60
"""Characters of a file's own words in a sentence."""


@dataclass(frozen=True, slots=True)
class Place:
    """A file, and the layer or line in it."""

    file: str
    layer: str = ""
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    """For source code: the line of each layer by its name."""

    def at(self, layer: str) -> "Place":
        """Return the place of a layer in the same file."""
        return Place(self.file, layer, self.lines)

    @property
    def message(self) -> Message:
        """The place as the beginning of a sentence."""
        if not self.layer:
            return msg("{file}", file=self.file)
        line = self.lines.get(self.layer, self.lines.get(self.layer.rpartition(".")[2]))
        if line is not None:
            return msg(
                "{file}, line {line}, layer {layer}", file=self.file, line=str(line), layer=shown(self.layer)
            )
        return msg("{file}, layer {layer}", file=self.file, layer=shown(self.layer))

    def refused(self, problem: Message) -> NotUnderstood:
        """Return the refusal: the place, and a clause that says what is wrong and the mend."""
        return NotUnderstood(msg("{place}: {problem}.", place=self.message, problem=problem))

    def refused_layer(self, problem: LayerError) -> NotUnderstood:
        """Return the refusal of a layer that cannot stand; the node it names becomes the place."""
        here = self.at(problem.node or self.layer)
        bare = LayerError(problem.argument, problem.allowed, problem.received)
        return here.refused(bare.message)


def shown(value: object) -> str:
    """Return a file's own words fit to be shown: short, and without control characters."""
    text = value if isinstance(value, str) else repr(value)
    clean = "".join(each if each.isprintable() else "?" for each in text[: LONGEST_SHOWN + 1])
    return clean if len(clean) <= LONGEST_SHOWN else clean[:LONGEST_SHOWN] + "…"
