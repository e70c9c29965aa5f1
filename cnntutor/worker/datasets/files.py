"""Reading data files: NumPy archives, idx files, CIFAR's pickles, and the embedded images."""

import gzip
import zipfile
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cnntutor.i18n import msg
from cnntutor.lab.datafiles import Candidate
from cnntutor.worker.datasets.arrays import ArrayProblem, Bytes, DataSet, checked
from cnntutor.worker.datasets.cifar import read_cifar_files, read_cifar_tar

_IDX_UNSIGNED_BYTE = 8


def read_candidate(candidate: Candidate, size: tuple[int, ...] = (28, 28, 1)) -> DataSet:
    """Return the data set that files hold.

    Args:
        candidate: The files.
        size: The shape of one image.

    Raises:
        ArrayProblem: they cannot be read or hold something else; the files stay as they are.
    """
    if candidate.archive is not None:
        return checked(read_archive(candidate.archive), size)
    if candidate.tar is not None:
        return checked(read_cifar_tar(candidate.tar), size)
    if candidate.pickles:
        return checked(read_cifar_files(candidate.pickles), size)
    return checked({name: read_idx(path) for name, path in candidate.idx}, size)


def read_archive(path: Path) -> dict[str, npt.NDArray[np.generic]]:
    """Return the arrays of an .npz file; nothing in it is executed.

    Raises:
        ArrayProblem: it is no archive of plain arrays.
    """
    try:
        # NumPy leaves a file open that it opened itself and then could not read.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            if not isinstance(archive, np.lib.npyio.NpzFile):
                raise ArrayProblem(msg("it is a single array, not an archive of four"))
            return {name: archive[name] for name in archive.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as problem:
        if isinstance(problem, ArrayProblem):
            raise
        raise ArrayProblem(msg("it cannot be read ({problem})", problem=problem)) from problem


def read_idx(path: Path) -> Bytes:
    """Return the array of an idx file, packed with gzip or not.

    Raises:
        ArrayProblem: it is no idx file of bytes, or not whole.
    """
    try:
        content = path.read_bytes()
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as problem:
        raise ArrayProblem(
            msg("{name} cannot be read ({problem})", name=path.name, problem=problem)
        ) from problem
    axes = content[3] if len(content) >= 4 and content[:3] == bytes((0, 0, _IDX_UNSIGNED_BYTE)) else 0
    start = 4 + 4 * axes
    if axes == 0 or len(content) < start:
        raise ArrayProblem(msg("{name} is no idx file of bytes", name=path.name))
    sides = tuple(int(side) for side in np.frombuffer(content, ">u4", axes, 4))
    values = np.frombuffer(content, np.uint8, offset=start)
    if values.size != int(np.prod(sides)):
        raise ArrayProblem(
            msg(
                "{name} promises {shape} bytes and holds {count}",
                name=path.name,
                shape="×".join(map(str, sides)),
                count=values.size,
            )
        )
    return values.reshape(sides)


def read_embedded(path: Path) -> tuple[Bytes, Bytes]:
    """Return (images, labels) of the 5,000 embedded images: 784 pixels and the label on each line.

    Raises:
        ArrayProblem: the file holds something else.
    """
    try:
        text = gzip.decompress(path.read_bytes())
        rows = np.fromstring(text.replace(b"\n", b",").decode("ascii"), dtype=np.int32, sep=",")
        table = rows.reshape(-1, 28 * 28 + 1)
    except (OSError, EOFError, zlib.error, ValueError) as problem:
        raise ArrayProblem(msg("it cannot be read ({problem})", problem=problem)) from problem
    return table[:, :-1].astype(np.uint8).reshape(-1, 28, 28), table[:, -1].astype(np.uint8)
