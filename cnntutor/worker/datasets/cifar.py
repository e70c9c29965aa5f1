"""CIFAR-10 as published for Python: six pickles, loose or in a tar file; nothing in them is executed."""

import io
import pickle
import tarfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cnntutor.i18n import msg
from cnntutor.lab.datafiles import PICKLES
from cnntutor.worker.datasets.arrays import ArrayProblem

LARGEST = 64 * 1024 * 1024
"""Bytes; each of the six files has half of it."""
_ALLOWED = {
    ("numpy.core.multiarray", "_reconstruct"): ("numpy._core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"): ("numpy._core.multiarray", "_reconstruct"),
    ("numpy", "ndarray"): ("numpy", "ndarray"),
    ("numpy", "dtype"): ("numpy", "dtype"),
}
"""What a pickle of CIFAR may name, and where NumPy has it now."""


class _Unpickler(pickle.Unpickler):
    """Reads plain values and NumPy arrays, and refuses everything else."""

    def find_class(self, module: str, name: str) -> Any:
        """Return what the pickle names, if it is one of the few things it may."""
        if (module, name) == ("_codecs", "encode"):
            return _encode
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed")
        return super().find_class(*_ALLOWED[module, name])


def _encode(text: str, encoding: str) -> bytes:
    """Return bytes as protocol 2 writes them: a text in latin-1."""
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"encoding {encoding}")
    return text.encode("latin1")


def read_cifar_files(paths: tuple[Path, ...]) -> dict[str, npt.NDArray[np.generic]]:
    """Return the four arrays of the six files.

    Raises:
        ArrayProblem: one cannot be read or holds something else.
    """
    return _four((path.name, _limited(path)) for path in paths)


def read_cifar_tar(path: Path) -> dict[str, npt.NDArray[np.generic]]:
    """Return the four arrays of the tar file, packed or not; nothing is unpacked to the disk.

    Raises:
        ArrayProblem: it cannot be read or holds something else.
    """
    held: dict[str, bytes] = {}
    try:
        with tarfile.open(path, "r:*") as archive:
            for member in archive:
                name = Path(member.name).name
                if name in PICKLES and member.isfile():
                    if member.size > LARGEST:
                        raise ArrayProblem(msg("{name} is too large for CIFAR-10", name=name))
                    file = archive.extractfile(member)
                    held[name] = file.read() if file is not None else b""
    except (OSError, EOFError, tarfile.TarError, zlib.error) as problem:
        raise ArrayProblem(msg("it cannot be read ({problem})", problem=problem)) from problem
    lacking = [name for name in PICKLES if name not in held]
    if lacking:
        raise ArrayProblem(msg("there is no file {name} in it", name=lacking[0]))
    return _four((name, held[name]) for name in PICKLES)


def _limited(path: Path) -> bytes:
    """Return the bytes of one of the six files."""
    try:
        if path.stat().st_size > LARGEST:
            raise ArrayProblem(msg("{name} is too large for CIFAR-10", name=path.name))
        return path.read_bytes()
    except OSError as problem:
        raise ArrayProblem(
            msg("{name} cannot be read ({problem})", name=path.name, problem=problem)
        ) from problem


def _four(files: Iterable[tuple[str, bytes]]) -> dict[str, npt.NDArray[np.generic]]:
    """Return the arrays of the five training batches, one on the other, and of the test batch."""
    images: dict[str, list[npt.NDArray[np.uint8]]] = {"train": [], "test": []}
    labels: dict[str, list[npt.NDArray[np.int64]]] = {"train": [], "test": []}
    for name, content in files:
        part = "test" if name == "test_batch" else "train"
        rows, classes = _batch(name, content)
        images[part].append(rows)
        labels[part].append(classes)
    return {
        "x_train": np.concatenate(images["train"]),
        "y_train": np.concatenate(labels["train"]),
        "x_test": np.concatenate(images["test"]),
        "y_test": np.concatenate(labels["test"]),
    }


def _batch(name: str, content: bytes) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Return (images (count, 32, 32, 3), labels) of one batch.

    Raises:
        ArrayProblem: it is no batch of CIFAR-10.
    """
    try:
        held = _Unpickler(io.BytesIO(content), encoding="bytes").load()
        rows, classes = held[b"data"], held[b"labels"]
        if not isinstance(rows, np.ndarray) or rows.dtype != np.uint8:
            raise TypeError("data")
        planes = rows.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
        return np.ascontiguousarray(planes), np.asarray(classes, dtype=np.int64)
    # A pickle that was made to do harm can fail in any way.
    except Exception as problem:
        raise ArrayProblem(
            msg("{name} is no batch of CIFAR-10 ({problem})", name=name, problem=problem)
        ) from problem
