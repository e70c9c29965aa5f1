"""cnntutor calc: table, JSON, working, and one sentence with exit code 2 for whatever is not understood."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cnntutor.cli.main import run
from cnntutor.formats.fact_card import list_cards
from cnntutor.formats.library import list_headings

Calc = Callable[..., tuple[int, str, str]]
HEAD = """\
format_version = 1
name = "own"
title = { en = "Own", vi = "Riêng" }
input_shape = [8, 8, 1]
"""


@pytest.fixture
def calc(capsys: pytest.CaptureFixture[str]) -> Calc:
    """Run cnntutor calc; returns exit code, stdout, stderr."""

    def call(*arguments: str, lang: str = "en") -> tuple[int, str, str]:
        code = run(["--lang", lang, "calc", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.mark.parametrize(
    ("arguments", "total"),
    [
        (("lenet5",), 61_706),
        (("lenet5", "--input", "32x32x3"), 62_006),
        (("lenet5-28", "--input", "28x28x3"), 62_006),
        (("alexnet",), 62_378_344),
        (("alexnet-grouped",), 60_965_224),
        (("vgg16",), 138_357_544),
    ],
)
def test_json_totals(calc: Calc, arguments: tuple[str, ...], total: int) -> None:
    code, out, err = calc(*arguments, "--json")
    assert (code, err) == (0, "")
    answer = json.loads(out)
    assert list(answer) == [
        *("network", "input_shape", "layers", "total_params", "trainable_params", "non_trainable_params"),
        *("macs", "flops", "memory", "training"),
    ]
    assert answer["total_params"] == total == sum(layer["params"] for layer in answer["layers"])
    assert answer["macs"] == sum(layer["macs"] for layer in answer["layers"])
    assert out.count("\n") == 1


def test_json_layers(calc: Calc) -> None:
    answer: dict[str, Any] = json.loads(calc("lenet5", "--json")[1])
    assert answer["network"] == "lenet5-32-valid"
    assert answer["input_shape"] == [32, 32, 1]
    conv2 = answer["layers"][2]
    assert {key: conv2[key] for key in list(conv2)[:9]} == {
        "name": "conv2",
        "kind": "Conv2D",
        "inputs": ["pool1"],
        "output_shape": [10, 10, 16],
        "params": 2416,
        "trainable": 2416,
        "non_trainable": 0,
        "macs": 240000,
        "receptive_field": {"size": [14, 14], "jump": [2, 2], "start": [0, 0]},
    }
    assert {key: conv2[key] for key in list(conv2)[9:-1]} == {
        "receptive_field_clipped": [14, 14],
        "flops": 480000,
        "activations": 1600,
        "weight_bytes": 4 * 2416,
        "activation_bytes": 6400,
    }
    assert conv2["share"]["params"] == 2416 / 61706
    assert answer["layers"][4]["receptive_field"] is None
    assert answer["layers"][-1]["receptive_field"] == {"size": [32, 32], "jump": [0, 0], "start": [0, 0]}


def test_table(calc: Calc) -> None:
    code, out, err = calc("lenet5")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "LeNet-5 on a 32×32 grey-scale image (lenet5-32-valid)"
    assert lines[3].split() == ["#", "Layer", "Kind", "Output", "Parameters", "MACs", "Field"]
    assert lines[7].split() == ["3", "conv2", "Conv2D", "10×10×16", "2,416", "240,000", "14"]
    assert any(line.split() == ["Parameters", "in", "all", "61,706"] for line in lines)
    assert "multiply-add (MAC)" in out
    assert "\x1b" not in out


def test_table_in_vietnamese(calc: Calc) -> None:
    _, out, _ = calc("lenet5", lang="vi")
    assert "LeNet-5 với ảnh xám 32×32" in out
    assert "61.706" in out
    assert "Parameters" not in out


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("slug", [heading.slug for heading in list_headings()])
def test_every_table_fits_80_columns(calc: Calc, slug: str, lang: str) -> None:
    code, out, _ = calc(slug, lang=lang)
    assert code == 0
    assert max(len(line) for line in out.splitlines()) <= 80
    rows = [line for line in out.splitlines() if line.split()[:1] and line.split()[0].isdigit()]
    assert len(rows) == len(json.loads(calc(slug, "--json")[1])["layers"])


def test_long_names_are_shortened_in_the_table_only(calc: Calc, tmp_path: Path) -> None:
    path = tmp_path / "long.toml"
    name = "a_name_of_very_many_characters_for_one_layer"
    path.write_text(f'{HEAD}[[layers]]\nkind = "GlobalAveragePooling2D"\nname = "{name}"\n', encoding="utf-8")
    out = calc(str(path))[1]
    assert max(len(line) for line in out.splitlines()) <= 80
    assert name not in out
    assert "a_name" in out
    assert json.loads(calc(str(path), "--json")[1])["layers"][0]["name"] == name


def test_branches_name_their_inputs(calc: Calc) -> None:
    out = calc("inception-3a")[1]
    assert "← 1x1, 3x3, 5x5, pool_proj" in out
    assert "weights of b1_bn, counted there" in calc("resnet-demo-repaired")[1]


@pytest.mark.parametrize("layer", ["conv2", "3", "CONV2"])
def test_working_of_a_layer(calc: Calc, layer: str) -> None:
    code, out, err = calc("lenet5", "--explain", layer)
    assert (code, err) == (0, "")
    assert max(len(line) for line in out.splitlines()) <= 80
    lines = [line.strip() for line in out.splitlines()]
    for step in (
        "(kernel_h · kernel_w · in_channels + 1) · filters",
        "= (5 · 5 · 6 + 1) · 16",
        "= 2,416 parameters",
        "= (⌊(14 − 5) / 1⌋ + 1) × (⌊(14 − 5) / 1⌋ + 1) × 16",
        "= 10×10×16 output shape, batch left out",
        "= 240,000 multiply-adds",
        "= 14×14 pixels of the input",
    ):
        assert step in lines
    assert lines.index("= (5 · 5 · 6 + 1) · 16") < lines.index("= 2,416 parameters")


def test_working_follows_the_input(calc: Calc) -> None:
    out = calc("lenet5", "--input", "32x32x3", "--explain", "conv1")[1]
    assert "= (5 · 5 · 3 + 1) · 6" in out
    assert "= 456 parameters" in out


def test_another_input_is_named_beside_the_one_of_the_title(calc: Calc) -> None:
    assert "Input 32×32×3, in place of 32×32×1" in calc("lenet5", "--input", "32x32x3")[1]
    assert "in place of" not in calc("lenet5", "--input", "32x32x1")[1]


def test_working_as_json(calc: Calc) -> None:
    answer = json.loads(calc("lenet5", "--explain", "conv1", "--json")[1])
    assert answer["layer"]["params"] == 156
    assert answer["derivations"]["params"]["numbers"] == "(5 · 5 · 1 + 1) · 6"
    assert answer["derivations"]["params"]["result"] == 156
    assert answer["derivations"]["output_shape"]["result"] == [28, 28, 6]


@pytest.mark.parametrize("slug", [heading.slug for heading in list_headings()])
def test_a_layer_of_every_kind_can_be_explained(calc: Calc, slug: str) -> None:
    layers = json.loads(calc(slug, "--json")[1])["layers"]
    for name in {layer["kind"]: layer["name"] for layer in layers}.values():
        code, out, _ = calc(slug, "--explain", name, lang="vi")
        assert code == 0
        assert out.startswith(f"{name} (")


def test_list(calc: Calc) -> None:
    code, out, _ = calc("--list")
    assert code == 0
    assert out.startswith("alexnet-grouped ")
    assert len(out.splitlines()) == len(list_headings()) + len(list_cards())
    answer = json.loads(calc("--list", "--json")[1])
    assert {
        "network": "vgg16-224",
        "aliases": ["vgg16"],
        "title": "VGG16 on 224×224 colour images",
        "input_shape": [224, 224, 3],
    } in answer["networks"]
    assert {card["network"] for card in answer["cards"]} == {card.slug for card in list_cards()}


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize(
    ("arguments", "mention"),
    [
        ((), "cnntutor calc --list"),
        (("lenet6",), "lenet5"),
        (("lenet5", "--input", "0x32x1"), '"0x32x1"'),
        (("lenet5", "--input", "-32x32x1"), '"-32x32x1"'),
        (("lenet5", "--input", "big"), '"big"'),
        (("lenet5", "--input", ""), '""'),
        (("lenet5", "--input", "32x32"), "(32, 32)"),
        (("lenet5", "--input", "784"), "(784)"),
        (("lenet5", "--input", "8x8x1"), "conv2: kernel_size"),
        (("lenet5", "--input", "99999999999x2x1"), "99999999999x2x1"),
        (("dense-mnist", "--input", "28x28x1x1x1x1x1"), "28x28x1x1x1x1x1"),
        (("lenet5", "--explain", "conv9"), "conv"),
        (("lenet5", "--explain", "0"), '"0"'),
        (("lenet5", "--explain", "9"), '"9"'),
        (("lenet5", "--explain", "-1"), '"-1"'),
        (("lenet5", "--explain", "²"), '"²"'),
        (("missing.toml",), "missing.toml"),
    ],
)
def test_not_understood(calc: Calc, arguments: tuple[str, ...], mention: str, lang: str) -> None:
    code, out, err = calc(*arguments, lang=lang)
    assert (code, out) == (2, "")
    assert err.startswith("cnntutor: ")
    assert err.count("\n") == 1
    assert mention in err


def test_bad_files(calc: Calc, tmp_path: Path) -> None:
    contents = {
        "broken.toml": b"format_version = ",
        "garbage.toml": bytes(range(256)),
        "empty.toml": b"",
        "kind.toml": f'{HEAD}[[layers]]\nkind = "Conv9D"\n'.encode(),
    }
    for name, content in contents.items():
        path = tmp_path / name
        path.write_bytes(content)
        code, out, err = calc(str(path), "--json")
        assert (code, out) == (2, "")
        assert str(path) in err
        assert err.count("\n") == 1
    (tmp_path / "folder.toml").mkdir()
    assert calc(str(tmp_path / "folder.toml"))[0] == 2
    assert calc(f"{tmp_path}/")[0] == 2


def test_unknown_options_are_not_understood(calc: Calc) -> None:
    assert calc("lenet5", "--inptu", "3")[0] == 2
    assert calc("lenet5", "--explain")[0] == 2


def test_a_file_of_ones_own(calc: Calc, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(f'{HEAD}[[layers]]\nkind = "Conv2D"\nfilters = 2\nkernel_size = 3\n', encoding="utf-8")
    answer = json.loads(calc(str(path), "--json")[1])
    assert (answer["network"], answer["total_params"]) == ("own", 20)


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "cp1252"])
def test_another_encoding_is_mended(encoding: str) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "cnntutor", "--lang", "vi", "calc", "lenet5", "--explain", "conv2"],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": encoding},
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, b"")
    assert "⌊(14 − 5) / 1⌋" in result.stdout.decode("utf-8")


def test_as_a_process_it_imports_little() -> None:
    code = (
        "import sys\n"
        "from cnntutor.cli.main import run\n"
        "assert run(['calc', 'vgg16']) == 0\n"
        "heavy = {'textual', 'rich', 'numpy', 'keras', 'tensorflow', 'msgspec', 'sqlite3', 'asyncio'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "138,357,544" in result.stdout or "138.357.544" in result.stdout
