"""Every network of the sources, layer by layer, against the facts; and the issue's networks without them."""

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from cnntutor.calc.analysis import analyse
from cnntutor.formats.library import find_network, networks_dir

FACTS = (
    Path(os.environ.get("CNNTUTOR_TEST_FACTS", Path(__file__).parents[3] / "shared" / "facts"))
    / "architectures.yaml"
)
SLUGS = sorted(path.stem for path in networks_dir().glob("*.toml"))
BRANCHED = {"googlenet-v1", "inception-3a", "resnet18"}
"""Networks whose branches the facts list in another order."""

GOLDEN = {
    "lenet5": ((32, 32, 1), 61_706, 0, 416_520, [156, 0, 2_416, 0, 0, 48_120, 10_164, 850]),
    "lenet5-rgb": ((32, 32, 3), 62_006, 0, 651_720, [456, 0, 2_416, 0, 0, 48_120, 10_164, 850]),
    "lenet5-28": ((28, 28, 1), 61_706, 0, 416_520, [156, 0, 2_416, 0, 0, 48_120, 10_164, 850]),
    "base-cnn": ((28, 28, 1), 34_826, 0, 2_440_960, [320, 0, 18_496, 0, 0, 16_010]),
    "alexnet": (
        (227, 227, 3),
        62_378_344,
        0,
        1_135_256_096,
        [34_944, 0, 614_656, 0, 885_120, 1_327_488, 884_992, 0, 0, 37_752_832, 16_781_312, 4_097_000],
    ),
    "alexnet-grouped": (
        (227, 227, 3),
        60_965_224,
        0,
        724_406_816,
        [34_944, 0, 307_456, 0, 885_120, 663_936, 442_624, 0, 0, 37_752_832, 16_781_312, 4_097_000],
    ),
    "alexnet-torchvision": (
        (224, 224, 3),
        61_100_840,
        0,
        714_188_480,
        [
            *(0, 23_296, 0, 0, 307_392, 0, 663_936, 884_992, 590_080, 0, 0, 0),
            *(37_752_832, 0, 16_781_312, 4_097_000),
        ],
    ),
    "alexnet-28": (
        (28, 28, 1),
        21_598_922,
        0,
        40_652_640,
        [11_712, 0, 614_656, 0, 885_120, 1_327_488, 884_992, 0, 0, 1_052_672, 16_781_312, 40_970],
    ),
    "zfnet-28": (
        (28, 28, 1),
        30_163_274,
        704,
        30_715_744,
        [
            *(4_800, 0, 384, 614_656, 0, 1_024, 1_180_160, 4_719_616, 4_719_104, 0, 0),
            *(2_101_248, 16_781_312, 40_970),
        ],
    ),
    "vgg16": (
        (224, 224, 3),
        138_357_544,
        0,
        15_470_264_320,
        [
            *(1_792, 36_928, 0, 73_856, 147_584, 0, 295_168, 590_080, 590_080, 0),
            *(1_180_160, 2_359_808, 2_359_808, 0, 2_359_808, 2_359_808, 2_359_808, 0, 0),
            *(102_764_544, 16_781_312, 4_097_000),
        ],
    ),
    "dense-mnist": ((784,), 623_290, 0, 622_496, [615_440, 7_850]),
    "lecture-39": ((39, 39, 3), 5_300, 0, 1_814_630, [280, 5_020]),
}
"""Input shape, parameters, not trainable ones, multiply-adds, parameters of each layer."""


@pytest.fixture(scope="module")
def facts() -> dict[str, dict[str, Any]]:
    if not FACTS.is_file():
        pytest.skip(f"no source facts: {FACTS} is not there")
    yaml = pytest.importorskip("yaml")
    networks = yaml.safe_load(FACTS.read_text(encoding="utf-8"))["networks"]
    return {network["id"].replace("_", "-"): network for network in networks}


@pytest.mark.parametrize("slug", SLUGS)
def test_layer_by_layer(slug: str, facts: dict[str, dict[str, Any]]) -> None:
    fact = facts[slug]
    network = find_network(slug).network
    report = analyse(network)
    rows = [
        (layer.kind, layer.output_shape, layer.params, layer.macs)
        for layer in report.layers
        if not network.node(layer.name).shares
    ]
    expected = [
        (layer["type"], tuple(layer["output_shape"]), layer["params"], layer["macs"])
        for layer in fact["layers"]
    ]
    if slug in BRANCHED:
        assert Counter(rows) == Counter(expected)
    else:
        assert rows == expected
    assert network.input_shape == tuple(fact["input_shape"])
    assert fact["totals"] == {
        "total": report.total_params,
        "trainable": report.trainable_params,
        "non_trainable": report.non_trainable_params,
    }
    assert report.macs == fact["total_macs"]


def test_every_network_the_kinds_can_say_is_there(facts: dict[str, dict[str, Any]]) -> None:
    beyond = {
        slug
        for slug, fact in facts.items()
        if not {layer.get("type", "") for layer in fact["layers"]}
        <= {
            *("Conv2D", "MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D", "Flatten", "Dense"),
            *("Dropout", "Activation", "ReLU", "BatchNormalization", "ZeroPadding2D", "Add", "Concatenate"),
        }
    }
    assert set(SLUGS) == set(facts) - beyond


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_table(name: str) -> None:
    shape, total, kept, macs, params = GOLDEN[name]
    report = analyse(find_network(name).network)
    assert report.input_shape == shape
    assert report.total_params == total == sum(params)
    assert report.non_trainable_params == kept
    assert report.trainable_params == total - kept
    assert report.macs == macs
    assert [layer.params for layer in report.layers] == params
