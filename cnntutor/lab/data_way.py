"""Where the data of a run are to come from, told before it starts."""

from cnntutor.i18n import decimal, t
from cnntutor.lab.data_store import DataState, data_states
from cnntutor.lab.run_spec import TrainingSettings


def download_ahead(chosen: TrainingSettings) -> str:
    """Say that a run has to download its data first; empty where they are here."""
    state = next((each for each in data_states() if each.info.name == chosen.data), None)
    return data_sentence(state, chosen) if state is not None and state.where == "not here" else ""


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
