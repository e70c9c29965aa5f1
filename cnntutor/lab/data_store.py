"""What data there are on this machine, and taking a folder of the learner's into the program's own."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cnntutor import locations, settings
from cnntutor.errors import Failed, NotUnderstood
from cnntutor.i18n import msg
from cnntutor.lab.data_sets import DATA_SETS, DataSetInfo
from cnntutor.lab.datafiles import Candidate, embedded_images, find_data_set, locate

Where = Literal["here", "comes along", "not here", "yours to name"]


@dataclass(frozen=True, slots=True)
class DataState:
    """One data set, and where it is."""

    info: DataSetInfo
    where: Where
    source: Path | None = None
    """The file or folder that would be read first; whether it holds what it says is for a check."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken in."""

    name: str
    files: tuple[Path, ...]
    checked: dict[str, Any]
    """What the worker found in them: provenance, train, test."""


def data_states() -> tuple[DataState, ...]:
    """Return all data sets with where they are; files are looked for, not read."""
    data_dir, store = settings.data_dir(), locations.data_store()
    states: list[DataState] = []
    for info in DATA_SETS.values():
        if info.needs_folder:
            states.append(DataState(info, "yours to name"))
        elif info.comes_along:
            source = embedded_images() if info.name == "mnist-5000" else None
            there = source is not None or info.name != "mnist-5000"
            states.append(DataState(info, "comes along" if there else "not here", source))
        else:
            found = _likely(info, locate(info.name, data_dir, store))
            states.append(DataState(info, "not here" if found is None else "here", found))
    return tuple(states)


def _likely(info: DataSetInfo, candidates: tuple[Candidate, ...]) -> Path | None:
    """Return the first that by its name is no other data set: MNIST and Fashion-MNIST share file names."""
    for candidate in candidates:
        clothes = "fashion" in f"{candidate.folder.name}/{candidate.source.name}".lower()
        if clothes == (info.folder_word == "fashion"):
            return candidate.source
    return None


def take_in(folder: Path, name: str | None = None) -> tuple[Taken, ...]:
    """Copy the data sets of a folder into the program's own; the folder stays as it is.

    Args:
        folder: Where to look.
        name: Take only this data set; None for all that are found.

    Raises:
        NotUnderstood: the folder is not there, or holds nothing that can be used.
        Failed: there is no room for them.
    """
    from cnntutor.lab.data_look import inspect  # who only asks where data are does not wait for it

    folder = folder.absolute()
    if not folder.is_dir():
        raise NotUnderstood(msg("The folder {folder} is not there; correct its name.", folder=folder))
    taken: list[Taken] = []
    problems: list[str] = []
    for info in DATA_SETS.values():
        if not info.downloads or name not in (None, info.name) or not find_data_set(info, folder):
            continue
        answer = inspect(info.name, folder)
        if "problem" in answer:
            problems.append(str(answer["problem"]))
            continue
        if answer["provenance"] is None:
            continue
        if answer["provenance"] != info.name and name is None and info.folder_word:
            continue
        source = Path(answer["source"])
        chosen = next(each for each in find_data_set(info, folder) if each.source == source)
        taken.append(Taken(info.name, _copy(chosen, locations.data_store() / info.name), answer))
    if not taken:
        raise NotUnderstood(
            msg(
                "There is no data set in {folder} that can be used ({problem}); MNIST, Fashion-MNIST and"
                " CIFAR-10 are known as .npz, idx and CIFAR's own files. A folder of photos needs no import:"
                " name it with --set photos=FOLDER.",
                folder=folder,
                problem="; ".join(problems) or "–",
            )
        )
    return tuple(taken)


def _copy(candidate: Candidate, target: Path) -> tuple[Path, ...]:
    """Copy the files of a data set; one comes under its own name once it is whole.

    Raises:
        Failed: the folder cannot be written.
    """
    made: list[Path] = []
    try:
        target.mkdir(parents=True, exist_ok=True)
        for file in candidate.files:
            part = target / f"{file.name}.part"
            shutil.copyfile(file, part)
            part.replace(target / file.name)
            made.append(target / file.name)
    except OSError as problem:
        raise Failed(
            msg(
                "{folder} cannot be written ({problem}); free some space or choose another folder with"
                " CNNTUTOR_HOME.",
                folder=target,
                problem=problem.strerror or str(problem),
            )
        ) from problem
    return tuple(made)
