"""Reads the letters, orders and line numbers a learner types."""

import re

from cnntutor.i18n import Message, msg
from cnntutor.quiz.answers import NotUnderstoodAnswer


def read_letters(text: str, letters: str, several: bool) -> frozenset[str]:
    """Read the letter of a choice, or several: "b", "a, c", "ac".

    Args:
        text: What was typed.
        letters: The letters there are.
        several: Whether more than one may be named.

    Raises:
        NotUnderstoodAnswer: it names none of them, or too many.
    """
    named = [each for each in text.lower() if not each.isspace() and each not in ",;.()+&"]
    if not named or len(named) > len(letters) or any(each not in letters for each in named):
        raise NotUnderstoodAnswer(_wanted_letters(letters, several))
    if not several and len(set(named)) > 1:
        raise NotUnderstoodAnswer(_wanted_letters(letters, several))
    return frozenset(named)


def read_order(text: str, letters: str) -> str:
    """Read an order of letters, each once: "b, a, c", "b a c", "b > a > c", "bac".

    Raises:
        NotUnderstoodAnswer: a letter is missing, stands twice, or is none of them.
    """
    named = "".join(each for each in text.lower() if not each.isspace() and each not in ",;.>→-()")
    if sorted(named) != sorted(letters):
        raise NotUnderstoodAnswer(
            msg("Name every letter once, in your order: {letters}.", letters=", ".join(reversed(letters)))
        )
    return named


def read_line(text: str, count: int) -> int:
    """Read the number of a line: "3", "line 3", "dòng 3".

    Raises:
        NotUnderstoodAnswer: it is none of the listing's.
    """
    found = re.fullmatch(r"\s*(?:line|dòng|#)?\s*([0-9]{1,3})\s*[.:)]?\s*", text, re.IGNORECASE)
    if found is None or not 1 <= int(found[1]) <= count:
        raise NotUnderstoodAnswer(msg("Name a line of the listing: 1 to {count}.", count=str(count)))
    return int(found[1])


def _wanted_letters(letters: str, several: bool) -> Message:
    """Return the sentence for an answer that names no choice."""
    shown = ", ".join(letters)
    if several:
        return msg("Name every right choice by its letter ({letters}), for instance a, b.", letters=shown)
    return msg("Name one choice by its letter: {letters}.", letters=shown)
