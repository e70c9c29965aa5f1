"""The arrays in a .pth file that PyTorch wrote before 1.6, read without PyTorch.

The file holds pickles, and a pickle may name any function to be called. The reader here knows four names and
refuses every other, so a file can put arrays together and nothing else.
"""

import collections
import math
import pickle
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NoReturn

import numpy as np
import numpy.typing as npt

MAGIC = 0x1950A86A20F9469CFC6C
"""The first number of such a file."""
VERSION = 1001
_KINDS: dict[str, np.dtype[Any]] = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


class TorchFileProblem(ValueError):
    """A file that is not what it should be; says why, in words for the end of a sentence."""


@dataclass(frozen=True, slots=True)
class _Storage:
    """A row of numbers further down in the file."""

    kind: str
    key: str
    count: int


@dataclass(frozen=True, slots=True)
class _Tensor:
    """A view of a storage; all figures count elements."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def _tensor(storage: object, offset: object, shape: object, strides: object, *_: object) -> _Tensor:
    """Stand in for torch._utils._rebuild_tensor_v2.

    Raises:
        TorchFileProblem: the view leaves its storage.
    """
    if not isinstance(storage, _Storage) or not isinstance(offset, int) or offset < 0:
        raise TorchFileProblem("a tensor has no storage")
    shape, strides = _whole(shape), _whole(strides)
    if len(shape) != len(strides):
        raise TorchFileProblem("a tensor has no shape")
    last = offset + sum((size - 1) * stride for size, stride in zip(shape, strides, strict=True))
    if 0 in shape or last >= storage.count or math.prod(shape) > storage.count:
        raise TorchFileProblem("a tensor is larger than its storage")
    return _Tensor(storage, offset, shape, strides)


def _whole(value: object) -> tuple[int, ...]:
    """Return a tuple of whole numbers from 0 on.

    Raises:
        TorchFileProblem: it is none.
    """
    if not isinstance(value, tuple) or not all(isinstance(each, int) and each >= 0 for each in value):
        raise TorchFileProblem("a tensor has no shape")
    return value


_KNOWN: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch", "FloatStorage"): "FloatStorage",
    ("torch", "LongStorage"): "LongStorage",
}


class _Reader(pickle.Unpickler):
    """Unpickles what a dictionary of tensors is made of, and refuses everything else."""

    def find_class(self, module: str, name: str) -> Any:
        """Return what stands for a name.

        Raises:
            TorchFileProblem: it is none of the four.
        """
        try:
            return _KNOWN[module, name]
        except KeyError:
            raise TorchFileProblem(f"it asks for {module}.{name}, which is not allowed") from None

    def persistent_load(self, pid: Any) -> _Storage:
        """Return the storage a tensor lies in.

        Raises:
            TorchFileProblem: it is none, or a part of another.
        """
        match pid:
            case ("storage", str(kind), str(key), str(), int(count), None) if kind in _KINDS and count >= 0:
                return _Storage(kind, key, count)
            case _:
                raise TorchFileProblem("a storage is of a kind that is not known")


def read_torch_file(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of a file by name.

    Raises:
        TorchFileProblem: the file is no such file, or is torn.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        try:
            if (_plain(file), _plain(file)) != (MAGIC, VERSION):
                _no_such_file()
            system = _plain(file)
            if not isinstance(system, dict) or not system.get("little_endian"):
                _no_such_file()
            tensors = _Reader(file).load()
            keys = _plain(file)
            if not isinstance(tensors, dict) or not isinstance(keys, list):
                _no_such_file()
            named = {str(name): tensor for name, tensor in tensors.items() if isinstance(tensor, _Tensor)}
            kinds = {tensor.storage.key: tensor.storage for tensor in named.values()}
            rows = {key: _row(file, kinds.get(key)) for key in keys}
            return {name: _array(tensor, rows) for name, tensor in named.items()}
        except TorchFileProblem:
            raise
        except Exception as problem:  # a torn pickle may raise anything
            raise TorchFileProblem(str(problem) or type(problem).__name__) from problem


def _plain(file: IO[bytes]) -> Any:
    """Return the next pickle of numbers, texts, lists and dictionaries."""
    return _Reader(file).load()


def _no_such_file() -> NoReturn:
    raise TorchFileProblem("it does not begin as a file of PyTorch before 1.6 does")


def _row(file: IO[bytes], storage: _Storage | None) -> npt.NDArray[Any]:
    """Return the next storage of the file.

    Raises:
        TorchFileProblem: it is not the one that is due, or the file ends.
    """
    (count,) = struct.unpack("<q", file.read(8))
    if storage is None or count != storage.count:
        raise TorchFileProblem("a storage is not as long as its tensors say")
    kind = _KINDS[storage.kind]
    held = file.read(count * kind.itemsize)
    if len(held) != count * kind.itemsize:
        raise TorchFileProblem("it ends too soon")
    return np.frombuffer(held, dtype=kind)


def _array(tensor: _Tensor, rows: dict[str, npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """Return a tensor as an array of its own, rows one after the other."""
    row = rows[tensor.storage.key]
    strides = tuple(stride * row.itemsize for stride in tensor.strides)
    view = np.lib.stride_tricks.as_strided(row[tensor.offset :], tensor.shape, strides, writeable=False)
    return np.ascontiguousarray(view)
