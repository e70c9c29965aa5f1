"""Checks lesson pages: the same lesson in both languages, complete, and nothing it points to missing."""

import re
from collections import Counter
from pathlib import Path

from cnntutor.classroom.checker_pack import Pack
from cnntutor.classroom.checker_texts import bare_numbers, different_references, references
from cnntutor.course.blocks import (
    Block,
    CalculatorBlock,
    ExerciseBlock,
    FigureBlock,
    MarkdownBlock,
    RecipeBlock,
)
from cnntutor.course.figures.registry import open_figure
from cnntutor.course.inline import fence_of, pieces
from cnntutor.course.loader import page_path
from cnntutor.course.networks import UnknownNumber
from cnntutor.course.page import PageReader, Part, parts
from cnntutor.course.problems import Problem
from cnntutor.course.reading import read_text
from cnntutor.course.schema import Lesson
from cnntutor.i18n import LANGUAGES, Language, msg

FEWEST_WORDS, MOST_WORDS = 700, 1200
FEWEST_EXERCISES = 4
_LINK = re.compile(r"\]\(([^()\s]*)\)")
_HEADING = re.compile(r"(#{1,6})\s")


def check_lesson(pack: Pack, lesson: Lesson) -> None:
    """Check a lesson's pages and what lesson.toml says of them."""
    path = pack.root / "lessons" / lesson.slug / "lesson.toml"
    for index, slug in enumerate(lesson.terms):
        if slug not in pack.glossary:
            what = msg("the glossary has no term {term}; add it to glossary.toml or correct it.", term=slug)
            pack.report_key(path, ("terms", index), what)
    for index, slug in enumerate(lesson.questions):
        question = pack.questions.get(slug)
        if not (pack.root / "questions" / f"{slug}.toml").is_file():
            pack.report_key(
                path, ("questions", index), msg("there is no question {slug}; write it.", slug=slug)
            )
        elif question and question.skill not in lesson.skills:
            what = msg("question {slug} trains {skill}; add that to skills.", slug=slug, skill=question.skill)
            pack.report_key(path, ("skills",), what)
    sources: dict[Language, str] = {}
    for lang in LANGUAGES:
        page = page_path(pack.root, lesson.slug, lang)
        source = pack.attempt(page, lambda page=page: read_text(page))  # type: ignore[misc]
        if source is not None:
            sources[lang] = source
            _check_page(pack, lesson, lang, source)
    if len(sources) == len(LANGUAGES):
        _compare(pack, lesson, sources)


def words_of(blocks: tuple[Block, ...]) -> int:
    """Return how many words a page has: what is read, headings and tables too, code listings left out."""
    shown = [
        block.source for block in blocks if isinstance(block, MarkdownBlock) and not fence_of(block.source)
    ]
    return len(re.findall(r"\S*\w\S*", _LINK.sub("]", "\n".join(shown))))


def _check_page(pack: Pack, lesson: Lesson, lang: Language, source: str) -> None:
    """Check one page by itself."""
    path = page_path(pack.root, lesson.slug, lang)
    reader = PageReader(path, lang, pack.networks, pack.glossary)
    blocks = reader.blocks(source)
    pack.problems += reader.problems
    written = parts(source)
    for block, part in zip(blocks, written, strict=True):
        _check_block(pack, path, block, part)
        if not part.directive:
            _check_links(pack, path, part)
            for offset, number in bare_numbers(part.source, lang):
                what = msg(
                    "the number {number} is typed in; write it as a reference, {example}.",
                    number=number,
                    example="{{params:…}} / {{calc:…}}",
                )
                pack.report(path, what, part.line + part.source.count("\n", 0, offset), number)
    _check_parts(pack, lesson, path, blocks, source)


def _check_parts(pack: Pack, lesson: Lesson, path: Path, blocks: tuple[Block, ...], source: str) -> None:
    """Check that a page has all that a lesson has."""
    words = words_of(blocks)
    if not FEWEST_WORDS <= words <= MOST_WORDS:
        what = msg(
            "the page has {words} words; a lesson has {fewest} to {most}.",
            words=words,
            fewest=FEWEST_WORDS,
            most=MOST_WORDS,
        )
        pack.report(path, what)
    if not any(isinstance(block, FigureBlock) for block in blocks):
        pack.report(path, msg("the page has no figure; add one with ::figure."))
    if not any(reference.startswith("explain:") for reference in references(source)):
        pack.report(path, msg("the page shows no working; add one with {example}.", example="{{explain:…}}"))
    placed = tuple(block.question for block in blocks if isinstance(block, ExerciseBlock))
    if len(placed) < FEWEST_EXERCISES:
        what = msg(
            "the page has {n} exercises; a lesson has {fewest}.", n=len(placed), fewest=FEWEST_EXERCISES
        )
        pack.report(path, what)
    if placed != lesson.questions:
        odd = Counter(placed)
        odd.subtract(lesson.questions)
        names = ", ".join(slug for slug, count in odd.items() if count) or "–"
        what = msg(
            "the exercises are not those of lesson.toml, each once and in that order ({names}); correct one.",
            names=names,
        )
        pack.report(path, what)


def _check_block(pack: Pack, path: Path, block: Block, part: Part) -> None:
    """Check what a figure, an exercise, a calculator or a run points to."""
    if isinstance(block, FigureBlock):
        options = dict(block.options)
        before = len(pack.problems)
        pack.attempt(path, lambda: open_figure(block.figure, options))
        pack.problems[before:] = [
            Problem(path, problem.what, part.line, part.source) for problem in pack.problems[before:]
        ]
    elif isinstance(block, ExerciseBlock) and not _has_question(pack, block.question):
        what = msg("there is no question {slug}; write it.", slug=block.question)
        pack.report(path, what, part.line, part.source)
    elif isinstance(block, CalculatorBlock):
        try:
            pack.networks.report(block.network)
        except UnknownNumber as problem:
            pack.report(path, problem.message, part.line, part.source)
    elif isinstance(block, RecipeBlock) and not (pack.root / "recipes" / f"{block.recipe}.toml").is_file():
        what = msg("there is no recipe {slug}; write it.", slug=block.recipe)
        pack.report(path, what, part.line, part.source)


def _has_question(pack: Pack, slug: str) -> bool:
    """Return whether a question's file is there; whether it can be read is told with the file."""
    return slug in pack.questions or (pack.root / "questions" / f"{slug}.toml").is_file()


def _check_links(pack: Pack, path: Path, part: Part) -> None:
    """Check where the links of a part lead."""
    line = part.line
    for text, is_code in pieces(part.source):
        for link in () if is_code else _LINK.finditer(text):
            kind, _, target = link[1].partition(":")
            known = (
                (kind == "lesson" and target in pack.lessons)
                or (kind == "term" and target in pack.glossary)
                or (kind == "https" and target.startswith("//"))
            )
            if not known:
                what = msg(
                    "the link to {target} leads nowhere; link to lesson:SLUG, term:SLUG or https://….",
                    target=link[1] or "–",
                )
                pack.report(path, what, line + text.count("\n", 0, link.start()), link[1])
        line += text.count("\n")


def _compare(pack: Pack, lesson: Lesson, sources: dict[Language, str]) -> None:
    """Check that the two pages are the same lesson, part by part."""
    path = page_path(pack.root, lesson.slug, "vi")
    if sources["en"].strip() == sources["vi"].strip():
        pack.report(path, msg("the Vietnamese text is the English one; translate it."))
        return
    english, vietnamese = parts(sources["en"]), parts(sources["vi"])
    for one, other in zip(english, vietnamese, strict=False):
        if _form(one) != _form(other):
            what = msg(
                "here stands {found}, in en.md, line {line}, {wanted}; let both pages have the same parts.",
                found=_form(other),
                line=str(one.line),
                wanted=_form(one),
            )
            pack.report(path, what, other.line, _form(other))
            return
    if len(english) != len(vietnamese):
        what = msg(
            "the page has {n} parts and en.md {wanted}; let both pages have the same parts.",
            n=len(vietnamese),
            wanted=len(english),
        )
        pack.report(path, what)
        return
    for one, other in zip(english, vietnamese, strict=True):
        odd = different_references(one.source, other.source) or _different_links(one.source, other.source)
        if odd:
            what = msg("{names} stands in one language only; put it into both.", names=odd)
            pack.report(path, what, other.line, odd)


def _form(part: Part) -> str:
    """Return what kind of part this is, in the words of the file."""
    if part.directive:
        return part.source
    heading = _HEADING.match(part.source)
    if heading:
        return heading[1]
    if fence_of(part.source):
        return "```"
    return str(msg("a table")) if part.source.startswith("|") else str(msg("text"))


def _different_links(english: str, vietnamese: str) -> str:
    """Return the targets that are linked more often in one text than in the other."""
    counts = Counter(_LINK.findall(english)), Counter(_LINK.findall(vietnamese))
    return ", ".join(sorted((counts[0] - counts[1]) + (counts[1] - counts[0])))
