"""A trained model from a file: Keras's own formats, TensorFlow's SavedModel, ONNX."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cnntutor.lab.saved_models import FaultKind
from cnntutor.worker.keras_layers import layers_of_applications

BATCH = 256
LONGEST_TEXT = 300


class Refused(Exception):
    """A model that cannot be used.

    Args:
        kind: A FaultKind of lab.saved_models.
        text: What the library says, or the shape the model has.
        wanted: The shape it should have.
    """

    def __init__(self, kind: FaultKind, text: str, wanted: str = "") -> None:
        super().__init__(text)
        self.kind: FaultKind = kind
        self.text = text
        self.wanted = wanted


@dataclass(frozen=True, slots=True)
class SavedModel:
    """A model that answers images."""

    kind: str
    takes: tuple[int | None, ...]
    """Shape of an image, without batch; None where any size will do."""
    batch: int | None
    """How many images it wants at a time; None: any number."""
    params: int | None
    run: Callable[[Any], Any]
    """From (count, *takes) to (count, outputs)."""

    def predict(self, images: Any) -> Any:
        """Return (count, outputs) for images as the data have them, (count, height, width, channels).

        Raises:
            Refused: the model takes another shape, or does not give one row of outputs an image.
        """
        shaped = self.shaped(images)
        size = self.batch or BATCH
        found = []
        for start in range(0, len(shaped), size):
            some = shaped[start : start + size]
            lacking = size - len(some) if self.batch else 0
            if lacking:
                some = np.concatenate([some, np.zeros((lacking, *some.shape[1:]), some.dtype)])
            given = np.asarray(self.run(some))
            found.append(given[: len(given) - lacking] if lacking else given)
        outputs = np.concatenate(found)
        if outputs.ndim != 2:
            raise Refused("outputs", _shape(outputs.shape[1:]))
        return outputs

    def shaped(self, images: Any) -> Any:
        """Return images in the shape the model takes: as they are, flattened, without or before channels.

        Raises:
            Refused: it takes another.
        """
        count, height, width, channels = images.shape
        if _fits(self.takes, (height, width, channels)):
            return images
        if _fits(self.takes, (channels, height, width)):
            return np.ascontiguousarray(images.transpose(0, 3, 1, 2))
        if _fits(self.takes, (height * width * channels,)):
            return images.reshape(count, -1)
        if channels == 1 and _fits(self.takes, (height, width)):
            return images[..., 0]
        raise Refused("shape", _shape(self.takes), _shape((height, width, channels)))


def open_model(path: Path, *, trust: bool) -> SavedModel:
    """Return the model of a file or of a SavedModel's folder.

    Raises:
        Refused: it cannot be loaded, or brings code and is not trusted.
    """
    try:
        if path.is_dir():
            return _tensorflow(path)
        if path.suffix.lower() == ".onnx":
            return _onnx(path)
        return _keras(path, trust)
    except Refused:
        raise
    except MemoryError:
        raise Refused("memory", "") from None
    except Exception as trouble:  # these libraries refuse broken files with any exception there is
        said = " ".join(str(trouble).split())[:LONGEST_TEXT] or type(trouble).__name__
        if "safe_mode" in said or "Lambda" in said:
            raise Refused("untrusted", said) from trouble
        raise Refused("unreadable", said) from trouble


def _keras(path: Path, trust: bool) -> SavedModel:
    """Load a .keras or .h5 file."""
    import keras

    with keras.utils.custom_object_scope(layers_of_applications()):
        model = keras.models.load_model(path, compile=False, safe_mode=not trust)
    if not isinstance(getattr(model, "input_shape", None), tuple):
        raise Refused("shape", "several inputs", "one image")
    return SavedModel(
        "keras",
        tuple(model.input_shape[1:]),
        model.input_shape[0],
        model.count_params(),
        lambda images: keras.ops.convert_to_numpy(model(images, training=False)),
    )


def _tensorflow(path: Path) -> SavedModel:
    """Load a SavedModel and take its signature for serving."""
    import tensorflow as tf

    loaded = tf.saved_model.load(str(path))
    names = list(loaded.signatures)
    if not names:
        raise Refused("unreadable", "the SavedModel has no signature to call")
    signature = loaded.signatures["serving_default" if "serving_default" in names else names[0]]
    inputs = signature.structured_input_signature[1]
    if len(inputs) != 1:
        raise Refused("shape", f"{len(inputs)} inputs", "one image")
    ((name, spec),) = inputs.items()
    shape = tuple(spec.shape)
    variables = getattr(loaded, "variables", ()) or signature.variables

    def run(images: Any) -> Any:
        given = signature(**{name: tf.constant(images, dtype=spec.dtype)})
        return next(iter(given.values())).numpy()

    params = sum(math.prod(variable.shape) for variable in variables)
    return SavedModel("savedmodel", shape[1:], shape[0], params or None, run)


def _onnx(path: Path) -> SavedModel:
    """Load an ONNX file with onnxruntime."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    inputs = session.get_inputs()
    if len(inputs) != 1:
        raise Refused("shape", f"{len(inputs)} inputs", "one image")
    name = inputs[0].name
    batch, *takes = (side if isinstance(side, int) and side > 0 else None for side in inputs[0].shape)
    return SavedModel("onnx", tuple(takes), batch, None, lambda images: session.run(None, {name: images})[0])


def scaled(images: Any, divisor: float, offset: float) -> Any:
    """Return pixels as a model sees them: divided and moved."""
    found = images.astype(np.float32)
    found /= divisor
    found += offset
    return found


def _fits(takes: tuple[int | None, ...], shape: tuple[int, ...]) -> bool:
    """Whether a model takes images of a shape; sides it leaves open take any."""
    return len(takes) == len(shape) and all(
        side in (None, own) for side, own in zip(takes, shape, strict=True)
    )


def _shape(sides: tuple[int | None, ...]) -> str:
    """Return a shape as it is read aloud."""
    return "×".join("?" if side is None else str(side) for side in sides) or "()"
