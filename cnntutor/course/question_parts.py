"""What questions are made of: answers with their reasons, choices, pairs."""

from typing import Annotated

from msgspec import Meta, Struct

from cnntutor.course.schema import Slug
from cnntutor.i18n import Text

Varied = int | str
"""A whole number, a word, or a template such as `"{side}"` or `"2*{filters}"`."""


class AlsoRight(Struct, frozen=True, forbid_unknown_fields=True):
    """`[[also_right]]`: another answer that is accepted, with the reason the learner is told.

    Exactly one of `value` and `network`.
    """

    reason: Text
    value: Varied | None = None
    network: str | None = None
    """The same asked of another network; the rules for mistakes apply to that one too."""


class KnownWrong(Struct, frozen=True, forbid_unknown_fields=True):
    """`[[known_wrong]]`: a wrong answer that no rule computes, with its own feedback.

    Exactly one of `value` and `network`. Where a rule gives the same number, this feedback goes first.
    """

    feedback: Text
    value: Varied | None = None
    network: str | None = None
    """The answer is what the same question has for this network."""
    mistake: Slug | None = None
    """The name of the mistake; a slug of the rules where it is one of theirs."""


class Choice(Struct, frozen=True, forbid_unknown_fields=True):
    """`[[choices]]`: one thing to choose. Their order on screen is drawn from the seed."""

    text: Text
    right: bool = False
    why: Text | None = None
    """Why it is wrong (required then) or, for a right one, why it is right."""
    mistake: Slug | None = None


class KnownOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """`[[known_wrong_order]]`: a wrong order with its own feedback."""

    before: Annotated[int, Meta(ge=1)]
    after: Annotated[int, Meta(ge=1)]
    """Whoever puts the item of this number before that of the other, counted from 1 as in the file."""
    feedback: Text
    mistake: Slug | None = None


class Pair(Struct, frozen=True, forbid_unknown_fields=True):
    """`[[pairs]]`: two things that belong together."""

    left: Text
    right: Text
    why: Text | None = None
    """Said where something else was put beside it."""


class LineReason(Struct, frozen=True, forbid_unknown_fields=True):
    """`[[line_reasons]]`: why a line of a listing is right as it stands."""

    line: Annotated[int, Meta(ge=1)]
    why: Text
