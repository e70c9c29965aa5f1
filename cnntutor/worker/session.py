"""One run from the first event to the result: data, network, training, test."""

import time
from dataclasses import dataclass, field

from cnntutor.i18n import Text
from cnntutor.lab.events import (
    DataEvent,
    DataRecord,
    FailedEvent,
    ModelEvent,
    Problem,
    ResultEvent,
    TerminalState,
)
from cnntutor.lab.folder import RunFolder
from cnntutor.worker import environment
from cnntutor.worker.control import Control
from cnntutor.worker.journal import Journal
from cnntutor.worker.problems import Stopped


@dataclass(slots=True)
class Reached:
    """What a run has to show so far."""

    data: DataRecord | None = None
    best_epoch: int | None = None
    epochs_done: int = 0
    test_loss: float | None = None
    test_count: int | None = None
    test_correct: int | None = None
    test_interval: tuple[float, float] | None = None
    began: float = field(default_factory=time.perf_counter)


def train(run: RunFolder, journal: Journal, control: Control, reached: Reached) -> TerminalState:
    """Do what run.json says and note what is reached.

    Args:
        run: The run folder.
        journal: Where to tell of it.
        control: Where requests to stop arrive.
        reached: Filled in on the way.

    Returns:
        finished, or cancelled (with a result if an epoch was completed).

    Raises:
        Stopped: the run was asked to stop before training began.
        CnntutorError, RunProblem: it cannot go on; says why.
        OSError: the run folder cannot be written.
    """
    spec = run.spec
    settings = spec.settings
    control.interruptible = True
    control.check()
    environment.prepare(settings.device)
    journal.begin("reading-data")
    from cnntutor.worker.datasets.images import load_images

    images = load_images(spec, lambda: journal.begin("downloading"))
    reached.data = images.record
    at, attempt = journal.stamp()
    journal.tell(DataEvent(time=at, attempt=attempt, data=images.record))

    journal.begin("importing")
    import keras

    from cnntutor.worker.artifacts import Keeper, write_confusion, write_history
    from cnntutor.worker.build import build_model, check_fit, compile_model
    from cnntutor.worker.evaluation import evaluate, wilson_interval
    from cnntutor.worker.reporter import Reporter

    device = environment.settle(settings.device)
    journal.begin("building")
    keras.utils.set_random_seed(settings.seed)
    model = build_model(spec.network)
    check_fit(model, images.train.images.shape[1:], images.record.classes, spec.network)
    compile_model(model, settings)
    at, attempt = journal.stamp()
    journal.tell(
        ModelEvent(
            time=at,
            attempt=attempt,
            params=model.count_params(),
            trainable=sum(weight.shape.num_elements() for weight in model.trainable_weights),
            device=device,
            keras=keras.__version__,
            tensorflow=_tensorflow_version(),
        )
    )

    keeper = Keeper(model, run)
    reporter = Reporter(
        journal,
        control,
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        images=images.record.train,
        keep=keeper.keep,
    )
    control.interruptible = False
    journal.begin("compiling")
    state: TerminalState = "finished"
    try:
        model.fit(
            images.train.images,
            images.train.labels,
            batch_size=settings.batch_size,
            epochs=settings.epochs,
            validation_data=(images.validation.images, images.validation.labels),
            callbacks=[reporter],
            verbose=0,
        )
    except Stopped:
        state = "cancelled"
    reached.epochs_done = len(reporter.history)
    reached.best_epoch = reporter.best_epoch
    journal.begin("saving", state="running")
    keeper.save_last()
    write_history(run, reporter.history)
    if reached.epochs_done:
        keeper.restore_best()
        journal.begin("evaluating", state="running")
        figures = evaluate(model, images.test, settings.loss, images.record.classes)
        write_confusion(run, figures.matrix, reached.best_epoch)
        reached.test_loss = figures.loss
        reached.test_count, reached.test_correct = figures.count, figures.correct
        reached.test_interval = wilson_interval(figures.correct, figures.count)
    return state


def _tensorflow_version() -> str:
    """Return TensorFlow's version."""
    import tensorflow as tf

    return str(tf.__version__)


def conclude(
    journal: Journal,
    reached: Reached,
    state: TerminalState,
    problem: Problem | None = None,
    sentence: Text | None = None,
) -> None:
    """Write the last events and the terminal status.

    Args:
        journal: Where to.
        reached: What the run has to show.
        state: How it ended.
        problem: What kind of problem ended it, if one did.
        sentence: Why it failed or was cancelled.

    Raises:
        OSError: they cannot be written.
    """
    at, attempt = journal.stamp()
    if problem is not None and sentence is not None:
        journal.tell(FailedEvent(time=at, attempt=attempt, problem=problem, sentence=sentence))
    count, correct = reached.test_count, reached.test_correct
    journal.tell(
        ResultEvent(
            time=at,
            attempt=attempt,
            state=state,
            test_loss=reached.test_loss,
            test_accuracy=correct / count if count and correct is not None else None,
            test_count=count,
            test_correct=correct,
            test_interval=reached.test_interval,
            best_epoch=reached.best_epoch,
            epochs_done=reached.epochs_done,
            seconds=round(time.perf_counter() - reached.began, 3),
            data=reached.data,
            problem=problem,
        ),
        durable=True,
    )
    journal.end(state, problem, sentence)
