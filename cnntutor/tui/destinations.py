"""Every place and every choice by name, for the palette."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnntutor.errors import CnntutorError
from cnntutor.i18n import t
from cnntutor.lab.recording import recording_slugs
from cnntutor.tui.context import Context, Place

if TYPE_CHECKING:
    from cnntutor.course.loader import Course

RUNS_SHOWN = 12
"""How many of the newest runs the palette offers."""


@dataclass(frozen=True, slots=True)
class Destination:
    """One line of the palette: a place to open or an action of the app."""

    kind: str
    """The sort of thing it is, in the language now in force."""
    name: str
    place: Place | None = None
    action: str = ""
    also: str = ""
    """Further words it is found by, such as its name in the other language."""


def destinations(context: Context) -> Iterator[Destination]:
    """Yield all there is to go to and to choose: the runs that go on now, then the course and all else."""
    for each in context.runs_watch.at_work:
        name = f"{each.recipe} · {each.observation.line}"
        yield Destination(t("Run"), name, Place("run", each.run), also=each.run)
    yield Destination(t("Course"), t("Course map"), Place("map"))
    yield Destination(t("Course"), t("Review: what is due"), Place("review"), also="review ôn tập")
    yield Destination(t("Course"), t("Skills: how they stand"), Place("skills"), also="skills kỹ năng")
    yield Destination(
        t("Course"), t("Practice: all exercises"), Place("practice"), also="practice luyện tập bài tập"
    )
    yield from _of_course(context.course)
    yield Destination(
        t("Course"), t("What can be skipped? A placement quiz"), Place("placement"), also="placement bỏ qua"
    )
    yield from _exams(context)
    yield Destination(t("Lab"), t("Training recipes and runs"), Place("lab"))
    yield Destination(t("Lab"), t("Runs side by side"), Place("compare"))
    yield from _of_lab(context)
    yield from _data_sets()
    yield from _networks()
    yield Destination(
        t("Choice"),
        t("Language: English or Vietnamese"),
        action="language",
        also="language tiếng Việt English",
    )
    yield Destination(t("Choice"), t("Look: dark or light"), action="look", also="theme light dark giao diện")
    yield Destination(
        t("Choice"),
        t("Keras waiting in memory: yes or no"),
        action="keras_waits",
        also="keras memory RAM process bộ nhớ tiến trình",
    )
    yield Destination(t("Choice"), t("Keys of this screen"), action="help")
    yield Destination(t("Choice"), t("Quit"), action="quit")


def _of_course(course: Course) -> Iterator[Destination]:
    for lesson in course.lessons.values():
        both = f"{lesson.title.en} {lesson.title.vi}"
        yield Destination(t("Lesson"), str(lesson.title), Place("lesson", lesson.slug), also=both)
    for lesson in course.lessons.values():
        for number, slug in enumerate(lesson.questions, start=1):
            name = f"{_question_title(course, slug)} · {lesson.title} {number}/{len(lesson.questions)}"
            yield Destination(t("Exercise"), name, Place("exercise", slug), also=slug)
    placed = {slug for lesson in course.lessons.values() for slug in lesson.questions}
    for slug in course.questions:
        if slug not in placed:  # by its slug: reading hundreds of files would hold up the key
            yield Destination(t("Exercise"), slug, Place("exercise", slug), also=slug.replace("-", " "))


def _question_title(course: Course, slug: str) -> str:
    """Return a question's title; its slug where it has none or its file is broken."""
    try:
        title = course.questions[slug].title
    except CnntutorError:
        return slug
    return str(title) if title is not None else slug


def _exams(context: Context) -> Iterator[Destination]:
    """The exam that goes on, and the list of all."""
    try:
        going = context.store.open_exam()
    except CnntutorError:
        return
    if going is not None:
        yield Destination(
            t("Exam"), t("Exam that goes on: back to it"), Place("exam", going.id), also="exam thi"
        )
    yield Destination(
        t("Exam"), t("Exams: a new one, reports"), Place("exams"), also="exam test thi kiểm tra"
    )


def _of_lab(context: Context) -> Iterator[Destination]:
    """Recipes and runs; a broken recipe is explained in the lab."""
    try:
        for slug in context.lab.recipe_slugs():
            yield Destination(t("Recipe"), slug, Place("lab", slug))
        for slug in recording_slugs():
            yield Destination(t("Recording"), slug, Place("recording", slug), also="recording")
        for run in context.lab.runs()[:RUNS_SHOWN]:
            yield Destination(t("Run"), run.name, Place("run", run.name))
    except (CnntutorError, OSError):
        return


def _data_sets() -> Iterator[Destination]:
    """Data sets that can be looked at by their name."""
    from cnntutor.lab.data_sets import DATA_SETS
    from cnntutor.lab.photo_sets import PHOTO_SETS

    for info in (*DATA_SETS.values(), *(each.info for each in PHOTO_SETS.values())):
        if info.name not in ("words", "photos"):
            also = f"{info.title.en} {info.title.vi} data preprocessing dữ liệu tiền xử lý"
            yield Destination(t("Data"), f"{info.title} · {info.name}", Place("data", info.name), also=also)


def _networks() -> Iterator[Destination]:
    from cnntutor.formats.library import list_headings

    try:
        for entry in list_headings():
            name = f"{entry.title} · {entry.slug}"
            yield Destination(t("Calculator"), name, Place("workbench", entry.slug))
        from cnntutor.formats.fact_card import list_cards

        for card in list_cards():
            yield Destination(t("Fact card"), f"{card.title} · {card.slug}", Place("card", card.slug))
    except (CnntutorError, OSError):
        return


def folded(text: str) -> str:
    """Return text as it is compared: small letters without marks, so that `trong so` finds `trọng số`."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def matching(candidates: list[Destination], typed: str) -> list[Destination]:
    """Return what holds every typed word, the names that begin with the text first."""
    words = folded(typed).split()
    if not words:
        return candidates
    texts = [folded(f"{candidate.name} {candidate.kind} {candidate.also}") for candidate in candidates]
    hits = [
        (candidate, text)
        for candidate, text in zip(candidates, texts, strict=True)
        if all(word in text for word in words)
    ]
    whole = " ".join(words)
    hits.sort(key=lambda hit: (not hit[1].startswith(whole), whole not in hit[1]))
    return [candidate for candidate, _text in hits]
