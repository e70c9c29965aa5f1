"""The networks of the course that keras.applications has too: the same layers, shapes, counts and edges."""

import warnings
from typing import Any

import pytest

from cnntutor.calc.analysis import analyse
from cnntutor.formats.library import find_network

SAME = {
    **{"vgg16": "VGG16", "vgg19": "VGG19", "mobilenet": "MobileNet", "mobilenet-v2": "MobileNetV2"},
    **{"resnet50": "ResNet50", "resnet101": "ResNet101", "resnet152": "ResNet152"},
    **{"inception-v3": "InceptionV3", "xception": "Xception", "densenet121": "DenseNet121"},
    "efficientnet-b0": "EfficientNetB0",
}
"""Ours → theirs."""
QUICK = {"mobilenet", "resnet50"}
RENAMED = {"fc3": "predictions"}
"""What the course calls otherwise."""
Row = tuple[str, tuple[int, ...], int, int]


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in SAME]
)
def test_the_same_network_as_in_keras(name: str, keras: Any) -> None:
    keras.backend.clear_session(free_memory=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = getattr(keras.applications, SAME[name])(weights=None)
    report = analyse(find_network(name).network)
    theirs: dict[str, Row] = {
        layer.name: (
            type(layer).__name__,
            tuple(layer.output.shape[1:]),
            sum(int(weight.value.numpy().size) for weight in layer.trainable_weights),
            sum(int(weight.value.numpy().size) for weight in layer.non_trainable_weights),
        )
        for layer in model.layers
        if type(layer).__name__ != "InputLayer"
    }
    ours: dict[str, Row] = {
        RENAMED.get(layer.name, layer.name): (
            layer.kind,
            layer.output_shape,
            layer.trainable,
            layer.non_trainable,
        )
        for layer in report.layers
    }
    assert list(ours.items()) == list(theirs.items())
    assert report.total_params == model.count_params()
    assert report.input_shape == tuple(model.input_shape[1:])
    edges = {
        layer.name: tuple(
            "input" if source.name == model.layers[0].name else source.name for source in _sources(layer)
        )
        for layer in model.layers[1:]
    }
    assert {RENAMED.get(layer.name, layer.name): layer.inputs for layer in report.layers} == edges


def _sources(layer: Any) -> list[Any]:
    """The layers that a layer is called on."""
    inputs = layer.input if isinstance(layer.input, list) else [layer.input]
    return [tensor._keras_history.operation for tensor in inputs]
