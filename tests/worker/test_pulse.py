"""What is measured while a loss stands still: true figures, and a training that does not notice it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from cnntutor import locations
from cnntutor.i18n import set_language
from cnntutor.lab.diagnosis import diagnose
from cnntutor.lab.events import PulseEvent
from cnntutor.lab.finding import Finding
from cnntutor.lab.folder import RunFolder, create_run_folder
from cnntutor.lab.pace import Pace
from cnntutor.lab.record import read_record_of
from cnntutor.lab.run_spec import RunSpec
from cnntutor.worker import learning
from cnntutor.worker.build import build_model
from cnntutor.worker.checkpoint import Checkpointer, read_checkpoint
from cnntutor.worker.control import Control
from cnntutor.worker.datasets.images import Part, load_images
from cnntutor.worker.journal import Journal
from cnntutor.worker.pulse import Pulse, evenly, length, measure
from cnntutor.worker.reporter import Reporter
from tests.worker.test_learning import part, small, spec

SMALL = {"batch_size": "20", "epochs": "2"}


@pytest.fixture
def journals() -> Iterator[list[Journal]]:
    made: list[Journal] = []
    yield made
    for journal in made:
        journal.end("finished")


class Bench:
    """Trains models as a run does, with the callbacks of one."""

    def __init__(self, run_spec: RunSpec, journals: list[Journal], data: Part | None = None) -> None:
        self.spec = run_spec
        self.run: RunFolder = create_run_folder(locations.runs_dir() / str(len(journals)), run_spec)
        control = Control(self.run.stop_file)
        self.journal = Journal(self.run, control)
        journals.append(self.journal)
        self.data = part() if data is None else data
        self.reporter = Reporter(
            self.journal,
            control,
            epochs=run_spec.settings.epochs,
            batch_size=run_spec.settings.batch_size,
            images=len(self.data.images),
            keep=lambda epoch, best: None,
            validated=False,
        )

    def train(self, model: Any, *, pulse: bool = True, pace: Pace = learning.USUAL, **more: Any) -> None:
        settings = self.spec.settings
        pair = learning.shaped(model, self.data, settings)
        called: list[Any] = [self.reporter]
        if pulse:
            called.append(self.pulse(pair))
        learning.fit(model, settings, pair, None, called, pace=pace, **more)

    def pulse(self, pair: tuple[Any, Any]) -> Pulse:
        return Pulse(
            self.journal,
            self.spec.settings,
            pair,
            labels=self.data.labels,
            classes=10,
            history=lambda: self.reporter.history,
        )

    @property
    def pulses(self) -> list[PulseEvent]:
        return [event for event in self.run.events().poll() if isinstance(event, PulseEvent)]

    def finding(self) -> Finding:
        return diagnose(self.spec, read_record_of(self.run))[0]


def dead(clipped: int = 10) -> Any:
    """Return a network whose so many first ReLU outputs are 0 and the others far above 1."""
    model = small(activation="relu")
    model.layers[-1].bias.assign([-50.0] * clipped + [50.0] * (10 - clipped))
    return model


def uniform() -> Any:
    """Return a network of sigmoids in which the image is lost on the way to the softmax."""
    keras.utils.set_random_seed(0)
    hidden = [keras.layers.Dense(16, activation="sigmoid") for _ in range(6)]
    last = keras.layers.Dense(10, activation="softmax", kernel_initializer="zeros")
    return keras.Sequential([keras.Input((4,)), *hidden, last])


def test_dead_outputs_and_a_uniform_softmax_are_told_apart_at_the_same_loss(journals: list[Journal]) -> None:
    raw = Bench(spec("resnet-demo-cifar10", **SMALL), journals)
    raw.train(dead())
    knowing_nothing = Bench(spec("vgg16-cifar10", learning_rate="0.001", **SMALL), journals)
    knowing_nothing.train(uniform())
    for bench in (raw, knowing_nothing):
        assert bench.reporter.history[-1].loss == pytest.approx(2.3026, abs=0.01)
        assert [pulse.epoch for pulse in bench.pulses] == [1, 2]
    last = raw.pulses[-1]
    assert (last.clipped, last.gradient, last.spread, last.outputs) == (1.0, 0.0, 0.0, 10)
    assert raw.finding().name == "dead-outputs"
    assert (
        "all 10 outputs are clipped for each of the 20 images looked at, and the gradient is exactly 0"
        in str(raw.finding().evidence)
    )
    told = knowing_nothing.pulses[-1]
    assert told.clipped is None
    assert told.gradient is not None and told.gradient > 0
    assert told.spread is not None and 0 < told.spread < 0.001
    assert knowing_nothing.finding().name == "stuck-at-chance"
    assert "the outputs are the same for every one of the 20 images" in str(
        knowing_nothing.finding().evidence
    )
    set_language("vi")
    assert "gradient đúng bằng 0" in str(raw.finding().evidence)
    assert "đầu ra như nhau với mọi ảnh trong 20 ảnh" in str(knowing_nothing.finding().evidence)


@pytest.mark.parametrize("clipped", [0, 1, 9])
def test_each_level_of_the_family_has_no_gradient(clipped: int) -> None:
    settings = spec("resnet-demo-cifar10").settings
    model = dead(clipped)
    images, targets = learning.shaped(model, part(), settings)
    assert measure(model, settings, images, targets)[::2] == (1.0, 0.0)


def test_a_loss_that_falls_is_not_looked_into(journals: list[Journal]) -> None:
    images = np.eye(10, dtype=np.float32)[np.arange(20) % 10]
    data = Part(images, (np.arange(20) % 10).astype(np.uint8))
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((10,)), keras.layers.Dense(10, activation="softmax")])
    bench = Bench(spec("lenet5-mnist", batch_size="5", epochs="4", learning_rate="0.5"), journals, data)
    bench.train(model)
    assert bench.pulses == []


def learner() -> Any:
    """Return a network with everything that a look could disturb, and a loss that stays about ln 10."""
    keras.utils.set_random_seed(3)
    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(8, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.5),
            keras.layers.GaussianNoise(0.1),
            keras.layers.Dense(10, activation="softmax", kernel_initializer="zeros"),
        ]
    )


def state(model: Any) -> list[Any]:
    """Return every number of a model: weights, statistics, seed generators, optimizer."""
    return [each.numpy().tolist() for each in (*model.variables, *model.optimizer.variables)]


@pytest.mark.parametrize("pace", [Pace(False, 3), pytest.param(Pace(True, 1), marks=pytest.mark.slow)])
def test_a_training_with_it_equals_one_without_to_the_last_digit(pace: Pace, journals: list[Journal]) -> None:
    run = spec("lenet5-mnist", batch_size="5", epochs="3", learning_rate="0.002")
    ends = []
    for pulse in (True, False):
        bench, model = Bench(run, journals), learner()
        bench.train(model, pulse=pulse, pace=pace)
        ends.append((state(model), [each.loss for each in bench.reporter.history]))
        assert bool(bench.pulses) is pulse
    assert ends[0] == ends[1]
    assert ends[0][0][0] != learner().variables[0].numpy().tolist(), "it learned something"


def test_after_a_break_it_equals_a_training_without_it(tmp_path: Path, journals: list[Journal]) -> None:
    overrides = {"batch_size": "5", "learning_rate": "0.002"}
    whole = learner()
    Bench(spec("lenet5-mnist", epochs="3", **overrides), journals).train(whole, pulse=False)
    folder = RunFolder(tmp_path)
    folder.checkpoints.mkdir()
    first = Bench(spec("lenet5-mnist", epochs="1", **overrides), journals)
    first.train(learner(), save=lambda stop: Checkpointer(folder, stop, lambda: None))
    saved = read_checkpoint(folder)
    assert saved is not None and saved.epoch == 1 and first.pulses
    again = learner()
    saved.restore_model(again)
    second = Bench(spec("lenet5-mnist", epochs="3", **overrides), journals)
    second.reporter.go_on(first.reporter.history)
    second.train(again, saved=saved)
    assert second.pulses
    assert state(again) == state(whole)


def test_sequences_and_every_loss_are_measured() -> None:
    words = spec("char-rnn")
    data = load_images(words, lambda: None)
    model = build_model(words.network)
    images, targets = learning.shaped(model, data.train, words.settings)
    clipped, spread, gradient, outputs = measure(model, words.settings, images, targets)
    assert clipped is None and outputs == model.output_shape[-1]
    assert spread is not None and 0 < spread < 1
    assert gradient is not None and gradient > 0
    for loss, activation, looked in (
        ("mean_squared_error", "sigmoid", False),
        ("binary_crossentropy", "sigmoid", False),
        ("binary_crossentropy", "relu", True),
        ("categorical_crossentropy", "relu", True),
        ("categorical_crossentropy", "softmax", False),
    ):
        settings = spec("lenet5-mnist", loss=loss).settings
        model = small(activation=activation)
        model.layers[-1].bias.assign([0.5] * 10)
        images, targets = learning.shaped(model, part(), settings)
        clipped, spread, gradient, _ = measure(model, settings, images, targets)
        assert (clipped is not None) is looked, (loss, activation)
        assert spread is not None and gradient is not None and gradient > 0, (loss, activation)


def test_logits_are_looked_at_as_probabilities() -> None:
    settings = spec("resnet-demo-cifar10", from_logits="true").settings
    model = small(activation=None)
    model.layers[-1].kernel.assign(np.full((4, 10), 1000.0))
    images, targets = learning.shaped(model, part(), settings)
    clipped, spread, _, _ = measure(model, settings, images, targets)
    assert clipped is None and spread == pytest.approx(0, abs=1e-4)


def test_what_cannot_be_measured_ends_no_run(
    journals: list[Journal], capfd: pytest.CaptureFixture[str]
) -> None:
    bench = Bench(spec("resnet-demo-cifar10", **SMALL), journals)
    model = dead()
    pair = learning.shaped(model, part(), bench.spec.settings)
    learning.fit(model, bench.spec.settings, pair, None, [bench.reporter, bench.pulse(([], []))])
    assert len(bench.reporter.history) == 2 and bench.pulses == []
    assert capfd.readouterr().err.count("Traceback") == 1


def test_the_images_are_taken_evenly_from_all_classes() -> None:
    labels = np.repeat(np.arange(10), 50)
    chosen = evenly(labels, 64, 10)
    assert np.bincount(labels[chosen]).tolist() == [6] * 10
    assert len(set(chosen.tolist())) == 60
    assert len(evenly(np.arange(20) % 10, 64, 10)) == 20
    assert len(evenly(np.arange(3), 64, 10)) == 3
    assert evenly(np.zeros((3, 5)), 64, 10).tolist() == [0, 1, 2]


def test_no_square_of_a_tiny_slope_is_lost() -> None:
    assert length([np.array([3e-30, 4e-30], np.float32), None]) == pytest.approx(5e-30)
    assert length([np.zeros(3, np.float32)]) == 0.0
    assert length([np.array([np.nan], np.float32)]) is None
