"""Every kind of layer by Keras's class name; the module of a kind is imported when it is first asked for."""

import importlib
from collections.abc import Iterator, Mapping

from cnntutor.calc.layers.base import Layer

_MODULES = {
    "Input": "input",
    "Conv2D": "convolution",
    "MaxPooling2D": "pooling",
    "AveragePooling2D": "pooling",
    "GlobalAveragePooling2D": "pooling",
    "Flatten": "reshaping",
    "ZeroPadding2D": "reshaping",
    "Dense": "core",
    "Activation": "core",
    "ReLU": "core",
    "Dropout": "core",
    "BatchNormalization": "normalization",
    "Add": "merging",
    "Concatenate": "merging",
}


class LayerKinds(Mapping[str, type[Layer]]):
    """A mapping from class name to class that imports as little as it must."""

    def __getitem__(self, kind: str) -> type[Layer]:
        module = importlib.import_module(f"cnntutor.calc.layers.{_MODULES[kind]}")
        found = getattr(module, kind)
        if not (isinstance(found, type) and issubclass(found, Layer)):
            raise TypeError(f"{kind} in {module.__name__} is no layer")
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)

    def __contains__(self, kind: object) -> bool:
        return kind in _MODULES


LAYER_KINDS = LayerKinds()
"""Every kind of layer the calculator knows."""
