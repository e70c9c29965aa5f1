"""content/results.toml: what every recipe gave when we ran it, beside what was reported.

A script writes the file from runs that happened (tests/bench/bench_recipes.py); nobody types a figure into
it. `settings` is a digest of what was run: by it a result is told from one of a recipe that has changed.
"""

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from cnntutor import locations
from cnntutor.errors import NotUnderstood
from cnntutor.i18n import Message, decimal, msg
from cnntutor.lab.result_words import percent
from cnntutor.lab.run_spec import TrainingSettings

RESULTS_FILE = "results.toml"


class MeasuredNetwork(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one pretrained network did."""

    network: str
    top1: float
    top5: float
    """Accuracies, 0 to 1."""
    count: int


class Measured(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one preset of one recipe gave."""

    recipe: str
    preset: str
    date: str
    """Day of the run, 2026-11-21."""
    machine: str
    versions: str
    """Of Keras and TensorFlow."""
    settings: str
    """Digest of the settings."""
    data: str
    provenance: str
    train: int
    validation: int
    test: int
    """Numbers of images."""
    seconds: float
    """The whole run, import of TensorFlow included."""
    epochs_done: int = 0
    best_epoch: int | None = None
    tested_epoch: int | None = None
    test_accuracy: float | None = None
    test_loss: float | None = None
    low: float | None = None
    high: float | None = None
    """95 % Wilson interval of the test accuracy."""
    words: str | None = None
    """What was spelled."""
    networks: tuple[MeasuredNetwork, ...] = ()


class Results(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    format_version: int = 1
    results: tuple[Measured, ...] = ()

    def of(self, recipe: str, preset: str = "quick") -> Measured | None:
        """Return the result of a preset; None where there is none."""
        return next((each for each in self.results if (each.recipe, each.preset) == (recipe, preset)), None)


def digest(settings: TrainingSettings) -> str:
    """Return a digest of settings, paths left out: eight hexadecimal digits."""
    held = msgspec.structs.asdict(settings) | {"photos": None, "weights": None, "device": None}
    usual = {field.name: field.default for field in msgspec.structs.fields(TrainingSettings)}
    told = {key: value for key, value in held.items() if usual[key] != value}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:8]


def read_results(root: Path | None = None) -> Results:
    """Return the results of a course; none where it has no such file.

    Raises:
        NotUnderstood: the file says something it may not; names the place.
    """
    path = (root or locations.content_dir()) / RESULTS_FILE
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Results)
    except FileNotFoundError:
        return Results()
    except (OSError, ValueError, msgspec.ValidationError) as problem:
        raise NotUnderstood(
            msg(
                "{file} is not understood ({problem}); write it again with tests/bench/bench_recipes.py.",
                file=path,
                problem=problem,
            )
        ) from problem


def measured_sentence(measured: Measured) -> Message:
    """Say what a preset gave when we ran it."""
    values: dict[str, object] = {"date": measured.date, "machine": measured.machine}
    if measured.networks:
        figures = "; ".join(
            f"{each.network} {percent(each.top1)} / {percent(each.top5)}" for each in measured.networks
        )
        return msg(
            "Ours, top-1 / top-5: {figures}; {count} photos ({date}, {machine}).",
            figures=figures,
            count=measured.networks[0].count,
            **values,
        )
    values |= {
        "accuracy": "–" if measured.test_accuracy is None else percent(measured.test_accuracy),
        "loss": "–" if measured.test_loss is None else decimal(measured.test_loss, 4),
        "epochs": str(measured.epochs_done),
        "train": measured.train,
    }
    if measured.data == "words":
        return msg(
            "Ours: {accuracy}, test loss {loss}, after {epochs} epochs on {train} words ({date}, {machine}).",
            **values,
        )
    return msg(
        "Ours: {accuracy}, test loss {loss}, after {epochs} epochs on {train} images of {data} ({date},"
        " {machine}).",
        data=measured.data,
        **values,
    )


def results_toml(results: Results) -> str:
    """Return the file of results, one table a run, by recipe and preset."""
    lines = [
        "# Written by tests/bench/bench_recipes.py from runs that happened; never edit a figure here.",
        f"format_version = {results.format_version}",
    ]
    for each in sorted(results.results, key=lambda each: (each.recipe, each.preset)):
        lines += ["", "[[results]]"]
        for key, value in msgspec.structs.asdict(each).items():
            if value is None or key == "networks":
                continue
            lines.append(f"{key} = {_value(value)}")
        for network in each.networks:
            lines += ["", "[[results.networks]]"]
            lines += [f"{key} = {_value(value)}" for key, value in msgspec.structs.asdict(network).items()]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
