"""What a test leaves in a run's artifacts folder: the confusion matrix, the outputs, pictures of mistakes."""

import base64
import binascii
import zlib
from pathlib import Path

import msgspec

from cnntutor.lab.folder import read_record


class Confusion(msgspec.Struct, frozen=True, kw_only=True):
    """confusion.json: who was taken for whom."""

    classes: tuple[str, ...]
    matrix: tuple[tuple[int, ...], ...]
    """Row = true class, column = predicted class."""
    tested_epoch: int | None = None
    """The epoch whose weights were tested."""
    beyond: tuple[int, ...] = ()
    """For each true class, how many were taken for an output that is no class of the data."""

    @property
    def count(self) -> int:
        """Images tested."""
        return sum(map(sum, self.matrix)) + sum(self.beyond)

    @property
    def correct(self) -> int:
        """Right answers."""
        return sum(row[place] for place, row in enumerate(self.matrix))

    def support(self, place: int) -> int:
        """Return how many test images a class has."""
        return sum(self.matrix[place]) + (self.beyond[place] if self.beyond else 0)


class CalibrationBin(msgspec.Struct, frozen=True, kw_only=True):
    """The images whose confidence lies in low < confidence ≤ high."""

    low: float
    high: float
    count: int
    confidence: float
    """Mean over the images; 0 where there are none."""
    accuracy: float
    """Fraction of right answers; 0 where there are none."""


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """How far the confidence of a network can be believed."""

    bins: tuple[CalibrationBin, ...]
    error: float
    """Expected calibration error: |accuracy - confidence| over the bins, weighted by their images."""


class Outputs(msgspec.Struct, frozen=True, kw_only=True):
    """outputs.json: what the numbers at the end of the network are like."""

    kind: str
    """probabilities; logits: the loss takes a softmax of them, and the calibration too; other: neither."""
    lowest_sum: float | None
    highest_sum: float | None
    mean_sum: float | None
    """Of the outputs of an image; None where they are no numbers."""
    not_numbers: int
    """Images with an output that is NaN or infinite."""
    calibration: Calibration | None
    """None where the outputs say nothing of probability."""


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """One test image and what the network made of it."""

    number: int
    """Its place among the test images, from 0."""
    true: int
    predicted: int
    """Class numbers."""
    output: float
    """What the network gives for the predicted class: its confidence where outputs are probabilities."""
    true_output: float
    """The same for the true class."""
    loss: float | None
    shape: tuple[int, int, int]
    """Height, width, channels."""
    packed: str
    """The pixels, 0 to 255, row by row, channels last; deflated, in base64."""

    def pixels(self) -> bytes:
        """Return height x width x channels bytes; black where the file does not hold them."""
        size = self.shape[0] * self.shape[1] * self.shape[2]
        try:
            found = zlib.decompressobj().decompress(base64.b64decode(self.packed), size + 1)
        except (zlib.error, binascii.Error):
            found = b""
        return found if len(found) == size else bytes(size)


class Pictures(msgspec.Struct, frozen=True, kw_only=True):
    """pictures.json: the mistakes with the greatest loss first, and an image of each class that was right."""

    mistakes: tuple[Picture, ...]
    examples: tuple[Picture, ...]
    mistakes_in_all: int


class AfterTest(msgspec.Struct, frozen=True, kw_only=True):
    """All of it, as far as a run has it."""

    confusion: Confusion | None = None
    outputs: Outputs | None = None
    pictures: Pictures | None = None


def read_tested_record(artifacts: Path) -> AfterTest:
    """Return what the test of a run left; what is not there, or cannot be read, is None."""
    confusion = read_record(artifacts / "confusion.json", Confusion)
    if confusion is not None and not _square(confusion):
        confusion = None
    return AfterTest(
        confusion=confusion,
        outputs=read_record(artifacts / "outputs.json", Outputs),
        pictures=read_record(artifacts / "pictures.json", Pictures),
    )


def _square(confusion: Confusion) -> bool:
    """Whether a matrix has a row and a column for each class."""
    size = len(confusion.classes)
    return (
        size > 0
        and len(confusion.matrix) == size
        and all(len(row) == size for row in confusion.matrix)
        and len(confusion.beyond) in (0, size)
    )
