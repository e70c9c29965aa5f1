"""python -m cnntutor.worker.evaluate: tests a saved model; the request comes on stdin, the reply on stdout.

The images are read by a child process first. Then this process goes behind the walls that a learner's code
has (tasks.sandbox), because a model's file is a program of whoever made it, and only then is it loaded.
"""

import os
import shutil
import sys
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from cnntutor import settings
from cnntutor.lab.saved_models import Better, Evaluated, EvaluateReply, EvaluateRequest, ModelFault
from cnntutor.lab.tested_record import Confusion
from cnntutor.needs import Isolation
from cnntutor.worker import environment
from cnntutor.worker.tasks import sandbox

if TYPE_CHECKING:
    from cnntutor.worker.model_file import SavedModel

IMAGES = "images.npz"
RECORD = "record.json"
SAMPLE = 500
"""Images on which other scalings of the pixels are tried."""
FAR_BETTER = 0.2
"""Another scaling is told of when its accuracy is higher by so much."""
SCALINGS = ((255.0, 0.0), (1.0, 0.0), (127.5, -1.0))
"""Divisor and offset: 0 to 1, 0 to 255, -1 to 1."""


def main() -> int:
    """Do what is asked on stdin."""
    settings.apply_language()
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=EvaluateRequest)
    answers = os.dup(1)
    os.dup2(2, 1)  # what libraries print is no part of the reply
    folder = Path(tempfile.mkdtemp(prefix="cnntutor-evaluate-"))
    try:
        reply = _work(request, folder)
    except Exception as trouble:
        traceback.print_exc()
        text = " ".join(str(trouble).split())[:300]
        reply = EvaluateReply(fault=ModelFault(kind="unreadable", text=f"{type(trouble).__name__}: {text}"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    with os.fdopen(answers, "wb") as out:
        out.write(msgspec.json.encode(reply))
    return 0


def _work(request: EvaluateRequest, folder: Path) -> EvaluateReply:
    """Read the images, go behind the walls, test the model."""
    fault = _in_child(request, folder)
    if fault is not None:
        return EvaluateReply(fault=fault)
    isolation = sandbox.enter(folder, [Path(request.file)])
    environment.prepare("cpu")
    try:
        environment.settle("cpu")
    except ImportError as problem:
        return EvaluateReply(fault=ModelFault(kind="missing", text=str(problem)))
    isolation = sandbox.seal(isolation)
    return _test(request, folder, isolation)


def _in_child(request: EvaluateRequest, folder: Path) -> ModelFault | None:
    """Let a child process read the images, so that this one has a single thread still."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            from cnntutor.worker.tested_images import keep_images

            fault = keep_images(request, folder)
            if fault is not None:
                (folder / "fault.json").write_bytes(msgspec.json.encode(fault))
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    told = folder / "fault.json"
    if told.exists():
        return msgspec.json.decode(told.read_bytes(), type=ModelFault)
    if os.waitstatus_to_exitcode(status) != 0:
        return ModelFault(kind="memory")
    return None


def _test(request: EvaluateRequest, folder: Path, isolation: Isolation) -> EvaluateReply:
    """Test the model on the images."""
    import numpy as np

    from cnntutor.lab.events import DataRecord
    from cnntutor.worker.evaluation import describe_outputs, figures, wilson_interval
    from cnntutor.worker.model_file import Refused, open_model, scaled

    held = np.load(folder / IMAGES)
    images, labels = held["images"], held["labels"]
    record = msgspec.json.decode((folder / RECORD).read_bytes(), type=DataRecord)
    try:
        model = open_model(Path(request.file), trust=request.trust)
        given = model.predict(scaled(images, request.divisor, request.offset))
        if given.shape[-1] < record.classes:
            raise Refused("outputs", str(given.shape[-1]), str(record.classes))
        better = _better(request, model, images, labels)
    except Refused as trouble:
        wanted = trouble.wanted or str(record.classes)
        return EvaluateReply(fault=ModelFault(kind=trouble.kind, text=trouble.text, wanted=wanted))
    losses = -np.log(np.clip(given[np.arange(len(labels)), labels], 1e-7, None).astype(np.float64))
    tested = figures(given, labels, losses, record.classes, from_logits=False)
    evaluated = Evaluated(
        kind=model.kind,
        params=model.params,
        data=record,
        count=tested.count,
        correct=tested.correct,
        interval=wilson_interval(tested.correct, tested.count),
        loss=tested.loss if tested.kind == "probabilities" else None,
        confusion=Confusion(
            classes=record.class_names,
            matrix=tuple(map(tuple, tested.matrix)),
            beyond=tuple(tested.beyond),
        ),
        outputs=describe_outputs(tested),
        better=better,
        isolation=isolation,
    )
    return EvaluateReply(evaluated=evaluated)


def _better(request: EvaluateRequest, model: "SavedModel", images: Any, labels: Any) -> Better | None:
    """Return the scaling that suits the model far better than the one asked for."""
    from cnntutor.worker.model_file import scaled

    sample, right = images[:SAMPLE], labels[:SAMPLE]

    def accuracy(divisor: float, offset: float) -> float:
        given = model.predict(scaled(sample, divisor, offset))
        return float((given.argmax(axis=-1) == right).mean())

    here = accuracy(request.divisor, request.offset)
    others = [
        (accuracy(*scaling), scaling) for scaling in SCALINGS if scaling != (request.divisor, request.offset)
    ]
    best, scaling = max(others)
    if best - here < FAR_BETTER:
        return None
    return Better(divisor=scaling[0], offset=scaling[1], accuracy=best, here=here, count=len(right))


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)
