"""How many images a run will train, validate and test with, as far as that is known before they are read."""

from pathlib import Path

from cnntutor.errors import CnntutorError
from cnntutor.lab.data_sets import DATA_SETS
from cnntutor.lab.photos import read_photo_folder
from cnntutor.lab.run_spec import TrainingSettings

_GUESS = 100
"""Photos of a folder that cannot be read; the run will say so."""
_TESTED = 5
"""Where nothing is set apart for the test, every so many-th image is."""


def parts(settings: TrainingSettings) -> tuple[int, int, int]:
    """Return the numbers of images for training, validation and test."""
    if settings.data == "words":
        count = len(settings.words.split())
        return count, 0, count
    given, tested = _given(settings)
    images = min(settings.train_images or given, given)
    test = min(settings.test_images or tested, tested)
    if settings.validation == "test":
        return images, test, test
    held = round(images * settings.validation_fraction) if settings.validation == "held-out" else 0
    return max(1, images - held), held, test


def _given(settings: TrainingSettings) -> tuple[int, int]:
    """Return how many images the data have for training and validation, and how many for the test."""
    info = DATA_SETS[settings.data]
    if info.train:
        return info.train, info.test
    try:
        photos = read_photo_folder(Path(settings.photos or "").expanduser()).photos
    except (CnntutorError, OSError):
        return _GUESS - _GUESS // _TESTED, _GUESS // _TESTED
    apart = sum(photo.part == "test" for photo in photos) or len(photos) // _TESTED
    return max(1, len(photos) - apart), apart
