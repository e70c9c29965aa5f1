"""The files a test leaves: confusion.json, outputs.json, pictures.json, predictions.csv; bounded in size."""

import base64
import csv
import io
import math
import zlib
from typing import Any

import msgspec
import numpy as np

from cnntutor.lab.folder import RunFolder, replace_file
from cnntutor.lab.run_spec import TrainingSettings
from cnntutor.lab.tested_record import Confusion, Picture, Pictures
from cnntutor.worker.datasets.images import Part
from cnntutor.worker.evaluation import Answers, describe_outputs

MOST_MISTAKES = 24
MOST_EXAMPLES = 20
PICTURE_BYTES = 1_500_000
"""What all pictures together may take before they are deflated."""
MOST_PREDICTIONS = 50_000
"""Lines of predictions.csv."""


def write_test(
    run: RunFolder, tested: Answers, part: Part, epoch: int | None, class_names: tuple[str, ...]
) -> None:
    """Write all files of a test.

    Args:
        run: The run folder.
        tested: What the test gave.
        part: The test images, as the network saw them.
        epoch: The epoch whose weights were tested.
        class_names: Numbers stand in where there are none.

    Raises:
        OSError: one cannot be written.
    """
    names = class_names or tuple(str(number) for number in range(tested.classes))
    confusion = Confusion(
        classes=names,
        matrix=tuple(map(tuple, tested.matrix)),
        tested_epoch=epoch,
        beyond=tuple(tested.beyond),
    )
    replace_file(run.artifacts / "confusion.json", msgspec.json.encode(confusion))
    replace_file(run.artifacts / "outputs.json", msgspec.json.encode(describe_outputs(tested)))
    replace_file(run.artifacts / "predictions.csv", predictions_table(tested, names).encode())
    if part.images.ndim == 4 and len(part.images) == tested.count:
        pictures = choose_pictures(tested, part, run.spec.settings)
        replace_file(run.artifacts / "pictures.json", msgspec.json.encode(pictures))


def predictions_table(tested: Answers, names: tuple[str, ...]) -> str:
    """Return a line for each image: place, true class, predicted class, output for each, loss."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("number", "true", "predicted", "output", "true_output", "loss"))
    for place in range(min(tested.count, MOST_PREDICTIONS)):
        true, predicted = int(tested.labels[place]), int(tested.predicted[place])
        table.writerow(
            (
                place,
                names[true],
                names[predicted] if predicted < len(names) else predicted,
                f"{tested.given[place, predicted]:.6g}",
                f"{tested.given[place, true]:.6g}",
                f"{tested.losses[place]:.6g}",
            )
        )
    return text.getvalue()


def choose_pictures(tested: Answers, part: Part, settings: TrainingSettings) -> Pictures:
    """Return the mistakes with the greatest loss, and the first image of each class that was right."""
    room = max(1, PICTURE_BYTES // int(np.prod(part.images.shape[1:])))
    wrong = np.flatnonzero(tested.labels != tested.predicted)
    losses = np.where(np.isfinite(tested.losses[wrong]), tested.losses[wrong], np.inf)
    worst = wrong[np.argsort(-losses, kind="stable")][: min(MOST_MISTAKES, math.ceil(room / 2))]
    right = np.flatnonzero(tested.labels == tested.predicted)
    _, first = np.unique(tested.labels[right], return_index=True)
    examples = right[first][: min(MOST_EXAMPLES, room - len(worst))]
    return Pictures(
        mistakes=tuple(_picture(tested, part, settings, int(place)) for place in worst),
        examples=tuple(_picture(tested, part, settings, int(place)) for place in examples),
        mistakes_in_all=len(wrong),
    )


def _picture(tested: Answers, part: Part, settings: TrainingSettings, place: int) -> Picture:
    """Return one test image with what was made of it."""
    pixels = as_bytes(part.images[place], settings)
    true, predicted = int(tested.labels[place]), int(tested.predicted[place])
    loss = float(tested.losses[place])
    return Picture(
        number=place,
        true=true,
        predicted=predicted,
        output=_finite(tested.given[place, predicted]),
        true_output=_finite(tested.given[place, true]),
        loss=round(loss, 6) if math.isfinite(loss) else None,
        shape=(pixels.shape[0], pixels.shape[1], pixels.shape[2]),
        packed=base64.b64encode(zlib.compress(pixels.tobytes(), 9)).decode("ascii"),
    )


def as_bytes(image: Any, settings: TrainingSettings) -> Any:
    """Return a test image as the data set holds it: (height, width, channels), uint8."""
    divisor = settings.test_pixel_divisor or settings.pixel_divisor
    pixels = (np.asarray(image, dtype=np.float64) - settings.pixel_offset) * divisor
    return np.clip(np.rint(pixels), 0, 255).astype(np.uint8)


def _finite(value: Any) -> float:
    """Return a number that JSON can hold; 0 for one that is none."""
    number = float(value)
    return round(number, 6) if math.isfinite(number) else 0.0
