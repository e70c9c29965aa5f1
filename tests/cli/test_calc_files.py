"""cnntutor calc on files of Keras, and --export: exit codes, sentences, and what comes back."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cnntutor.cli.main import run

Calc = Callable[..., tuple[int, str, str]]
SOURCE = """\
import keras
from keras import layers

model = keras.Sequential(
    [keras.Input((None, None, 3)), layers.Conv2D(4, 3), layers.GlobalAveragePooling2D(), layers.Dense(2)],
    name="tiny",
)
"""


@pytest.fixture
def calc(capsys: pytest.CaptureFixture[str]) -> Calc:
    """Run cnntutor calc; returns exit code, stdout, stderr."""

    def call(*arguments: str, lang: str = "en") -> tuple[int, str, str]:
        code = run(["--lang", lang, "calc", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.py"
    path.write_text(SOURCE, encoding="utf-8")
    return path


def test_open_sides_are_given_by_input(calc: Calc, source: Path) -> None:
    code, out, err = calc(str(source))
    assert (code, out) == (2, "")
    assert "the input shape ?×?×3 is open; add --input" in err
    code, out, _ = calc(str(source), "--input", "9x7x3", "--json")
    assert code == 0
    report = json.loads(out)
    assert (report["network"], report["input_shape"], report["total_params"]) == ("tiny", [9, 7, 3], 122)


@pytest.mark.parametrize(("form", "suffix"), [("toml", ".toml"), ("json", ".json"), ("keras", ".py")])
def test_what_is_exported_is_read_again(form: str, suffix: str, calc: Calc, tmp_path: Path) -> None:
    code, text, err = calc("resnet18", "--input", "64x64x3", "--export", form)
    assert (code, err) == (0, "")
    path = tmp_path / f"again{suffix}"
    path.write_text(text, encoding="utf-8")
    first, second = calc("resnet18", "--input", "64x64x3", "--json")[1], calc(str(path), "--json")[1]
    assert first == second


def test_pytorch_code(calc: Calc) -> None:
    code, text, _ = calc("lenet5", "--export", "pytorch")
    assert code == 0
    assert "self.conv1 = nn.Conv2d(1, 6, (5, 5))" in text
    compile(text, "net.py", "exec")


def test_an_unknown_form_is_not_understood(calc: Calc) -> None:
    assert calc("lenet5", "--export", "onnx")[0] == 2


@pytest.mark.parametrize("suffix", [".json", ".keras", ".h5", ".py", ".toml"])
@pytest.mark.parametrize("lang", ["en", "vi"])
def test_files_that_are_no_networks(suffix: str, lang: str, calc: Calc, tmp_path: Path) -> None:
    path = tmp_path / f"bad{suffix}"
    for data in (b"", b"\xff\xfe\x00\x01", b"hello (", b"PK\x03\x04"):
        path.write_bytes(data)
        code, out, err = calc(str(path), lang=lang)
        assert (code, out) == (2, "")
        assert err.count("\n") == 1
        assert str(path) in err
    code, _, err = calc(str(tmp_path / f"gone{suffix}"), lang=lang)
    assert (code, err.count("\n")) == (2, 1)


@pytest.mark.parametrize("name", ["a list", "json"])
def test_reading_and_writing_import_no_keras(name: str, source: Path, tmp_path: Path) -> None:
    path, arguments = source, ["--input", "9x7x3", "--export", "json"]
    if name == "json":
        text = subprocess.run(
            [sys.executable, "-m", "cnntutor", "calc", "lenet5", "--export", "json"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        path, arguments = tmp_path / "lenet5.json", ["--export", "pytorch"]
        path.write_text(text, encoding="utf-8")
    code = (
        "import sys; from cnntutor.cli.main import run; code = run(['calc', *sys.argv[1:]]);"
        "heavy = {'keras', 'tensorflow', 'numpy', 'h5py', 'textual', 'rich'} & set(sys.modules);"
        "print(code, sorted(heavy), file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(path), *arguments], capture_output=True, text=True, check=True
    )
    assert ran.stderr.strip() == "0 []"
