"""cnntutor exercise grade: any layer of any network, with the mistake by name."""

import json
from pathlib import Path

import pytest

from cnntutor.cli.main import run

Out = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("layer", "ask", "answer", "code", "mistake"),
    [
        ("conv2", "params", "2416", 0, None),
        ("conv2", "params", "2,400", 1, "no-bias"),
        ("conv2", "params", "2.400", 1, "no-bias"),
        ("conv2", "params", "-2416", 1, None),
        ("conv2", "params", "", 2, None),
        ("conv2", "params", "1e999", 2, None),
        ("conv2", "params", "28x", 2, None),
        ("conv2", "output_shape", "(10, 10, 16)", 0, None),
        ("conv2", "output_shape", "14x14x16", 1, "same-for-valid"),
        ("conv2", "macs", "480000", 1, "flops-for-macs"),
        ("pool2", "receptive_field", "16", 0, None),
        ("pool2", "receptive_field", "16x16", 0, None),
        ("pool2", "receptive_field", "11x11", 1, "sum-of-kernels"),
        (None, "params", "61470", 1, "no-bias"),
        (None, "params", "59290", 1, "layer-left-out"),
    ],
)
def test_an_answer_about_lenet(  # noqa: PLR0917 (one a column)
    capsys: Out, layer: str | None, ask: str, answer: str, code: int, mistake: str | None
) -> None:
    named = [] if layer is None else ["--layer", layer]
    assert run(["exercise", "grade", "--network", "lenet5", *named, "--ask", ask, answer, "--json"]) == code
    found = json.loads(capsys.readouterr().out)
    assert found["verdict"] == ("right", "wrong", "not_understood")[code]
    assert found["mistake"] == mistake


def test_a_network_of_ones_own(capsys: Out, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'format_version = 1\nname = "own"\ntitle = { en = "Own", vi = "Riêng" }\ninput_shape = [8, 8, 3]\n'
        '[[layers]]\nname = "conv"\nkind = "Conv2D"\nfilters = 4\nkernel_size = 3\n',
        encoding="utf-8",
    )
    assert run(["exercise", "grade", "--network", str(own), "--layer", "conv", "--ask", "params", "108"]) == 1
    said = capsys.readouterr().out
    assert "no-bias" in said
    assert "(3 · 3 · 3 + 1) · 4 = 112" in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--network", "lenet6", "--ask", "params"), "lenet5"),
        (("--network", "lenet5", "--layer", "conv9", "--ask", "params"), "conv1"),
        (("--network", "lenet5", "--layer", "flatten", "--ask", "receptive_field"), "height and width"),
        (("--network", "lenet5", "--ask", "output_shape"), "--layer"),
        (("--network", "lenet5", "--layer", "conv1", "--ask", "colour"), "--ask"),
    ],
)
def test_what_cannot_be_asked(capsys: Out, arguments: tuple[str, ...], says: str) -> None:
    assert run(["exercise", "grade", *arguments, "1"]) == 2
    assert says in capsys.readouterr().err
