"""What a mark that a lesson can be skipped rests on, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnntutor.i18n import t

if TYPE_CHECKING:
    from cnntutor.progress.records import Mark

BY_HAND = "hand"
"""The evidence of a mark that the learner set without the quiz."""


def evidence_words(mark: Mark) -> str:
    """Return what a mark rests on, in the language now in force."""
    if mark.evidence == BY_HAND or not mark.evidence:
        return t("marked by hand")
    figures, _, questions = mark.evidence.partition(" ")
    right, _, count = figures.partition("/")
    words = t("{right} of {count} right", right=right, count=count)
    return f"{words}: {questions.replace(' ', ', ')}" if questions else words
