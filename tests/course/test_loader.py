"""The course as a whole: order, pages, and a sentence for every file that is wrong."""

import shutil
from pathlib import Path

import pytest

from cnntutor import locations
from cnntutor.course.blocks import FigureBlock, MarkdownBlock
from cnntutor.course.loader import Course, load_course
from cnntutor.errors import NotUnderstood
from cnntutor.i18n import LANGUAGES, Language, Text, set_language


@pytest.fixture(scope="module")
def course() -> Course:
    return load_course()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the course to break."""
    return Path(shutil.copytree(locations.content_dir(), tmp_path / "content"))


def _refused(root: Path) -> str:
    with pytest.raises(NotUnderstood) as refusal:
        load_course(root)
    return str(refusal.value)


def test_lessons_come_in_the_order_of_the_units(course: Course) -> None:
    assert list(course.lessons) == [slug for unit in course.units for slug in unit.lessons]
    assert {"layers-of-a-cnn", "local-connectivity", "weight-sharing", "lenet5-end-to-end"} <= set(
        course.lessons
    )


def test_neighbours_and_units(course: Course) -> None:
    slugs = list(course.lessons)
    assert course.lesson_before(slugs[0]) is None
    assert course.lesson_after(slugs[0]) == course.lessons[slugs[1]]
    assert course.lesson_before(slugs[1]) == course.lessons[slugs[0]]
    assert course.lesson_after(slugs[-1]) is None
    assert course.lesson_after("nothing") is None
    assert slugs[0] in course.unit_of(slugs[0]).lessons


def test_questions_and_terms_are_read_when_they_are_asked_for(course: Course) -> None:
    for lesson in course.lessons.values():
        for slug in lesson.questions:
            assert course.questions[slug].slug == slug
    assert course.glossary["weight-sharing"].name.vi == "chia sẻ trọng số"
    assert "nothing" not in course.questions
    with pytest.raises(KeyError):
        course.questions["../course"]
    assert len(course.questions) == len(list(course.questions))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_resolves(course: Course, lang: Language) -> None:
    for slug in course.lessons:
        blocks = course.blocks(slug, lang)
        assert [block.index for block in blocks] == list(range(len(blocks)))
        assert any(isinstance(block, FigureBlock) for block in blocks)
        shown = "".join(block.source for block in blocks if isinstance(block, MarkdownBlock))
        assert "{{" not in shown and "[[" not in shown and "::" not in shown
        assert "{{" not in course.summary(slug, lang)


def test_a_page_follows_the_language_in_force(course: Course) -> None:
    english = course.blocks("weight-sharing")
    set_language("vi")
    assert course.blocks("weight-sharing") == course.blocks("weight-sharing", "vi") != english
    assert len(english) == len(course.blocks("weight-sharing"))


def test_texts_are_shown_with_their_numbers(course: Course) -> None:
    shown = course.shown(Text("{{params:lenet5}} [[weight]]", "{{params:lenet5}}"))
    assert (shown.en, shown.vi) == ("61,706 [weight](term:weight)", "61.706")
    with pytest.raises(NotUnderstood, match="There is no network"):
        course.shown(Text("{{params:none}}", "x"))


@pytest.mark.parametrize("ask", [Course.blocks, Course.summary, Course.unit_of])
def test_an_unknown_lesson_is_named(course: Course, ask: object) -> None:
    assert callable(ask)
    with pytest.raises(NotUnderstood, match='There is no lesson "nothing"; the course has layers-of-a-cnn'):
        ask(course, "nothing")


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    assert _refused(tmp_path) == (
        f"{tmp_path / 'course.toml'}: the file is missing; write it, or take its name out of the course."
    )


def test_a_lesson_without_files_is_refused(copy: Path) -> None:
    shutil.rmtree(copy / "lessons" / "weight-sharing")
    assert "weight-sharing/lesson.toml: the file is missing" in _refused(copy)


def test_a_lesson_twice_is_refused(copy: Path) -> None:
    path = copy / "course.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("[[units]]", "[[units]]\n", 1)
        + ('[[units]]\nslug = "more"\ntitle = { en = "a", vi = "b" }\nlessons = ["weight-sharing"]\n'),
        encoding="utf-8",
    )
    assert "lesson weight-sharing stands in the course twice; take one out." in _refused(copy)


def test_a_slug_that_is_not_the_folder_is_refused(copy: Path) -> None:
    path = copy / "lessons" / "weight-sharing" / "lesson.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('slug = "weight-sharing"', 'slug = "other"'),
        encoding="utf-8",
    )
    assert 'slug is "other"; write "weight-sharing"' in _refused(copy)


def test_a_missing_page_and_a_wrong_reference_are_refused_when_the_page_is_opened(copy: Path) -> None:
    lesson = copy / "lessons" / "weight-sharing"
    (lesson / "vi.md").unlink()
    (lesson / "en.md").write_text("a\n\n{{params:none}}\n", encoding="utf-8")
    course = load_course(copy)
    with pytest.raises(NotUnderstood, match=r"vi\.md: the file is missing"):
        course.blocks("weight-sharing", "vi")
    with pytest.raises(NotUnderstood, match=r"en\.md, line 3: \{\{params:none\}\}: There is no network"):
        course.blocks("weight-sharing", "en")


def test_a_term_explained_twice_is_refused(copy: Path) -> None:
    path = copy / "glossary.toml"
    term = '[[terms]]\nslug = "weight"\nen = "a"\nvi = "b"\ndefinition = { en = "a", vi = "b" }\n'
    path.write_text(path.read_text(encoding="utf-8") + term, encoding="utf-8")
    with pytest.raises(NotUnderstood, match="term weight is explained twice; take one out"):
        load_course(copy).glossary["weight"]
