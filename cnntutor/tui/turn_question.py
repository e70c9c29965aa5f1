"""The question before a run starts while another is at work: beside it, or in line behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cnntutor.i18n import Message, msg
from cnntutor.lab.state import Observation, RunState
from cnntutor.tui.screens.confirm import ConfirmScreen

if TYPE_CHECKING:
    from textual.app import App


def ask_for_turn(
    app: App[None], recipe: str, seen: Observation, others: int, answered: Callable[[bool], None]
) -> None:
    """Ask when a run shall start; the cursor begins on the line, and Esc starts nothing.

    Args:
        app: The program.
        recipe: What the run at work trains.
        seen: Where that run is.
        others: How many more runs are at work or in line.
        answered: Told whether the run starts beside the others.
    """

    def closed(beside: bool | None) -> None:
        if beside is not None:
            answered(beside)

    app.push_screen(
        ConfirmScreen(
            msg("Start beside the run at work?"),
            _explained(recipe, seen, others),
            msg("Start beside it"),
            msg("Wait in line"),
        ),
        closed,
    )


def _explained(recipe: str, seen: Observation, others: int) -> Message:
    """Return what is at work, and what each answer means."""
    where = msg("is getting ready")
    if seen.state is RunState.RUNNING and seen.epoch:
        where = msg("is in epoch {epoch} of {epochs}", epoch=str(seen.epoch), epochs=str(seen.epochs))
    if others:
        return msg(
            "{run} {where}, with {others} more at work or in line. In line the new run starts by itself"
            " when they are over, even if you leave the program. Side by side each is slower.",
            run=recipe,
            where=where,
            others=others,
        )
    return msg(
        "{run} {where}. In line the new run starts by itself when that one is over, even if you leave the"
        " program. Side by side each is slower.",
        run=recipe,
        where=where,
    )
