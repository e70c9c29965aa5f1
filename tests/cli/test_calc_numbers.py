"""cnntutor calc beyond the counts: FLOPs, memory, shares, two networks side by side, fact cards."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.layers.core import ReLU
from cnntutor.calc.network import sequential
from cnntutor.calc.optimizers import OPTIMIZERS
from cnntutor.calc.precision import PRECISIONS
from cnntutor.cli.main import run
from cnntutor.formats.library import find_network, list_headings
from cnntutor.formats.network_toml import write_network

Calc = Callable[..., tuple[int, str, str]]
LARGE = ("resnet50", "densenet121", "googlenet-torchvision-aux", "efficientnet-b0", "unet", "alexnet")


@pytest.fixture
def calc(capsys: pytest.CaptureFixture[str]) -> Calc:
    """Run cnntutor calc; returns exit code, stdout, stderr."""

    def call(*arguments: str, lang: str = "en") -> tuple[int, str, str]:
        code = run(["--lang", lang, "calc", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def widest(out: str) -> int:
    return max(len(line) for line in out.splitlines())


def test_flops_are_twice_the_macs_and_say_so(calc: Calc) -> None:
    out = calc("lenet5", "--cost", "flops")[1]
    assert out.splitlines()[3].split()[5] == "FLOPs"
    assert out.splitlines()[5].split()[5] == "235,200"
    assert "FLOPs 833,040" in " ".join(out.split())
    assert "one multiply-add counts 2" in " ".join(out.split())
    working = calc("lenet5", "--explain", "conv1", "--cost", "flops")[1]
    assert "= 2 · 117600" in working
    assert "= 235,200 floating-point operations" in working


@pytest.mark.parametrize("dtype", PRECISIONS)
def test_memory_follows_the_dtype(calc: Calc, dtype: str) -> None:
    answer = json.loads(calc("lenet5", "--json", "--dtype", dtype)[1])
    precision = PRECISIONS[dtype]
    assert answer["memory"]["dtype"] == dtype
    assert answer["memory"]["weight_bytes"] == 61_706 * precision.variable_bytes
    assert answer["layers"][0]["activation_bytes"] == 4_704 * precision.compute_bytes
    assert sum(layer["weight_bytes"] for layer in answer["layers"]) == answer["memory"]["weight_bytes"]
    assert (
        sum(layer["activation_bytes"] for layer in answer["layers"]) == answer["memory"]["activation_bytes"]
    )
    out = calc("lenet5", "--dtype", dtype)[1]
    assert f"Weights in {precision.variable}" in out
    assert f"Activations of one sample in {precision.compute}" in out
    assert f"type {precision.compute}" in calc("lenet5", "--explain", "1", "--dtype", dtype)[1]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training_follows_batch_and_optimizer(calc: Calc, optimizer: str) -> None:
    arguments = ("--batch", "7", "--optimizer", optimizer)
    training = json.loads(calc("lenet5", "--json", *arguments)[1])["training"]
    names = ("weight", "gradient", "optimizer", "input", "activation", "working")
    parts = [f"{name}_bytes" for name in names]
    assert training["total_bytes"] == sum(training[part] for part in parts)
    assert (training["batch"], training["input_bytes"]) == (7, 7 * 4 * 32 * 32)
    assert training["total_params_after_fit"] == 61_706 + training["optimizer_params"]
    code, out, _ = calc("lenet5", "--show", "memory", *arguments)
    assert code == 0
    assert OPTIMIZERS[optimizer].code in out
    assert f"= {training['total_params_after_fit']:,} numbers, the optimizer's included" in out
    mixed = (*arguments, "--dtype", "mixed_float16")
    total = json.loads(calc("lenet5", "--json", *mixed)[1])["training"]["total_params_after_fit"]
    assert total == training["total_params_after_fit"] + 4
    assert f"= {total:,} numbers" in calc("lenet5", "--show", "memory", *mixed)[1]
    for assumption in training["assumptions"]:
        assert " ".join(assumption.split()) in " ".join(out.split())


def test_three_times_as_many_after_fit(calc: Calc) -> None:
    out = calc("lenet5", "--show", "memory")[1]
    assert "= 61706 + 2 · 61706 + 2" in out
    assert "= 185,120 numbers, the optimizer's included" in out


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("show", ["memory", "share"])
@pytest.mark.parametrize("slug", LARGE)
def test_every_view_fits_80_columns(calc: Calc, slug: str, show: str, lang: str) -> None:
    code, out, _ = calc(slug, "--show", show, lang=lang)
    assert code == 0
    assert widest(out) <= 80


def test_shares_add_up_to_the_whole(calc: Calc) -> None:
    out = calc("vgg16", "--show", "share")[1]
    row = next(line for line in out.splitlines() if " fc1 " in line)
    assert "74.3" in row
    longest = max(line.count("█") for line in out.splitlines())
    assert row.count("█") == longest > 4
    layers: list[dict[str, Any]] = json.loads(calc("vgg16", "--json")[1])["layers"]
    for name in ("params", "macs", "activations"):
        assert sum(layer["share"][name] for layer in layers) == pytest.approx(1)


def test_what_lies_outside_the_image_is_clipped(calc: Calc) -> None:
    layers = {layer["name"]: layer for layer in json.loads(calc("resnet50", "--json")[1])["layers"]}
    last = layers["conv5_block3_out"]
    assert last["receptive_field"]["size"][0] > 224
    assert last["receptive_field_clipped"] == [224, 224]
    assert layers["avg_pool"]["receptive_field_clipped"] == [224, 224]
    assert "no output sees more than 224×224 pixels" in calc("resnet50", "--explain", "conv5_block3_out")[1]


@pytest.mark.parametrize(
    "order", [("--compare", "lenet5", "lenet5-rgb"), ("lenet5", "lenet5-rgb", "--compare")]
)
def test_two_networks_side_by_side(calc: Calc, order: tuple[str, ...]) -> None:
    code, out, err = calc(*order)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "lenet5-32-valid  ↔  lenet5-rgb-32-valid"
    rows = [line.split() for line in lines[5:13]]
    assert [row[0] for row in rows] == ["≠", *"======="]
    assert rows[0] == ["≠", "conv1", "28×28×6", "156", "│", "conv1", "28×28×6", "456"]
    assert ["Parameters", "61,706", "62,006", "+300", "1.00"] in [line.split() for line in lines]
    assert "MACs" not in lines[3]


def test_layers_of_one_network_alone_are_marked(calc: Calc) -> None:
    answer = json.loads(calc("--compare", "base-cnn", "base-cnn-dropout", "--json")[1])
    marks = [layer["mark"] for layer in answer["layers"]]
    assert marks.count("only_second") == 1
    assert set(marks) == {"same", "only_second"}
    alone = answer["layers"][marks.index("only_second")]
    assert (alone["first"], alone["second"]["kind"]) == (None, "Dropout")
    assert answer["totals"]["layers"] == [6, 7]
    assert answer["totals"]["total_params"] == [34_826, 34_826]
    out = calc("--compare", "base-cnn-dropout", "base-cnn")[1]
    assert any(line.startswith("<  dropout") for line in out.splitlines())


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("other", LARGE)
def test_comparisons_fit_80_columns_and_hold_every_layer(calc: Calc, other: str, lang: str) -> None:
    code, out, _ = calc("--compare", "vgg16", other, "--cost", "flops", lang=lang)
    assert code == 0
    assert widest(out) <= 80
    answer = json.loads(calc("--compare", "vgg16", other, "--json")[1])
    for side, count in zip(("first", "second"), answer["totals"]["layers"], strict=True):
        assert sum(layer[side] is not None for layer in answer["layers"]) == count
    rows = [line for line in out.splitlines() if "│" in line]
    assert len(rows) == len(answer["layers"]) + 1


def test_a_network_compared_with_itself(calc: Calc) -> None:
    answer = json.loads(calc("--compare", "resnet18", "resnet18", "--json")[1])
    assert {layer["mark"] for layer in answer["layers"]} == {"same"}


def test_large_networks_are_compared_in_bounded_time(calc: Calc, tmp_path: Path) -> None:
    names = []
    for length in (2_000, 1_999):
        layers = [(f"layer{number}", ReLU() if number % 2 else Conv2D(4, (1, 1))) for number in range(length)]
        entry = replace(find_network("lenet5"), network=sequential("long", (8, 8, 4), layers))
        names.append(str(tmp_path / f"long{length}.toml"))
        Path(names[-1]).write_text(write_network(entry), encoding="utf-8")
    answer = json.loads(calc("--compare", *names, "--json")[1])
    marks = [layer["mark"] for layer in answer["layers"]]
    assert (marks.count("same"), marks.count("only_first")) == (1_999, 1)


def test_a_fact_card(calc: Calc) -> None:
    code, out, err = calc("lenet5-1998")
    assert (code, err) == (0, "")
    assert widest(out) <= 80
    assert "= 6·(25·3 + 1) + 6·(25·4 + 1) + 3·(25·4 + 1) + 1·(25·6 + 1)" in out
    assert ["Connections", "340,908"] in [line.split() for line in out.splitlines()]
    answer = json.loads(calc("lenet5_1998", "--json")[1])
    assert answer["card"] is True
    assert answer["total_params"] == 60_000 == sum(row["params"] for row in answer["layers"])
    for wanted in ("C3", "3", "c3"):
        assert "= 1,516" in calc("lenet5-1998", "--explain", wanted)[1]
        assert json.loads(calc("lenet5-1998", "--explain", wanted, "--json")[1])["layer"]["params"] == 1_516
    out = calc("char-rnn-torch", lang="vi")[1]
    assert "418" in out
    assert "Connections" not in out


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize(
    ("arguments", "mention"),
    [
        (("lenet5", "vgg16"), "--compare"),
        (("--compare", "lenet5"), "--compare"),
        (("--compare", "lenet5", "vgg16", "resnet18"), "--compare"),
        (("--compare", "lenet5", "lenet6"), "lenet6"),
        (("--compare", "lenet5", "lenet5-1998"), "lenet5-1998"),
        (("lenet5-1998", "--verify"), "--verify"),
        (("--compare", "lenet5", "vgg16", "--explain", "conv1"), "--explain"),
        (("--compare", "lenet5", "vgg16", "--export", "toml"), "--export"),
        (("--compare", "lenet5", "vgg16", "--input", "8x8x1"), "lenet5"),
        (("lenet5-1998", "--input", "8x8x1"), "--input"),
        (("lenet5-1998", "--export", "keras"), "--export"),
        (("lenet5-1998", "--explain", "C9"), "C3"),
        (("lenet5", "--batch", "0"), "0"),
        (("lenet5", "--dtype", "int3"), "int3"),
        (("lenet5", "--optimizer", "adamm"), "adamm"),
    ],
)
def test_what_is_not_understood(calc: Calc, arguments: tuple[str, ...], mention: str, lang: str) -> None:
    code, out, err = calc(*arguments, lang=lang)
    assert (code, out) == (2, "")
    assert mention in err
    assert "Traceback" not in err


def test_a_name_does_not_read_the_large_networks(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from cnntutor.formats import network_reader\n"
        "read = []\n"
        "original = network_reader._Reader._network\n"
        "def counted(self, slug, *rest):\n"
        "    read.append(slug)\n"
        "    return original(self, slug, *rest)\n"
        "network_reader._Reader._network = counted\n"
        "from cnntutor.cli.main import run\n"
        "assert run(['calc', 'lenet5', '--show', 'memory']) == 0\n"
        "assert read == ['lenet5-32-valid'], read\n"
        "assert run(['calc', '--list']) == 0\n"
        "assert read == ['lenet5-32-valid'], read\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert len(list_headings()) > 50
