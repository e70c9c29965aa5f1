"""Trained weights from files of keras.applications, put into a model layer by layer by name."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np

from cnntutor.i18n import msg
from cnntutor.worker.problems import RunProblem


def load_by_name(model: Any, path: Path) -> int:
    """Give the layers of a model the weights of the layers of the same name in an .h5 file.

    A layer whose shapes differ, such as one for another number of classes, keeps its own weights.

    Returns:
        How many layers were given weights.

    Raises:
        RunProblem: the file cannot be read, or fits no more than a tenth of the model.
    """
    given = 0
    having = [layer for layer in model.layers if layer.weights]
    try:
        with h5py.File(path, "r") as file:
            groups = file.get("model_weights", file)
            for layer in having:
                arrays = _arrays(groups, layer.name)
                if [array.shape for array in arrays] == [tuple(weight.shape) for weight in layer.weights]:
                    layer.set_weights(arrays)
                    given += 1
    except (OSError, KeyError, TypeError, ValueError) as problem:
        raise RunProblem(
            "bad-data",
            msg(
                "{file} is no file of trained weights in .h5 form ({problem}); name another with --set"
                " weights=FILE.",
                file=path,
                problem=problem,
            ),
        ) from problem
    if given * 10 <= len(having):
        raise RunProblem(
            "bad-data",
            msg(
                "{file} fits {given} of the {all} layers of this network; --set width and image_size must be"
                " those of the file (0.25 and 128 for mobilenet_2_5_128).",
                file=path,
                given=given,
                all=len(having),
            ),
        )
    return given


def _arrays(groups: Any, name: str) -> list[Any]:
    """Return the arrays of a layer in the order Keras keeps them; none where the file has no such layer."""
    if name not in groups:
        return []
    names = [
        each.decode() if isinstance(each, bytes) else each for each in groups[name].attrs["weight_names"]
    ]
    return [np.asarray(groups[name][each]) for each in names]
