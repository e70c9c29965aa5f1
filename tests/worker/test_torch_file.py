"""Files of PyTorch read without it: what is in them, and what is refused."""

import collections
import os
import pickle
import struct
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnntutor.worker.torch_file import MAGIC, VERSION, TorchFileProblem, read_torch_file

SYSTEM = {"protocol_version": VERSION, "little_endian": True}


class FloatStorage:
    """Stands in for torch.FloatStorage: numbers that lie further down in the file."""

    def __init__(self, key: str, numbers: list[float]) -> None:
        self.key, self.numbers = key, numbers


def _rebuild_tensor_v2(*arguments: object) -> object:
    return arguments


class Tensor:
    """Pickled as torch pickles a tensor."""

    def __init__(self, storage: FloatStorage, offset: int, shape: Any, strides: Any) -> None:
        self.arguments: tuple[object, ...] = (
            storage,
            offset,
            shape,
            strides,
            False,
            collections.OrderedDict(()),
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild_tensor_v2, self.arguments


class Writer(pickle.Pickler):
    """Writes what torch.save wrote before 1.6."""

    def persistent_id(self, obj: Any) -> Any:
        if isinstance(obj, FloatStorage):
            return ("storage", FloatStorage, obj.key, "cpu", len(obj.numbers), None)
        return None


@pytest.fixture
def torch_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is pickled here bear torch's names."""
    for name, held in (("torch", FloatStorage), ("torch._utils", _rebuild_tensor_v2)):
        module = types.ModuleType(name)
        setattr(module, held.__name__, held)
        monkeypatch.setitem(sys.modules, name, module)
        monkeypatch.setattr(held, "__module__", name)


def write(path: Path, held: object, storages: list[FloatStorage], system: object = None) -> Path:
    with path.open("wb") as file:
        for each in (MAGIC, VERSION, system or SYSTEM):
            pickle.dump(each, file, protocol=2)
        Writer(file, protocol=2).dump(held)
        pickle.dump([each.key for each in storages], file, protocol=2)
        for each in storages:
            numbers = np.array(each.numbers, dtype="<f4")
            file.write(struct.pack("<q", len(numbers)) + numbers.tobytes())
    return path


@pytest.mark.usefixtures("torch_names")
def test_arrays_come_in_their_own_order(tmp_path: Path) -> None:
    one, other = FloatStorage("1", [0, 1, 2, 3, 4, 5]), FloatStorage("2", [7.5])
    held = collections.OrderedDict(
        across=Tensor(one, 0, (2, 3), (1, 2)),
        along=Tensor(one, 2, (2, 2), (2, 1)),
        single=Tensor(other, 0, (), ()),
    )
    arrays = read_torch_file(write(tmp_path / "a.pth", held, [one, other]))
    assert arrays["across"].tolist() == [[0, 2, 4], [1, 3, 5]]
    assert arrays["along"].tolist() == [[2, 3], [4, 5]]
    assert arrays["single"] == 7.5


@pytest.mark.usefixtures("torch_names")
@pytest.mark.parametrize(
    ("shape", "strides", "offset"),
    [((7,), (1,), 0), ((2, 3), (3, 1), 1), ((10**12,), (0,), 0), ((2,), (-1,), 1), ((2,), (1, 1), 0)],
)
def test_a_view_that_leaves_its_storage_is_refused(
    tmp_path: Path, shape: tuple[int, ...], strides: tuple[int, ...], offset: int
) -> None:
    storage = FloatStorage("1", [0, 1, 2, 3, 4, 5])
    path = write(tmp_path / "a.pth", {"x": Tensor(storage, offset, shape, strides)}, [storage])
    with pytest.raises(TorchFileProblem):
        read_torch_file(path)


class Harm:
    """A pickle that would run a command."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("touch harm-was-done",)


@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_a_pickle_that_calls_anything_else_is_refused_and_nothing_is_called(
    tmp_path: Path, place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    pieces: list[object] = [MAGIC, VERSION, SYSTEM, {}]
    pieces[place] = Harm()
    path = tmp_path / "harm.pth"
    path.write_bytes(b"".join(pickle.dumps(each, protocol=2) for each in pieces))
    with pytest.raises(TorchFileProblem, match=r"system, which is not allowed"):
        read_torch_file(path)
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["harm.pth"]


@pytest.mark.usefixtures("torch_names")
def test_a_torn_file_is_told_from_a_whole_one(tmp_path: Path) -> None:
    storage = FloatStorage("1", [0, 1, 2, 3])
    whole = write(tmp_path / "a.pth", {"x": Tensor(storage, 0, (4,), (1,))}, [storage]).read_bytes()
    assert read_torch_file(tmp_path / "a.pth")["x"].tolist() == [0, 1, 2, 3]
    for length in range(len(whole)):
        (tmp_path / "torn.pth").write_bytes(whole[:length])
        with pytest.raises(TorchFileProblem):
            read_torch_file(tmp_path / "torn.pth")


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.pth"
    for held in (b"", b"PK\x03\x04" + bytes(100), pickle.dumps({"a": 1}), pickle.dumps(MAGIC)):
        path.write_bytes(held)
        with pytest.raises(TorchFileProblem):
            read_torch_file(path)
