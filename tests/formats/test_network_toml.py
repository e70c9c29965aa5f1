"""Network files: what a good one says, and one sentence for every bad one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.layers.core import Dense
from cnntutor.calc.layers.pooling import MaxPooling2D
from cnntutor.errors import NotUnderstood
from cnntutor.formats.network_toml import parse_network, read_network, write_network
from cnntutor.i18n import set_language

HEAD = """\
format_version = 1
name = "mine"
title = { en = "Mine", vi = "Của tôi" }
input_shape = [8, 8, 1]
"""
CONV = """
[[layers]]
name = "conv"
kind = "Conv2D"
filters = 4
kernel_size = 3
"""
GOOD = (
    HEAD
    + CONV
    + """
[[layers]]
kind = "MaxPooling2D"

[[layers]]
kind = "MaxPooling2D"
strides = [1, 1]

[[layers]]
kind = "Flatten"

[[layers]]
kind = "Dense"
units = 2
"""
)


def test_a_good_file() -> None:
    entry = parse_network(GOOD, "mine.toml")
    assert (entry.slug, entry.aliases, entry.title.vi, entry.source) == ("mine", (), "Của tôi", "")
    assert [node.name for node in entry.network.nodes] == [
        *("input", "conv", "max_pooling2d", "max_pooling2d_1", "flatten", "dense")
    ]
    assert entry.network.node("conv").layer == Conv2D(4, (3, 3))
    assert entry.network.node("max_pooling2d").layer == MaxPooling2D((2, 2), (2, 2))
    assert entry.network.node("dense").layer == Dense(2)
    assert analyse(entry.network).total_params == 40 + (2 * 2 * 4 + 1) * 2


def test_branches_inputs_and_shared_weights() -> None:
    text = (
        HEAD.replace("input_shape = [8, 8, 1]\n", "")
        + """
[[layers]]
kind = "Input"
name = "left"
shape = [8]

[[layers]]
kind = "Input"
name = "right"
shape = [8]

[[layers]]
kind = "Dense"
name = "first"
units = 3
inputs = ["left"]

[[layers]]
kind = "Dense"
name = "second"
units = 3
inputs = ["right"]
shares = "first"

[[layers]]
kind = "Add"
inputs = ["first", "second"]
"""
    )
    entry = parse_network(text, "two.toml")
    report = analyse(entry.network)
    assert report.total_params == 27
    assert report.layer("add").input_shapes == ((3,), (3,))
    assert parse_network(write_network(entry), "again") == entry


def test_what_is_written_reads_the_same() -> None:
    entry = parse_network(GOOD.replace('vi = "Của tôi"', 'vi = "\\"Của\\u0001\\\\ tôi\\""'), "mine.toml")
    written = write_network(entry)
    assert parse_network(written, "again") == entry
    assert "kernel_size = [3, 3]" in written
    assert "padding" not in written


def test_outputs_are_kept() -> None:
    entry = parse_network(GOOD.replace("input_shape", 'outputs = ["flatten"]\ninput_shape'), "mine.toml")
    assert entry.network.outputs == ("flatten",)
    assert parse_network(write_network(entry), "again") == entry


def dense(line: str) -> str:
    """The good file with one more line for its dense layer."""
    return f"{GOOD}{line}\n"


BAD: dict[str, tuple[str, str]] = {
    "empty": ("", "format_version is missing"),
    "broken line": (HEAD + "[[layers]\n", "line 5, column 9"),
    "text": ("this is no network", "line 1, column 6"),
    "open quote": ('format_version = 1\nname = "mi', "close the quote"),
    "open bracket": (HEAD.replace("[8, 8, 1]", "[8, 8, 1"), "no TOML"),
    "key twice": (HEAD + 'name = "again"\n' + CONV, "stands twice"),
    "deep brackets": ("a = " + "[" * 100_000, "too many brackets"),
    "no version": (GOOD.replace("format_version = 1\n", ""), "add format_version = 1"),
    "other version": (
        GOOD.replace("format_version = 1", "format_version = 2"),
        "format_version is 2; write 1",
    ),
    "version as text": (GOOD.replace("format_version = 1", 'format_version = "1"'), 'format_version is "1"'),
    "version true": (GOOD.replace("format_version = 1", "format_version = true"), "format_version is true"),
    "unknown key": (GOOD.replace("input_shape", "inputshape"), "key inputshape is unknown"),
    "no name": (GOOD.replace('name = "mine"\n', ""), 'add name = "my-network"'),
    "bad name": (GOOD.replace('"mine"', '"My Net"'), 'name is "My Net"'),
    "no title": (GOOD.replace("title", "source", 1).replace("{ en", '"x" #'), "key title is missing"),
    "title without vi": (GOOD.replace(', vi = "Của tôi"', ""), "title is"),
    "title in numbers": (GOOD.replace('"Của tôi"', "3"), "title.vi is 3"),
    "aliases as text": (GOOD.replace("input_shape", 'aliases = "x"\ninput_shape'), 'aliases is "x"'),
    "source as number": (GOOD.replace("input_shape", "source = 1998\ninput_shape"), "source is 1998"),
    "no input": (GOOD.replace("input_shape = [8, 8, 1]\n", ""), "add input_shape = [32, 32, 3]"),
    "input as text": (GOOD.replace("[8, 8, 1]", '"8x8x1"'), 'input_shape is "8x8x1"; write [32, 32, 3]'),
    "input with 0": (GOOD.replace("[8, 8, 1]", "[8, 0, 1]"), "received 0"),
    "input empty": (GOOD.replace("[8, 8, 1]", "[]"), "received ()"),
    "no layers": (HEAD, "key layers is missing"),
    "layers empty": (HEAD + "layers = []\n", "one [[layers]] table"),
    "layers as table": (HEAD + "[layers]\nkind = 'Flatten'\n", "one [[layers]] table"),
    "layers of numbers": (HEAD + "layers = [1, 2]\n", "one [[layers]] table"),
    "no kind": (GOOD.replace('kind = "Flatten"', 'name = "flat"'), "layer flat: kind is –"),
    "unknown kind": (GOOD.replace('"Flatten"', '"Flaten"'), 'kind is "Flaten"; write one of Flatten'),
    "kind as number": (GOOD.replace('"Flatten"', "3"), "kind is 3"),
    "unknown argument": (GOOD.replace("filters", "filter"), "layer conv: Conv2D has no argument filter; use"),
    "argument missing": (GOOD.replace("filters = 4\n", ""), "layer conv: Conv2D needs filters; add filters"),
    "wrong argument": (GOOD.replace("filters = 4", "filters = -4"), "layer conv: filters must be"),
    "argument as table": (GOOD.replace("filters = 4", "filters = { a = 1 }"), "layer conv: filters must be"),
    "date": (GOOD.replace("filters = 4", "filters = 1979-05-27"), "layer conv: filters must be"),
    "strides and dilation": (
        GOOD.replace("kernel_size = 3", "kernel_size = 3\nstrides = 2\ndilation_rate = 2"),
        "layer conv: dilation_rate must be 1",
    ),
    "large kernel": (
        GOOD.replace("kernel_size = 3", "kernel_size = 9"),
        "layer conv: kernel_size must be at most",
    ),
    "layer name as number": (GOOD.replace('name = "conv"', "name = 3"), "layers[1].name is 3"),
    "name twice": (GOOD + CONV, "layer conv: name must be its own"),
    "inputs as text": (
        dense('inputs = "flatten"'),
        'layers.dense.inputs is "flatten"',
    ),
    "unknown input": (
        dense('inputs = ["flat"]'),
        "earlier layers (input, conv",
    ),
    "own input": (dense('inputs = ["dense"]'), "in a circle"),
    "circle": (GOOD.replace("kernel_size = 3", 'kernel_size = 3\ninputs = ["flatten"]'), "in a circle"),
    "two inputs": (
        dense('inputs = ["flatten", "flatten"]'),
        "exactly one layer",
    ),
    "no inputs": (
        dense("inputs = []"),
        "layer dense: inputs must be exactly one",
    ),
    "shares nothing": (dense('shares = "x"'), "layer dense: shares must be"),
    "shares a number": (dense("shares = 2"), "layers.dense.shares is 2"),
    "unknown output": (GOOD.replace("input_shape", 'outputs = ["z"]\ninput_shape'), "outputs must be"),
    "rank": (GOOD.replace("[8, 8, 1]", "[64]"), "layer conv: inputs must be of rank 3"),
}


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("name", BAD)
def test_bad_files_get_one_sentence(name: str, lang: str, tmp_path: Path) -> None:
    text, mention = BAD[name]
    path = tmp_path / "bad.toml"
    path.write_text(text, encoding="utf-8")
    set_language(lang)
    with pytest.raises(NotUnderstood) as refusal:
        read_network(path)
    sentence = str(refusal.value)
    assert sentence.startswith(str(path))
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 500 + len(str(path))
    if lang == "en":
        assert mention in sentence
    else:
        assert " must be " not in sentence


def test_files_that_are_none(tmp_path: Path) -> None:
    binary = tmp_path / "binary.toml"
    binary.write_bytes(bytes(range(256)))
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * 3_000_000)
    for path, mention in (
        (tmp_path, "is a folder"),
        (tmp_path / "missing.toml", "does not exist"),
        (binary, "not text in UTF-8"),
        (large, "too large"),
        (Path("/dev/zero"), "no ordinary file"),
        (binary / "inside.toml", "cannot be read"),
        (tmp_path / ("n" * 300 + ".toml"), "cannot be read"),
    ):
        with pytest.raises(NotUnderstood, match=mention):
            read_network(path)


def test_windows_line_ends_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert read_network(path) == parse_network(GOOD, "mine.toml")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(NotUnderstood):
        parse_network(text, "any.toml")


values = st.recursive(
    st.one_of(
        st.none().map(lambda _: '"x"'),
        st.booleans().map(lambda each: str(each).lower()),
        st.integers(-5, 10**12).map(str),
        st.sampled_from(["nan", "inf", "1.5", '"same"', '"relu"', '""', "[]", "{}", "07:32:00"]),
    ),
    lambda inner: st.lists(inner, max_size=3).map(lambda each: f"[{', '.join(each)}]"),
    max_leaves=4,
)


@given(
    key=st.sampled_from(["filters", "kernel_size", "strides", "padding", "groups", "activation"]),
    value=values,
)
def test_any_value_is_read_or_refused(key: str, value: str) -> None:
    lines = [line for line in CONV.splitlines() if not line.startswith(f"{key} ")]
    text = HEAD + "\n".join([*lines, f"{key} = {value}"])
    try:
        entry = parse_network(text, "any.toml")
    except NotUnderstood as refusal:
        assert f"layer conv: {key} must be" in str(refusal)
    else:
        assert parse_network(write_network(entry), "again") == entry
