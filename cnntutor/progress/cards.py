"""When a skill should be asked again: one FSRS card a skill.

fsrs is imported at the first answer, not at the start: it costs as long as a tenth of the first paint.
"""

from datetime import datetime

from cnntutor.progress.records import Attempt


def reviewed(card: str | None, attempt: Attempt) -> tuple[str, datetime]:
    """Return a skill's card after an attempt.

    Args:
        card: The card as fsrs writes it, or None at the first attempt of the skill.
        attempt: What was answered; the solution seen counts as forgotten, hints or more make it hard.

    Returns:
        The new card as JSON, and when the skill is due.
    """
    from fsrs import Card, Rating, Scheduler

    if attempt.verdict == "wrong" or attempt.solution_seen:
        rating = Rating.Again
    elif attempt.hints:
        rating = Rating.Hard
    else:
        rating = Rating.Good
    before = Card.from_json(card) if card is not None else Card(due=attempt.when)
    after, _ = Scheduler(enable_fuzzing=False).review_card(before, rating, attempt.when)
    return after.to_json(), after.due
