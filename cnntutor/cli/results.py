"""cnntutor runs test: what the test of a run brought out, as tables."""

from collections.abc import Callable, Sequence
from typing import Any

import click
import msgspec

from cnntutor.cli.photo_guesses import guess_lines, guesses_json
from cnntutor.errors import NotUnderstood
from cnntutor.i18n import decimal, msg, number, t
from cnntutor.lab.class_figures import class_table, most_mixed
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.history import last_result
from cnntutor.lab.lab import Lab
from cnntutor.lab.outcome import outcome
from cnntutor.lab.outputs_words import outputs_sentences
from cnntutor.lab.photo_guesses import read_guesses
from cnntutor.lab.tested_record import AfterTest, Picture, read_tested_record

WHOLE_MATRIX = 20
"""With more classes only the pairs most often mixed up are printed."""
PAIRS = 20


@click.command("test")
@click.argument("run")
@click.option("--confusion", is_flag=True, help="The confusion matrix, or the pairs most often mixed up.")
@click.option("--classes", is_flag=True, help="Precision, recall, F1 and images of each class.")
@click.option("--mistakes", is_flag=True, help="The mistakes with the greatest loss.")
@click.option("--calibration", is_flag=True, help="Accuracy by confidence, and what the outputs sum to.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with all of it.")
def results(
    run: str, *, confusion: bool, classes: bool, mistakes: bool, calibration: bool, as_json: bool
) -> None:
    """Show what the test of RUN brought out; without an option, all of it.

    RUN is named as in `runs show`. Of a run that tested pretrained networks: the five likeliest classes of
    each photo, ✓ at its label. Every single prediction is in artifacts/predictions.csv of its folder.
    """
    found = Lab().find(run)
    after = read_tested_record(found.artifacts)
    result = last_result(found)
    if photos := read_guesses(found):
        if as_json:
            click.echo(msgspec.json.encode({"run": found.name, "photos": guesses_json(photos)}))
            return
        for line in guess_lines(photos):
            click.echo(line)
        return
    if after.confusion is None and after.outputs is None:
        raise NotUnderstood(
            msg(
                "The run {run} has no test: it is not over, or it failed; see `cnntutor runs show {run}`.",
                run=found.name,
            )
        )
    if as_json:
        click.echo(msgspec.json.encode(results_json(found, after)))
        return
    wanted = {
        "confusion": (confusion, _confusion_lines),
        "classes": (classes, _class_lines),
        "mistakes": (mistakes, _mistake_lines),
        "calibration": (calibration, _calibration_lines),
    }
    parts: list[Callable[[AfterTest], list[str]]] = [lines for chosen, lines in wanted.values() if chosen]
    if not parts:
        parts = [lines for _, lines in wanted.values()]
        if result is not None:
            click.echo(str(outcome(found.spec, result).test))
            click.echo()
    for place, part in enumerate(parts):
        if place:
            click.echo()
        for line in part(after):
            click.echo(line)


def results_json(run: RunFolder, after: AfterTest) -> dict[str, Any]:
    """Return everything as JSON has it; pictures without their pixels."""
    result = last_result(run)
    table = None if after.confusion is None else class_table(after.confusion)

    def picture(each: Picture) -> dict[str, Any]:
        return {
            name: getattr(each, name)
            for name in ("number", "true", "predicted", "output", "true_output", "loss")
        }

    return {
        "run": run.name,
        "test_accuracy": None if result is None else result.test_accuracy,
        "test_interval": None if result is None else result.test_interval,
        "test_loss": None if result is None else result.test_loss,
        "test_count": None if result is None else result.test_count,
        "confusion": after.confusion,
        "classes": None if table is None else table.rows,
        "macro": None if table is None else table.macro,
        "weighted": None if table is None else table.weighted,
        "outputs": after.outputs,
        "mistakes": None if after.pictures is None else [picture(each) for each in after.pictures.mistakes],
        "mistakes_in_all": None if after.pictures is None else after.pictures.mistakes_in_all,
    }


def table_lines(rows: Sequence[tuple[str, ...]], *, left: int = 1) -> list[str]:
    """Return rows as lines, the first columns to the left, the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if column < left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _confusion_lines(after: AfterTest) -> list[str]:
    """Return the matrix, or the pairs most often mixed up."""
    confusion = after.confusion
    if confusion is None:
        return []
    names = confusion.classes
    if len(names) > WHOLE_MATRIX:
        rows = [(t("true"), t("predicted"), t("images"), t("of the class"))]
        rows += [
            (names[pair.true], names[pair.predicted], number(pair.count), f"{decimal(100 * pair.share, 1)} %")
            for pair in most_mixed(confusion, PAIRS)
        ]
        head = t("The pairs most often mixed up; the whole matrix is in artifacts/confusion.json.")
        return [head, *table_lines(rows, left=2)]
    rows_all: list[tuple[str, ...]] = [(t("true \\ predicted"), *names)]
    rows_all += [(name, *map(str, row)) for name, row in zip(names, confusion.matrix, strict=True)]
    return table_lines(rows_all)


def _class_lines(after: AfterTest) -> list[str]:
    """Return the table of the classes."""
    if after.confusion is None:
        return []
    table = class_table(after.confusion)
    rows: list[tuple[str, ...]] = [(t("class"), t("precision"), t("recall"), "F1", t("images"))]
    named = [*((row.name, row) for row in table.rows)]
    named += [(t("macro mean"), table.macro), (t("weighted mean"), table.weighted)]
    for name, row in named:
        figures = (decimal(figure, 4) for figure in (row.precision, row.recall, row.f1))
        rows.append((name, *figures, number(row.support)))
    return table_lines(rows)


def _mistake_lines(after: AfterTest) -> list[str]:
    """Return the worst mistakes."""
    pictures, confusion = after.pictures, after.confusion
    if pictures is None or confusion is None:
        return [t("This run keeps no pictures: what it was tested on are no images.")]
    if not pictures.mistakes:
        return [t("Not one mistake in the test.")]
    names = confusion.classes
    rows = [(t("no."), t("true"), t("predicted"), t("output"), t("output of the right class"), "loss")]
    for each in pictures.mistakes:
        taken = names[each.predicted] if each.predicted < len(names) else str(each.predicted)
        rows.append(
            (
                str(each.number),
                names[each.true],
                taken,
                decimal(each.output, 4),
                decimal(each.true_output, 4),
                "NaN" if each.loss is None else decimal(each.loss, 4),
            )
        )
    title = t(
        "The {shown} worst of {all} mistakes",
        shown=number(len(pictures.mistakes)),
        all=number(pictures.mistakes_in_all),
    )
    return [title, *table_lines(rows, left=3)]


def _calibration_lines(after: AfterTest) -> list[str]:
    """Return accuracy by confidence, and the outputs in words."""
    outputs = after.outputs
    if outputs is None:
        return [t("Nothing is known of the outputs: this run was tested by an older version.")]
    lines: list[str] = []
    if outputs.calibration is not None:
        rows = [(t("confidence"), t("images"), t("mean confidence"), t("right answers"))]
        for each in outputs.calibration.bins:
            figures = ("–", "–")
            if each.count:
                figures = (decimal(each.confidence, 4), decimal(each.accuracy, 4))
            label = f"{decimal(each.low, 1)}–{decimal(each.high, 1)}"
            rows.append((label, number(each.count), *figures))
        lines = [*table_lines(rows), ""]
    return [*lines, *(str(sentence) for sentence in outputs_sentences(outputs))]
