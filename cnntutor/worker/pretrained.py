"""Networks trained on ImageNet, from files of weights: which network one is, how its pixels are scaled."""

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from cnntutor.i18n import msg
from cnntutor.worker.efficientnet_lite import build_lite
from cnntutor.worker.problems import RunProblem
from cnntutor.worker.torch_file import TorchFileProblem

_WIDTHS = {8: 0.25, 16: 0.50, 24: 0.75, 32: 1.0}
"""MobileNet's width by the filters of its first convolution."""
_FAMILIES = (
    (r"mobilenet_v2_.*_([\d.]+)_(\d+)\.h5", "mobilenet_v2", "MobileNetV2", 224),
    (r"resnet50v2_", "resnet_v2", "ResNet50V2", 224),
    (r"resnet101v2_", "resnet_v2", "ResNet101V2", 224),
    (r"resnet152v2_", "resnet_v2", "ResNet152V2", 224),
    (r"resnet50_", "resnet", "ResNet50", 224),
    (r"resnet101_", "resnet", "ResNet101", 224),
    (r"resnet152_", "resnet", "ResNet152", 224),
    (r"vgg16_", "vgg16", "VGG16", 224),
    (r"vgg19_", "vgg19", "VGG19", 224),
    (r"xception_", "xception", "Xception", 299),
    (r"inception_v3_", "inception_v3", "InceptionV3", 299),
    (r"densenet121_", "densenet", "DenseNet121", 224),
    (r"densenet169_", "densenet", "DenseNet169", 224),
    (r"densenet201_", "densenet", "DenseNet201", 224),
    (r"efficientnetb0", "efficientnet", "EfficientNetB0", 224),
)
"""(beginning of the file name, module and constructor of keras.applications, image size)."""


@dataclass(frozen=True, slots=True)
class Pretrained:
    """A trained network."""

    name: str
    size: int
    """Side of its images."""
    model: Any
    """A Keras model that gives the probabilities of ImageNet's 1,000 classes."""
    scaled: Callable[[Any], Any]
    """Brings images (count, size, size, 3), 0 to 255 as float32, to what the model takes."""


def build_pretrained(path: Path) -> Pretrained:
    """Return the network of a file of weights.

    Known are the .pth files of EfficientNet-Lite, and .h5 files under the names keras.applications downloads
    them by; a MobileNet is told by its first convolution, whatever its file is called.

    Raises:
        RunProblem: it is none of them.
    """
    try:
        if path.suffix == ".pth":
            name, size, model = build_lite(path)
            return Pretrained(name, size, model, lambda images: (images - 127.0) / 128.0)
        for pattern, module, constructor, size in _FAMILIES:
            found = re.match(pattern, path.name)
            if found:
                return _application(path, module, constructor, size, found.groups())
        return _mobilenet(path)
    except (OSError, KeyError, IndexError, TypeError, ValueError) as problem:
        why = str(problem) if isinstance(problem, TorchFileProblem) else _first_line(problem)
        raise RunProblem(
            "bad-data",
            msg(
                "{file} is no file of weights with ImageNet's 1,000 classes that is known here ({problem});"
                " name another with --set weights=FILE,FILE.",
                file=path,
                problem=why,
            ),
        ) from problem


def _first_line(problem: Exception) -> str:
    return (str(problem).splitlines() or [type(problem).__name__])[0][:120]


def _mobilenet(path: Path) -> Pretrained:
    """Return the MobileNet of an .h5 file; its image size stands in the name, or is the usual one."""
    import h5py

    with h5py.File(path, "r") as file:
        groups = file.get("model_weights", file)
        kernel = groups["conv1"][groups["conv1"].attrs["weight_names"][0]]
        alpha = _WIDTHS[kernel.shape[-1]]
    sizes = re.findall(r"(?:^|_)(128|160|192|224)(?:_|\.|$)", path.name)
    size = int(sizes[-1]) if sizes else 224
    model = keras.applications.MobileNet(input_shape=(size, size, 3), alpha=alpha, weights=str(path))
    return Pretrained(
        f"mobilenet-{alpha:.2f}-{size}", size, model, keras.applications.mobilenet.preprocess_input
    )


def _application(
    path: Path, module: str, constructor: str, size: int, parts: tuple[str | None, ...]
) -> Pretrained:
    """Return another network of keras.applications."""
    arguments: dict[str, Any] = {}
    name = constructor.lower()
    if parts:
        alpha, side = parts
        size = int(side or size)
        arguments = {"alpha": float(alpha or 1.0)}
        name = f"{name}-{float(alpha or 1.0):.2f}-{size}"
    build = getattr(keras.applications, constructor)
    model = build(input_shape=(size, size, 3), weights=str(path), **arguments)
    scale: Callable[[Any], Any] = importlib.import_module(f"keras.applications.{module}").preprocess_input
    return Pretrained(name, size, model, scale)
