"""Event files: TensorFlow reads their records, and TensorBoard itself, where it is installed, the curves."""

import importlib.util
import math

import pytest
import tensorflow as tf
from tensorflow.core.util.event_pb2 import Event

from cnntutor import locations
from cnntutor.lab.folder import RunFolder, create_run_folder
from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.worker.tensorboard import EventFiles, masked_crc, record


@pytest.fixture
def run() -> RunFolder:
    made = create_run_folder(locations.runs_dir(), resolve(find_recipe("lenet5-mnist"), "quick", {}))
    writer = EventFiles(made)
    for epoch in range(3):
        writer.on_epoch_end(
            epoch, {"loss": 1 / (epoch + 1), "accuracy": 0.5, "val_loss": math.nan, "val_accuracy": 0.25}
        )
    return made


def test_the_checksum_is_crc_32c() -> None:
    assert masked_crc(b"123456789") == (((0xE3069283 >> 15) | (0xE3069283 << 17)) + 0xA282EAD8) & 0xFFFFFFFF
    assert len(record(b"abc")) == 3 + 16


def test_tensorflow_reads_every_record(run: RunFolder) -> None:
    (file,) = (run.artifacts / "tensorboard" / "train").iterdir()
    events = [Event.FromString(each.numpy()) for each in tf.data.TFRecordDataset(str(file))]
    assert events[0].file_version == "brain.Event:2"
    assert [event.step for event in events[1:]] == [1, 2, 3]
    values = [{value.tag: value.simple_value for value in event.summary.value} for event in events[1:]]
    assert values[1] == pytest.approx({"epoch_loss": 0.5, "epoch_accuracy": 0.5})


@pytest.mark.skipif(importlib.util.find_spec("tensorboard") is None, reason="tensorboard is not installed")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_tensorboard_reads_the_curves(run: RunFolder) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    read = EventAccumulator(str(run.artifacts / "tensorboard" / "validation"))
    read.Reload()
    assert sorted(read.Tags()["scalars"]) == ["epoch_accuracy", "epoch_loss"]
    assert [(each.step, each.value) for each in read.Scalars("epoch_accuracy")] == [
        (1, 0.25),
        (2, 0.25),
        (3, 0.25),
    ]
    assert all(math.isnan(each.value) for each in read.Scalars("epoch_loss"))
