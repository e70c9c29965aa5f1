"""What a test comes to, against scikit-learn; and the files it leaves, which stay small."""

import csv
import json
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from cnntutor import locations
from cnntutor.lab.class_figures import class_table, most_mixed
from cnntutor.lab.folder import RunFolder, create_run_folder
from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.lab.tested_record import Confusion, read_tested_record
from cnntutor.worker.datasets.images import Part
from cnntutor.worker.evaluation import Answers, calibrate, describe_outputs, figures
from cnntutor.worker.tested import as_bytes, choose_pictures, predictions_table, write_test


def softmax(values: Any) -> Any:
    powers = np.exp(values - values.max(axis=-1, keepdims=True))
    return (powers / powers.sum(axis=-1, keepdims=True)).astype(np.float32)


def drawn(seed: int, count: int = 500, classes: int = 10, unseen: int = 0) -> Answers:
    """A network that is often right; the last `unseen` classes are in no image."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, classes - unseen, count)
    values = random.normal(size=(count, classes)) * 1.5
    values[np.arange(count), labels] += 1.5
    given = softmax(values)
    losses = -np.log(given[np.arange(count), labels])
    return figures(given, labels, losses, classes, from_logits=False)


def confusion_of(tested: Answers) -> Confusion:
    names = tuple(str(number) for number in range(tested.classes))
    matrix = tuple(map(tuple, tested.matrix))
    return Confusion(classes=names, matrix=matrix, beyond=tuple(tested.beyond))


@pytest.mark.parametrize(("seed", "classes", "unseen"), [(0, 2, 0), (1, 10, 0), (2, 100, 0), (3, 10, 3)])
def test_matrix_and_class_figures_are_scikit_learn_s(seed: int, classes: int, unseen: int) -> None:
    from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

    tested = drawn(seed, classes=classes, unseen=unseen)
    names = list(range(classes))
    assert tested.matrix == confusion_matrix(tested.labels, tested.predicted, labels=names).tolist()
    table = class_table(confusion_of(tested))
    wanted = precision_recall_fscore_support(tested.labels, tested.predicted, labels=names, zero_division=0)
    got = [(row.precision, row.recall, row.f1, row.support) for row in table.rows]
    assert np.allclose(np.array(got).T, np.array(wanted))
    for row, average in ((table.macro, "macro"), (table.weighted, "weighted")):
        expected = precision_recall_fscore_support(
            tested.labels, tested.predicted, labels=names, average=average, zero_division=0
        )[:3]
        assert (row.precision, row.recall, row.f1) == pytest.approx(expected)


def test_calibration_is_scikit_learn_s() -> None:
    from sklearn.calibration import calibration_curve

    tested = drawn(4, count=3000)
    found = calibrate(tested)
    filled = [each for each in found.bins if each.count]
    accuracy, confidence = calibration_curve(
        tested.labels == tested.predicted, tested.given.max(axis=-1), n_bins=len(found.bins)
    )
    assert [each.accuracy for each in filled] == pytest.approx(accuracy.tolist())
    assert [each.confidence for each in filled] == pytest.approx(confidence.tolist(), rel=1e-5)
    assert sum(each.count for each in found.bins) == 3000
    gaps = [each.count * abs(each.accuracy - each.confidence) for each in filled]
    assert found.error == pytest.approx(sum(gaps) / 3000, abs=1e-6)


def test_a_sure_network_has_every_image_in_the_last_bin() -> None:
    given = np.eye(3, dtype=np.float32)[[0, 1, 2, 2]]
    found = calibrate(figures(given, np.array([0, 1, 2, 0]), np.zeros(4), 3, from_logits=False))
    assert [each.count for each in found.bins] == [0] * 9 + [4]
    assert found.bins[-1].accuracy == 0.75 and found.error == 0.25


def test_outputs_are_told_apart() -> None:
    labels, losses = np.array([0, 1]), np.zeros(2)
    logits = np.array([[2.0, -1.0], [0.0, 3.0]], dtype=np.float32)
    found = describe_outputs(figures(logits, labels, losses, 2, from_logits=True))
    assert found.kind == "logits" and found.calibration is not None
    assert found.calibration.bins[-1].confidence == pytest.approx(np.mean(softmax(logits).max(axis=-1)))
    raw = describe_outputs(figures(logits, labels, losses, 2, from_logits=False))
    assert (raw.kind, raw.calibration, raw.lowest_sum, raw.highest_sum) == ("other", None, 1.0, 3.0)
    broken = np.array([[np.nan, 1.0], [0.5, 0.5]], dtype=np.float32)
    nan = describe_outputs(figures(broken, labels, np.array([np.nan, 0.1]), 2, from_logits=False))
    assert (nan.not_numbers, nan.calibration, nan.mean_sum) == (1, None, None)


def test_words_are_counted_step_by_step() -> None:
    given = softmax(np.random.default_rng(5).normal(size=(3, 4, 7)))
    labels = given.argmax(axis=-1).astype(np.uint8)
    tested = figures(given, labels, np.zeros((3, 4)), 7, from_logits=False)
    assert (tested.count, tested.correct) == (12, 12)


def test_an_output_that_is_no_class_is_counted_as_wrong() -> None:
    given = np.eye(5, dtype=np.float32)[[0, 4, 1]]
    tested = figures(given, np.array([0, 1, 1]), np.zeros(3), 3, from_logits=False)
    assert (tested.correct, tested.beyond, sum(map(sum, tested.matrix))) == (2, [0, 1, 0], 2)
    confusion = confusion_of(tested)
    assert (confusion.count, confusion.correct, confusion.support(1)) == (3, 2, 2)
    assert class_table(confusion).rows[1].recall == 0.5
    assert predictions_table(tested, ("a", "b", "c")).splitlines()[2] == "1,b,4,1,0,0"


def test_the_most_mixed_pairs_come_first() -> None:
    confusion = Confusion(classes=("a", "b", "c"), matrix=((5, 3, 0), (1, 4, 0), (3, 0, 2)))
    pairs = [(pair.true, pair.predicted, pair.count) for pair in most_mixed(confusion, 2)]
    assert pairs == [(0, 1, 3), (2, 0, 3)]


# The files


@pytest.fixture
def run() -> RunFolder:
    return create_run_folder(locations.runs_dir(), resolve(find_recipe("lenet5-mnist"), "quick", {}))


def part_of(tested: Answers, shape: tuple[int, ...], seed: int = 0) -> tuple[Part, Any]:
    pixels = np.random.default_rng(seed).integers(0, 256, (tested.count, *shape)).astype(np.uint8)
    images = pixels.astype(np.float32)
    images /= 255.0
    return Part(images, tested.labels.astype(np.uint8)), pixels


def test_the_worst_mistakes_are_kept_with_their_very_pixels(run: RunFolder) -> None:
    tested = drawn(6)
    part, pixels = part_of(tested, (28, 28, 1))
    write_test(run, tested, part, 3, ())
    left = read_tested_record(run.artifacts)
    assert left.pictures is not None and left.confusion is not None and left.outputs is not None
    worst = left.pictures.mistakes
    losses = [picture.loss for picture in worst]
    wrong = tested.losses[tested.labels != tested.predicted]
    assert losses == pytest.approx(sorted(wrong, reverse=True)[: len(worst)], abs=1e-6)
    assert left.pictures.mistakes_in_all == len(wrong)
    for picture in (*worst, *left.pictures.examples):
        assert picture.pixels() == pixels[picture.number].tobytes()
        assert picture.true == tested.labels[picture.number]
    assert [each.true for each in left.pictures.examples] == list(range(10))
    assert all(each.true == each.predicted for each in left.pictures.examples)
    lines = list(csv.DictReader((run.artifacts / "predictions.csv").read_text().splitlines()))
    assert sum(line["true"] == line["predicted"] for line in lines) == tested.correct
    assert left.confusion.tested_epoch == 3 and left.confusion.correct == tested.correct


@pytest.mark.parametrize(("classes", "shape"), [(100, (32, 32, 3)), (10, (224, 224, 3))])
def test_the_files_stay_small(run: RunFolder, classes: int, shape: tuple[int, ...]) -> None:
    tested = drawn(7, count=200, classes=classes)
    part, _ = part_of(tested, shape)
    write_test(run, tested, part, None, ())
    assert sum(file.stat().st_size for file in run.artifacts.iterdir()) < 2_600_000
    left = read_tested_record(run.artifacts)
    assert left.pictures is not None and left.pictures.mistakes and left.pictures.examples


def test_an_offset_is_undone(run: RunFolder) -> None:
    settings = msgspec.structs.replace(run.spec.settings, pixel_divisor=127.5, pixel_offset=-1.0)
    pixels = np.arange(256, dtype=np.uint8).reshape(16, 16, 1)
    scaled = pixels.astype(np.float32)
    scaled /= 127.5
    scaled += -1.0
    assert (as_bytes(scaled, settings) == pixels).all()
    odd = msgspec.structs.replace(run.spec.settings, test_pixel_divisor=1.0)
    assert (as_bytes(pixels.astype(np.float32), odd) == pixels).all()


def test_a_diverged_network_leaves_its_files_too(run: RunFolder) -> None:
    given = np.full((50, 10), np.nan, dtype=np.float32)
    tested = figures(given, np.arange(50) % 10, np.full(50, np.nan), 10, from_logits=False)
    part, _ = part_of(tested, (28, 28, 1))
    write_test(run, tested, part, None, ())
    assert tested.loss is None
    left = read_tested_record(run.artifacts)
    assert left.outputs is not None and left.outputs.not_numbers == 50
    assert left.pictures is not None and left.pictures.mistakes[0].loss is None
    json.loads((run.artifacts / "pictures.json").read_text())


def test_words_leave_no_pictures(run: RunFolder) -> None:
    given = softmax(np.random.default_rng(8).normal(size=(3, 4, 7)))
    tested = figures(given, np.zeros((3, 4), dtype=int), np.zeros((3, 4)), 7, from_logits=False)
    part = Part(np.zeros((3, 4, 7), np.float32), np.zeros((3, 4), np.uint8))
    write_test(run, tested, part, 1, tuple("abcdefg"))
    left = read_tested_record(run.artifacts)
    assert left.pictures is None and left.confusion is not None
    assert left.confusion.classes == tuple("abcdefg")


def test_no_mistakes_is_no_trouble(run: RunFolder) -> None:
    given = np.eye(10, dtype=np.float32)[np.arange(30) % 10]
    tested = figures(given, np.arange(30) % 10, np.zeros(30), 10, from_logits=False)
    part, _ = part_of(tested, (28, 28, 1))
    found = choose_pictures(tested, part, run.spec.settings)
    assert (found.mistakes, found.mistakes_in_all, len(found.examples)) == ((), 0, 10)


@pytest.mark.parametrize("content", ["", "{", '{"classes":["a","b"],"matrix":[[1,2]]}', "[]"])
def test_a_broken_file_is_a_missing_one(tmp_path: Path, content: str) -> None:
    (tmp_path / "confusion.json").write_text(content)
    assert read_tested_record(tmp_path).confusion is None
