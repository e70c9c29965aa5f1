"""Hostile files: each gets one sentence in either language, in bounded time and memory; nothing is run."""

import io
import json
import pickle
import resource
import struct
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cnntutor.errors import ExitCode, NotUnderstood
from cnntutor.formats.keras_json import parse_keras_json
from cnntutor.formats.library import find_network
from cnntutor.i18n import set_language

SECONDS = 8.0
MEGABYTES = 400
"""What reading a hostile file may add to the peak of the tests' process."""


def dense(name: str = "dense", **arguments: object) -> dict[str, object]:
    return {"class_name": "Dense", "config": {"name": name, "units": 2, **arguments}}


def sequential(*layers: object, **config: object) -> dict[str, object]:
    first = {"class_name": "InputLayer", "config": {"batch_shape": [None, 3], "name": "in"}}
    return {"class_name": "Sequential", "config": {"name": "bad", "layers": [first, *layers], **config}}


def called(spec: dict[str, object], *inputs: object) -> dict[str, object]:
    config: Any = spec["config"]
    nodes = [
        [[name, 0, 0, {}] for name in each] if isinstance(each, tuple) else [[each, 0, 0, {}]]
        for each in inputs
    ]
    return {**spec, "name": config["name"], "inbound_nodes": nodes}


def functional(*layers: dict[str, object], output: str = "dense") -> dict[str, object]:
    first = {"class_name": "InputLayer", "config": {"batch_shape": [None, 3], "name": "in"}, "name": "in"}
    return {
        "class_name": "Functional",
        "config": {
            "name": "bad",
            "layers": [first, *layers],
            "input_layers": [["in", 0, 0]],
            "output_layers": [[output, 0, 0]],
        },
    }


def doubling(depth: int, leaf: bool = True) -> dict[str, object]:
    """A model that calls a model twice that calls a model twice …: 2 ** depth layers from a small file."""
    model = functional(called(dense(), "in")) if leaf else functional(output="in")
    for level in range(depth):
        inner = {**model, "name": f"m{level}"}
        inner["inbound_nodes"] = [[["in", 0, 0, {}]], [["in", 0, 0, {}]]]
        model = functional(inner, output=f"m{level}")
    return model


def nested(depth: int) -> dict[str, object]:
    model = sequential(dense())
    for _ in range(depth):
        model = sequential(model)
    return model


LAMBDA = {
    "module": "keras.layers",
    "class_name": "Lambda",
    "config": {"name": "evil", "function": {"class_name": "__lambda__", "config": {"code": "4wEAAAA="}}},
}
OWN = {
    "module": "evil.module",
    "class_name": "Dense",
    "config": {"name": "own", "units": 1},
    "registered_name": "Dense",
}
CODE_ACTIVATION = dense(activation={"class_name": "__lambda__", "config": {"code": "4wEAAAA="}})

JSON_FILES: dict[str, tuple[Callable[[], str], str]] = {
    "empty": (lambda: "", "no JSON"),
    "half": (lambda: json.dumps(sequential(dense()))[:-20], "no JSON"),
    "a list": (lambda: "[1, 2]", "class_name is missing"),
    "a number": (lambda: "12", "class_name is missing"),
    "100 MB": (lambda: "[" + "0," * 50_000_000 + "0]", "too large"),
    "4 MB of empty lists": (lambda: "[" + "[]," * 1_300_000 + "0]", "class_name is missing"),
    "deep brackets": (lambda: "[" * 1_000_000, "too many brackets"),
    "deep dictionaries": (lambda: '{"a":' * 500_000, "too many brackets"),
    "deep argument": (
        lambda: json.dumps(sequential(dense(units=0))).replace(
            '"units": 0', '"units": ' + "[" * 900 + "]" * 900
        ),
        "too many brackets",
    ),
    "long number": (lambda: json.dumps(sequential(dense(units=7))).replace("7", "7" * 5000), "too long"),
    "huge units": (lambda: json.dumps(sequential(dense(units=10**30))), "units must be"),
    "negative units": (lambda: json.dumps(sequential(dense(units=-1))), "units must be"),
    "no units": (lambda: json.dumps(sequential(dense(units=None))), "units must be"),
    "zero units": (lambda: json.dumps(sequential(dense(units=0))), "units must be"),
    "NaN": (lambda: json.dumps(sequential(dense(units=float("nan")))), "units must be"),
    "units of the wrong kind": (
        lambda: json.dumps(sequential(dense(units={"a": 1}))),
        "class_name is missing",
    ),
    "Lambda": (lambda: json.dumps(sequential(LAMBDA)), "Lambda holds code, which is never run"),
    "own class": (lambda: json.dumps(sequential(OWN)), "a class of the model's own"),
    "own class, Keras 2": (
        lambda: json.dumps(sequential({"class_name": "Pkg>Dense", "config": {"units": 1}})),
        "a class of the model's own",
    ),
    "code as activation": (lambda: json.dumps(sequential(CODE_ACTIVATION)), "its activation is code"),
    "own model": (lambda: json.dumps({"class_name": "MyNet", "module": "evil", "config": {}}), "model's own"),
    "unknown layer": (
        lambda: json.dumps(sequential({"class_name": "Nonsense", "config": {}})),
        "no rule for",
    ),
    "no config": (lambda: json.dumps(sequential({"class_name": "Dense"})), "config is missing"),
    "no class": (lambda: json.dumps(sequential({"config": {}})), "class_name is missing"),
    "layer is a word": (lambda: json.dumps(sequential("Dense")), "list of layers is missing"),
    "unknown argument": (lambda: json.dumps(sequential(dense(lora_rank=4))), "lora_rank = 4"),
    "control characters": (lambda: json.dumps(sequential(dense("\u001b[2J"))), "a layer's name is ?[2J"),
    "lone surrogate": (lambda: json.dumps(sequential(dense("\ud800"))), "a layer's name is ?"),
    "name of 1 MB": (lambda: json.dumps(sequential(dense("n" * 1_000_000))), "a layer's name is nnn"),
    "class of 1 MB": (lambda: json.dumps(sequential({"class_name": "N" * 10**6, "config": {}})), "NNN…"),
    "circle": (
        lambda: json.dumps(functional(called(dense("a"), "b"), called(dense("b"), "a"), output="a")),
        "in a circle",
    ),
    "circle of one": (lambda: json.dumps(functional(called(dense(), "dense"))), "in a circle"),
    "missing input": (lambda: json.dumps(functional(called(dense(), "gone"))), "gone is not there"),
    "missing output": (lambda: json.dumps(functional(called(dense(), "in"), output="gone")), "gone is not"),
    "name twice": (lambda: json.dumps(functional(called(dense(), "in"), called(dense(), "in"))), "one name"),
    "broken calls": (
        lambda: json.dumps(functional({**dense(), "name": "dense", "inbound_nodes": [7]})),
        "inbound_nodes are broken",
    ),
    "two inputs for one": (lambda: json.dumps(functional(called(dense(), ("in", "in")))), "inputs must be"),
    "doubling": (lambda: json.dumps(doubling(22)), "more than 12000 layers"),
    "doubling of nothing": (lambda: json.dumps(doubling(22, leaf=False)), "more than 12000 layers"),
    "models in models": (lambda: json.dumps(nested(60)), "models inside one another"),
    "models in models in models": (lambda: json.dumps(nested(200)), "inside one another"),
}


@pytest.fixture
def bounded() -> Iterator[None]:
    """Hold the test to its time and memory."""
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    yield
    assert time.process_time() - began < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEGABYTES * 1024


def sentence(path: Path, lang: str = "en") -> str:
    set_language(lang)
    with pytest.raises(NotUnderstood) as refusal:
        find_network(str(path))
    text = str(refusal.value)
    assert refusal.value.exit_code == ExitCode.NOT_UNDERSTOOD
    assert text.startswith(str(path))
    assert text.endswith(".")
    assert text.isprintable()
    assert len(text) < 500 + len(str(path))
    return text


@pytest.mark.usefixtures("bounded")
@pytest.mark.parametrize("name", JSON_FILES)
def test_json(name: str, tmp_path: Path) -> None:
    make, mention = JSON_FILES[name]
    path = tmp_path / "bad.json"
    path.write_text(make(), encoding="utf-8")
    english = sentence(path)
    assert mention in english
    assert sentence(path, "vi") != english


def test_a_wide_network_is_read_in_time() -> None:
    layers = [called(dense(f"d{number}"), "in") for number in range(5_000)]
    adding = called(
        {"class_name": "Concatenate", "config": {"name": "all"}}, tuple(f"d{n}" for n in range(5_000))
    )
    began = time.process_time()
    entry = parse_keras_json(json.dumps(functional(*reversed(layers), adding, output="all")), "wide.json")
    assert time.process_time() - began < SECONDS
    assert len(entry.network.nodes) == 5_002


def archive(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as written:
        for name, data in members.items():
            written.writestr(name, data)
    return buffer.getvalue()


def many_members() -> bytes:
    """An archive of empty members whose index alone is larger than any model's file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as written:
        for number in range(20_000):
            written.writestr(f"{number:05}" + "n" * 60, b"")
    return buffer.getvalue()


def lying_size() -> bytes:
    """An archive that says of its bomb that it holds ten bytes."""
    data = bytearray(archive({"config.json": b" " * 50_000_000}))
    index = data.rindex(b"PK\x01\x02")
    data[index + 24 : index + 28] = struct.pack("<I", 10)
    return bytes(data)


def encrypted() -> bytes:
    data = bytearray(archive({"config.json": b"{}"}))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


GOOD = json.dumps(sequential(dense())).encode()
ARCHIVES: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "broken or no .keras archive"),
    "text": (lambda: b"this is no zip", "broken or no .keras archive"),
    "HDF5": (lambda: b"\x89HDF\r\n\x1a\n" + b"\0" * 100, "broken or no .keras archive"),
    "truncated": (lambda: archive({"config.json": GOOD, "w": b"1" * 500})[:-60], "broken or no .keras"),
    "damaged": (
        lambda: archive({"config.json": GOOD}, 0).replace(b"Dense", b"Dance", 1),
        "broken or no .keras",
    ),
    "no config": (lambda: archive({"metadata.json": b"{}"}), "no config.json"),
    "folder for config": (lambda: archive({"config.json/": b""}), "no config.json"),
    "bomb": (lambda: archive({"config.json": b" " * 300_000_000}), "larger than 4,000,000 bytes"),
    "bomb that lies": (lying_size, "broken or no .keras archive"),
    "bzip2": (lambda: archive({"config.json": GOOD}, zipfile.ZIP_BZIP2), "packed in a way Keras never does"),
    "lzma": (lambda: archive({"config.json": GOOD}, zipfile.ZIP_LZMA), "packed in a way Keras never does"),
    "encrypted": (encrypted, "encrypted"),
    "many members": (many_members, "broken or no .keras archive"),
    "not UTF-8": (lambda: archive({"config.json": b"\xff\xfe{}"}), "not text in UTF-8"),
    "Lambda": (lambda: archive({"config.json": json.dumps(sequential(LAMBDA)).encode()}), "never run"),
    "deep": (lambda: archive({"config.json": b"[" * 1_000_000}), "too many brackets"),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_archives(name: str, tmp_path: Path) -> None:
    make, mention = ARCHIVES[name]
    path = tmp_path / "bad.keras"
    path.write_bytes(make())
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    english = sentence(path)
    assert mention in english
    assert sentence(path, "vi") != english
    assert time.process_time() - began < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEGABYTES * 1024


class Bomb:
    """Runs code when unpickled."""

    def __reduce__(self) -> tuple[Any, tuple[str, str]]:
        return Path.write_text, (Path("pickle-was-run"), "x")  # type: ignore[return-value]


@pytest.mark.parametrize("suffix", [".keras", ".json", ".toml", ".h5", ".py"])
def test_a_pickle_is_never_loaded(suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / f"model{suffix}"
    path.write_bytes(pickle.dumps(Bomb()))
    sentence(path)
    assert not Path("pickle-was-run").exists()


def test_a_good_archive(tmp_path: Path) -> None:
    path = tmp_path / "good.keras"
    path.write_bytes(
        archive({"metadata.json": b"{}", "config.json": GOOD, "model.weights.h5": b"\0" * 1000}, 0)
    )
    assert find_network(str(path)).slug == "bad"
