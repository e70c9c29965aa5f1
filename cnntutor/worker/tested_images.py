"""The test images of a data set as they are, for a model that was not trained by a run of ours."""

import time
from pathlib import Path

import msgspec
import numpy as np

from cnntutor.errors import CnntutorError, Missing
from cnntutor.i18n import Text, msg
from cnntutor.lab.process import this_process
from cnntutor.lab.run_spec import LayerRecord, NetworkRecord, RunSpec, TrainingSettings
from cnntutor.lab.saved_models import EvaluateRequest, ModelFault
from cnntutor.worker.datasets.images import load_images
from cnntutor.worker.problems import RunProblem

PHOTO_SIDE = 224
"""Photos are cropped to this where the model does not say its side."""


def keep_images(request: EvaluateRequest, folder: Path) -> ModelFault | None:
    """Write the test images of a data set into a folder.

    Args:
        request: Which data, and where they may lie.
        folder: Where to.

    Returns:
        Why there are none, in words; None where all went well.

    Raises:
        OSError: they cannot be written.
    """
    try:
        images = load_images(_spec(request), lambda: _not_here(request.data))
    except (RunProblem, CnntutorError) as problem:
        return ModelFault(kind="data", sentence=problem.message.both())
    pixels = np.rint(images.test.images).astype(np.uint8)
    np.savez(folder / "images.npz", images=pixels, labels=images.test.labels.astype(np.intp))
    record = msgspec.structs.replace(images.record, train=0, validation=0)
    (folder / "record.json").write_bytes(msgspec.json.encode(record))
    return None


def _not_here(name: str) -> None:
    """Refuse to download.

    Raises:
        Missing: always.
    """
    raise Missing(
        msg(
            "The data set {data} is not on this machine; fetch it with `cnntutor data fetch {data}`, or name"
            " another with --data.",
            data=name,
        )
    )


def _spec(request: EvaluateRequest) -> RunSpec:
    """Return the run that would have these test images, its pixels not scaled."""
    settings = TrainingSettings(
        data=request.data,  # type: ignore[arg-type]
        epochs=1,
        batch_size=256,
        optimizer="Adam",
        learning_rate=0.001,
        validation="none",
        pixel_divisor=1.0,
        photos=request.photos,
        test_images=request.test_images,
    )
    nothing = Text("", "")
    side = photo_side(request) if request.data == "photos" else PHOTO_SIDE
    shape = LayerRecord(name="input", kind="Input", arguments={"shape": (side, side, 3)}, inputs=())
    return RunSpec(
        format_version=1,
        run="evaluate",
        created=time.time(),
        recipe="evaluate",
        title=nothing,
        preset="full",
        overrides={},
        settings=settings,
        network=NetworkRecord(slug="file", title=nothing, nodes=(shape,), outputs=("input",), params=0),
        data_dir=request.data_dir,
        store_dir=request.store_dir,
        embedded_preset=None,
        reported=None,
        versions={},
        submitter=this_process(),
    )


def photo_side(request: EvaluateRequest) -> int:
    """Return the side of the photos a Keras file takes; PHOTO_SIDE where it cannot be read from it."""
    from cnntutor.formats.network_file import read_network_file

    try:
        shape = read_network_file(Path(request.file)).network.input_shape
    except (CnntutorError, OSError, AttributeError, ValueError):
        return PHOTO_SIDE
    return shape[0] if len(shape) == 3 and shape[0] else PHOTO_SIDE
