"""What stands in the way of a run before it starts: libraries, data, another run at work."""

from __future__ import annotations

from collections.abc import Sequence

from cnntutor.i18n import Message, decimal, t
from cnntutor.lab.data_store import DataState, data_states
from cnntutor.lab.run_spec import TrainingSettings
from cnntutor.tui.run_rows import RunRow


def obstacles(
    chosen: TrainingSettings | None, lacking: Message | None, working: Sequence[RunRow]
) -> list[str]:
    """Return a sentence for each.

    Args:
        chosen: The settings; None while they are not understood.
        lacking: What has to be installed.
        working: Runs at work.
    """
    if lacking is not None:
        return [f"✗ {lacking}"]
    sentences: list[str] = []
    if chosen is not None:
        state = next((each for each in data_states() if each.info.name == chosen.data), None)
        if state is not None and (sentence := data_sentence(state, chosen)):
            sentences.append(f"! {sentence}")
    if working:
        sentences.append(
            t("! {run} is still at work; a new run can wait in line.", run=working[0].spec.recipe)
        )
    return sentences


def data_sentence(state: DataState, chosen: TrainingSettings) -> str:
    """Say where the data of a run are to come from; empty where they are here."""
    info = state.info
    if state.where == "yours to name" and chosen.photos is None:
        return t(
            "This run needs a folder of labelled photos: name it under Data and preprocessing, photos; or"
            " take data shapes-32, drawn by the program."
        )
    if state.where != "not here":
        return ""
    name = str(info.title).split(",", maxsplit=1)[0]
    if not info.downloads:
        return t("{data} are not installed; `cnntutor doctor` says how to get them.", data=name)
    size = decimal(sum(each.size for each in info.downloads) / 1e6, 0)
    if info.stand_in is not None:
        return t(
            "{data} is not on this machine: the run tries to download it ({size} MB). Without a network take"
            " data {stand_in}, which comes with the program, or bring the files: `cnntutor data import"
            " FOLDER`.",
            data=name,
            size=size,
            stand_in=info.stand_in,
        )
    return t(
        "{data} is not on this machine: the run tries to download it ({size} MB). Without a network bring the"
        " files: `cnntutor data import FOLDER`.",
        data=name,
        size=size,
    )
