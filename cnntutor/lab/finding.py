"""One thing that was noticed about a run: its name, its evidence, its mend."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from cnntutor.i18n import Message

Name = Literal[
    "not-a-number",
    "exploding",
    "dead-outputs",
    "raw-outputs",
    "stuck-at-chance",
    "rate-too-high",
    "rate-too-low",
    "unscaled-input",
    "overfitting",
    "wrecked-weights",
    "dropout-gap",
    "validated-on-test",
    "scaled-differently",
]

STILL = 2
"""So many epochs in a row a loss has to stand still before it is called stuck."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was noticed."""

    name: Name
    problem: bool
    """False for a note: worth knowing, nothing to mend."""
    title: Message
    evidence: Message
    mend: Message
    since: int | None = None
    """The epoch it began with, where there is one."""


def numbers(values: Iterable[float | None]) -> list[float]:
    """Return those that are numbers."""
    return [value for value in values if value is not None]
