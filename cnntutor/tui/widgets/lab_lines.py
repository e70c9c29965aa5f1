"""The lines of the lab: recipes and runs in the list, a run in a few words beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from textual.content import Content
from textual.widgets.option_list import Option

from cnntutor.calc.analysis import NetworkReport
from cnntutor.i18n import decimal, t
from cnntutor.lab.outcome import reported_sentence
from cnntutor.lab.recipe import Recipe
from cnntutor.lab.result_words import percent
from cnntutor.lab.state import RunState
from cnntutor.tui.run_rows import RunRow
from cnntutor.tui.widgets.run_head import STATE_GLYPHS, short_state
from cnntutor.tui.wrapping import hanging


def heading(text: str) -> Option:
    """Return a heading, which the cursor passes over."""
    return Option(Content.styled(text, "$secondary bold"), disabled=True)


def note(text: str) -> Option:
    """Return a quiet line, which the cursor passes over."""
    return Option(Content.styled(f"  {text}", "$quiet"), disabled=True)


def recipe_option(recipe: Recipe, width: int) -> Option:
    """Return a recipe's lines: its title is never cut, for many begin alike."""
    lines = hanging(str(recipe.title), width, "  ", "    ")
    return Option(Content("\n").join(lines), id=f"recipe {recipe.slug}")


def recipe_lines(recipe: Recipe, report: NetworkReport, width: int) -> list[Content]:
    """Return a recipe in a few lines: its title, what its network counts, what was reported."""
    lines = hanging(Content.styled(str(recipe.title), "bold $primary"), width)
    counts = t("{params} parameters · {macs} MACs", params=report.total_params, macs=report.macs)
    lines += hanging(Content.styled(counts, "$quiet"), width)
    if recipe.reported is not None and recipe.reported.test_accuracy is not None:
        lines += hanging(str(reported_sentence(recipe.reported)), width)
    return [*lines, Content("")]


def run_option(row: RunRow, width: int, today: date) -> Option:
    """Return a run's line: its state's sign, when, what, and its test accuracy or where it is."""
    glyph, colour = STATE_GLYPHS[row.observation.state]
    when = row.started.strftime("%H:%M" if row.started.date() == today else "%d/%m")
    if row.test_accuracy is not None:
        end = f"{decimal(row.test_accuracy * 100, 1)} %"
    elif row.observation.state is RunState.RUNNING and row.observation.epoch:
        end = f"{row.observation.epoch}/{row.spec.settings.epochs}"
    else:
        end = short_state(row.observation.state, row.observation.ahead)
    name = Content(row.spec.recipe).truncate(max(4, width - len(when) - len(end) - 6), ellipsis=True)
    left = Content.assemble("  ", (glyph, colour), " ", (when, "$quiet"), " ", name)
    gap = " " * max(1, width - left.cell_length - len(end))
    return Option(Content.assemble(left, gap, (end, "$quiet")), id=f"run {row.name}")


def run_lines(row: RunRow, width: int) -> list[Content]:
    """Return a run in a few lines."""
    spec, seen = row.spec, row.observation
    glyph, colour = STATE_GLYPHS[seen.state]
    lines: list[Content] = hanging(Content.styled(str(spec.title), "bold $primary"), width)
    lines += hanging(Content.styled(row.name, "$quiet"), width)
    lines += [Content.styled(f"{glyph} {seen.line}", f"bold {colour}"), Content("")]
    if row.test_accuracy is not None and row.interval is not None:
        lines += hanging(
            t(
                "Test accuracy {accuracy}, 95 % interval {low} to {high}.",
                accuracy=percent(row.test_accuracy),
                low=percent(row.interval[0]),
                high=percent(row.interval[1]),
            ),
            width,
        )
    if seen.reason is not None:
        lines += hanging(Content.styled(str(seen.reason), "$error"), width)
    asked: Sequence[tuple[str, str]] = (
        (t("started"), row.started.strftime("%Y-%m-%d %H:%M")),
        (t("preset"), spec.preset),
        (t("data"), spec.settings.data),
        (t("epochs"), str(spec.settings.epochs)),
        (t("batch size"), str(spec.settings.batch_size)),
        (t("learning rate"), f"{spec.settings.learning_rate:g}"),
        (t("seed"), str(spec.settings.seed)),
    )
    lines.append(Content(""))
    for name, value in asked:
        lines += hanging(value, width, Content.styled(name.ljust(16), "$quiet"))
    lines += [
        Content(""),
        *hanging(Content.styled(t("Enter opens the run with its curves."), "$quiet"), width),
    ]
    return lines
