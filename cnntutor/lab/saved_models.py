"""Models out of a run and into a test: the requests to the worker, its replies, its faults in words."""

import errno
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from cnntutor import locations, settings
from cnntutor.errors import CnntutorError, Failed, Missing, NotUnderstood
from cnntutor.i18n import Text, msg
from cnntutor.lab.events import DataRecord
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.lab import missing_library
from cnntutor.lab.tested_record import Confusion, Outputs
from cnntutor.needs import Isolation

SECONDS = 3600.0
"""What a test or an export may take."""
FORMATS = {"keras": ".keras", "h5": ".h5", "savedmodel": "", "onnx": ".onnx"}
"""What a run's model is written as, with the end of the file's name; a SavedModel is a folder."""
MODEL_ENDS = (".keras", ".h5", ".hdf5", ".onnx")
ONNX_COMMAND = "pip install 'tf2onnx>=1.17,<2' 'onnxruntime>=1.20'"

FaultKind = Literal["unreadable", "untrusted", "shape", "outputs", "missing", "data", "memory", "disk"]


class EvaluateRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Test a model of a file on the test images of a data set."""

    file: str
    """Absolute path: a file, or the folder of a SavedModel."""
    data: str
    """A name of lab/data_sets.py."""
    photos: str | None = None
    """The folder, where the data are photos."""
    data_dir: str | None = None
    store_dir: str | None = None
    divisor: float = 255.0
    offset: float = 0.0
    """The model sees pixels / divisor + offset."""
    test_images: int | None = None
    """None: all of them."""
    trust: bool = False
    """Load code that the file brings, as that of a Lambda layer."""


class Better(msgspec.Struct, frozen=True, kw_only=True):
    """Another scaling of the pixels that suits the model far better, on some of the images."""

    divisor: float
    offset: float
    accuracy: float
    here: float
    """What the scaling asked for has on the same images."""
    count: int


class Evaluated(msgspec.Struct, frozen=True, kw_only=True):
    """What the test of a model gave."""

    kind: str
    """keras, savedmodel or onnx."""
    params: int | None
    """None where the file does not say."""
    data: DataRecord
    count: int
    correct: int
    interval: tuple[float, float]
    loss: float | None
    """Mean cross-entropy; None where the outputs are no probabilities."""
    confusion: Confusion
    outputs: Outputs
    better: Better | None = None
    isolation: Isolation = Isolation()

    @property
    def accuracy(self) -> float:
        """Fraction of right answers."""
        return self.correct / self.count


class ModelFault(msgspec.Struct, frozen=True, kw_only=True):
    """Why a model could not be tested or written."""

    kind: FaultKind
    text: str = ""
    """In the words of the library, in English, or a shape."""
    wanted: str = ""
    """The other shape."""
    sentence: Text | None = None
    """Already in words."""


class EvaluateReply(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a request: figures or a fault."""

    evaluated: Evaluated | None = None
    fault: ModelFault | None = None


class ExportRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Write the model of a file in another format."""

    file: str
    format: str
    target: str
    """Absolute path of what is to be made; not there yet."""


class ExportReply(msgspec.Struct, frozen=True, kw_only=True):
    """The answer: nothing, or a fault."""

    fault: ModelFault | None = None


Reply = TypeVar("Reply", EvaluateReply, ExportReply)


def evaluate_file(request: EvaluateRequest) -> Evaluated:
    """Test a model.

    Raises:
        NotUnderstood: the file is no model, or does not fit the data.
        Missing: a library, or the data, are not here.
        Failed: the process died.
    """
    path = Path(request.file)
    if not path.exists():
        raise NotUnderstood(msg("There is no file {file}; correct its name.", file=path))
    if path.is_dir() and not (path / "saved_model.pb").is_file():
        raise NotUnderstood(
            msg("{file} is a folder without saved_model.pb, so no SavedModel of TensorFlow.", file=path)
        )
    if path.is_file() and path.suffix.lower() not in MODEL_ENDS:
        raise NotUnderstood(
            msg(
                "{file}: a saved model ends in {ends}, or is the folder of a SavedModel.",
                file=path,
                ends=", ".join(MODEL_ENDS),
            )
        )
    if path.suffix.lower() == ".onnx":
        need_onnx("onnxruntime")
    reply = _ask("evaluate", request, EvaluateReply)
    if reply.evaluated is None:
        raise _error(reply.fault or ModelFault(kind="unreadable"), path)
    return reply.evaluated


def export_run(run: RunFolder, format: str, target: Path, *, last: bool = False) -> Path:
    """Write the model of a run in a format; what is there already stays.

    Args:
        run: The run.
        format: One of FORMATS.
        target: The file or folder to be made; the end of the name is added where it is missing.
        last: Take the weights of the last epoch, not of the best.

    Returns:
        What was made.

    Raises:
        Missing: the run has no model, or a library is not here.
        NotUnderstood: the target is there already.
        Failed: it cannot be written.
    """
    source = run.checkpoints / ("last.keras" if last else "best.keras")
    if not source.is_file():
        source = run.checkpoints / "last.keras"
    if not source.is_file():
        raise Missing(
            msg(
                "There is no model in {folder}: the run ended before it saved one, or it was taken away; run"
                " it again.",
                folder=run.checkpoints,
            )
        )
    end = FORMATS[format]
    if end and target.suffix.lower() != end:
        target = target.with_name(target.name + end)
    target = target.absolute()
    if target.exists():
        raise NotUnderstood(
            msg("{file} is there already; name another with -o, or move it away.", file=target)
        )
    if format == "onnx":
        need_onnx("tf2onnx")
    part = target.with_name(f".{target.stem}.part{end}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if format == "keras":
            shutil.copyfile(source, part)
        else:
            request = ExportRequest(file=str(source.absolute()), format=format, target=str(part))
            reply = _ask("export", request, ExportReply)
            if reply.fault is not None and reply.fault.kind == "disk":
                raise OSError(errno.EIO, reply.fault.text)
            if reply.fault is not None:
                raise _error(reply.fault, source)
        part.rename(target)
    except OSError as problem:
        raise Failed(
            msg(
                "{file} cannot be written ({problem}); free some space or name another place with -o.",
                file=target,
                problem=problem.strerror or str(problem),
            )
        ) from problem
    finally:
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)
    return target


def need_onnx(library: str) -> None:
    """Check that a library for ONNX is installed.

    Raises:
        Missing: it is not.
    """
    if importlib.util.find_spec(library) is None:
        raise Missing(
            msg(
                "{library} is not installed, and ONNX needs it; install it with: {command}",
                library=library,
                command=ONNX_COMMAND,
            )
        )


def request_for(
    file: Path,
    data: str,
    *,
    divisor: float,
    offset: float,
    test_images: int | None,
    photos: Path | None,
    trust: bool,
) -> EvaluateRequest:
    """Return a request with every path absolute."""
    data_dir = settings.data_dir()
    return EvaluateRequest(
        file=str(file.expanduser().absolute()),
        data=data,
        photos=None if photos is None else str(photos.expanduser().absolute()),
        data_dir=None if data_dir is None else str(data_dir.absolute()),
        store_dir=str(locations.data_store().absolute()),
        divisor=divisor,
        offset=offset,
        test_images=test_images,
        trust=trust,
    )


def _ask(module: str, request: msgspec.Struct, kind: type[Reply]) -> Reply:
    """Let a process of its own do the work.

    Raises:
        Missing: TensorFlow is not installed.
        Failed: the process died.
    """
    lacking = missing_library()
    if lacking is not None:
        raise Missing(lacking)
    command = [sys.executable, "-P", "-m", f"cnntutor.worker.{module}"]
    try:
        # Behind its walls the process cannot take away its own folder; whoever waits for it can.
        with tempfile.TemporaryDirectory(prefix="cnntutor-model-", ignore_cleanup_errors=True) as folder:
            done = subprocess.run(
                command,
                input=msgspec.json.encode(request),
                capture_output=True,
                timeout=SECONDS,
                check=False,
                env=os.environ | {"TMPDIR": folder},
            )
        return msgspec.json.decode(done.stdout, type=kind)
    except (OSError, msgspec.DecodeError, subprocess.TimeoutExpired) as problem:
        raise Failed(
            msg(
                "The process that works with the model gave no answer ({problem}); try again with more memory"
                " free.",
                problem=type(problem).__name__,
            )
        ) from problem


def _error(fault: ModelFault, file: Path) -> CnntutorError:
    """Return the error of a fault, in words."""
    if fault.sentence is not None:
        words = msg("{after}", after=fault.sentence)
        return Missing(words) if fault.kind in ("data", "missing") else NotUnderstood(words)
    if fault.kind == "shape":
        return NotUnderstood(
            msg(
                "{file} takes {takes}, but the images are {wanted}; choose the data it was trained on.",
                file=file,
                takes=fault.text,
                wanted=fault.wanted,
            )
        )
    if fault.kind == "outputs":
        return NotUnderstood(
            msg(
                "{file} gives {gives} for an image, but the data have {wanted} classes; choose the data it"
                " was trained on.",
                file=file,
                gives=fault.text,
                wanted=fault.wanted,
            )
        )
    if fault.kind == "untrusted":
        return NotUnderstood(
            msg(
                "{file} brings code of its own in a Lambda layer, which is not run; say --trust if you know"
                " who wrote it.",
                file=file,
            )
        )
    if fault.kind == "missing":
        return Missing(msg("Keras cannot be imported ({problem}); install it again.", problem=fault.text))
    if fault.kind == "memory":
        return Failed(
            msg("The network takes more time or memory than it may take here; close other programs.")
        )
    return NotUnderstood(
        msg("{file} is no model that can be loaded: {problem}", file=file, problem=fault.text)
    )
