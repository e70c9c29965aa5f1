"""English and Vietnamese: the chosen language, texts in both, and numbers as each writes them.

A text in the code is written in English and looked up in the Vietnamese catalogue when it is shown:
`t("Run {name} is lost.", name=run)` now, `msg(...)` for a text that is shown later and follows a change
of language. The catalogues are TOML files of `"English" = "Vietnamese"` lines in content/ui/vi/.
"""

import os
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["en", "vi"]
LANGUAGES: tuple[Language, ...] = ("en", "vi")


class _Current:
    """The language now in force; one a process."""

    language: Language = "en"
    catalogue_dir: Path | None = None


def language() -> Language:
    """Return the language now in force."""
    return _Current.language


def set_language(chosen: str) -> None:
    """Choose the language of every text shown from now on.

    Raises:
        ValueError: chosen is neither "en" nor "vi".
    """
    for known in LANGUAGES:
        if known == chosen:
            _Current.language = known
            return
    raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, received {chosen!r}")


def use_catalogues(directory: Path) -> None:
    """Say where the Vietnamese catalogues lie; read at the first Vietnamese text."""
    _Current.catalogue_dir = directory
    _vietnamese.cache_clear()


def system_language() -> Language:
    """Return the language the environment asks for: vi when the locale says so, else en."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value:
            return "vi" if value.lower().startswith("vi") else "en"
    return "en"


@cache
def _vietnamese() -> dict[str, str]:
    """Read every catalogue file into one mapping from English to Vietnamese."""
    texts: dict[str, str] = {}
    if _Current.catalogue_dir is not None:
        for path in sorted(_Current.catalogue_dir.glob("*.toml")):
            texts.update(tomllib.loads(path.read_text(encoding="utf-8")))
    return texts


def _shown(values: dict[str, object], lang: Language) -> dict[str, object]:
    """Return the values as they are put into a text: numbers and texts as the language writes them."""

    def one(value: object) -> object:
        if isinstance(value, int) and not isinstance(value, bool):
            return number(value, lang)
        if isinstance(value, Message):
            value = value.both()
        return getattr(value, lang) if isinstance(value, Text) else value

    return {name: one(value) for name, value in values.items()}


def t(template: str, /, **values: object) -> str:
    """Return the text in the language now in force, with {names} filled in.

    Args:
        template: The English text; the key of the catalogue.
        values: What stands for the {names}; an int is written with thousands marks, str(n) stays bare.
    """
    text = template if _Current.language == "en" else _vietnamese().get(template, template)
    return text.format(**_shown(values, _Current.language)) if values else text


@dataclass(frozen=True, slots=True)
class Message:
    """A text from the code that is put into words when it is shown."""

    template: str
    values: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return t(self.template, **self.values)

    def both(self) -> "Text":
        """Return the text in both languages, to be kept in a file."""
        text = Text(self.template, _vietnamese().get(self.template, self.template))
        return text.fill(**self.values) if self.values else text


def msg(template: str, /, **values: object) -> Message:
    """Return a Message; the catalogue test finds its English text by this name."""
    return Message(template, values)


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the course in both languages; str() gives the one now in force."""

    en: str
    vi: str

    def __str__(self) -> str:
        return self.vi if _Current.language == "vi" else self.en

    def fill(self, **values: object) -> "Text":
        """Return the text with {names} filled in, numbers as each language writes them."""
        return Text(self.en.format(**_shown(values, "en")), self.vi.format(**_shown(values, "vi")))


def number(value: int, lang: Language | None = None) -> str:
    """Return a count with thousands marks: 62,006 in English, 62.006 in Vietnamese."""
    grouped = f"{value:,}"
    return grouped.replace(",", ".") if (lang or _Current.language) == "vi" else grouped


def decimal(value: float, digits: int, lang: Language | None = None) -> str:
    """Return a real number with its decimal mark: 97.65 in English, 97,65 in Vietnamese."""
    written = f"{value:.{digits}f}"
    return written.replace(".", ",") if (lang or _Current.language) == "vi" else written


def storage(count: int, lang: Language | None = None) -> str:
    """Return a number of bytes in the largest unit it fills: 624 B, 241.04 KiB; 1 KiB is 1024 B."""
    for unit, power in (("TiB", 4), ("GiB", 3), ("MiB", 2), ("KiB", 1)):
        if count >= 1024**power:
            return f"{decimal(count / 1024**power, 2, lang)} {unit}"
    return f"{number(count, lang)} B"


def shape(dimensions: tuple[int, ...]) -> str:
    """Return an output shape as it is read aloud: 28×28×6, the batch axis left out."""
    return "×".join(str(dimension) for dimension in dimensions) if dimensions else "()"
