"""Looking into the network of a run: the request for the worker, and what went wrong in words."""

import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cnntutor.errors import CnntutorError, Failed, Missing, NotUnderstood
from cnntutor.i18n import decimal, msg
from cnntutor.lab.data_sets import DATA_SETS
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.tested_record import Picture
from cnntutor.needs import Fault, LayerView, LookTask, Reply, Request

LARGEST_FILE = 100_000_000
"""Bytes of an image file; more is no picture."""
ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".pgm", ".ppm")
"""Image files that are offered; others are tried all the same."""
_SIDES = 3
"""Height, width and channels."""


@dataclass(frozen=True, slots=True)
class OwnPicture:
    """An image file of the learner's."""

    path: Path
    inverted: bool = False
    """Whether black and white change places."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What the layers of a network make of an image, and the image as the network was given it."""

    views: tuple[LayerView, ...]
    shape: tuple[int, int, int]
    pixels: bytes
    """0 to 255, row by row, channels last."""


def input_shape(run: RunFolder) -> tuple[int, int, int] | None:
    """Return height, width and channels of the images a run's network takes; None where it takes none."""
    if run.spec.method != "train" or run.spec.settings.data == "words":
        return None
    shape = next(node.arguments["shape"] for node in run.spec.network.nodes if node.kind == "Input")
    if len(shape) != _SIDES:  # a dense network takes the pixels of the data set in a row
        shape = DATA_SETS[run.spec.settings.data].shape
    return (int(shape[0]), int(shape[1]), int(shape[2])) if len(shape) == _SIDES else None


def look_request(run: RunFolder, image: Picture | OwnPicture) -> LookTask:
    """Return the task that shows what the tested network of a run makes of an image.

    Raises:
        Missing: the run has no model any more.
        NotUnderstood: the image is no file that can be a picture, or the network takes no images.
    """
    settings = run.spec.settings
    names = ("best.keras", "last.keras") if settings.tested == "best" else ("last.keras", "best.keras")
    file = next((run.checkpoints / name for name in names if (run.checkpoints / name).is_file()), None)
    if file is None:
        raise Missing(
            msg(
                "There is no model in {folder}: the run ended before it saved one, or it was taken away; run"
                " it again.",
                folder=run.checkpoints,
            )
        )
    model, divisor = str(file.absolute()), settings.test_pixel_divisor or settings.pixel_divisor
    if isinstance(image, Picture):
        return LookTask(
            file=model,
            shape=image.shape,
            pixels=image.pixels(),
            divisor=divisor,
            offset=settings.pixel_offset,
        )
    shape = input_shape(run)
    if shape is None:
        raise NotUnderstood(msg("The network of this run takes no images."))
    demand_file(image.path)
    return LookTask(
        file=model,
        shape=shape,
        image=str(image.path.absolute()),
        photo=settings.data == "photos",
        inverted=image.inverted,
        divisor=divisor,
        offset=settings.pixel_offset,
    )


def demand_file(path: Path) -> None:
    """Refuse what cannot be a picture before anybody opens it.

    Raises:
        NotUnderstood: it is not there, no plain file, empty, too large, or may not be read.
    """
    try:
        status = path.stat()
        if stat.S_ISREG(status.st_mode):
            with path.open("rb"):
                pass
    except FileNotFoundError:
        raise NotUnderstood(msg("{file} is not there; correct the path.", file=path)) from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise NotUnderstood(
            msg("{file} cannot be opened ({problem}); choose another.", file=path, problem=reason)
        ) from problem
    if stat.S_ISDIR(status.st_mode):
        raise NotUnderstood(msg("{file} is a folder; name a picture in it.", file=path))
    if not stat.S_ISREG(status.st_mode):
        raise NotUnderstood(msg("{file} is no plain file; choose another.", file=path))
    if status.st_size == 0:
        raise NotUnderstood(msg("{file} is empty; choose another.", file=path))
    if status.st_size > LARGEST_FILE:
        raise NotUnderstood(
            msg(
                "{file} has {size} MB, more than the {most} MB a picture may have; make it smaller.",
                file=path,
                size=decimal(status.st_size / 1e6, 0),
                most=decimal(LARGEST_FILE / 1e6, 0),
            )
        )


def look_inside(run: RunFolder, image: Picture | OwnPicture, ask: Callable[[Request], Reply]) -> Sight:
    """Return what each layer makes of an image.

    Args:
        run: The run.
        image: One of its test images, or a file of the learner's, prepared as the run prepares images.
        ask: Does a task.

    Raises:
        Missing: the run has no model, or Keras is not installed.
        NotUnderstood: Keras does not load the model, or the file is no picture.
        Failed: the task took too much.
    """
    request = look_request(run, image)
    reply = ask(request)
    if reply.fault is not None:
        raise _problem(reply.fault, image)
    return Sight(reply.views, request.shape, reply.pixels or request.pixels)


def _problem(fault: Fault, image: Picture | OwnPicture) -> CnntutorError:
    """Return what went wrong as an error for the learner."""
    if fault.kind == "missing":
        return Missing(msg("Keras cannot be imported ({problem}); install it again.", problem=fault.text))
    if fault.kind == "picture" and isinstance(image, OwnPicture):
        return NotUnderstood(
            msg(
                "{file} is no picture that can be read ({problem}); choose another.",
                file=image.path,
                problem=fault.text,
            )
        )
    if fault.kind in ("time", "memory", "crash"):
        return Failed(
            msg("The network takes more time or memory than it may take here; close other programs.")
        )
    return NotUnderstood(msg("Keras does not load the model of this run: {problem}", problem=fault.text))
