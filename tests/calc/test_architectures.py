"""Every network of the sources, layer by layer, against the facts; and the issue's networks without them."""

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from cnntutor.calc.analysis import analyse
from cnntutor.formats.fact_card import list_cards, read_card
from cnntutor.formats.library import card_path, find_network, networks_dir

FACTS = (
    Path(os.environ.get("CNNTUTOR_TEST_FACTS", Path(__file__).parents[3] / "shared" / "facts"))
    / "architectures.yaml"
)
SLUGS = sorted(path.stem for path in networks_dir().glob("*.toml"))
BRANCHED = {"googlenet-v1", "inception-3a", "resnet18"}
"""Networks whose branches the facts list in another order."""
REFERENCE = {
    *("resnet34", "resnet50", "resnet50-torchvision", "resnet101", "resnet152", "googlenet-aux"),
    *("googlenet-torchvision", "googlenet-torchvision-aux", "inception-v3", "xception", "mobilenet"),
    *("mobilenet-v2", "densenet121", "efficientnet-b0", "squeezenet", "unet"),
}
"""Networks the course speaks of that the facts do not list layer by layer."""
OWN = {"inception-cifar10"}
"""Networks made for the course."""
CARDS = {"lenet5-1998": "lenet5-1998-reference", "char-rnn-torch": "char-rnn-torch"}
"""Fact cards, and how the facts call them."""
RECURRENT = {"SimpleRNN"}
"""Kinds whose multiply-adds the facts leave out."""

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
def all_facts() -> dict[str, Any]:
    if not FACTS.is_file():
        pytest.skip(f"no source facts: {FACTS} is not there")
    yaml = pytest.importorskip("yaml")
    found: dict[str, Any] = yaml.safe_load(FACTS.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def facts(all_facts: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {network["id"].replace("_", "-"): network for network in all_facts["networks"]}


@pytest.mark.parametrize("slug", sorted(set(SLUGS) - REFERENCE - OWN))
def test_layer_by_layer(slug: str, facts: dict[str, dict[str, Any]]) -> None:
    fact = facts[slug]
    network = find_network(slug).network
    report = analyse(network)
    rows = [
        (layer.kind, layer.output_shape, layer.params, 0 if layer.kind in RECURRENT else layer.macs)
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
    counted = sum(layer.macs for layer in report.layers if layer.kind not in RECURRENT)
    assert counted == fact["total_macs"]


def test_every_network_of_the_facts_is_there(facts: dict[str, dict[str, Any]]) -> None:
    assert (set(SLUGS) & set(facts)) | set(CARDS.values()) == set(facts)
    assert set(SLUGS) - set(facts) <= REFERENCE | OWN
    assert {card.slug for card in list_cards()} == set(CARDS)
    assert set(SLUGS) >= REFERENCE


@pytest.mark.parametrize("slug", CARDS)
def test_cards_row_by_row(slug: str, facts: dict[str, dict[str, Any]]) -> None:
    path, fact = card_path(slug), facts[CARDS[slug]]
    assert path is not None
    card = read_card(path)
    assert [row.params.value for row in card.rows] == [layer["params"] for layer in fact["layers"]]
    assert card.total_params == fact["totals"]["total"]
    assert card.input_shape == tuple(fact["input_shape"])


def test_the_paper_counts_these_connections() -> None:
    path = card_path("LeNet5_1998")
    assert path is not None
    assert read_card(path).total_connections == 340_908


@pytest.mark.parametrize(
    ("library", "theirs", "slug"),
    [
        ("keras_applications", "VGG16", "vgg16"),
        ("keras_applications", "VGG19", "vgg19"),
        ("keras_applications", "ResNet50", "resnet50"),
        ("keras_applications", "Xception", "xception"),
        ("torchvision", "googlenet_aux_True", "googlenet-torchvision-aux"),
        ("torchvision", "googlenet_aux_False", "googlenet-torchvision"),
        ("torchvision", "resnet18", "resnet18"),
        ("torchvision", "resnet34", "resnet34"),
        ("torchvision", "resnet50", "resnet50-torchvision"),
        ("torchvision", "vgg16", "vgg16"),
        ("torchvision", "vgg19", "vgg19"),
    ],
)
def test_reference_counts(library: str, theirs: str, slug: str, all_facts: dict[str, Any]) -> None:
    count = all_facts["meta"]["reference_counts"][library][theirs]
    report = analyse(find_network(slug).network)
    if isinstance(count, dict):
        assert (report.total_params, report.non_trainable_params) == (count["total"], count["non_trainable"])
    else:
        assert report.trainable_params == count


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
