"""The mistakes a question can show, and what each is called in a sentence."""

from cnntutor.i18n import Message
from cnntutor.quiz.posed import PosedQuestion
from cnntutor.quiz.rules.data import MISTAKES
from cnntutor.quiz.rules.networks import candidates
from cnntutor.quiz.rules.registry import NETWORK_MISTAKES, RULES
from cnntutor.quiz.table import asked_in_cells


def possible_mistakes(posed: PosedQuestion) -> frozenset[str]:
    """Return the slug of every mistake that an answer to this question can be recognised as."""
    found = {choice.mistake for choice in posed.choices if choice.mistake}
    if posed.key is not None:
        found |= {wrong.known.mistake for wrong in posed.key.wrong if wrong.known.mistake}
        found |= {candidate.slug for _, candidate in posed.key.mistaken()}
    for asked in asked_in_cells(posed).values():
        found |= {candidate.slug for candidate in candidates(asked)}
    return frozenset(found)


def mistake_sentence(slug: str) -> Message | None:
    """Return a mistake in a sentence to the learner; None for one that only a question's file knows."""
    for rule in RULES:
        if rule.slug == slug:
            return rule.mistake
    return NETWORK_MISTAKES.get(slug) or MISTAKES.get(slug)
