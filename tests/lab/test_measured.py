"""What was measured while a loss stood still decides between dead outputs and a uniform softmax."""

from typing import Any

import pytest

from cnntutor.lab.diagnosis import diagnose
from cnntutor.lab.events import BatchEvent, PulseEvent, decode_event
from cnntutor.lab.finding import Finding
from cnntutor.lab.levels import levels, stands
from cnntutor.lab.measured import pulse_of, small
from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.lab.record import RunRecord
from tests.lab.test_diagnosis import Row, story

LN10: list[Row] = [(2.302585, 0.1, 2.302585, 0.1)] * 2
SPARSE = "sparse_categorical_crossentropy"


def pulse(epoch: int = 2, **measured: Any) -> PulseEvent:
    figures = {"clipped": 1.0, "spread": 0.0, "gradient": 0.0, **measured}
    return PulseEvent(time=0.0, attempt=1, epoch=epoch, images=60, outputs=10, **figures)


def found(recipe: str, rows: list[Row], *pulses: PulseEvent, **overrides: str) -> Finding | None:
    """Return the finding about a loss that stands still."""
    record = story(rows)
    for each in pulses:
        record.absorb(each)
    findings = diagnose(resolve(find_recipe(recipe), "quick", overrides), record)
    return next((each for each in findings if each.name in ("dead-outputs", "stuck-at-chance")), None)


def test_dead_outputs_rest_on_what_was_measured() -> None:
    told = found("resnet-demo-cifar10", LN10, pulse())
    assert told is not None and told.name == "dead-outputs"
    assert str(told.evidence) == (
        "The loss stands at 2.3026, ln 10, as it would with a softmax that knows nothing. Measured after"
        " epoch 2: all 10 outputs are clipped for each of the 60 images looked at, and the gradient is"
        " exactly 0."
    )
    mostly = found(
        "resnet-demo-cifar10", [(3.809, 0.1, 3.809, 0.1)] * 2, pulse(clipped=0.985, gradient=0.03, spread=9.0)
    )
    assert mostly is not None and mostly.name == "dead-outputs"
    assert "the level 3.8090 at which 1 of 10 outputs are clipped at 0 and 9 at 1" in str(mostly.evidence)
    binary = found(
        "resnet-demo-cifar10", [(2.8854, 0.1, 2.8854, 0.1)] * 2, pulse(), loss="binary_crossentropy"
    )
    assert binary is not None and "9 of 10 outputs are clipped at 0 and 1 at 1" in str(binary.evidence)
    assert "98.5 % of the outputs for 60 images are clipped, and the gradient has length 0.030" in str(
        mostly.evidence
    )


def test_a_uniform_softmax_rests_on_what_was_measured() -> None:
    told = found("vgg16-cifar10", LN10, pulse(clipped=None, spread=1e-7, gradient=0.0003))
    assert told is not None and told.name == "stuck-at-chance"
    assert str(told.evidence).endswith(
        "Measured after epoch 2: the outputs are the same for every one of the 60 images looked at (they"
        " differ by 1e-7 at most), and the gradient has length 0.0003."
    )
    exactly = found("vgg16-cifar10", LN10, pulse(clipped=None, gradient=0.0))
    assert exactly is not None and "exactly the same for all of the 60 images" in str(exactly.evidence)
    vietnamese = exactly.evidence.both()
    assert vietnamese.vi.startswith("Mất mát đứng ở") and "giống hệt nhau" in vietnamese.vi


def test_the_measure_overrules_what_the_last_layer_suggests() -> None:
    raw = found("resnet-demo-cifar10", LN10, pulse(clipped=0.0, spread=1e-6, gradient=0.02))
    assert raw is not None and raw.name == "stuck-at-chance"
    assert found("vgg16-cifar10", LN10, pulse(clipped=None, spread=0.4, gradient=1.5)) is None
    assert found("resnet-demo-cifar10", LN10, pulse(clipped=0.2, spread=3.0, gradient=1.5)) is None


def test_outputs_are_dead_off_the_levels_too_where_classes_are_not_balanced() -> None:
    rows = [(4.4, 0.3, 4.1, 0.3)] * 2
    assert found("resnet-demo-cifar10", rows) is None
    told = found("resnet-demo-cifar10", rows, pulse())
    assert told is not None and told.name == "dead-outputs"
    assert str(told.evidence).startswith("The loss stands still at 4.4000. Measured after epoch 2: all 10")
    assert found("resnet-demo-cifar10", [(4.6, 0.3, 4.1, 0.3), *rows[:1]], pulse()) is None


def test_a_measure_holds_as_long_as_the_loss_stands() -> None:
    moved: list[Row] = [*LN10, (1.9, 0.3, 1.9, 0.3)]
    record = story(LN10)
    record.absorb(pulse(1))
    assert pulse_of(record) == pulse(1)
    record = story(moved)
    record.absorb(pulse())
    assert pulse_of(record) is None
    assert pulse_of(story(LN10)) is None


def test_epochs_that_are_done_again_are_measured_again() -> None:
    record = story(LN10)
    record.absorb(pulse(1))
    record.absorb(pulse(2))
    again: dict[str, Any] = {
        "epochs": 2,
        "batch": 1,
        "batches": 9,
        "loss": 2.3,
        "accuracy": 0.1,
        "images_per_second": 1.0,
    }
    record.absorb(BatchEvent(time=1.0, attempt=2, epoch=2, **again))
    assert [each.epoch for each in record.pulses] == [1]


def test_a_line_out_of_range_is_garbage() -> None:
    line = (
        b'{"type":"pulse","time":1,"attempt":1,"epoch":1,"images":60,"outputs":10,"clipped":%s,"spread":0.5,'
        b'"gradient":null}'
    )
    assert decode_event(line % b"null") == PulseEvent(
        time=1, attempt=1, epoch=1, images=60, outputs=10, clipped=None, spread=0.5, gradient=None
    )
    assert decode_event(line % b"1.5") is None
    record = RunRecord()
    record.absorb(pulse())
    assert record.data is None and record.pulses == [pulse()]


@pytest.mark.parametrize("level", levels(SPARSE, 10), ids=lambda level: level.formula)
def test_a_loss_on_any_level_of_the_family_stands(level: Any) -> None:
    assert stands(SPARSE, [level.loss + 0.003], 10)


def test_a_loss_stands_when_it_hardly_changes_or_is_at_chance() -> None:
    assert stands(SPARSE, [5.5, 2.31], 10)
    assert stands("mean_squared_error", [0.09, 0.09], 10)
    assert not stands("mean_squared_error", [0.09], 10)
    assert not stands(SPARSE, [2.1, 2.0], 10)
    assert not stands(SPARSE, [0.0, 0.0], 10)
    assert not stands(SPARSE, [2.3, float("nan")], 10)
    assert not stands(SPARSE, [], 10)


def test_tiny_figures_are_readable() -> None:
    figures = (0, 1e-7, 3.4e-12, 0.0003, 0.02, 0.25, 1.5, 12.0, None)
    assert [small(each) for each in figures] == [
        "0",
        "1e-7",
        "3e-12",
        "0.0003",
        "0.020",
        "0.25",
        "1.5",
        "12",
        "NaN",
    ]
