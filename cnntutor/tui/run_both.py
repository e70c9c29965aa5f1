"""Starting the broken and the mended recipe of a bug side by side, and opening both curves together."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.content import Content

from cnntutor.errors import CnntutorError
from cnntutor.i18n import t
from cnntutor.tui.context import Place
from cnntutor.tui.exercise_runs import PairPreset, presets_of_both, start_both
from cnntutor.tui.screens.pick import Choice, PickScreen

if TYPE_CHECKING:
    from cnntutor.tui.app import CnntutorApp


def run_both(app: CnntutorApp, broken: str, mended: str) -> None:
    """Ask how long the two runs shall be, start them, and show their curves.

    Args:
        app: The program.
        broken: The recipe with the bug.
        mended: The recipe without it.
    """
    app.run_worker(_ask(app, broken, mended), group="run-both", exclusive=True, exit_on_error=False)


async def _ask(app: CnntutorApp, broken: str, mended: str) -> None:
    lab = app.context.lab
    try:
        lacking = lab.missing()
        if lacking is not None:
            app.notify(str(lacking), severity="error", timeout=12, markup=False)
            return
        ways_found = await asyncio.to_thread(presets_of_both, lab, broken, mended)
        busy = bool(await asyncio.to_thread(lab.at_work))
    except (CnntutorError, OSError) as problem:
        app.tell(problem)
        return

    ways = {str(number): way for number, way in enumerate(ways_found)}

    def choices() -> list[Choice]:
        return [_choice(number, way, busy) for number, way in ways.items()]

    def chosen(number: str | None) -> None:
        if number is not None:
            starting = _start(app, broken, mended, ways[number])
            app.run_worker(starting, group="run-both", exclusive=True, exit_on_error=False)

    app.push_screen(
        PickScreen(lambda: t("Run both: {broken}, {mended}", broken=broken, mended=mended), choices), chosen
    )


def _choice(number: str, way: PairPreset, busy: bool) -> Choice:
    label = [str(way.title)]
    if way.data:
        label.append(t("with the stand-in {data} for data that are not here", data=way.data))
    explained = [way.lacks, "" if way.takes is None else str(way.takes)]
    if busy:
        explained.append(t("Another run is at work; all three share this machine."))
    return Choice(number, Content(" · ".join(label)), " ".join(each for each in explained if each))


async def _start(app: CnntutorApp, broken: str, mended: str, way: PairPreset) -> None:
    try:
        names = await asyncio.to_thread(start_both, app.context.lab, broken, mended, way)
    except (CnntutorError, OSError) as problem:
        app.tell(problem)
        return
    app.open_place(Place("compare", " ".join(names)))
