"""The parts a lesson page is made of, in the order they are read.

Block number i of the English page and of the Vietnamese page are the same part of the lesson (the checker
demands it), so that a place in a lesson is a slug and a block index, whatever the language.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MarkdownBlock:
    """One paragraph, heading, list, table or code listing.

    References are already numbers. A glossary term is a link `[weight sharing](term:weight-sharing)`, a
    link to another lesson is `[text](lesson:slug)`. Neighbouring blocks joined by an empty line are
    Markdown again.
    """

    index: int
    source: str
    level: int = 0
    """1 to 6 for a heading, 0 for anything else."""

    @property
    def heading(self) -> str:
        """The words of the heading without its `#` marks; empty where this is no heading."""
        return self.source.lstrip("#").strip() if self.level else ""


@dataclass(frozen=True, slots=True)
class FigureBlock:
    """`::figure NAME key=value …`: a figure that answers keys; opened by course.figures.registry."""

    index: int
    figure: str
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ExerciseBlock:
    """`::exercise SLUG`: a question asked at this place."""

    index: int
    question: str


@dataclass(frozen=True, slots=True)
class CalculatorBlock:
    """`::calc NETWORK`: an invitation to open the calculator on a network."""

    index: int
    network: str


@dataclass(frozen=True, slots=True)
class RecipeBlock:
    """`::run RECIPE`: an invitation to train a network in the lab."""

    index: int
    recipe: str


Block = MarkdownBlock | FigureBlock | ExerciseBlock | CalculatorBlock | RecipeBlock
