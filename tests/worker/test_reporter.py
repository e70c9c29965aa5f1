"""What is told of a batch: means since the line before, and nothing where rounding has eaten them."""

from types import SimpleNamespace
from typing import Any

import pytest

from cnntutor.lab.events import BatchEvent, NanEvent
from cnntutor.worker import reporter
from cnntutor.worker.reporter import Reporter

BATCH = 10


def told(running: list[float], monkeypatch: pytest.MonkeyPatch) -> tuple[list[float | None], list[NanEvent]]:
    """Return the losses told of an epoch in which Keras gave these running means."""
    monkeypatch.setattr(reporter, "EVENT_SECONDS", 0.0)
    events: list[Any] = []
    journal: Any = SimpleNamespace(
        phase="training",
        tell=events.append,
        stamp=lambda: (1.0, 1),
        place=lambda **_: None,
        check=lambda: None,
        begin=lambda *_, **__: None,
    )
    control: Any = SimpleNamespace(check=lambda: None)
    teller = Reporter(
        journal,
        control,
        epochs=1,
        batch_size=BATCH,
        images=BATCH * len(running),
        keep=lambda epoch, best: None,
    )
    teller.set_model(SimpleNamespace(output_shape=(None, 10)))
    teller.on_epoch_begin(0)
    for batch, mean in enumerate(running):
        teller.on_train_batch_end(batch, {"loss": mean, "accuracy": 0.5})
    batches = [event for event in events if isinstance(event, BatchEvent)]
    return [event.loss for event in batches], [event for event in events if isinstance(event, NanEvent)]


def test_the_running_mean_is_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    losses, nans = told([3.0, 2.5, 2.0], monkeypatch)
    assert losses == [3.0, 2.0, 1.0] and nans == []


def test_a_mean_that_rounding_has_eaten_is_not_told_and_is_no_nan(monkeypatch: pytest.MonkeyPatch) -> None:
    losses, nans = told([17_015_858.0, 17_015_858.0 / 2, 17_015_858.0 / 3], monkeypatch)
    assert losses == [17_015_858.0, None, None] and nans == []


def test_what_is_no_number_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    losses, nans = told([2.0, float("nan")], monkeypatch)
    assert losses == [2.0, None]
    assert [event.metric for event in nans] == ["loss"]
