"""What the layers of a trained model make of one image: feature maps, filters, outputs."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from cnntutor.needs import BuildTask, Fault, LayerView, LookTask, Reply
from cnntutor.worker.tasks.build_task import LONGEST_TEXT, load
from cnntutor.worker.tasks.own_picture import PictureProblem, prepared_picture

MOST_LAYERS = 200
MOST_MAPS = 16
"""Of a layer, and as many filters."""
LARGEST_MAP = 32
"""Height and width; a larger one is made smaller by means over squares."""
MOST_VALUES = 1_024
_SPATIAL = 3

Floats = npt.NDArray[np.float32]


def look(task: LookTask) -> Reply:
    """Return the views of all layers."""
    try:
        pixels = np.frombuffer(task.pixels, dtype=np.uint8)
        if task.image:
            path = Path(task.image)
            pixels = prepared_picture(path, task.shape, photo=task.photo, inverted=task.inverted)
        image = pixels.reshape(task.shape).astype(np.float32) / task.divisor + task.offset
        found = views(load(BuildTask(file=task.file)), image)
        return Reply(views=found, pixels=pixels.tobytes() if task.image else b"")
    except PictureProblem as trouble:
        return Reply(fault=Fault(kind="picture", text=str(trouble)[:LONGEST_TEXT]))
    except MemoryError:
        return Reply(fault=Fault(kind="memory"))
    except Exception as trouble:  # Keras and h5py refuse broken files with any exception there is
        said = " ".join(str(trouble).split())[:LONGEST_TEXT] or type(trouble).__name__
        if "safe_mode" in said or "Lambda" in said:
            return Reply(fault=Fault(kind="untrusted", text=said))
        return Reply(fault=Fault(kind="unreadable", text=said))


def views(model: Any, image: Floats) -> tuple[LayerView, ...]:
    """Return what each layer of a model makes of an image.

    Args:
        model: A Keras model with one input.
        image: As the network sees it; flattened where it wants that.

    Raises:
        ValueError: the model takes images of another shape.
    """
    layers = [layer for layer in model.layers if _output(layer) is not None][:MOST_LAYERS]
    seeing = keras.Model(model.inputs[0], [_output(layer) for layer in layers])
    found = seeing(image.reshape((1, *model.input_shape[1:])), training=False)
    outputs = found if isinstance(found, list | tuple) else [found]
    return tuple(
        _view(layer, keras.ops.convert_to_numpy(output)[0])
        for layer, output in zip(layers, outputs, strict=True)
    )


def _output(layer: Any) -> Any:
    """Return the one output of a layer; None for an input, or a layer with none or several."""
    if isinstance(layer, keras.layers.InputLayer):
        return None
    try:
        output = layer.output
    except (AttributeError, ValueError):  # it was never called, or more than once
        return None
    return None if isinstance(output, list | tuple | dict) else output


def _view(layer: Any, output: Floats) -> LayerView:
    """Return what is shown of one layer."""
    finite = output[np.isfinite(output)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    view = LayerView(
        name=layer.name, kind=type(layer).__name__, shape=tuple(output.shape), low=low, high=high
    )
    fields: dict[str, Any] = {}
    if output.ndim == _SPATIAL:
        small = _smaller(np.nan_to_num(output[..., :MOST_MAPS]))
        levels = _levels(small, low, high)
        fields["map_size"] = levels.shape[:2]
        fields["maps"] = tuple(levels[..., each].tobytes() for each in range(levels.shape[-1]))
    else:
        values = np.nan_to_num(output.reshape(-1)[:MOST_VALUES])
        fields["values"] = tuple(round(float(value), 6) for value in values)
    kernel = getattr(layer, "kernel", None)
    if kernel is not None and len(kernel.shape) == 4:
        fields |= _filters(keras.ops.convert_to_numpy(kernel))
    return LayerView(**{name: getattr(view, name) for name in view.__struct_fields__} | fields)


def _smaller(maps: Floats) -> Floats:
    """Return maps (height, width, channels) of at most LARGEST_MAP either way."""
    step = -(-max(maps.shape[:2]) // LARGEST_MAP)
    if step == 1:
        return maps
    height, width = (-(-side // step) * step for side in maps.shape[:2])
    padded = np.pad(maps, ((0, height - maps.shape[0]), (0, width - maps.shape[1]), (0, 0)), mode="edge")
    squares = padded.reshape(height // step, step, width // step, step, maps.shape[-1])
    means: Floats = squares.mean(axis=(1, 3))
    return means


def _levels(values: Floats, low: float, high: float) -> npt.NDArray[np.uint8]:
    """Return values as bytes, low for 0 and high for 255."""
    span = high - low
    if span <= 0:
        return np.zeros(values.shape, dtype=np.uint8)
    levels: npt.NDArray[np.uint8] = np.clip(np.rint((values - low) / span * 255), 0, 255).astype(np.uint8)
    return levels


def _filters(kernel: Floats) -> dict[str, Any]:
    """Return the first filters of a kernel (height, width, inputs, filters) as bytes."""
    inputs = int(kernel.shape[2])
    shown = kernel if inputs in (1, 3) else kernel[:, :, :1]
    shown = shown[..., :MOST_MAPS]
    greatest = float(np.abs(shown).max()) or 1.0
    levels = np.clip(np.rint(shown / greatest * 127 + 128), 0, 255).astype(np.uint8)
    return {
        "filter_size": levels.shape[:3],
        "filters": tuple(levels[..., each].tobytes() for each in range(levels.shape[-1])),
        "filter_inputs": inputs,
    }
