"""One run from the first event to the result: data, network, training, test."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnntutor.i18n import Text
from cnntutor.lab.devices import CPU
from cnntutor.lab.events import (
    DataEvent,
    DataRecord,
    FailedEvent,
    ModelEvent,
    NetworkScore,
    Problem,
    ResultEvent,
    TerminalState,
)
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.pace import Pace, kept_pace, pace_of
from cnntutor.lab.record import read_record_of
from cnntutor.lab.run_spec import RunSpec, TrainingSettings
from cnntutor.lab.weights import RANDOM, split
from cnntutor.worker import environment
from cnntutor.worker.control import Control
from cnntutor.worker.journal import Journal
from cnntutor.worker.problems import Stopped

if TYPE_CHECKING:
    from cnntutor.worker.artifacts import Keeper
    from cnntutor.worker.checkpoint import Saved
    from cnntutor.worker.datasets.images import RunImages
    from cnntutor.worker.pulse import Pulse
    from cnntutor.worker.reporter import Reporter


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
    stopped_early: bool = False
    tested_epoch: int | None = None
    networks: tuple[NetworkScore, ...] = ()
    spelled: dict[str, str] | None = None
    training_seconds: float | None = None
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
    before = read_record_of(run).model
    threads = environment.compute_with(before.threads if before is not None else None)
    if spec.method == "top-k":
        from cnntutor.worker.topk_run import top_k

        return top_k(run, journal, control, reached)
    journal.begin("reading-data")
    from cnntutor.worker.datasets.images import load_images

    images = load_images(spec, lambda: journal.begin("downloading"))
    reached.data = images.record
    _tell_data(journal, images.record)

    journal.begin("importing")
    from cnntutor.worker import learning
    from cnntutor.worker.artifacts import Keeper, write_history
    from cnntutor.worker.checkpoint import Checkpointer, remove_checkpoint
    from cnntutor.worker.reporter import Reporter
    from cnntutor.worker.tensorboard import EventFiles

    device = environment.settle(settings.device)
    journal.begin("building")
    model = _model(spec, images)
    pace = kept_pace(before, device) or pace_of(spec, images.record.train, gpu=device != CPU)
    _tell_model(journal, model, device, pace, threads)

    keeper = Keeper(model, run)
    reporter = Reporter(
        journal,
        control,
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        images=images.record.train,
        keep=keeper.keep,
        validated=images.validation is not None,
    )
    saved = _go_on(run, model, keeper, reporter, reached)
    pair = learning.shaped(model, images.train, settings)
    held = None if images.validation is None else learning.shaped(model, images.validation, settings)
    control.interruptible = False
    journal.begin("compiling")
    state: TerminalState = "finished"
    try:
        reached.stopped_early = learning.fit(
            model,
            settings,
            pair,
            held,
            [reporter, EventFiles(run), _pulse(journal, settings, images, pair, reporter)],
            save=lambda stop: Checkpointer(run, stop, lambda: keeper.best),
            saved=saved,
            pace=pace,
        )
    except Stopped:
        state = "cancelled"
    reached.epochs_done, reached.best_epoch = len(reporter.history), reporter.best_epoch
    reached.training_seconds = round(sum(epoch.seconds for epoch in reporter.history), 3)
    journal.begin("saving", state="running")
    keeper.save_last()
    write_history(run, reporter.history)
    if reached.epochs_done:
        reached.tested_epoch = _choose_weights(settings, reached, keeper)
        journal.begin("evaluating", state="running")
        _test(run, reached, model, images)
    if state == "finished":
        remove_checkpoint(run)
    return state


def _choose_weights(settings: TrainingSettings, reached: Reached, keeper: Keeper) -> int:
    """Give the model the weights that are to be tested and return their epoch."""
    if settings.tested == "last":
        return reached.epochs_done
    keeper.restore_best()
    return reached.best_epoch or reached.epochs_done


def _go_on(run: RunFolder, model: Any, keeper: Keeper, reporter: Reporter, reached: Reached) -> Saved | None:
    """Take up the run where an earlier attempt saved it.

    Returns:
        The checkpoint; None to begin at the first epoch.
    """
    from cnntutor.worker.checkpoint import read_checkpoint

    saved = read_checkpoint(run)
    if saved is None:
        return None
    history = [epoch for epoch in read_record_of(run).epochs if epoch.epoch <= saved.epoch]
    saved.restore_model(model)
    if saved.best is not None and saved.best_epoch is not None:
        keeper.best = (saved.best_epoch, saved.best)
    reporter.go_on(history)
    reached.began -= sum(epoch.seconds for epoch in history)
    return saved


def _pulse(
    journal: Journal, settings: TrainingSettings, images: RunImages, pair: tuple[Any, Any], reporter: Reporter
) -> Pulse:
    """Return the callback that looks why a loss stands still."""
    from cnntutor.worker.pulse import Pulse

    return Pulse(
        journal,
        settings,
        pair,
        labels=images.train.labels,
        classes=images.record.classes,
        history=lambda: reporter.history,
    )


def _test(run: RunFolder, reached: Reached, model: Any, images: RunImages) -> None:
    """Test a trained model and note what came out."""
    from cnntutor.worker.evaluation import evaluate, wilson_interval
    from cnntutor.worker.tested import write_test

    settings = run.spec.settings
    figures = evaluate(model, images.test, settings, images.record.classes)
    write_test(run, figures, images.test, reached.tested_epoch, images.record.class_names)
    reached.test_loss = figures.loss
    reached.test_count, reached.test_correct = figures.count, figures.correct
    reached.test_interval = wilson_interval(figures.correct, figures.count)
    if settings.data == "words":
        from cnntutor.worker.spelling import spell

        reached.spelled = spell(model, settings.words)


def _model(spec: RunSpec, images: RunImages) -> Any:
    """Return the network of a run with its first weights, drawn or from a file."""
    import keras

    from cnntutor.worker import learning
    from cnntutor.worker.build import build_model, check_fit
    from cnntutor.worker.weights import load_by_name

    settings = spec.settings
    keras.utils.set_random_seed(settings.seed)
    model = build_model(spec.network)
    check_fit(model, images.train.images.shape[1:], images.record.classes, spec.network)
    learning.draw_weights(model, settings)
    if settings.weights is not None and settings.weights != RANDOM:
        load_by_name(model, Path(split(settings.weights)[0]))
    if settings.freeze == "backbone":
        learning.clear_head(model)
        learning.freeze_backbone(model)
    return model


def _tell_data(journal: Journal, record: DataRecord) -> None:
    """Tell of the images as they were read."""
    at, attempt = journal.stamp()
    journal.tell(DataEvent(time=at, attempt=attempt, data=record))


def _tell_model(journal: Journal, model: Any, device: str, pace: Pace, threads: int) -> None:
    """Tell of the network as Keras built it, and of how it is compiled and computed."""
    import keras

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
            jit_compile=pace.jit,
            steps_per_execution=pace.steps,
            threads=threads,
        )
    )


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
            stopped_early=reached.stopped_early,
            tested_epoch=reached.tested_epoch,
            networks=reached.networks,
            spelled=reached.spelled,
            training_seconds=reached.training_seconds,
            peak_memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        ),
        durable=True,
    )
    journal.end(state, problem, sentence)
