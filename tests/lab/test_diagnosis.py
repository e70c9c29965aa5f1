"""What is wrong with a run: each finding on a story that shows it, silence on healthy ones."""

import msgspec
import pytest

from cnntutor.lab.diagnosis import diagnose
from cnntutor.lab.events import EpochEvent, NanEvent
from cnntutor.lab.levels import at_level, levels
from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.lab.record import RunRecord
from cnntutor.lab.recording import find_recording, recording_slugs
from cnntutor.lab.run_spec import RunSpec

Row = tuple[float, float, float, float]


def story(rows: list[Row]) -> RunRecord:
    """Return the record of a run with (loss, accuracy, val_loss, val_accuracy) of each epoch."""
    record = RunRecord()
    for number, (loss, accuracy, val_loss, val_accuracy) in enumerate(rows, 1):
        record.absorb(
            EpochEvent(
                time=0.0,
                attempt=1,
                epoch=number,
                epochs=len(rows),
                loss=loss,
                accuracy=accuracy,
                val_loss=val_loss,
                val_accuracy=val_accuracy,
                seconds=1.0,
                best=val_loss == min(row[2] for row in rows[:number]),
            )
        )
    return record


def names(recipe: str, rows: list[Row], nan: bool = False, **overrides: str) -> list[str]:
    """Return the findings of a run of a recipe with these epochs."""
    record = story(rows)
    if nan:
        record.absorb(NanEvent(time=0.0, attempt=1, epoch=1, batch=3, metric="loss"))
    spec = resolve(find_recipe(recipe), "quick", overrides)
    return [finding.name for finding in diagnose(spec, record)]


HEALTHY: list[Row] = [(0.9, 0.7, 0.4, 0.88), (0.35, 0.9, 0.3, 0.91), (0.25, 0.93, 0.25, 0.93)]


def test_a_healthy_run_is_silent() -> None:
    assert names("lenet5-mnist", HEALTHY) == []
    assert names("lenet5-mnist", []) == []
    assert names("lenet5-mnist", [(0.0, 1.0, 0.0, 1.0)] * 3) == []
    assert names("vgg16-cifar10-mended", [(2.1, 0.2, 2.2, 0.18), (1.9, 0.27, 1.9, 0.28)]) == []


def test_the_levels_are_the_ones_that_were_seen() -> None:
    cross = {level.outputs: level.loss for level in levels("sparse_categorical_crossentropy", 10)}
    assert cross[1] == pytest.approx(3.8090, abs=1e-4)
    assert cross[0] == cross[10] == pytest.approx(2.302585, abs=1e-6)
    binary = [round(level.loss, 4) for level in levels("binary_crossentropy", 10)]
    assert binary[1:4] == [2.8854, 4.1591, 5.4327]
    assert levels("mean_squared_error", 10) == ()
    assert at_level("binary_crossentropy", [2.8854, 2.8853], 10) is not None
    assert at_level("binary_crossentropy", [2.8854, 2.5], 10) is None


def test_vgg_is_stuck_at_chance() -> None:
    rows = [(2.302776, 0.0905, 2.302588, 0.1), (2.302752, 0.0917, 2.302587, 0.1)]
    assert names("vgg16-cifar10", rows)[0] == "stuck-at-chance"
    assert names("vgg16-cifar10", rows[:1])[0] != "stuck-at-chance"
    assert "validated-on-test" in names("vgg16-cifar10", rows)
    assert "scaled-differently" in names("vgg16-cifar10", rows)


@pytest.mark.parametrize("loss", [3.8090, 5.3031, 2.302585])
def test_the_resnet_demo_has_dead_outputs(loss: float) -> None:
    found = names("resnet-demo-cifar10", [(loss, 0.1, loss, 0.1), (loss, 0.1, loss, 0.1)])
    assert found[0] == "dead-outputs"
    mended = names("resnet-demo-cifar10-mended", [(2.1, 0.2, 2.0, 0.25), (1.8, 0.3, 1.9, 0.3)])
    assert mended == []


def test_the_same_ln_10_is_told_by_the_network_and_its_outputs() -> None:
    rows = [(2.302585, 0.1, 2.302585, 0.1)] * 2
    raw = diagnose(resolve(find_recipe("resnet-demo-cifar10"), "quick", {}), story(rows))[0]
    uniform = diagnose(resolve(find_recipe("vgg16-cifar10"), "quick", {}), story(rows))[0]
    assert (raw.name, uniform.name) == ("dead-outputs", "stuck-at-chance")
    assert "all 10 outputs are clipped, so that their gradient is 0" in str(raw.evidence)
    assert "every class is given the same probability" in str(uniform.evidence)


def test_raw_outputs_are_named_before_the_loss_stands_still() -> None:
    moving = [(5.33443, 0.1128, 2.302583, 0.1), (3.286625, 0.1177, 6.984337, 0.1)]
    for rows in ([], moving):
        assert names("resnet-demo-cifar10", rows)[0] == "raw-outputs"
    assert "raw-outputs" not in names("resnet-demo-cifar10", moving, from_logits="true")
    assert "raw-outputs" not in names("resnet-demo-cifar10", moving, loss="mean_squared_error")
    assert "raw-outputs" not in names("resnet-demo-cifar10", [(3.8090, 0.1, 3.8090, 0.1)] * 2)


def test_trained_weights_that_large_steps_wreck() -> None:
    rows = [(5.2, 0.14, 2.98, 0.08), (2.6, 0.28, 4.7, 0.13), (1.9, 0.33, 6.4, 0.08), (1.7, 0.41, 5.7, 0.08)]
    spec = find_recording("transfer-all").spec
    drawn = msgspec.structs.replace(spec, settings=msgspec.structs.replace(spec.settings, weights="random"))
    gently = find_recording("transfer-all-mended").spec

    def found(spec: RunSpec, rows: list[Row]) -> list[str]:
        return [finding.name for finding in diagnose(spec, story(rows))]

    assert found(spec, rows) == ["wrecked-weights"]
    assert found(spec, rows[:3]) == []
    assert found(spec, [*rows[:3], (1.2, 0.5, 2.0, 0.4)]) == []
    assert found(drawn, rows) == found(gently, rows) == ["overfitting"]


KNOWN = {
    "dense-linear-mnist": "dead-outputs",
    "dense-relu-mnist": "unscaled-input",
    "dense-sigmoid-mnist": "unscaled-input",
    "resnet-demo-cifar10": "raw-outputs",
    "transfer-all": "wrecked-weights",
    "vgg16-cifar10": "stuck-at-chance",
    "vgg19-cifar10": "stuck-at-chance",
    "xception-cifar10": "validated-on-test",
}
"""What is known to be wrong with a recipe of the documents."""


def test_recorded_runs_of_the_documents_are_told_their_known_cause() -> None:
    for slug in recording_slugs():
        recording, record = find_recording(slug), RunRecord()
        for event in recording.events:
            record.absorb(event)
        problems = [each.name for each in diagnose(recording.spec, record) if each.problem]
        if slug in KNOWN:
            assert problems[0] == KNOWN[slug], slug
        else:
            # 20 epochs on 3,600 images overfit in truth; everything else is sound.
            assert problems in ([], ["overfitting"]), slug


def test_the_linear_network_has_dead_outputs_and_raw_pixels() -> None:
    found = names("dense-linear-mnist", [(2.88544, 0.1, 2.88544, 0.1)] * 3)
    assert found[:2] == ["dead-outputs", "unscaled-input"]
    assert names("dense-relu-scaled-mnist", HEALTHY) == []
    assert names("dense-relu-mnist", HEALTHY) == ["unscaled-input"]


def test_figures_that_run_away() -> None:
    assert names("lenet5-mnist", HEALTHY[:1], nan=True) == ["not-a-number"]
    rows = [(2.3, 0.1, 2.5, 0.1), (80.0, 0.1, 300.0, 0.1)]
    assert names("lenet5-mnist", rows) == ["exploding"]


def test_a_rate_that_is_too_low() -> None:
    rows = [(2.31, 0.1, 2.31, 0.1), (2.305, 0.11, 2.30, 0.11), (2.295, 0.13, 2.29, 0.13)]
    assert "rate-too-low" in names("lenet5-mnist", rows)


def test_overfitting_names_its_epoch() -> None:
    rows = [
        (0.5, 0.8, 0.4, 0.85),
        (0.3, 0.9, 0.3, 0.9),
        (0.2, 0.93, 0.33, 0.9),
        (0.1, 0.97, 0.36, 0.9),
        (0.05, 0.99, 0.4, 0.9),
    ]
    assert names("lenet5-mnist", rows) == ["overfitting"]
    assert names("lenet5-mnist", rows[:4]) == []


def test_dropout_is_a_note_and_no_problem() -> None:
    rows = [(0.9, 0.7, 0.4, 0.88), (0.6, 0.8, 0.3, 0.91)]
    assert names("base-cnn-dropout-mnist", rows) == ["dropout-gap"]
    assert names("lenet5-mnist", rows) == []


def test_findings_are_told_in_both_languages() -> None:
    record = RunRecord()
    spec = resolve(find_recipe("vgg16-cifar10"), "quick", {})
    for finding in diagnose(spec, record):
        for message in (finding.title, finding.evidence, finding.mend):
            both = message.both()
            assert both.en != both.vi
