"""A run that tests pretrained networks on a folder of photos and trains nothing."""

from pathlib import Path

from cnntutor.errors import Missing
from cnntutor.i18n import msg
from cnntutor.lab.events import DataEvent, DataRecord, TerminalState
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.photos import read_photo_folder
from cnntutor.lab.weights import RANDOM, split
from cnntutor.worker import environment
from cnntutor.worker.control import Control
from cnntutor.worker.journal import Journal
from cnntutor.worker.problems import Stopped
from cnntutor.worker.session import Reached


def top_k(run: RunFolder, journal: Journal, control: Control, reached: Reached) -> TerminalState:
    """Test pretrained networks on the photos of a run.

    Arguments, result and exceptions are those of session.train.
    """
    spec = run.spec
    settings = spec.settings
    if settings.weights is None or settings.weights == RANDOM or settings.data != "photos":
        raise Missing(
            msg(
                "{recipe} needs photos and files of trained weights: --set photos=FOLDER --set"
                " weights=FILE,FILE (.h5 files of keras.applications, or efficientnet-lite0).",
                recipe=spec.recipe,
            )
        )
    paths = [Path(name) for name in split(settings.weights)]
    folder = read_photo_folder(Path(settings.photos or ""))
    journal.begin("importing")
    from cnntutor.worker.topk import name_folders, read_class_names, score

    environment.settle(settings.device)
    classes = read_class_names(name_folders(paths, spec.data_dir, folder.folder))
    reached.data = DataRecord(
        name="photos",
        provenance="yours",
        source=str(folder.folder),
        train=0,
        validation=0,
        test=len(folder.photos),
        classes=len(classes.names),
        limited=False,
        sha256={},
    )
    at, attempt = journal.stamp()
    journal.tell(DataEvent(time=at, attempt=attempt, data=reached.data))
    journal.begin("evaluating", state="running")

    def told(done: int) -> None:
        """Note how many networks are done."""
        journal.place(batch=done, batches=len(paths))
        control.check()

    try:
        reached.networks = score(paths, folder, classes, run, told)
    except Stopped:
        return "cancelled"
    best = max(reached.networks, key=lambda each: each.top1_correct)
    reached.test_count, reached.test_correct = best.count, best.top1_correct
    reached.test_interval = best.top1_interval
    return "finished"
