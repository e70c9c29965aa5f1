"""Draws the numbers of a question from its seed, and puts them into texts and values."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from cnntutor.calc.arithmetic import ArithmeticProblem, evaluate
from cnntutor.course.questions import Question
from cnntutor.course.references import REFERENCE
from cnntutor.i18n import Language, Text, number

LARGEST_SEED = 2**31 - 1

Drawn = Mapping[str, int | str]
"""What a seed drew for each name of `[vary]`."""

_NAME = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_ARITHMETIC = re.compile(r"[0-9\s()*/+−·×÷-]*[*/+−·×÷-][0-9\s()*/+−·×÷-]*")


class UnknownName(ValueError):
    """A `{name}` that stands for nothing.

    Args:
        name: The name.
        known: The names there are.
    """

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"name must be one of {', '.join(known) or 'none'}, received {name!r}")
        self.name = name
        self.known = tuple(known)


def pick(purpose: str, seed: int, count: int) -> int:
    """Return a number from 0 to count − 1; the same on every machine and for ever.

    Args:
        purpose: What is drawn for; other purposes draw independently.
        seed: The seed.
        count: How many possibilities there are.
    """
    digest = hashlib.sha256(f"{purpose}\0{seed}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % count


def draw(question: Question, seed: int, attempt: int = 0) -> dict[str, int | str]:
    """Return one of the possibilities for each name of `[vary]`.

    Args:
        question: The question.
        seed: The seed.
        attempt: Which draw of this seed; later ones are made where an earlier one would not do.
    """
    return {
        name: values[pick(f"{question.slug}\0{name}\0{attempt}", seed, len(values))]
        for name, values in question.vary.items()
    }


def shuffled(count: int, purpose: str, seed: int) -> list[int]:
    """Return the numbers 0 to count − 1 in an order drawn from the seed."""
    left = list(range(count))
    return [left.pop(pick(f"{purpose}\0order\0{place}", seed, len(left))) for place in range(count)]


def put_in(value: object, drawn: Drawn) -> object:
    """Return a value of a question's file with the drawn numbers put in and arithmetic worked out.

    Args:
        value: A number, a word, a template such as "2*{filters}", or lists and tables of them.
        drawn: The drawn numbers.

    Raises:
        UnknownName: a name was not drawn.
        ArithmeticProblem: a template is no arithmetic.
    """
    if isinstance(value, (list, tuple)):
        return tuple(put_in(each, drawn) for each in value)
    if isinstance(value, dict):
        return {key: put_in(each, drawn) for key, each in value.items()}
    if not isinstance(value, str) or "{" not in value:
        return value
    alone = _NAME.fullmatch(value)
    if alone is not None and alone[1] in drawn:
        return drawn[alone[1]]
    filled = expression(value, drawn)
    if not _ARITHMETIC.fullmatch(filled):
        return filled
    result = evaluate(filled)
    if isinstance(result, Fraction):
        raise ArithmeticProblem(filled, 0, "not-whole")
    return result


def expression(template: str, drawn: Drawn) -> str:
    """Return arithmetic with the drawn numbers in their places.

    Raises:
        UnknownName: a name was not drawn.
    """

    def filled(found: re.Match[str]) -> str:
        if found[1] not in drawn:
            raise UnknownName(found[1], tuple(drawn))
        return str(drawn[found[1]])

    return _NAME.sub(filled, template)


def tell(text: Text, drawn: Drawn) -> Text:
    """Return a text with the drawn numbers put in, as each language writes them.

    Inside references, which are left to be resolved, they are put in as plain digits.

    Raises:
        UnknownName: a name was not drawn.
    """
    return Text(_told(text.en, drawn, "en"), _told(text.vi, drawn, "vi"))


def _told(words: str, drawn: Drawn, lang: Language) -> str:
    """Return one language's text with the drawn numbers put in."""

    def shown(found: re.Match[str]) -> str:
        if found[1] not in drawn:
            raise UnknownName(found[1], tuple(drawn))
        value = drawn[found[1]]
        return number(value, lang) if isinstance(value, int) else value

    def quoted(found: re.Match[str]) -> str:
        return _NAME.sub(lambda name: str(drawn.get(name[1], name[0])), found[0])

    pieces: list[str] = []
    end = 0
    for reference in REFERENCE.finditer(words):
        pieces += [_NAME.sub(shown, words[end : reference.start()]), quoted(reference)]
        end = reference.end()
    return "".join((*pieces, _NAME.sub(shown, words[end:])))
