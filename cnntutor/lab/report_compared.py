"""The first chapter of a report of several runs: side by side, their curves, the spread over the seeds."""

from collections.abc import Callable

from cnntutor.i18n import decimal, t
from cnntutor.lab.comparison import Comparison, compare_runs, spread_words
from cnntutor.lab.document import Block, Curve, Curves, Heading, Paragraph, Table
from cnntutor.lab.events import ResultEvent
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.record import read_record_of
from cnntutor.lab.result_words import percent

MOST_CURVES = 12
"""So many are told apart in one figure; of more runs the table and the chapters tell."""
MOST_COLUMNS = 5
"""So many runs stand side by side on a page without a number being broken."""


def compared_blocks(runs: tuple[RunFolder, ...]) -> list[Block]:
    """Return the chapter, in the language now in force.

    Args:
        runs: Two or more, in the order of the report.

    Raises:
        NotUnderstood: a run.json cannot be read.
    """
    found = compare_runs(runs)
    return [Heading(1, t("The runs side by side")), *_tables(found), *_spread(found), *_curves(runs)]


def _tables(found: Comparison) -> list[Table]:
    """Return the runs as tables, a column each: what differs, and what came out."""
    return [_table(found, first) for first in range(0, len(found.rows), MOST_COLUMNS)]


def _table(found: Comparison, first: int) -> Table:
    """Return the runs from one on."""
    shown = found.rows[first : first + MOST_COLUMNS]
    results = [row.result for row in shown]

    def told(figure: Callable[[ResultEvent], str | None]) -> tuple[str, ...]:
        return tuple((None if result is None else figure(result)) or "–" for result in results)

    def accuracy(result: ResultEvent) -> str | None:
        return None if result.test_accuracy is None else str(percent(result.test_accuracy))

    def loss(result: ResultEvent) -> str | None:
        return None if result.test_loss is None else decimal(result.test_loss, 4)

    rows: list[tuple[str, ...]] = [(t("Run"), *(_short(row.run) for row in shown))]
    for key in found.changed:
        values = (row.settings[key] for row in shown)
        rows.append((key, *("–" if value is None else str(value) for value in values)))
    rows.append((t("Test accuracy"), *told(accuracy)))
    rows.append((t("Test loss"), *told(loss)))
    rows.append((t("Best epoch"), *told(lambda result: str(result.best_epoch or "–"))))
    head = ("", *(str(place) for place in range(first + 1, first + 1 + len(shown))))
    return Table(head, tuple(rows), strong=3)


def _spread(found: Comparison) -> list[Paragraph]:
    """Return a sentence for each group of runs that differ in their seeds only."""
    places = {row.run: str(place) for place, row in enumerate(found.rows, 1)}
    said = (spread_words(group, (places[run] for run in group.runs)) for group in found.groups)
    return [Paragraph(str(each)) for each in said if each is not None]


def _curves(runs: tuple[RunFolder, ...]) -> list[Curves]:
    """Return the validation accuracy of the runs in one figure; none where fewer than two have any."""
    curves = []
    for place, run in enumerate(runs, 1):
        values = tuple(
            None if epoch.val_accuracy is None else 100 * epoch.val_accuracy
            for epoch in read_record_of(run).epochs
        )
        if any(value is not None for value in values):
            curves.append(Curve(f"{place} · {_short(run.name)}", values))
    if not 2 <= len(curves) <= MOST_CURVES:
        return []
    return [
        Curves(
            name="compared-accuracy",
            caption=t("Accuracy on the validation images over the epochs, in per cent"),
            axis=t("accuracy %"),
            curves=tuple(curves),
            epoch_label=t("epoch"),
        )
    ]


def _short(run: str) -> str:
    """Return the end of a run's name, which no other has."""
    return run.rsplit("-", 1)[-1]
