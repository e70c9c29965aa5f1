"""What grading an answer comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from cnntutor.i18n import Message, Text

Verdict = Literal["right", "wrong", "not_understood"]

Value = int | Fraction | tuple[int | Fraction, ...]
"""A count, an exact real number, or a shape."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the working as far as it went, for showing a slip where it happened."""

    where: str
    """The layer, or "total"."""
    working: Message
    """The right working: (5 · 5 · 3 + 1) · 6 = 456."""
    slipped: Message | None = None
    """The learner's working at the step that went wrong: 5 · 5 · 3 · 6 = 450; None where all is right."""


@dataclass(frozen=True, slots=True)
class FieldGrade:
    """The grade of one field."""

    verdict: Verdict
    mistake: str | None = None
    """The likeliest mistake by slug; None where none is known to give this answer."""
    also: tuple[str, ...] = ()
    """Other mistakes that give the same answer, likelier ones first."""
    feedback: Message | Text | None = None
    """The mistake in words and the working up to it; or what would be understood; or why it is also right."""
    steps: tuple[Step, ...] = ()
    """The working up to the slip, which is the last of them."""
    carried: bool = False
    """Whether this follows rightly from a slip in an earlier cell, which alone is counted."""
    together: tuple[str, ...] = ()
    """The two mistakes that it took to give this answer; () where one is enough, or none is known."""


@dataclass(frozen=True, slots=True)
class Grade:
    """The grade of a whole answer; "not_understood" costs no attempt."""

    verdict: Verdict
    mistake: str | None = None
    also: tuple[str, ...] = ()
    feedback: Message | Text | None = None
    fields: Mapping[str, FieldGrade] = field(default_factory=dict)
    """The grade of each field by its id."""
    together: tuple[str, ...] = ()
    """The two mistakes that were made at once."""

    @property
    def mistakes(self) -> tuple[str, ...]:
        """Every mistake made, once each; a slip that is carried on is not counted again."""
        made = [each for each in self.fields.values() if each.mistake and not each.carried]
        return tuple(dict.fromkeys(slug for each in made for slug in (each.mistake or "", *each.together)))


@dataclass(frozen=True, slots=True)
class SolutionLine:
    """One line of a worked solution."""

    where: str
    """The layer or the cell this line is about; empty for a remark."""
    text: Message | Text
    """The rule, or the remark."""
    working: Message | None = None
    """numbers put in = result, where this line computes something."""
    formula: str = ""
    """The formula those numbers are put into."""
    slipped: Message | None = None
    """The learner's own working at this step, where it left the path."""
    code: bool = False
    """Whether it is a line of code, to be shown as it stands."""
