"""What the run screen folds of a run reaches the diagnosis."""

from cnntutor.lab.diagnosis import diagnose
from cnntutor.lab.events import BatchEvent
from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.tui.run_track import RunTrack
from tests.lab.test_diagnosis import story
from tests.lab.test_measured import LN10, pulse


def test_what_was_measured_reaches_the_findings_until_the_epoch_is_done_again() -> None:
    track = RunTrack(planned=2)
    track.add([*story(LN10).epochs, pulse(1), pulse(2)])
    assert [each.epoch for each in track.record().pulses] == [1, 2]
    spec = resolve(find_recipe("resnet-demo-cifar10"), "quick", {})
    assert "the gradient is exactly 0" in str(diagnose(spec, track.record())[0].evidence)
    begun = BatchEvent(
        time=1.0,
        attempt=2,
        epoch=2,
        epochs=2,
        batch=1,
        batches=9,
        loss=2.3,
        accuracy=0.1,
        images_per_second=1.0,
    )
    track.add([begun])
    assert [each.epoch for each in track.record().pulses] == [1]
