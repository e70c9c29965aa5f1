"""A learning rate that is too high: told for runs that were measured with one, silent on sound ones."""

from dataclasses import dataclass, field

import pytest

from cnntutor.lab.diagnosis import diagnose
from cnntutor.lab.events import BatchEvent, EpochEvent
from cnntutor.lab.finding import Finding
from cnntutor.lab.rate_too_high import guess_level
from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.lab.record import RunRecord
from cnntutor.lab.recording import find_recording, recording_slugs


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run on the 5,000 digits that come with the program told, seed 0."""

    recipe: str
    settings: dict[str, str]
    first: float
    """Loss of the first batches that were told of."""
    losses: tuple[float, ...]
    val_losses: tuple[float, ...]
    accuracy: float
    """Training accuracy of the last epoch."""
    says: tuple[str, ...] = field(default=())
    """Words of the evidence; none where nothing is to be said."""
    told_from: int = 0
    """The first epoch after which the finding is there."""


ADAM_05 = Measured(
    "lenet5-mnist",
    {"learning_rate": "0.05"},
    3.3862,
    (2.4164, 2.3109, 2.3077, 2.3116, 2.3105, 2.3103),
    (2.3059, 2.3098, 2.3083, 2.3089, 2.3088, 2.3079),
    0.0958,
    ("above that of mere guessing", "2.3103", "2.3026"),
    4,
)
ADAM_1 = Measured(
    "base-cnn-relu-mnist",
    {"learning_rate": "0.1"},
    2.3138,
    (5.8176, 2.3107, 2.3064, 2.3126, 2.31, 2.3091),
    (2.31, 2.3067, 2.3101, 2.3092, 2.3058, 2.305),
    0.0964,
    ("above that of mere guessing",),
    2,
)
SGD_1 = Measured(
    "lenet5-mnist",
    {"optimizer": "SGD", "learning_rate": "1"},
    2.2969,
    (2.3228, 2.3123, 2.3103, 2.3092, 2.3107, 2.3114),
    (2.307, 2.3106, 2.3086, 2.3086, 2.3117, 2.3061),
    0.1011,
    ("above that of mere guessing", "2.3114"),
    4,
)
LEARNED_AND_LOST = Measured(
    "base-cnn-relu-mnist",
    {"optimizer": "SGD", "learning_rate": "1"},
    2.3138,
    (2.3391, 2.2882, 2.3046, 2.3056, 2.3051, 2.3054),
    (2.3044, 2.3055, 2.3051, 2.3034, 2.3049, 2.3046),
    0.1017,
    ("above that of mere guessing",),
    4,
)
MOMENTUM = Measured(
    "lenet5-mnist",
    {"optimizer": "SGD", "learning_rate": "0.3", "momentum": "0.9"},
    2.2678,
    (2.32, 2.3276, 2.3241, 2.3254, 2.323, 2.3224),
    (2.3117, 2.3233, 2.3184, 2.3523, 2.3263, 2.312),
    0.1064,
    ("300 times those Keras gives SGD",),
    4,
)
FAR_ABOVE = Measured(
    "dense-linear-mnist-mended",
    {"learning_rate": "0.1"},
    243.6802,
    (215.7888, 52.7486, 23.5094, 17.5425, 12.153, 9.6944, 7.4616, 7.6384),
    (68.761, 56.3725, 27.6412, 25.7828, 27.634, 25.5286, 20.8432, 22.5945),
    0.915,
    ("After 8 epochs", "7.6384", "2.3026"),
    3,
)
THROWN_UP = Measured(
    "base-cnn-tanh-mnist",
    {"learning_rate": "0.05"},
    2.3208,
    (20.6148, 2.9431, 1.3431, 1.4914, 1.0012, 0.5502),
    (3.0103, 1.816, 1.3006, 2.4442, 0.7625, 0.8554),
    0.94,
    ("began at 2.3208", "20.6148"),
    2,
)
WOBBLING = Measured(
    "dense-relu-scaled-mnist",
    {"learning_rate": "0.1"},
    4.765,
    (0.6822, 0.1684, 0.1431, 0.1378, 0.1419, 0.1367, 0.1433, 0.149),
    (0.1967, 0.1589, 0.1471, 0.1558, 0.1624, 0.1603, 0.1672, 0.1793),
    0.6228,
    ("wobbles between 0.1367 and 0.1490", "100 times those Keras gives Adam"),
    7,
)
THROWN_ABOUT = Measured(
    "dense-relu-mnist",
    {"batch_size": "16"},
    30.2881,
    (9.3355, 0.1882, 0.1287, 0.1292, 0.091, 0.1112, 0.2208, 0.2393, 0.2162, 0.2122, 0.1998, 0.2254),
    (0.3629, 0.2464, 0.1963, 0.1439, 0.1678, 0.3086, 0.5549, 0.3308, 0.5153, 0.2426, 0.2512, 0.5197),
    0.618,
    ("come down to 0.0910 in epoch 5", "in 6 epochs since", "0.2254 now"),
    9,
)
TOO_HIGH = (
    ADAM_05,
    ADAM_1,
    SGD_1,
    LEARNED_AND_LOST,
    MOMENTUM,
    FAR_ABOVE,
    THROWN_UP,
    WOBBLING,
    THROWN_ABOUT,
)

SOUND = (
    Measured(
        "lenet5-mnist",
        {"learning_rate": "0.01"},
        2.1586,
        (0.676, 0.2047, 0.1309, 0.0997, 0.1044, 0.0695, 0.0914, 0.0697),
        (0.2889, 0.1306, 0.1662, 0.1465, 0.1425, 0.1479, 0.2719, 0.1835),
        0.9817,
    ),
    Measured(
        "lenet5-mnist",
        {"learning_rate": "0.02"},
        2.2893,
        (0.9337, 0.3826, 0.3055, 0.2444, 0.2695, 0.2168, 0.1823, 0.1451),
        (0.3753, 0.3498, 0.2023, 0.2278, 0.3151, 0.3694, 0.1775, 0.1934),
        0.9572,
    ),
    Measured(
        "base-cnn-relu-mnist",
        {"learning_rate": "0.02"},
        2.3138,
        (1.1459, 0.1986, 0.0957, 0.0714, 0.0774, 0.046),
        (0.2602, 0.103, 0.0837, 0.1023, 0.1072, 0.0898),
        0.9858,
    ),
    Measured(
        "lenet5-mnist",
        {"optimizer": "SGD", "learning_rate": "0.1"},
        2.2846,
        (1.2817, 0.3915, 0.2335, 0.1671, 0.1194, 0.1072),
        (0.392, 0.2327, 0.248, 0.1619, 0.113, 0.114),
        0.9658,
    ),
    # 500 times what Keras gives SGD, and still good: the mean over ten outputs makes gradients small.
    Measured(
        "dense-relu-scaled-mnist",
        {"optimizer": "SGD", "learning_rate": "5"},
        0.5272,
        (0.1451, 0.0532, 0.0321, 0.0229, 0.0151, 0.0102),
        (0.0709, 0.0507, 0.0402, 0.0409, 0.0432, 0.0355),
        0.9934,
    ),
)


def found(run: Measured, epochs: int, **more: str) -> list[Finding]:
    """Return the findings after so many epochs."""
    record = RunRecord()
    total = len(run.losses)
    record.absorb(
        BatchEvent(
            time=0.0,
            attempt=1,
            epoch=1,
            epochs=total,
            batch=1,
            batches=113,
            loss=run.first,
            accuracy=0.1,
            images_per_second=1000.0,
        )
    )
    for number, (loss, val_loss) in enumerate(zip(run.losses, run.val_losses, strict=True), 1):
        if number <= epochs:
            record.absorb(
                EpochEvent(
                    time=0.0,
                    attempt=1,
                    epoch=number,
                    epochs=total,
                    loss=loss,
                    accuracy=run.accuracy,
                    val_loss=val_loss,
                    val_accuracy=run.accuracy,
                    seconds=1.0,
                    best=val_loss == min(run.val_losses[:number]),
                )
            )
    spec = resolve(find_recipe(run.recipe), "quick", {**run.settings, **more})
    return list(diagnose(spec, record))


@pytest.mark.parametrize("run", TOO_HIGH, ids=lambda run: f"{run.recipe} {run.settings}")
def test_a_measured_run_with_a_rate_that_is_too_high_is_told(run: Measured) -> None:
    told = [
        any(each.name == "rate-too-high" for each in found(run, epochs))
        for epochs in range(1, len(run.losses) + 1)
    ]
    assert told == [epoch >= run.told_from for epoch in range(1, len(told) + 1)], "once said, it stays"
    for epochs in range(len(run.losses)):
        assert "rate-too-low" not in [each.name for each in found(run, epochs)], epochs
    last = found(run, len(run.losses))
    finding = next(each for each in last if each.name == "rate-too-high")
    assert all(words in str(finding.evidence) for words in run.says), str(finding.evidence)
    assert finding.problem
    assert not {"stuck-at-chance", "rate-too-low", "exploding"} & {each.name for each in last}


@pytest.mark.parametrize("run", SOUND, ids=lambda run: f"{run.recipe} {run.settings}")
def test_a_large_rate_that_does_well_is_not_blamed(run: Measured) -> None:
    for epochs in range(len(run.losses) + 1):
        assert "rate-too-high" not in [each.name for each in found(run, epochs)], epochs


def test_no_recorded_run_is_blamed_after_any_epoch() -> None:
    for slug in recording_slugs():
        recording, record = find_recording(slug), RunRecord()
        for event in recording.events:
            record.absorb(event)
            if isinstance(event, EpochEvent):
                names = [each.name for each in diagnose(recording.spec, record)]
                assert "rate-too-high" not in names, (slug, event.epoch)


def test_the_mend_is_a_tenth_of_the_rate() -> None:
    [finding] = found(ADAM_05, 6)
    assert "--set learning_rate=0.005)" in str(finding.mend)
    assert finding.mend.both().en != finding.mend.both().vi != ""


def test_a_smaller_rate_stands_accused_only_by_what_the_loss_does() -> None:
    """The same losses: a wobble is put down to the rate where it is large, a rise to any."""
    assert [each.name for each in found(WOBBLING, 8, learning_rate="0.01")] == []
    assert "rate-too-high" in [each.name for each in found(THROWN_ABOUT, 12, learning_rate="0.001")]
    assert [each.name for each in found(WOBBLING, 8, optimizer="Adadelta")] == []


def test_raw_outputs_and_raw_pixels_are_causes_of_their_own() -> None:
    raw = Measured("resnet-demo-cifar10", {}, 7.4881, (5.3344, 3.2866, 4.1, 4.2), (2.3, 7.0, 5.0, 5.0), 0.1)
    assert "rate-too-high" not in [each.name for each in found(raw, 4)]
    assert "rate-too-high" in [each.name for each in found(raw, 4, from_logits="true", pixel_divisor="255")]
    names = [each.name for each in found(THROWN_ABOUT, 12)]
    assert names.index("unscaled-input") < names.index("rate-too-high")


def test_a_measured_run_with_a_rate_that_is_too_low_is_told_so() -> None:
    run = Measured(
        "lenet5-mnist",
        {"learning_rate": "0.00001"},
        2.3078,
        (2.2987, 2.2839, 2.2674, 2.2459, 2.2154, 2.1735),
        (2.2912, 2.2761, 2.2579, 2.2327, 2.1971, 2.15),
        0.374,
    )
    for epochs in (3, 4, 5, 6):
        [finding] = found(run, epochs)
        assert finding.name == "rate-too-low"
        assert "learning_rate=0.0001)" in str(finding.mend)


@pytest.mark.parametrize(
    ("loss", "classes", "level"),
    [
        ("sparse_categorical_crossentropy", 10, 2.302585),
        ("categorical_crossentropy", 5, 1.609438),
        ("binary_crossentropy", 10, 0.325083),
        ("binary_crossentropy", 2, 0.693147),
        ("mean_squared_error", 10, 0.09),
    ],
)
def test_what_guessing_costs(loss: str, classes: int, level: float) -> None:
    assert guess_level(loss, classes) == pytest.approx(level, abs=1e-6)
