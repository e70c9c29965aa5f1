"""Keras 2: what tf_keras writes, where it is installed, and the traits of its configs, always."""

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

from cnntutor.calc.analysis import NetworkReport, analyse
from cnntutor.formats.keras_json import parse_keras_json
from cnntutor.formats.library import find_network

FIRST = {
    "class_name": "InputLayer",
    "name": "in",
    "config": {"batch_input_shape": [None, 6, 6, 4], "name": "in"},
    "inbound_nodes": [],
}


def layer(kind: str, name: str, inputs: list[object], **config: object) -> dict[str, object]:
    own = {"name": name, "trainable": True, **config}
    return {"class_name": kind, "config": own, "name": name, "inbound_nodes": [inputs]}


def read(*layers: dict[str, object]) -> NetworkReport:
    config = {
        "name": "old",
        "layers": [FIRST, *layers],
        "input_layers": [["in", 0, 0]],
        "output_layers": [[layers[-1]["name"], 0, 0]],
    }
    document = {"class_name": "Functional", "config": config, "keras_version": "2.15.0"}
    return analyse(parse_keras_json(json.dumps(document), "old.json").network)


def test_names_with_strokes() -> None:
    report = read(
        layer("Conv2D", "conv1/conv", [["in", 0, 0, {}]], filters=2, kernel_size=[3, 3]),
        layer("BatchNormalization", "conv1/bn", [["conv1/conv", 0, 0, {}]], axis=[3]),
    )
    assert [(row.name, row.inputs) for row in report.layers] == [
        ("conv1_conv", ("in",)),
        ("conv1_bn", ("conv1_conv",)),
    ]


def test_a_concatenation_by_tensorflow() -> None:
    tensors: list[object] = [["in", 0, 0, {"axis": -1}], ["in", 0, 0, {"axis": -1}]]
    assert read(layer("TFOpLambda", "tf.concat", tensors, function="concat")).layers[0].output_shape == (
        6,
        6,
        8,
    )


def test_layers_that_are_gone() -> None:
    report = read(layer("ThresholdedReLU", "cut", [["in", 0, 0, {}]], theta=1.5))
    assert (report.layers[0].kind, report.network.node("cut").layer) == (
        "ReLU",
        type(report.network.node("cut").layer)(threshold=1.5),  # type: ignore[call-arg]
    )


def test_layers_of_its_applications() -> None:
    scale = layer("CustomScaleLayer", "scaled", [["in", 0, 0, {}], ["in", 0, 0, {}]], scale=0.17)
    for more in (
        {
            "module": "tf_keras.src.applications.inception_resnet_v2",
            "registered_name": "Custom>CustomScaleLayer",
        },
        {"class_name": "Custom>CustomScaleLayer"},
    ):
        assert read({**scale, **more}).layers[0].kind == "CustomScaleLayer"


def rows(model: Any, prefix: str = "") -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for each in model.layers:
        if hasattr(each, "layers"):
            found |= rows(each, f"{prefix}{each.name}.")
            continue
        counts = [
            sum(int(weight.shape.num_elements()) for weight in weights)
            for weights in (each.trainable_weights, each.non_trainable_weights)
        ]
        if any(counts):
            found[prefix + each.name.replace("/", "_")] = (counts[0], counts[1])
    return found


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("suffix", [".json", ".h5", ".keras"])
@pytest.mark.parametrize(
    "name", ["ResNet50", "DenseNet121", "EfficientNetB0", "InceptionResNetV2", "NASNetMobile", "ConvNeXtTiny"]
)
def test_its_applications(name: str, suffix: str, tmp_path: Path) -> None:
    keras: Any = pytest.importorskip("tf_keras", reason="tf_keras is not installed: no files of Keras 2")
    model = getattr(keras.applications, name)(weights=None)
    path = tmp_path / f"model{suffix}"
    if suffix == ".json":
        path.write_text(model.to_json(), encoding="utf-8")
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.save(path)
    report = analyse(find_network(str(path)).network)
    ours = {row.name: (row.trainable, row.non_trainable) for row in report.layers if row.params}
    assert ours == rows(model)
    assert report.total_params == model.count_params()
