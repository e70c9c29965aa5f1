"""Code watched from a shell: every save is checked, until it is right."""

import os
from pathlib import Path

import pytest

from cnntutor.cli import exercise_watch
from cnntutor.cli.exercise_watch import watch
from cnntutor.course.loader import Course, load_course
from cnntutor.errors import Failed, NotUnderstood
from cnntutor.i18n import msg
from cnntutor.quiz.graded import FieldGrade, Grade
from cnntutor.quiz.pose import pose
from cnntutor.quiz.posed import ANSWER, PosedQuestion

RIGHT = "model = 'right'\n"


@pytest.fixture(scope="module")
def course() -> Course:
    """The course of this checkout."""
    return load_course()


@pytest.fixture
def graded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was graded; code that says so is right, or ends the process that runs it."""
    found: list[str] = []

    def grade(_posed: PosedQuestion, answers: dict[str, str]) -> Grade:
        code = answers[ANSWER]
        found.append(code)
        if "crash" in code:
            raise Failed(msg("The process that runs code died."))
        verdict = "right" if code == RIGHT else "wrong"
        one = FieldGrade(verdict, feedback=msg("Layer 1 is missing."))  # type: ignore[arg-type]
        return Grade(verdict, feedback=one.feedback, fields={ANSWER: one})  # type: ignore[arg-type]

    monkeypatch.setattr(exercise_watch, "grade_answers", grade)
    return found


def saver(path: Path, saves: list[str | None]):  # type: ignore[no-untyped-def]
    """Let an editor save, or take the file away, while the watcher waits."""
    moments = iter(range(1, 1000))

    def wait(_seconds: float) -> None:
        moment = next(moments)
        if not saves:
            raise KeyboardInterrupt
        text = saves.pop(0)
        if text is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(text, encoding="utf-8")
            os.utime(path, ns=(moment * 10**9, moment * 10**9))

    return wait


def test_every_save_is_checked_until_it_is_right(
    course: Course, tmp_path: Path, graded: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.py"
    kept: list[str] = []
    saves: list[str | None] = ["model = 1\n", "crash\n", None, None, None, RIGHT, "never read\n"]
    posed = pose(course.questions["kata-first-conv"])
    watch(posed, path, lambda _posed, answers, grade: kept.append(grade.verdict), saver(path, saves))
    out = capsys.readouterr().out
    assert graded == ["model = 1\n", "crash\n", RIGHT]
    assert kept == ["wrong", "right"]
    assert "Layer 1 is missing." in out
    assert "The process that runs code died." in out
    assert out.count("is gone") == 1
    assert saves == ["never read\n"]


def test_a_file_that_is_there_is_kept_and_ctrl_c_ends(
    course: Course, tmp_path: Path, graded: list[str]
) -> None:
    path = tmp_path / "mine.py"
    path.write_text("my work\n", encoding="utf-8")
    posed = pose(course.questions["kata-first-conv"])
    with pytest.raises(KeyboardInterrupt):
        watch(posed, path, lambda *_: None, saver(path, []))
    assert path.read_text(encoding="utf-8") == "my work\n"
    assert graded == ["my work\n"]


def test_the_file_begins_with_what_is_given(course: Course, tmp_path: Path, graded: list[str]) -> None:
    path = tmp_path / "folder" / "mine.py"
    posed = pose(course.questions["kata-first-conv"])
    with pytest.raises(KeyboardInterrupt):
        watch(posed, path, lambda *_: None, saver(path, []))
    assert path.read_text(encoding="utf-8").strip() == posed.listing
    assert graded == []


def test_an_exercise_without_code_is_refused(course: Course, tmp_path: Path) -> None:
    with pytest.raises(NotUnderstood, match="asks for no code"):
        watch(pose(course.questions["conv-params"]), tmp_path / "x.py", lambda *_: None)
