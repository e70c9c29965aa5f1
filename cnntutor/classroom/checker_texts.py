"""Checks the texts of TOML files: both languages there, the same names and references, no typed-in number."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from cnntutor.classroom.checker_pack import Pack
from cnntutor.course.inline import pieces
from cnntutor.course.page import PageReader
from cnntutor.course.reading import read_text
from cnntutor.course.references import REFERENCE
from cnntutor.course.toml_lines import Place, key_of, line_of
from cnntutor.i18n import LANGUAGES, Language, Message, Text, msg

_NAME = re.compile(r"\{([^{}]*)\}")
_TARGET = re.compile(r"\]\([^()\[\]\s]*\)")
_BARE: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"(?<![\w.,])(?:[1-9]\d{0,2}(?:[,\u00a0\u202f]\d{3})+|[1-9]\d{3,})(?![\w])"),
    "vi": re.compile(r"(?<![\w.,])(?:[1-9]\d{0,2}(?:[.\u00a0\u202f]\d{3})+|[1-9]\d{3,})(?![\w])"),
}
_YEAR = re.compile(r"(?:19|20)\d\d")
WORDS_OF_A_SENTENCE = 4
"""Texts of fewer words may be the same in both languages: a name, a formula."""


def check_course_texts(pack: Pack) -> None:
    """Check the texts of course.toml, the glossary and every lesson.toml."""
    for index, unit in enumerate(pack.units):
        check_texts(pack, pack.root / "course.toml", unit, ("units", index))
    for index, term in enumerate(pack.glossary.values()):
        path = pack.root / "glossary.toml"
        check_texts(pack, path, term, ("terms", index))
        for lang, word in (("en", term.en), ("vi", term.vi)):
            if not word.strip():
                pack.report_key(
                    path, ("terms", index, lang), msg("{slug} has no word; write it.", slug=term.slug)
                )
    for slug, lesson in pack.lessons.items():
        check_texts(pack, pack.root / "lessons" / slug / "lesson.toml", lesson)


def check_texts(
    pack: Pack, path: Path, value: object, place: Place = (), *, resolve: bool = True, numbers: bool = True
) -> None:
    """Check every text within a value that a file says.

    Args:
        pack: Where problems are noted.
        path: The file.
        value: What was read from it.
        place: Where in the file the value stands.
        resolve: Whether references and terms in the texts must resolve as they are written.
        numbers: Whether numbers from a thousand on must be references.
    """
    texts = list(_texts(value, place))
    if not texts:
        return
    source = read_text(path)
    for where, text in texts:
        found = _disagreements(text) + (_typed_in(text) if numbers else [])
        if not found and resolve:
            found = _unresolved(pack, path, text)
        for what in found:
            key = key_of(where)
            pack.report(path, msg("{key}: {what}", key=key, what=what), line_of(source, where), key)


def bare_numbers(source: str, lang: Language) -> Iterator[tuple[int, str]]:
    """Yield (offset, number) of every number of four digits or more that is typed in, not referenced.

    Code and the targets of links do not count, and 1900 to 2099 without marks is a year.

    Args:
        source: Markdown as it is written.
        lang: Its language: 62,006 is a count in English, 62.006 in Vietnamese.
    """
    offset = 0
    for text, is_code in pieces(source):
        if not is_code:
            plain = _TARGET.sub(_blank, REFERENCE.sub(_blank, text))
            for number in _BARE[lang].finditer(plain):
                if not _YEAR.fullmatch(number.group()):
                    yield offset + number.start(), number.group()
        offset += len(text)


def references(source: str) -> Counter[str]:
    """Return how often each reference stands in a text."""
    return Counter(found.strip() for found in REFERENCE.findall(source))


def _texts(value: object, place: Place) -> Iterator[tuple[Place, Text]]:
    """Yield every text within a value, with its place in the file."""
    if isinstance(value, Text):
        yield place, value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _texts(getattr(value, name), (*place, name))
    elif isinstance(value, tuple):
        for index, each in enumerate(value):
            yield from _texts(each, (*place, index))


def _disagreements(text: Text) -> list[Message]:
    """Return what is wrong between the two languages of a text."""
    if not text.en.strip():
        return [msg("no English text; write it.")]
    if not text.vi.strip():
        return [msg("no Vietnamese text; write it.")]
    found: list[Message] = []
    names = [set(_NAME.findall(REFERENCE.sub("", words))) for words in (text.en, text.vi)]
    if names[0] != names[1]:
        odd = ", ".join(f"{{{name}}}" for name in sorted(names[0] ^ names[1]))
        found.append(msg("{names} stands in one language only; put it into both.", names=odd))
    if references(text.en) != references(text.vi):
        odd = different_references(text.en, text.vi)
        found.append(msg("{names} stands in one language only; put it into both.", names=odd))
    if text.en == text.vi and len(re.findall(r"[^\W\d_]{2,}", text.en)) >= WORDS_OF_A_SENTENCE:
        found.append(msg("the Vietnamese text is the English one; translate it."))
    return found


def _typed_in(text: Text) -> list[Message]:
    """Return the numbers that ought to be references."""
    return [
        msg(
            "the number {number} is typed in; write it as a reference, {example}.",
            number=number,
            example="{{params:…}} / {{calc:…}}",
        )
        for lang in LANGUAGES
        for _, number in bare_numbers(text.vi if lang == "vi" else text.en, lang)
    ]


def different_references(english: str, vietnamese: str) -> str:
    """Return the references that stand more often in one text than in the other."""
    counts = references(english), references(vietnamese)
    odd = (counts[0] - counts[1]) + (counts[1] - counts[0])
    return ", ".join(f"{{{{{reference}}}}}" for reference in sorted(odd))


def _unresolved(pack: Pack, path: Path, text: Text) -> list[Message]:
    """Return what does not resolve in a text."""
    found: list[Message] = []
    for lang in LANGUAGES:
        reader = PageReader(path, lang, pack.networks, pack.glossary)
        reader.text(text.vi if lang == "vi" else text.en)
        found += [problem.what for problem in reader.problems if problem.what not in found]
    return found


def _blank(found: re.Match[str]) -> str:
    """Return as many blanks as were found, so that offsets stay true."""
    return " " * len(found.group())
