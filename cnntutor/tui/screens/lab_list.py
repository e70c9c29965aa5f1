"""The list at the left of the lab: recipes, and runs as they stand, read outside the screen's thread."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on, work
from textual.message import Message as TextualMessage
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from cnntutor.errors import CnntutorError
from cnntutor.i18n import t
from cnntutor.lab.recipe import Recipe
from cnntutor.tui.messages import Problem
from cnntutor.tui.run_rows import RunRow, RunRows
from cnntutor.tui.screens.lab_estimate import LabEstimate
from cnntutor.tui.widgets.lab_lines import heading, note, recipe_option, run_option
from cnntutor.tui.widgets.menu import Menu

NEWEST = 5
"""Runs that stand above the recipes; the older ones stand below."""
FIRST_RECIPE = "lenet5-mnist"
"""The recipe a learner finds first, whatever others there are."""
POLL_SECONDS = 2.0


class LabList(LabEstimate):
    """Keeps the list, the cursor on what it was on."""

    @dataclass
    class Read(TextualMessage):
        """The runs were read."""

        rows: tuple[RunRow, ...]

    def __init__(self) -> None:
        super().__init__()
        self._wanted = ""
        """What the cursor is to go to: `recipe SLUG` or `run NAME`."""
        self._recipes: dict[str, Recipe] = {}
        self._rows: dict[str, RunRow] = {}
        self._reader: RunRows | None = None
        self._reading = False

    def _show(self) -> None:
        """Explain what the cursor is on."""
        raise NotImplementedError

    def begin_to_look(self) -> None:
        """Read the runs now and again and again."""
        self._reader = RunRows(self.context.lab)
        self.set_interval(POLL_SECONDS, self._look)
        self._look()

    def _read_recipes(self) -> None:
        self._recipes.clear()
        for slug in sorted(self.context.lab.recipe_slugs(), key=lambda slug: slug != FIRST_RECIPE):
            try:
                self._recipes[slug] = self.context.lab.recipe(slug)
            except CnntutorError as problem:
                self.post_message(Problem(str(problem)))

    def _look(self) -> None:
        """Read the runs, unless the last reading goes on or another screen is in front."""
        if self._reader is not None and not self._reading and self.is_active:
            self._reading = True
            self._read(self._reader)

    @work(thread=True, group="lab-read", exit_on_error=False)
    def _read(self, reader: RunRows) -> None:
        """Read the runs outside the screen's thread."""
        try:
            self.post_message(self.Read(reader.read()))
        finally:
            self._reading = False

    @on(Read)
    def _was_read(self, event: Read) -> None:
        event.stop()
        rows = {row.name: row for row in event.rows}
        if rows != self._rows:
            self._rows = rows
            self._list()

    def _list(self) -> None:
        """Write the list anew, the cursor on what it was on, and what stands beside it."""
        menu = self.query_one(Menu)
        wanted = self._wanted or self._chosen or ""
        width = menu.scrollable_content_region.width or 30
        today = self.context.clock().astimezone().date()
        runs = [run_option(row, width, today) for row in self._rows.values()]
        options: list[Option] = [heading(t("Your runs")), *runs[:NEWEST]]
        if not runs:
            options.append(note(t("none yet")))
        options += [Option("", disabled=True), heading(t("Recipes"))]
        options += [recipe_option(recipe, width) for recipe in self._recipes.values()]
        if not self._recipes:
            options.append(note(t("No recipe can be read.")))
        if runs[NEWEST:]:
            options += [Option("", disabled=True), heading(t("Older runs")), *runs[NEWEST:]]
        with self.prevent(OptionList.OptionHighlighted):
            menu.set_options(options)
            ids = [option.id for option in options]
            first = next((place for place, option in enumerate(options) if not option.disabled), None)
            menu.highlighted = ids.index(wanted) if wanted in ids else first
        if wanted in ids:
            self._wanted = ""
        self._show()

    @property
    def _chosen(self) -> str:
        """What the cursor is on: `recipe SLUG` or `run NAME`."""
        option = self.query_one(Menu).highlighted_option
        return option.id or "" if option is not None else ""

    @property
    def _recipe(self) -> Recipe | None:
        kind, _, name = self._chosen.partition(" ")
        return self._recipes.get(name) if kind == "recipe" else None

    @property
    def _row(self) -> RunRow | None:
        kind, _, name = self._chosen.partition(" ")
        return self._rows.get(name) if kind == "run" else None

    def recipe_of(self, slug: str) -> Recipe | None:
        """Return a recipe of the list."""
        return self._recipes.get(slug)

    @property
    def at_work(self) -> list[RunRow]:
        """The runs that are not over, the line behind those that run."""
        working = [row for row in self._rows.values() if not row.observation.state.over]
        return sorted(working, key=lambda row: row.observation.ahead)
