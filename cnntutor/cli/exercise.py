"""cnntutor exercise: the questions of the course without a screen."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from cnntutor.cli.exercise_grade import ASKS, ask_network, grade_json, grade_lines
from cnntutor.cli.exercise_json import asked, graded, listed, one_line, title
from cnntutor.cli.exercise_text import answer_lines, question_lines
from cnntutor.course.loader import Course, load_course
from cnntutor.course.questions import Question
from cnntutor.errors import CnntutorError, ExitCode, NotUnderstood
from cnntutor.i18n import msg, t
from cnntutor.quiz.draw import LARGEST_SEED
from cnntutor.quiz.posed import PosedQuestion

if TYPE_CHECKING:
    from cnntutor.quiz.graded import Grade

SEED = click.option(
    "--seed",
    type=click.IntRange(0, LARGEST_SEED),
    default=0,
    show_default=True,
    help="Which numbers are drawn, and the order of choices.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")

_EXIT_CODES = {
    "right": ExitCode.OK,
    "wrong": ExitCode.FAILED,
    "not_understood": ExitCode.NOT_UNDERSTOOD,
}


@click.group()
def exercise() -> None:
    """List, read and answer the exercises of the course.

    \b
    cnntutor exercise list
    cnntutor exercise show lenet5-rgb
    cnntutor exercise answer lenet5-rgb 62006
    """


@exercise.command("list")
@JSON
def list_exercises(as_json: bool) -> None:
    """List every exercise with its lesson."""
    course = load_course()
    lesson_of = {slug: lesson.slug for lesson in course.lessons.values() for slug in lesson.questions}
    placed = [slug for lesson in course.lessons.values() for slug in lesson.questions]
    slugs = dict.fromkeys((*placed, *sorted(course.questions)))
    found = [(course.questions[slug], lesson_of.get(slug, "")) for slug in slugs if slug in course.questions]
    if as_json:
        click.echo(one_line({"exercises": [listed(question, lesson) for question, lesson in found]}))
        return
    width = max((len(question.slug) for question, _ in found), default=0)
    last = None
    for question, lesson in found:
        if lesson != last:
            heading = str(course.lessons[lesson].title) if lesson else t("In no lesson")
            click.echo(("" if last is None else "\n") + heading)
            last = lesson
        varied = "  " + t("(new numbers with each --seed)") if question.vary else ""
        click.echo(f"  {question.slug:<{width}}  {title(question)}{varied}")


@exercise.command("show")
@click.argument("slug", metavar="ID")
@SEED
@click.option("--hints", "hints_shown", type=click.IntRange(0, 3), default=0, help="Show so many hints.")
@click.option("--solution", "with_solution", is_flag=True, help="Show the worked solution.")
@JSON
def show(slug: str, seed: int, hints_shown: int, with_solution: bool, as_json: bool) -> None:
    """Show the exercise ID: the question, its table or choices, and how to answer."""
    posed = _pose(slug, seed)
    if as_json:
        click.echo(one_line(asked(posed, hints_shown, with_solution)))
        return
    for line in question_lines(posed, hints_shown, with_solution):
        click.echo(line)


@exercise.command(
    "answer", context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]}
)
@click.argument("slug", metavar="ID")
@click.argument("answer", nargs=-1, type=click.UNPROCESSED)
@click.option("--file", "source", type=click.File("r", encoding="utf-8"), help="The code to be graded.")
@SEED
@JSON
@click.pass_context
def answer_exercise(  # noqa: PLR0917 (click hands options over by name)
    ctx: click.Context, slug: str, answer: Sequence[str], source: TextIO | None, seed: int, as_json: bool
) -> None:
    """Answer the exercise ID.

    A table's cells, and answers to several fields, are separated by ; in the order of their numbers, several
    choices by commas. Code is read from a file. Exit code 0: right; 1: wrong, with the mistake by name;
    2: not understood.

    \b
    cnntutor exercise answer conv-output-shape 28x28x6 --seed 3
    cnntutor exercise answer lenet5-rgb "(5*5*3+1)*6 + 2416 + 48120 + 10164 + 850"
    """
    from cnntutor.cli.exercise_code import grade_answers

    if source is None and not answer:
        raise click.UsageError("Missing argument 'ANSWER...', or --file for code.")
    posed = _pose(slug, seed)
    answers = _answers(posed, " ".join(answer)) if source is None else {posed.fields[0].id: source.read()}
    result = grade_answers(posed, answers)
    if result.verdict != "not_understood":
        _record(posed, answers, result)
    if as_json:
        click.echo(one_line(graded(posed, answers, result)))
    else:
        for line in answer_lines(posed, answers, result):
            click.echo(line)
    ctx.exit(_EXIT_CODES[result.verdict])


@exercise.command("grade", context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.option(
    "--network", required=True, metavar="NAME|FILE", help="A network cnntutor calc knows, or a file."
)
@click.option("--layer", metavar="NAME", help="The layer asked about; left out: the total of all layers.")
@click.option("--ask", type=click.Choice(list(ASKS)), required=True, help="What is asked of it.")
@click.argument("answer", nargs=-1, type=click.UNPROCESSED)
@JSON
@click.pass_context
def grade_answer(  # noqa: PLR0917 (click hands options over by name)
    ctx: click.Context, network: str, layer: str | None, ask: str, answer: Sequence[str], as_json: bool
) -> None:
    """Grade an answer about any layer of any network, with the mistake by name.

    Nothing is recorded. Exit code 0: right; 1: wrong; 2: not understood.

    \b
    cnntutor exercise grade --network lenet5 --layer conv2 --ask params 2400
    cnntutor exercise grade --network vgg16 --layer block2_conv1 --ask receptive_field 14x14
    """
    from cnntutor.quiz.grade_typed import grade_asked

    asked = ask_network(network, layer, ask)
    text = " ".join(answer)
    given = grade_asked(asked, text)
    if as_json:
        click.echo(grade_json(asked, text, given))
    else:
        for line in grade_lines(given):
            click.echo(line)
    ctx.exit(_EXIT_CODES[given.verdict])


@exercise.command("watch")
@click.argument("slug", metavar="ID")
@click.option(
    "--file", "path", type=click.Path(path_type=Path, dir_okay=False), help="Another file to watch."
)
@SEED
def watch_exercise(slug: str, path: Path | None, seed: int) -> None:
    """Check the code of exercise ID at every save, in whatever editor it is written.

    \b
    cnntutor exercise watch kata-lenet
    """
    from cnntutor.cli.exercise_watch import watch

    watch(_pose(slug, seed), path, _record)


def _pose(slug: str, seed: int) -> PosedQuestion:
    """Return the question of an id as a seed draws it."""
    from cnntutor.quiz.pose import pose

    return pose(_find(load_course(), slug), seed)


def _find(course: Course, slug: str) -> Question:
    """Return the question of an id.

    Raises:
        NotUnderstood: there is none.
    """
    if slug in course.questions:
        return course.questions[slug]
    import difflib  # only here: an id that is known need not wait for it

    close = difflib.get_close_matches(slug.lower(), list(course.questions), n=3, cutoff=0.5)
    if close:
        raise NotUnderstood(
            msg("There is no exercise {slug}; try {close}.", slug=f'"{slug[:60]}"', close=", ".join(close))
        )
    raise NotUnderstood(
        msg("There is no exercise {slug}; cnntutor exercise list shows all.", slug=f'"{slug[:60]}"')
    )


def _answers(posed: PosedQuestion, text: str) -> dict[str, str]:
    """Return the text of each field; several are separated by semicolons.

    Raises:
        NotUnderstood: there are more or fewer fields than answers.
    """
    if not posed.several:
        return {posed.fields[0].id: text}
    cells = [cell.strip() for cell in text.strip().removesuffix(";").split(";")]
    if len(cells) != len(posed.fields) and posed.table is None:
        raise NotUnderstood(
            msg(
                "The question has {wanted} fields and {given} answers are given; separate them by ; in the"
                " order in which cnntutor exercise show {slug} names them.",
                wanted=len(posed.fields),
                given=len(cells),
                slug=posed.slug,
            )
        )
    if len(cells) != len(posed.fields):
        raise NotUnderstood(
            msg(
                "The table has {blanks} blanks and {given} cells are given; separate the cells by ; in the"
                " order in which cnntutor exercise show {slug} numbers them.",
                blanks=len(posed.fields),
                given=len(cells),
                slug=posed.slug,
            )
        )
    return dict(zip((field.id for field in posed.fields), cells, strict=True))


def _record(posed: PosedQuestion, answers: dict[str, str], result: "Grade") -> None:
    """Keep the attempt; a record that cannot be written is a warning, for the answer stands."""
    from cnntutor import locations
    from cnntutor.progress.records import Attempt
    from cnntutor.progress.store import Store, utc_now

    attempt = Attempt(
        question=posed.slug,
        seed=posed.seed,
        skill=posed.skill,
        answers=answers,
        verdict="right" if result.verdict == "right" else "wrong",
        when=utc_now(),
        mistakes=result.mistakes,
    )
    try:
        with Store.open(locations.progress_file()) as store:
            if store.notice is not None:
                click.echo(f"cnntutor: {store.notice}", err=True)
            store.record(attempt)
            if result.verdict == "right":
                store.drop_draft(posed.slug, posed.seed)
    except CnntutorError as problem:
        click.echo("cnntutor: " + t("This answer is not recorded. {problem}", problem=problem), err=True)
