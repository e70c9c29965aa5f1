"""The result in words, beside the reported figure."""

from typing import Any

import msgspec
import pytest

from cnntutor.i18n import set_language
from cnntutor.lab.events import DataRecord, ResultEvent
from cnntutor.lab.outcome import outcome

MNIST = DataRecord(
    name="mnist",
    provenance="mnist",
    source="/data/mnist.npz",
    train=54000,
    validation=6000,
    test=10000,
    classes=10,
    limited=False,
    sha256={},
)
EMBEDDED = msgspec.structs.replace(MNIST, provenance="embedded", train=3600, validation=400, test=1000)


def result(**changes: Any) -> ResultEvent:
    full = ResultEvent(
        time=1.0,
        attempt=1,
        state="finished",
        test_loss=0.04,
        test_accuracy=0.9880,
        test_count=10000,
        test_correct=9880,
        test_interval=(0.9857, 0.9899),
        best_epoch=8,
        epochs_done=10,
        seconds=100.0,
        data=MNIST,
    )
    return msgspec.structs.replace(full, **changes)


def words(run: Any, end: ResultEvent) -> str:
    return "\n".join(str(line) for line in outcome(run.folder.spec, end).lines)


def test_a_figure_inside_the_interval_is_no_difference(make_run: Any) -> None:
    said = words(make_run(preset="full"), result())
    assert "98.80 % on 10,000 images (95 % interval 98.57 % to 98.99 %)" in said
    assert "Reported: 98.85 %" in said
    assert "no difference can be seen" in said
    assert "the report does not say how many" in said
    assert "6,000 of the 60,000 training images were held back" in said


def test_an_embedded_set_is_never_set_beside_a_report_without_saying_so(make_run: Any) -> None:
    end = result(data=EMBEDDED, test_count=1000, test_accuracy=0.95, test_interval=(0.93, 0.965))
    said = words(make_run(), end)
    assert "3.85 points below the reported figure, on other data" in said
    assert "Data differ: 3,600 images for training here, 60,000 in MNIST" in said


def test_the_reported_figure_on_other_data_is_no_points_away(make_run: Any) -> None:
    said = words(make_run(), result(data=EMBEDDED, test_accuracy=0.98851))
    assert "The accuracy is the very one that was reported, but on other data." in said
    assert "0.00 points" not in said


def test_a_reported_loss_stands_beside_that_of_the_test(make_run: Any) -> None:
    run = make_run(recipe="resnet-demo-cifar10")
    end = outcome(run.folder.spec, result(test_loss=2.302585, test_accuracy=0.1))
    assert str(end.loss) == "Test loss 2.3026."
    assert "Reported: 10.00 %, loss 3.8090 (" in str(end.reported)
    assert end.loss in end.lines
    set_language("vi")
    assert str(end.loss) == "Mất mát kiểm tra 2,3026."
    assert "10,00 %, mất mát 3,8090 (" in str(end.reported)
    assert outcome(run.folder.spec, result(test_loss=None)).loss is None


def test_characters_are_no_images(make_run: Any) -> None:
    end = result(data=None, test_count=12, test_accuracy=1.0, test_interval=(0.7575, 1.0), best_epoch=None)
    said = words(make_run(recipe="char-rnn"), end)
    assert "100.00 % on 12 characters (" in said and "images" not in said


@pytest.mark.parametrize("change", [{"provenance": "yours"}, {"limited": True}])
def test_unknown_or_limited_data_are_other_data(make_run: Any, change: dict[str, Any]) -> None:
    end = result(data=msgspec.structs.replace(MNIST, **change), test_interval=(0.99, 0.999))
    assert "on other data" in words(make_run(preset="full"), end)


def test_a_run_without_an_epoch_has_no_test(make_run: Any) -> None:
    end = result(
        state="cancelled",
        test_loss=None,
        test_accuracy=None,
        test_count=None,
        test_correct=None,
        test_interval=None,
        best_epoch=None,
        epochs_done=0,
    )
    said = words(make_run(), end)
    assert "no epoch was completed" in said
    assert "stopped after 0 of 10 epochs" in said
    assert "points" not in said


def test_changed_settings_and_the_other_language(make_run: Any) -> None:
    run = make_run(epochs="2")
    end = outcome(run.folder.spec, result(test_accuracy=0.97, test_interval=(0.965, 0.975)))
    assert any("Changed from the recipe: epochs=2" in str(line) for line in end.lines)
    set_language("vi")
    assert "97,00 %" in str(end.test)
    assert "1,85 điểm phần trăm" in str(end.comparison)
