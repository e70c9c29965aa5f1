"""Recordings: runs that happened, kept small, to be watched again without TensorFlow, data or time.

A recording is a file of JSON lines: first a header with the run as it was submitted, the machine and the day;
then the events of the run, their times counted from its beginning; then what its test left, file by file.
"""

import hashlib
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from cnntutor import locations
from cnntutor.errors import Failed, NotUnderstood
from cnntutor.i18n import Text, msg
from cnntutor.lab.events import (
    AnyEvent,
    BatchEvent,
    DataEvent,
    DataRecord,
    ResultEvent,
    decode_event,
)
from cnntutor.lab.folder import RunFolder, write_once
from cnntutor.lab.history import last_result
from cnntutor.lab.run_spec import Process, RunSpec
from cnntutor.lab.state import Job, Status
from cnntutor.lab.weights import joined, split

RECORDING_VERSION = 1
MOST_BATCHES = 160
"""Batch lines kept of a run."""
LARGEST_FILE = 120_000
"""Bytes of a file of the test that is kept; predictions of thousands of images are not."""
LARGEST = 4_000_000
"""Bytes of a recording that is read."""
PICTURES = "pictures.json"
FREE_PICTURES = ("mnist-5000", "shapes-32", "fashion-mnist")
"""Data whose images may be passed on: those the program brings or draws, and Fashion-MNIST (MIT licence)."""
NOBODY = Process(host="", pid=0, started=None, boot_id=None)
"""Who submitted a recording does not matter, and is not passed on."""


class Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first line."""

    format_version: int
    slug: str
    machine: Text
    """What it ran on."""
    run: RunSpec


class Kept(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="file"):
    """A file the test left."""

    name: str
    """In the folder of artifacts."""
    content: bytes


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording as it is read."""

    slug: str
    machine: Text
    spec: RunSpec
    events: tuple[AnyEvent, ...]
    """Their times are seconds since the first."""
    files: tuple[Kept, ...]
    digest: str
    """Of the file it was read from."""

    @property
    def seconds(self) -> float:
        """How long the run took."""
        return self.events[-1].time if self.events else 0.0

    @property
    def day(self) -> str:
        """The day on which it ran, such as 2026-11-21."""
        return datetime.fromtimestamp(self.spec.created, UTC).date().isoformat()


def recordings_dir() -> Path:
    """Return the folder of the recordings."""
    return locations.content_dir() / "recordings"


def recording_slugs() -> tuple[str, ...]:
    """Return the names of all recordings."""
    return tuple(sorted(path.stem for path in recordings_dir().glob("*.jsonl")))


def find_recording(slug: str) -> Recording:
    """Return a recording of the course.

    Raises:
        NotUnderstood: there is none of that name, or it cannot be read.
    """
    if slug not in recording_slugs():
        raise NotUnderstood(
            msg(
                "There is no recording {name}; there are: {known}.",
                name=slug,
                known=", ".join(recording_slugs()) or "–",
            )
        )
    return read_recording(recordings_dir() / f"{slug}.jsonl")


def read_recording(path: Path) -> Recording:
    """Return the recording a file holds.

    Raises:
        NotUnderstood: it cannot be read; says at which line.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise NotUnderstood(msg("{file} is too large for a recording.", file=path))
        content = path.read_bytes()
    except OSError as problem:
        raise NotUnderstood(
            msg("{file} cannot be read: {problem}.", file=path, problem=problem.strerror or str(problem))
        ) from problem
    lines = content.splitlines()
    number = 0
    try:
        header = msgspec.json.decode(lines[0], type=Header)
        events: list[AnyEvent] = []
        files: list[Kept] = []
        for line in lines[1:]:
            number += 1
            event = decode_event(line)
            if event is not None:
                events.append(event)
            else:
                files.append(msgspec.json.decode(line, type=Kept))
    except (msgspec.MsgspecError, IndexError, UnicodeDecodeError) as problem:
        raise NotUnderstood(
            msg(
                "{file}, line {line}: this is no recording ({problem}).",
                file=path,
                line=str(number + 1),
                problem=problem,
            )
        ) from problem
    if header.format_version > RECORDING_VERSION or not events:
        raise NotUnderstood(msg("{file}: this version cannot play it; update cnntutor.", file=path))
    digest = hashlib.sha256(content).hexdigest()[:12]
    return Recording(header.slug, header.machine, header.run, tuple(events), tuple(files), digest)


def record(run: RunFolder, machine: Text) -> bytes:
    """Return a run that has ended as a recording; nothing in it names the learner or the learner's folders.

    Args:
        run: The run.
        machine: What it ran on, in words.

    Raises:
        NotUnderstood: the run has no result, or cannot be read.
    """
    result = last_result(run)
    if result is None or result.state != "finished":
        raise NotUnderstood(msg("{run} has not finished, so there is nothing to record.", run=run.name))
    spec = run.spec
    events = list(run.events().poll())
    begin = events[0].time
    kept = [msgspec.structs.replace(each, time=round(each.time - begin, 3)) for each in _thinned(events)]
    header = Header(format_version=RECORDING_VERSION, slug=spec.recipe, machine=machine, run=_anonymous(spec))
    lines = [msgspec.json.encode(header), *(msgspec.json.encode(_without_paths(each)) for each in kept)]
    for path in sorted(run.artifacts.glob("*.json")):
        if path.name == PICTURES and spec.settings.data not in FREE_PICTURES:
            continue
        if path.stat().st_size <= LARGEST_FILE:
            lines.append(msgspec.json.encode(Kept(name=path.name, content=path.read_bytes())))
    return b"\n".join(lines) + b"\n"


def _thinned(events: list[AnyEvent]) -> list[AnyEvent]:
    """Return the events with at most MOST_BATCHES batch lines, evenly chosen."""
    batches = [place for place, event in enumerate(events) if isinstance(event, BatchEvent)]
    stride = max(1, -(-len(batches) // MOST_BATCHES))
    dropped = set(batches) - set(batches[::stride])
    return [event for place, event in enumerate(events) if place not in dropped]


def _anonymous(spec: RunSpec) -> RunSpec:
    """Return a run without anything of the machine and the folders it was submitted from."""
    settings = spec.settings
    return msgspec.structs.replace(
        spec,
        run=f"recording-{spec.recipe}",
        data_dir=None,
        store_dir=None,
        submitter=NOBODY,
        predicted=None,
        estimate=None,
        overrides={
            key: value if key not in ("photos", "weights") else _names(value)
            for key, value in spec.overrides.items()
        },
        settings=msgspec.structs.replace(
            settings,
            photos=None if settings.photos is None else _names(settings.photos),
            weights=None if settings.weights is None else _names(settings.weights),
        ),
    )


def _without_paths(event: AnyEvent) -> AnyEvent:
    """Return an event whose paths are names only."""
    if isinstance(event, DataEvent):
        return msgspec.structs.replace(event, data=_sourceless(event.data))
    if isinstance(event, ResultEvent):
        return msgspec.structs.replace(
            event,
            data=None if event.data is None else _sourceless(event.data),
            networks=tuple(
                msgspec.structs.replace(each, weights=Path(each.weights).name) for each in event.networks
            ),
        )
    return event


def _sourceless(data: DataRecord) -> DataRecord:
    """Return where data came from without the folders on the way."""
    return msgspec.structs.replace(data, source=Path(data.source).name)


def _names(paths: str) -> str:
    """Return the last parts of paths, written as a setting writes several."""
    return joined([Path(Path(each).name or each) for each in split(paths)])


def unpack(recording: Recording) -> RunFolder:
    """Return a recording as the folder of a run that is over, made once in the cache.

    Raises:
        Failed: the folder cannot be written.
    """
    target = locations.cache_dir() / "recordings" / recording.digest / recording.spec.run
    if (target / "status.json").is_file():
        return RunFolder(target)
    hidden = target.with_name(f".{recording.spec.run}.new")
    try:
        shutil.rmtree(hidden, ignore_errors=True)
        (hidden / "artifacts").mkdir(parents=True)
        write_once(hidden / "run.json", msgspec.json.encode(recording.spec))
        write_once(hidden / "job.json", msgspec.json.encode(Job(backend="local", worker=NOBODY, time=0.0)))
        events = b"".join(msgspec.json.encode(event) + b"\n" for event in recording.events)
        write_once(hidden / "events.jsonl", events)
        for each in recording.files:
            write_once(hidden / "artifacts" / Path(each.name).name, each.content)
        write_once(hidden / "status.json", msgspec.json.encode(_status(recording)))
        shutil.rmtree(target, ignore_errors=True)
        hidden.rename(target)
    except OSError as problem:
        shutil.rmtree(hidden, ignore_errors=True)
        raise Failed(
            msg(
                "The recording cannot be laid out in {folder} ({problem}); free some space.",
                folder=target.parent,
                problem=problem.strerror or str(problem),
            )
        ) from problem
    return RunFolder(target)


def _status(recording: Recording) -> Status:
    """Return the last word of the worker."""
    epochs = recording.spec.settings.epochs
    return Status(
        state="finished",
        attempt=1,
        beat=1,
        time=recording.seconds,
        phase=None,
        epoch=epochs,
        epochs=epochs,
        batch=0,
        batches=0,
        worker=NOBODY,
    )
