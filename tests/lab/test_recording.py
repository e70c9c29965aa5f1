"""Recordings: made of a run without its owner's names, read back, laid out, refused when broken."""

from pathlib import Path

import msgspec
import pytest

from cnntutor.errors import NotUnderstood
from cnntutor.i18n import Text
from cnntutor.lab.events import BatchEvent, DataEvent, DataRecord, EpochEvent, ResultEvent
from cnntutor.lab.folder import RunFolder, create_run_folder
from cnntutor.lab.lab import Lab
from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.lab.recording import MOST_BATCHES, read_recording, record, unpack
from cnntutor.lab.state import RunState

SECRET = "/home/an/secret"
HERE = Text("a machine", "một máy")


def _finished(runs: Path, *, state: str = "finished") -> RunFolder:
    """Make a run that has ended, with many batches."""
    spec = resolve(find_recipe("lenet5-mnist"), "quick", {"epochs": "2"}, 0)
    spec = msgspec.structs.replace(spec, data_dir=SECRET, store_dir=SECRET)
    run = create_run_folder(runs, spec)
    data = DataRecord(
        name="mnist-5000",
        provenance="yours",
        source=f"{SECRET}/mnist.npz",
        train=10,
        validation=2,
        test=3,
        classes=10,
        limited=False,
        sha256={},
    )
    lines: list[msgspec.Struct] = [DataEvent(time=1000.0, attempt=1, data=data)]
    at = 1000.0
    for epoch in (1, 2):
        for batch in range(500):
            at += 0.01
            lines.append(
                BatchEvent(
                    time=at,
                    attempt=1,
                    epoch=epoch,
                    epochs=2,
                    batch=batch + 1,
                    batches=500,
                    loss=1.0,
                    accuracy=0.5,
                    images_per_second=9.0,
                )
            )
        lines.append(
            EpochEvent(
                time=at,
                attempt=1,
                epoch=epoch,
                epochs=2,
                loss=1.0,
                accuracy=0.5,
                val_loss=1 / epoch,
                val_accuracy=0.5,
                seconds=5.0,
                best=True,
            )
        )
    lines.append(
        ResultEvent(
            time=at + 1,
            attempt=1,
            state=state,  # type: ignore[arg-type]
            test_loss=0.5,
            test_accuracy=2 / 3,
            test_count=3,
            test_correct=2,
            test_interval=(0.2, 0.9),
            best_epoch=2,
            epochs_done=2,
            seconds=11.0,
            data=data,
        )
    )
    run.events_file.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
    (run.artifacts / "confusion.json").write_text('{"counts":[[1]]}', encoding="utf-8")
    (run.artifacts / "large.json").write_bytes(b" " * 200_000)
    return run


def test_there_and_back(tmp_path: Path) -> None:
    content = record(_finished(tmp_path / "runs"), HERE)
    file = tmp_path / "it.jsonl"
    file.write_bytes(content)
    found = read_recording(file)
    assert found.slug == "lenet5-mnist" and found.machine == HERE
    assert found.events[0].time == 0.0 and found.seconds == pytest.approx(11.0)
    assert sum(isinstance(event, BatchEvent) for event in found.events) <= MOST_BATCHES
    assert sum(isinstance(event, EpochEvent) for event in found.events) == 2
    assert [each.name for each in found.files] == ["confusion.json"]


def test_nothing_of_the_learner_is_in_it(tmp_path: Path) -> None:
    run = _finished(tmp_path / "runs")
    content = record(run, HERE).decode()
    assert SECRET not in content and "mnist.npz" in content
    assert run.spec.submitter.host not in content or not run.spec.submitter.host
    assert str(run.spec.submitter.boot_id) not in content


@pytest.mark.parametrize(("data", "passed_on"), [("mnist-5000", True), ("cifar10", False), ("photos", False)])
def test_images_of_others_are_not_passed_on(tmp_path: Path, data: str, passed_on: bool) -> None:
    run = _finished(tmp_path / "runs")
    spec = msgspec.structs.replace(run.spec, settings=msgspec.structs.replace(run.spec.settings, data=data))
    (run.path / "run.json").write_bytes(msgspec.json.encode(spec))
    (run.artifacts / "pictures.json").write_text("{}", encoding="utf-8")
    assert (b'"pictures.json"' in record(RunFolder(run.path), HERE)) is passed_on


def test_laid_out_as_a_run_that_is_over(tmp_path: Path) -> None:
    file = tmp_path / "it.jsonl"
    file.write_bytes(record(_finished(tmp_path / "runs"), HERE))
    recording = read_recording(file)
    run = unpack(recording)
    assert run.path == unpack(recording).path
    assert Lab(run.path.parent).observe(run).state is RunState.FINISHED
    assert (run.artifacts / "confusion.json").read_text(encoding="utf-8") == '{"counts":[[1]]}'


def test_only_what_has_finished(tmp_path: Path) -> None:
    with pytest.raises(NotUnderstood, match="not finished"):
        record(_finished(tmp_path / "runs", state="cancelled"), HERE)


@pytest.mark.parametrize("content", [b"", b"{}\n", b"\xff\xfe", b'{"format_version":1}\n', b"[" * 9000])
def test_what_is_no_recording(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "it.jsonl"
    file.write_bytes(content)
    with pytest.raises(NotUnderstood, match=r"it\.jsonl"):
        read_recording(file)


def test_a_torn_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "it.jsonl"
    file.write_bytes(record(_finished(tmp_path / "runs"), HERE)[:-40])
    with pytest.raises(NotUnderstood, match="line "):
        read_recording(file)
