"""python -m cnntutor.worker.datasets NAME DATA_DIR STORE [PREPARATION]: one JSON object on a data set.

Without a preparation: what its files are, for taking them in. With one, as JSON: what it looks like before
and after, as lab/preparation.py has it.
"""

import json
import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from cnntutor import settings
from cnntutor.errors import CnntutorError
from cnntutor.lab.data_sets import DATA_SETS
from cnntutor.lab.preparation import Preparation
from cnntutor.worker.datasets.published import search
from cnntutor.worker.datasets.view import view
from cnntutor.worker.problems import RunProblem


def main(arguments: list[str]) -> int:
    """Look into one data set; the answer goes to stdout."""
    settings.apply_language()
    name, data_dir, store, *how = arguments
    places = (Path(data_dir) if data_dir else None, Path(store) if store else None)
    try:
        if how:
            seen = view(name, *places, msgspec.json.decode(how[0], type=Preparation))
            answer = {"name": name, "provenance": None} if seen is None else msgspec.to_builtins(seen)
        else:
            answer = look(name, *places)
    except (RunProblem, CnntutorError) as problem:
        answer = {"name": name, "problem": str(problem.message)}
    print(json.dumps(answer))
    return 0


def look(name: str, data_dir: Path | None, store: Path | None) -> dict[str, Any]:
    """Return what the files of a published data set are, or that it is not there.

    Raises:
        RunProblem: files are there, and none can be used.
    """
    found = search(DATA_SETS[name], data_dir, store)
    if found is None:
        return {"name": name, "provenance": None}
    return {
        "name": name,
        "provenance": found.provenance,
        "source": str(found.source),
        "sha256": found.sha256,
        "train": len(found.data.x_train),
        "test": len(found.data.x_test),
        "shape": list(found.data.x_train.shape[1:]),
        "classes": np.bincount(found.data.y_train, minlength=10).tolist(),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
