"""Looking into the network of a run: the request for the worker, and what went wrong in words."""

from collections.abc import Callable

from cnntutor.errors import Failed, Missing, NotUnderstood
from cnntutor.i18n import msg
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.tested_record import Picture
from cnntutor.needs import LayerView, LookTask, Reply, Request


def look_request(run: RunFolder, picture: Picture) -> LookTask:
    """Return the task that shows what the tested network of a run makes of a picture.

    Raises:
        Missing: the run has no model any more.
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
    return LookTask(
        file=str(file.absolute()),
        shape=picture.shape,
        pixels=picture.pixels(),
        divisor=settings.test_pixel_divisor or settings.pixel_divisor,
        offset=settings.pixel_offset,
    )


def look_inside(run: RunFolder, picture: Picture, ask: Callable[[Request], Reply]) -> tuple[LayerView, ...]:
    """Return what each layer makes of a picture.

    Args:
        run: The run.
        picture: One of its test images.
        ask: Does a task.

    Raises:
        Missing: the run has no model, or Keras is not installed.
        NotUnderstood: Keras does not load the model.
        Failed: the task took too much.
    """
    reply = ask(look_request(run, picture))
    if reply.fault is None:
        return reply.views
    fault = reply.fault
    if fault.kind == "missing":
        raise Missing(msg("Keras cannot be imported ({problem}); install it again.", problem=fault.text))
    if fault.kind in ("time", "memory", "crash"):
        raise Failed(
            msg("The network takes more time or memory than it may take here; close other programs.")
        )
    raise NotUnderstood(msg("Keras does not load the model of this run: {problem}", problem=fault.text))
