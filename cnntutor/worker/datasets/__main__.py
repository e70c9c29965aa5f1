"""python -m cnntutor.worker.datasets NAME DATA_DIR STORE: one JSON object on what a data set holds."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from cnntutor import settings
from cnntutor.errors import CnntutorError
from cnntutor.lab.data_sets import DATA_SETS
from cnntutor.worker.datasets import drawn
from cnntutor.worker.datasets.arrays import Bytes
from cnntutor.worker.datasets.published import load_embedded, search
from cnntutor.worker.problems import RunProblem

BINS = 16


def main(arguments: list[str]) -> int:
    """Look into one data set; the answer goes to stdout."""
    settings.apply_language()
    name, data_dir, store = arguments
    try:
        answer = look(name, Path(data_dir) if data_dir else None, Path(store) if store else None)
    except (RunProblem, CnntutorError) as problem:
        answer = {"name": name, "problem": str(problem.message)}
    print(json.dumps(answer))
    return 0


def look(name: str, data_dir: Path | None, store: Path | None) -> dict[str, Any]:
    """Return what a data set holds, or that it is not there.

    Raises:
        RunProblem: files are there, and none can be used.
    """
    info = DATA_SETS[name]
    answer: dict[str, Any] = {"name": name}
    if name == "shapes-32":
        images, labels = drawn.draw(1_000, drawn.SEED)
        answer |= {"provenance": "generated", "source": "cnntutor", "train": info.train, "test": info.test}
    elif name == "mnist-5000":
        images, labels, path = load_embedded()
        answer |= {"provenance": "embedded", "source": str(path), "train": info.train, "test": info.test}
    else:
        found = search(info, data_dir, store)
        if found is None:
            return answer | {"provenance": None}
        images, labels = found.data.x_train, found.data.y_train
        counts = {"train": len(found.data.x_train), "test": len(found.data.x_test)}
        answer |= {"provenance": found.provenance, "source": str(found.source), "sha256": found.sha256}
        answer |= counts
    return answer | pixels(images, labels)


def pixels(images: Bytes, labels: Bytes) -> dict[str, Any]:
    """Return figures of the pixels: range, mean, spread, histogram, images a class."""
    counts, edges = np.histogram(images, bins=BINS, range=(0, 256))
    return {
        "shape": list(images.shape[1:]),
        "min": int(images.min()),
        "max": int(images.max()),
        "mean": round(float(images.mean()), 3),
        "std": round(float(images.std()), 3),
        "histogram": [int(count) for count in counts],
        "edges": [int(edge) for edge in edges],
        "classes": np.bincount(labels, minlength=10).tolist(),
        "example": shrunk(images[0]),
    }


def shrunk(image: Bytes) -> list[list[int]]:
    """Return an image as grey rows of at most 32 figures."""
    grey = image.mean(axis=2)
    step = max(1, grey.shape[0] // 32)
    rows: list[list[int]] = np.rint(grey[::step, ::step]).astype(int).tolist()
    return rows


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
