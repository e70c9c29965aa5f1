"""A lesson page: cut into blocks, with references and glossary terms put in."""

import re
import shlex
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cnntutor.course.blocks import (
    Block,
    CalculatorBlock,
    ExerciseBlock,
    FigureBlock,
    MarkdownBlock,
    RecipeBlock,
)
from cnntutor.course.inline import fence_of, pieces
from cnntutor.course.networks import Networks, UnknownNumber
from cnntutor.course.problems import Problem
from cnntutor.course.references import REFERENCE, explain, resolve
from cnntutor.course.schema import Term
from cnntutor.i18n import Language, Message, msg

TERM = re.compile(r"\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]+))?\]\]")
LISTING_WIDTH = 68
"""Columns a working takes before it is broken."""
_DIRECTIVE = re.compile(r"^::([a-z]+)(?:\s+(.*))?$")
_HEADING = re.compile(r"^(#{1,6})\s")
_ALONE = re.compile(r"\{\{\s*explain:([^{}]*)\}\}")
_BRACES = re.compile(r"\{\{|\}\}")
_LIST = re.compile(r"\s*(?:[-*+]|\d+[.)])\s")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a page as it is written, before anything is put in."""

    source: str
    line: int
    """Line of the file on which it begins, from 1."""
    directive: str = ""
    """What follows `::`, such as "figure"; empty for Markdown."""
    argument: str = ""


def parts(source: str) -> tuple[Part, ...]:
    """Cut a page at its empty lines and directives; code listings and lists stay whole."""
    found: list[Part] = []
    for line, text in _chunks(source):
        directive = _DIRECTIVE.match(text)
        if directive:
            found.append(Part(text, line, directive[1], (directive[2] or "").strip()))
        elif found and _belongs(text, found[-1]):
            gap = "\n" * (line - found[-1].line - found[-1].source.count("\n"))
            found[-1] = Part(found[-1].source + gap + text, found[-1].line)
        else:
            found.append(Part(text, line))
    return tuple(found)


def _chunks(source: str) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of everything between empty lines; headings and directives stand alone."""
    chunk: list[str] = []
    begun = 1
    fence = ""
    for number, line in enumerate(source.splitlines(), start=1):
        if fence:
            chunk.append(line)
            if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                yield begun, "\n".join(chunk)
                chunk, fence = [], ""
            continue
        alone = bool(_DIRECTIVE.match(line) or _HEADING.match(line))
        if chunk and (alone or not line.strip() or fence_of(line)):
            yield begun, "\n".join(chunk)
            chunk = []
        if alone:
            yield number, line.rstrip()
        elif line.strip():
            begun = begun if chunk else number
            chunk.append(line)
            fence = fence_of(line)
    if chunk:
        yield begun, "\n".join(chunk)


def _belongs(text: str, before: Part) -> bool:
    """Return whether a chunk goes on with the list before it."""
    if before.directive or not _LIST.match(before.source):
        return False
    return bool(_LIST.match(text)) or text.startswith(("  ", "\t"))


@dataclass(slots=True)
class PageReader:
    """Makes blocks of a page's source and gathers what is wrong in it."""

    file: Path
    lang: Language
    networks: Networks
    glossary: Mapping[str, Term]
    problems: list[Problem] = field(default_factory=list)

    def blocks(self, source: str) -> tuple[Block, ...]:
        """Return the blocks of a page; a part that cannot be understood is left as it is written."""
        return tuple(self._block(index, part) for index, part in enumerate(parts(source)))

    def text(self, source: str, line: int = 1) -> str:
        """Return Markdown with references and terms put in.

        Args:
            source: One block of Markdown.
            line: Line of the file on which it begins.
        """
        alone = _ALONE.fullmatch(source.strip())
        if alone:
            return self._listing(alone[1], line)
        shown: list[str] = []
        for text, is_code in pieces(source):
            filled = self._numbers(text, line, is_code)
            shown.append(filled if is_code else self._terms(filled, line))
            line += text.count("\n")
        return "".join(shown)

    def _block(self, index: int, part: Part) -> Block:
        """Return one block."""
        name = part.argument.split(maxsplit=1)[0] if part.argument else ""
        if part.directive == "figure" and name:
            return FigureBlock(index, name, self._options(part))
        if part.directive == "exercise" and name == part.argument and name:
            return ExerciseBlock(index, name)
        if part.directive == "calc" and name == part.argument and name:
            return CalculatorBlock(index, name)
        if part.directive == "run" and name == part.argument and name:
            return RecipeBlock(index, name)
        if part.directive:
            self._report(
                msg(
                    "write ::figure NAME key=value …, ::exercise SLUG, ::calc NETWORK or ::run RECIPE on a "
                    "line of its own."
                ),
                part.line,
                part.source,
            )
        heading = _HEADING.match(part.source)
        return MarkdownBlock(index, self.text(part.source, part.line), len(heading[1]) if heading else 0)

    def _options(self, part: Part) -> dict[str, str]:
        """Return the key=value pairs of a figure."""
        try:
            words = shlex.split(part.argument)[1:]
        except ValueError:
            self._report(msg("a quote is left open; close it."), part.line, part.source)
            return {}
        options: dict[str, str] = {}
        for word in words:
            key, sign, value = word.partition("=")
            if not sign or not key or key in options:
                self._report(
                    msg("{word} is no option; write each key=value once.", word=word), part.line, word
                )
            else:
                options[key] = value
        return options

    def _numbers(self, text: str, line: int, is_code: bool) -> str:
        """Put in what references stand for."""

        def shown(found: re.Match[str]) -> str:
            try:
                words = resolve(found[1], self.lang, self.networks)
            except UnknownNumber as problem:
                self._report(problem.message, line + text.count("\n", 0, found.start()), found.group())
                return found.group()
            is_working = found[1].strip().startswith("explain:")
            return f"`{words}`" if is_working and not is_code else words

        rest = REFERENCE.sub(lambda found: "\n" * found.group().count("\n"), text)
        lost = None if is_code else _BRACES.search(rest)
        if lost:
            what = msg("a reference is {{kind:what}}, in two braces on each side; close it or take them out.")
            self._report(what, line + rest.count("\n", 0, lost.start()), lost.group())
        return REFERENCE.sub(shown, text)

    def _terms(self, text: str, line: int) -> str:
        """Make links of glossary terms."""

        def shown(found: re.Match[str]) -> str:
            slug = found[1].strip()
            term = self.glossary.get(slug)
            if term is None:
                self._report(
                    msg("the glossary has no term {term}; add it to glossary.toml or correct it.", term=slug),
                    line + text.count("\n", 0, found.start()),
                    found.group(),
                )
                return found[2] or slug
            words = found[2] or (term.vi if self.lang == "vi" else term.en)
            return f"[{words.strip()}](term:{slug})"

        return TERM.sub(shown, text)

    def _listing(self, target: str, line: int) -> str:
        """Return a working that stands alone: three lines of code, long ones broken."""
        try:
            formula, numbers, result = explain(target, self.lang, self.networks)
        except UnknownNumber as problem:
            self._report(problem.message, line, f"{{{{explain:{target}}}}}")
            return f"{{{{explain:{target}}}}}"
        lines: list[str] = []
        for sign, words in (("  ", formula), ("= ", numbers), ("= ", result)):
            lines += textwrap.wrap(
                words,
                LISTING_WIDTH,
                initial_indent=sign,
                subsequent_indent="    ",
                break_long_words=False,
                break_on_hyphens=False,
            )
        return "\n".join(("```text", *lines, "```"))

    def _report(self, what: Message, line: int, key: str) -> None:
        """Remember what is wrong."""
        self.problems.append(Problem(self.file, msg("{key}: {what}", key=key, what=what), line, key))
