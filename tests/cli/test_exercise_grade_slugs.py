"""Every name of a mistake that is promised comes back from the command line, for a number worked out by hand."""

# ruff: noqa: E501 (a table is read line by line)

import json
from pathlib import Path

import pytest

from cnntutor.cli.main import run
from tests.quiz.test_learners import PROMISED

OWN = """\
format_version = 1
name = "own"
title = { en = "Own", vi = "Riêng" }
input_shape = %(input)s

%(layers)s
"""
LAYERS = {
    "conv": 'kind = "Conv2D"\nfilters = 16\nkernel_size = 5',
    "strided": 'kind = "Conv2D"\nfilters = 8\nkernel_size = 4\nstrides = 3',
    "dilated": 'kind = "Conv2D"\nfilters = 8\nkernel_size = 3\ndilation_rate = 2',
    "same": 'kind = "Conv2D"\nfilters = 8\nkernel_size = 5\npadding = "same"',
    "grouped": 'kind = "Conv2D"\nfilters = 64\nkernel_size = 3\ngroups = 4',
    "pool": 'kind = "MaxPooling2D"\npool_size = 2',
    "pool3": 'kind = "MaxPooling2D"\npool_size = 3\nstrides = 2',
    "pad": 'kind = "ZeroPadding2D"\npadding = 3',
    "depthwise": 'kind = "DepthwiseConv2D"\nkernel_size = 3',
    "separable": 'kind = "SeparableConv2D"\nfilters = 728\nkernel_size = 3',
    "bn": 'kind = "BatchNormalization"',
    "lstm": 'kind = "LSTM"\nunits = 32',
    "flatten": 'kind = "Flatten"',
    "dense": 'kind = "Dense"\nunits = 10',
}
"""Layers by the names they get."""

NAMED = [
    # mistake, input shape, layers, the layer asked about, ask, answer
    ("no-bias", (14, 14, 6), "conv", "conv", "params", 25 * 6 * 16),
    ("one-bias", (14, 14, 6), "conv", "conv", "params", 25 * 6 * 16 + 1),
    ("no-input-channels", (14, 14, 6), "conv", "conv", "params", (25 + 1) * 16),
    ("kernel-side-once", (14, 14, 6), "conv", "conv", "params", (5 * 6 + 1) * 16),
    ("one-filter", (14, 14, 6), "conv", "conv", "params", 25 * 6 + 1),
    ("not-shared", (14, 14, 6), "conv", "conv", "params", 10 * 10 * (25 * 6 + 1) * 16),
    ("pooling-has-weights", (28, 28, 6), "pool", "pool", "params", 4),
    ("pooling-has-weights", (28, 28, 6), "pool", "pool", "params", 4 * 6),
    ("groups-ignored", (8, 8, 32), "grouped", "grouped", "params", (9 * 32 + 1) * 64),
    ("depthwise-as-full", (28, 28, 32), "depthwise", "depthwise", "params", (9 * 32 + 1) * 32),
    ("depthwise-as-full", (19, 19, 728), "separable", "separable", "params", (9 * 728 + 1) * 728),
    ("pointwise-forgotten", (19, 19, 728), "separable", "separable", "params", 9 * 728),
    ("pointwise-forgotten", (19, 19, 728), "separable", "separable", "params", 9 * 728 + 728),
    ("bn-two", (6, 6, 96), "bn", "bn", "params", 2 * 96),
    ("non-trainable-forgotten", (6, 6, 96), "bn", "bn", "params", 2 * 96),
    ("gates-forgotten", (10, 8), "lstm", "lstm", "params", (8 + 32 + 1) * 32),
    ("recurrent-kernel-forgotten", (10, 8), "lstm", "lstm", "params", 4 * (8 + 1) * 32),
    ("flatten-forgotten", (10, 10, 16), "flatten dense", "dense", "params", (16 + 1) * 10),
    ("flatten-before-pool", (10, 10, 16), "pool flatten dense", "dense", "params", (10 * 10 * 16 + 1) * 10),
    ("no-plus-one", (14, 14, 6), "conv", "conv", "output_shape", "9x9x16"),
    ("ceil-for-floor", (11, 11, 8), "pool", "pool", "output_shape", "6x6x8"),
    ("padding-ignored", (32, 32, 3), "pad", "pad", "output_shape", "32x32x3"),
    ("padding-once", (32, 32, 3), "pad", "pad", "output_shape", "35x35x3"),
    ("stride-ignored", (33, 33, 3), "strided", "strided", "output_shape", "30x30x8"),
    ("dilation-ignored", (28, 28, 3), "dilated", "dilated", "output_shape", "26x26x8"),
    ("same-for-valid", (14, 14, 6), "conv", "conv", "output_shape", "14x14x16"),
    ("valid-for-same", (28, 28, 3), "same", "same", "output_shape", "24x24x8"),
    ("divided-by-kernel", (33, 33, 3), "strided", "strided", "output_shape", "8x8x8"),
    ("channels-kept", (14, 14, 6), "conv", "conv", "output_shape", "10x10x6"),
    ("channels-multiplied", (14, 14, 6), "conv", "conv", "output_shape", "10x10x96"),
    ("flops-for-macs", (14, 14, 6), "conv", "conv", "macs", 2 * 100 * 16 * 150),
    ("params-for-macs", (14, 14, 6), "conv", "conv", "macs", 151 * 16),
    ("input-size-for-output-size", (14, 14, 6), "conv", "conv", "macs", 14 * 14 * 16 * 150),
    ("sum-of-kernels", (64, 64, 3), "strided pool conv", "conv", "receptive_field", 1 + 3 + 1 + 4),
    ("last-kernel-only", (64, 64, 3), "strided pool conv", "conv", "receptive_field", 5),
    ("running-total-slip", (14, 14, 6), "conv pool flatten dense", "", "params", 2416 + 4010 + 4010),
    ("layer-left-out", (14, 14, 6), "conv pool flatten dense", "", "params", 2416),
]  # fmt: skip


@pytest.mark.parametrize(("mistake", "inputs", "layers", "layer", "ask", "answer"), NAMED)
def test_a_promised_mistake_comes_back(  # noqa: PLR0917 (one a column)
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    mistake: str,
    inputs: tuple[int, ...],
    layers: str,
    layer: str,
    ask: str,
    answer: int | str,
) -> None:
    written = "\n".join(f'[[layers]]\nname = "{name}"\n{LAYERS[name]}\n' for name in layers.split())
    own = tmp_path / "own.toml"
    own.write_text(OWN % {"input": list(inputs), "layers": written}, encoding="utf-8")
    named = ["--layer", layer] if layer else []
    code = run(["exercise", "grade", "--network", str(own), *named, "--ask", ask, str(answer), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert (code, found["verdict"]) == (1, "wrong")
    assert mistake in (found["mistake"], *found["also"]), found
    assert found["feedback"]


def test_none_of_the_promised_is_left_out() -> None:
    assert {mistake for mistake, *_ in NAMED} == PROMISED
