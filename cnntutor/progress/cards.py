"""When a skill should be asked again: one FSRS card a skill.

fsrs is imported at the first answer, not at the start: it costs as long as a tenth of the first paint.
Reviews are by the day, so there are no steps of minutes, and a skill is due from the beginning of its day; a
skill answered wrongly comes again at the end of the same review, which the review screen sees to.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from cnntutor.progress.attempts import AGAIN
from cnntutor.progress.records import Attempt

if TYPE_CHECKING:
    from fsrs import Card, Scheduler


def reviewed(card: str | None, attempt: Attempt) -> tuple[str, datetime]:
    """Return a skill's card after an attempt.

    Args:
        card: The card as fsrs writes it, or None at the first attempt of the skill.
        attempt: What was answered; the solution seen counts as forgotten, a hint makes it hard.

    Returns:
        The new card as JSON, and when the skill is due: the beginning of a day on this machine's clock.
    """
    from fsrs import Card

    return _written(_after(Card.from_json(card) if card is not None else None, attempt))


def replayed(attempts: Iterable[Attempt]) -> tuple[str, datetime] | None:
    """Return the card that follows from a skill's attempts, the oldest first; None without any.

    Args:
        attempts: Of one skill; another try at the same numbers within the hour is no review.
    """
    card: Card | None = None
    known: dict[tuple[str, int], datetime] = {}
    for attempt in attempts:
        key = (attempt.question, attempt.seed)
        before = known.get(key)
        known[key] = attempt.when
        if before is None or attempt.when - before > AGAIN:
            card = _after(card, attempt)
    return _written(card) if card is not None else None


def _after(card: "Card | None", attempt: Attempt) -> "Card":
    """Return a card after an attempt."""
    from fsrs import Card, Rating

    if attempt.verdict == "wrong" or attempt.solution_seen:
        rating = Rating.Again
    elif attempt.hints:
        rating = Rating.Hard
    else:
        rating = Rating.Good
    when = attempt.when.astimezone(UTC)
    before = card if card is not None else Card(card_id=0, due=when)
    after, _ = _scheduler().review_card(before, rating, when)
    return after


def _written(card: "Card") -> tuple[str, datetime]:
    return card.to_json(), _morning(card.due)


@cache
def _scheduler() -> "Scheduler":
    from fsrs import Scheduler

    return Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


def _morning(due: datetime) -> datetime:
    """Return the beginning of a day on this machine's clock."""
    return due.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
