"""cnntutor exercise watch: code written in any editor, checked at every save."""

import time
from collections.abc import Callable
from pathlib import Path

import click

from cnntutor import locations
from cnntutor.classroom.code_file import CodeFile
from cnntutor.cli.exercise_code import grade_answers
from cnntutor.cli.exercise_text import answer_lines, question_lines
from cnntutor.course.questions import CodeQuestion
from cnntutor.errors import CnntutorError, NotUnderstood
from cnntutor.i18n import msg, t
from cnntutor.quiz.graded import Grade
from cnntutor.quiz.posed import ANSWER, PosedQuestion

LOOK_EVERY = 0.5
"""Seconds between two looks at the file."""

Keep = Callable[[PosedQuestion, dict[str, str], Grade], None]


def watch(
    posed: PosedQuestion, path: Path | None, keep: Keep, wait: Callable[[float], object] = time.sleep
) -> None:
    """Check the file of an exercise at every save until the code is right.

    Args:
        posed: An exercise that asks for code.
        path: The file; the learner's own folder of code if left out.
        keep: Records an answer that was graded.
        wait: Lets time pass.

    Raises:
        NotUnderstood: the exercise asks for no code, or the file cannot be written.
    """
    if not isinstance(posed.question, CodeQuestion):
        raise NotUnderstood(
            msg("{slug} asks for no code; answer it with cnntutor exercise answer {slug}.", slug=posed.slug)
        )
    file = CodeFile(path or locations.code_dir() / f"{posed.slug}.py")
    if file.read() is None:
        file.write(posed.listing + "\n")
    for line in question_lines(posed, 0, False):
        click.echo(line)
    click.echo("")
    click.echo(t("Watching {file}: save it in any editor and it is checked. Ctrl+C ends.", file=file.path))
    told = ""
    while True:
        look = file.look()
        problem = "" if look.problem is None else str(look.problem)
        if problem and problem != told:
            click.echo(f"! {problem}")
        told = problem
        if (
            look.text is not None
            and look.text.strip() != posed.listing.strip()
            and _right(posed, look.text, keep)
        ):
            return
        wait(LOOK_EVERY)


def _right(posed: PosedQuestion, code: str, keep: Keep) -> bool:
    """Grade code and say what came of it; whether it is right."""
    click.echo(f"\n{time.strftime('%H:%M:%S')}  {t('Your code is running …')}")
    answers = {ANSWER: code}
    try:
        result = grade_answers(posed, answers)
    except CnntutorError as problem:
        click.echo(f"! {problem}")
        return False
    if result.verdict != "not_understood":
        keep(posed, answers, result)
    for line in answer_lines(posed, answers, result):
        click.echo(line)
    return result.verdict == "right"
