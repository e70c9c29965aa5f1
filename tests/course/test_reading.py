"""Files of the course: whatever is wrong is one sentence with file, line, key and mend."""

import os
from pathlib import Path

import pytest

from cnntutor.course.problems import ContentError
from cnntutor.course.reading import LARGEST_FILE, parse_toml, read_text, read_toml
from cnntutor.course.schema import CourseFile, Lesson
from cnntutor.course.toml_lines import line_of
from cnntutor.errors import ExitCode
from cnntutor.i18n import set_language

LESSON = """\
format_version = 1
slug = "weight-sharing"
minutes = 20

[title]
en = "Weight sharing"
vi = "Chia sẻ trọng số"

[summary]
en = "One filter."
vi = "Một bộ lọc."

[[objectives]]
en = "count"
vi = "đếm"

[[objectives]]
en = "say"
vi = "nói"
"""
UNIT = "format_version = 1\n[[units]]\nslug = 'a'\ntitle = { en = 'A', vi = 'Á' }\nlessons = "


def _refused(text: str, form: type[Lesson] | type[CourseFile] = Lesson) -> ContentError:
    with pytest.raises(ContentError) as refusal:
        parse_toml(text, Path("lesson.toml"), form)
    return refusal.value


def test_a_lesson_file_is_read() -> None:
    lesson = parse_toml(LESSON, Path("lesson.toml"), Lesson)
    assert (lesson.slug, lesson.minutes, str(lesson.title)) == ("weight-sharing", 20, "Weight sharing")
    assert [each.vi for each in lesson.objectives] == ["đếm", "nói"]


@pytest.mark.parametrize(
    ("written", "instead", "sentence"),
    [
        ("minutes = 20", "minuts = 20", "lesson.toml, line 3: key minuts is unknown; write minutes, or take"),
        ("minutes = 20", "", "lesson.toml: key minutes is missing; add it."),
        ("minutes = 20", "minutes = 0", "line 3: minutes is 0; write a number of at least 1."),
        ("minutes = 20", "minutes = 1000", "line 3: minutes is 1000; write a number of at most 240."),
        ("minutes = 20", "minutes = 'x'", 'line 3: minutes is "x"; write a whole number without quotes.'),
        ("minutes = 20", "minutes = 1.5", "line 3: minutes is 1.5; write a whole number without quotes."),
        ("minutes = 20", "minutes = 20 20", "line 3: this is no TOML; look here for a missing quote"),
        ("minutes = 20", "minutes = 2021-99-99", "this is no TOML"),
        ("format_version = 1", "format_version = 2", "line 1: format_version is 2; write 1."),
        ('slug = "weight-sharing"', 'slug = "Weight sharing"', "write small letters, digits and single hyph"),
        ('vi = "Chia sẻ trọng số"', "", "line 5: key title.vi is missing: no Vietnamese text; add it."),
        ('en = "One filter."', "", "key summary.en is missing: no English text; add it."),
        ('vi = "đếm"', 'vi = "đếm"\nfr = "c"', "line 16: key objectives[1].fr is unknown; a text has en and"),
        ('vi = "nói"', "vi = 3", "line 19: objectives[2].vi is 3; write text in quotes."),
        ("[[objectives]]", "[[objective]]", "key objective is unknown; write objectives, or take it out."),
        ('vi = "nói"', 'vi = """nói', "this is no TOML"),
    ],
)
def test_a_fault_is_named_with_its_line_and_its_mend(written: str, instead: str, sentence: str) -> None:
    assert sentence in str(_refused(LESSON.replace(written, instead)))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("units = 3\nformat_version = 1", "line 1: units is 3; write a list in [ ]."),
        ("format_version = 1\nunits = [3]", "units[1] is 3; write a table of keys."),
        ("format_version = 1\nunits = { a = 2 }", "units is { a = … }; write a list in [ ]."),
        (UNIT + "'x'", 'line 5: units[1].lessons is "x"; write a list in [ ].'),
        (UNIT + "['x', 'Y y']", 'line 5: units[1].lessons[2] is "Y y"; write small letters'),
        (UNIT + "['x']\ntitel = 1", "line 6: key units[1].titel is unknown; write title, or take it out."),
        ("", "key format_version is missing; add it."),
        ("x = " + "[" * 4000, "the file is nested too deeply; make it flatter."),
    ],
)
def test_lists_and_tables_are_counted_from_one(text: str, sentence: str) -> None:
    assert sentence in str(_refused(text, CourseFile))


def test_a_fault_says_what_it_is_in_vietnamese_too() -> None:
    problem = _refused(LESSON.replace("minutes = 20", "minuts = 20"))
    set_language("vi")
    assert str(problem) == "lesson.toml, dòng 3: không có khoá minuts; hãy viết minutes, hoặc bỏ nó đi."


def test_files_that_are_no_text_are_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00slug")
    (tmp_path / "folder.toml").mkdir()
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "large.toml").write_text("#" * (LARGEST_FILE + 1), encoding="utf-8")
    sentences = []
    for name in ("none.toml", "binary.toml", "folder.toml", "large.toml", "pipe.toml", "nul\0.toml"):
        with pytest.raises(ContentError) as refusal:
            read_text(tmp_path / name)
        assert refusal.value.exit_code is ExitCode.NOT_UNDERSTOOD
        sentences.append(str(refusal.value))
    assert [
        words in sentence
        for words, sentence in zip(
            (
                "the file is missing",
                "no text in UTF-8",
                "this is a folder",
                "too large",
                "a pipe or a device",
                "cannot be read",
            ),
            sentences,
            strict=True,
        )
    ] == [True] * 6


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "lesson.toml").write_text("\ufeff" + LESSON, encoding="utf-8")
    assert read_toml(tmp_path / "lesson.toml", Lesson).minutes == 20


def test_the_line_of_a_key_is_found() -> None:
    text = 'a = 1\ntext = """\nb = 2\n"""\n[t]\nb.c = 3\n[[l]]\nx = 1\n[[l]]\nx = 2\n[l.deep]\ny = 3\n'
    assert line_of(text, ("a",)) == 1
    assert line_of(text, ("t", "b", "c")) == 6
    assert line_of(text, ("l", 1, "x")) == 10
    assert line_of(text, ("l", 1, "deep", "y")) == 12
    assert line_of(text, ("l", 0, "none")) == 7
    assert line_of(text, ("b",)) is None
