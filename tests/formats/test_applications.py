"""Every model of keras.applications: totals, counts and shapes layer by layer, from JSON, .keras and .h5.

Each is built without weights from elsewhere, at its own input size, by a process of its own.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cnntutor.calc.analysis import NetworkReport, analyse
from cnntutor.formats.library import find_network

FEW = ("ResNet50", "MobileNetV2", "DenseNet121", "EfficientNetB0", "ConvNeXtTiny")
"""Those that every run of the tests tries."""
ALL = (
    *("ConvNeXtBase", "ConvNeXtLarge", "ConvNeXtSmall", "ConvNeXtTiny", "ConvNeXtXLarge", "DenseNet121"),
    *("DenseNet169", "DenseNet201", "EfficientNetB0", "EfficientNetB1", "EfficientNetB2", "EfficientNetB3"),
    *("EfficientNetB4", "EfficientNetB5", "EfficientNetB6", "EfficientNetB7", "EfficientNetV2B0"),
    *("EfficientNetV2B1", "EfficientNetV2B2", "EfficientNetV2B3", "EfficientNetV2L", "EfficientNetV2M"),
    *("EfficientNetV2S", "InceptionResNetV2", "InceptionV3", "MobileNet", "MobileNetV2", "MobileNetV3Large"),
    *("MobileNetV3Small", "NASNetLarge", "NASNetMobile", "ResNet101", "ResNet101V2", "ResNet152"),
    *("ResNet152V2", "ResNet50", "ResNet50V2", "VGG16", "VGG19", "Xception"),
)
SCRIPT = """
import json, math, pathlib, sys, warnings
import keras
warnings.simplefilter("ignore")
folder, suffixes, names = pathlib.Path(sys.argv[1]), sys.argv[2].split(","), sys.argv[3:]
def size(weights):
    return sum(math.prod(weight.shape) for weight in weights if "seed_generator" not in weight.path)
def rows(model, prefix=""):
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from rows(layer, f"{prefix}{layer.name}.")
        else:
            shape = None if isinstance(layer.output, (list, tuple)) else list(layer.output.shape[1:])
            counts = size(layer.trainable_weights), size(layer.non_trainable_weights)
            yield prefix + layer.name, [shape, *counts]
for name in names:
    opened = {"input_shape": (224, 224, 3)} if name.startswith("MobileNetV3") else {}
    model = getattr(keras.applications, name)(weights=None, **opened)
    numbers = {"total": model.count_params(), "trainable": size(model.trainable_weights),
               "rows": dict(rows(model))}
    (folder / f"{name}.numbers").write_text(json.dumps(numbers))
    for suffix in suffixes:
        if suffix == ".json":
            (folder / f"{name}.json").write_text(model.to_json())
        else:
            model.save(folder / f"{name}{suffix}")
    keras.backend.clear_session()
"""
Numbers = dict[str, Any]


def build(folder: Path, suffixes: tuple[str, ...], *names: str) -> None:
    """Build models in a process of their own and save them in a folder, beside what Keras says of them."""
    pytest.importorskip("keras")
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    command = [sys.executable, "-c", SCRIPT, str(folder), ",".join(suffixes), *names]
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert run.returncode == 0, run.stderr[-2000:]


def assert_same(report: NetworkReport, numbers: Numbers) -> None:
    rows = {row.name: [list(row.output_shape), row.trainable, row.non_trainable] for row in report.layers}
    expected = {name: row for name, row in numbers["rows"].items() if name in rows or any(row[1:])}
    operations = [name for name in rows if name not in expected]
    assert all(rows.pop(name)[1:] == [0, 0] for name in operations)
    assert rows == expected
    assert len(rows) > len(numbers["rows"]) * 0.9
    assert (report.total_params, report.trainable_params) == (numbers["total"], numbers["trainable"])
    assert report.total_params == sum(row.params for row in report.layers)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("applications")
    build(folder, (".json",), *FEW)
    return folder


@pytest.mark.parametrize("name", FEW)
def test_a_few(name: str, few: Path) -> None:
    numbers = json.loads((few / f"{name}.numbers").read_text())
    assert_same(analyse(find_network(str(few / f"{name}.json")).network), numbers)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", ALL)
def test_all_in_every_form(name: str, tmp_path: Path) -> None:
    suffixes = (".json", ".keras", ".h5")
    build(tmp_path, suffixes, name)
    numbers = json.loads((tmp_path / f"{name}.numbers").read_text())
    for suffix in suffixes:
        path = tmp_path / f"{name}{suffix}"
        assert_same(analyse(find_network(str(path)).network), numbers)
        path.unlink()


def test_every_application_is_compared() -> None:
    applications = pytest.importorskip("keras").applications
    found = {
        name for name in dir(applications) if name[:1].isupper() and callable(getattr(applications, name))
    }
    assert found == set(ALL)
    assert set(FEW) < found
