"""Simulated learners: mistakes are named, right answers accepted, wrong ones refused."""

# ruff: noqa: E501 (a table is read line by line)

import pytest

from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.registry import LAYER_KINDS
from cnntutor.calc.network import sequential
from cnntutor.quiz.grade_typed import grade_asked
from cnntutor.quiz.rules.asked import Asked
from cnntutor.quiz.rules.registry import SLUGS
from cnntutor.quiz.rules.slip import Inputs
from tests.quiz.learners import measure

PROMISED = {
    *("no-bias", "one-bias", "no-input-channels", "kernel-side-once", "one-filter", "not-shared"),
    *("pooling-has-weights", "groups-ignored", "depthwise-as-full", "pointwise-forgotten", "bn-two"),
    *("gates-forgotten", "recurrent-kernel-forgotten", "flatten-forgotten", "flatten-before-pool"),
    *("non-trainable-forgotten", "no-plus-one", "ceil-for-floor", "padding-ignored", "padding-once"),
    *("stride-ignored", "dilation-ignored", "same-for-valid", "valid-for-same", "divided-by-kernel"),
    *("channels-kept", "channels-multiplied", "flops-for-macs", "params-for-macs"),
    *("input-size-for-output-size", "sum-of-kernels", "last-kernel-only", "running-total-slip"),
    "layer-left-out",
}


def test_the_promised_mistakes_are_known() -> None:
    assert set(SLUGS) >= PROMISED
    assert len(SLUGS) >= 40


def layer(kind: str, **arguments: object) -> Layer:
    """Return a layer by Keras's names."""
    return LAYER_KINDS[kind](**arguments)


@pytest.mark.parametrize(
    ("made", "inputs", "ask", "answer", "slug"),
    [
        # The right numbers are Keras's own; the wrong ones are worked out by hand.
        (layer("SeparableConv2D", filters=728, kernel_size=3), (19, 19, 728), "params", 4_770_584, "depthwise-as-full"),
        (layer("SeparableConv2D", filters=728, kernel_size=3), (19, 19, 728), "params", 6_552, "pointwise-forgotten"),
        (layer("SeparableConv2D", filters=728, kernel_size=3), (19, 19, 728), "params", 7_280, "pointwise-forgotten"),
        (layer("DepthwiseConv2D", kernel_size=3), (28, 28, 32), "params", (9 * 32 + 1) * 32, "depthwise-as-full"),
        (layer("DepthwiseConv2D", kernel_size=3), (28, 28, 32), "params", 9 * 32, "no-bias"),
        (layer("Conv2DTranspose", filters=16, kernel_size=3), (7, 7, 8), "params", (9 + 1) * 16, "no-input-channels"),
        (layer("Conv2DTranspose", filters=16, kernel_size=3, strides=2), (7, 7, 8), "output_shape", (9, 9, 16), "stride-ignored"),
        (layer("Conv2DTranspose", filters=16, kernel_size=3, strides=2), (7, 7, 8), "output_shape", (3, 3, 16), "transposed-as-conv"),
        (layer("Conv1D", filters=16, kernel_size=5), (100, 8), "params", (5 + 1) * 16, "no-input-channels"),
        (layer("Conv3D", filters=4, kernel_size=3), (8, 8, 8, 2), "params", (9 * 2 + 1) * 4, "kernel-side-once"),
        (layer("Conv2D", filters=64, kernel_size=3, groups=4), (8, 8, 32), "params", (9 * 32 + 1) * 64, "groups-ignored"),
        (layer("LSTM", units=32), (10, 8), "params", (8 + 32 + 1) * 32, "gates-forgotten"),
        (layer("LSTM", units=32), (10, 8), "params", 4 * (8 + 1) * 32, "recurrent-kernel-forgotten"),
        (layer("LSTM", units=32), (10, 8), "params", 3 * (8 + 32 + 1) * 32, "gate-left-out"),
        (layer("GRU", units=32), (10, 8), "params", 3 * (8 + 32 + 1) * 32, "recurrent-bias-forgotten"),
        (layer("SimpleRNN", units=12), (4, 10), "params", (10 + 1) * 12, "recurrent-kernel-forgotten"),
        (layer("BatchNormalization"), (6, 6, 96), "params", 192, "bn-two"),
        (layer("LayerNormalization"), (6, 6, 96), "params", 4 * 96, "norm-as-batch"),
        (layer("Dense", units=10), (7, 7, 64), "params", (7 * 7 * 64 + 1) * 10, "flattened-for-last-axis"),
        (layer("MaxPooling2D"), (28, 28, 6), "output_shape", (14, 14, 3), "channels-pooled"),
        (layer("Conv2D", filters=8, kernel_size=3), (28, 28, 6), "macs", 2 * 26 * 26 * 8 * 54, "flops-for-macs"),
        (layer("Conv2D", filters=8, kernel_size=3), (28, 28, 6), "macs", 25 * 25 * 8 * 54, "no-plus-one"),
        (layer("DepthwiseConv2D", kernel_size=3), (28, 28, 6), "macs", 28 * 28 * 6 * 9, "input-size-for-output-size"),
        (layer("MultiHeadAttention", num_heads=4, key_dim=16), (10, 64), "params", 4 * 64 * 16 + 3 * 16 + 64, "one-head"),
    ],
)  # fmt: skip
def test_mistakes_in_every_family(made: Layer, inputs: Inputs, ask: str, answer: object, slug: str) -> None:
    from cnntutor.calc.layers.input import Input
    from cnntutor.calc.network import Network, Node

    network = sequential("one", inputs, [("layer", made)])  # type: ignore[arg-type]
    if made.kind == "MultiHeadAttention":
        network = Network("one", (Node("input", Input(inputs)), Node("layer", made, ("input", "input"))))  # type: ignore[arg-type]
    text = "x".join(map(str, answer)) if isinstance(answer, tuple) else str(answer)
    grade = grade_asked(Asked(network, ask, "layer"), text)  # type: ignore[arg-type]
    assert grade.verdict == "wrong"
    assert slug in (grade.mistake, *grade.also), (grade.mistake, grade.also)


@pytest.mark.parametrize(
    ("answer", "pair"),
    [("2", None), ("400", {"no-bias", "no-input-channels"}), ("480", {"no-bias", "kernel-side-once"})],
)
def test_two_mistakes_at_once_are_named_where_nothing_else_fits(answer: str, pair: set[str] | None) -> None:
    network = sequential("two", (14, 14, 6), [("conv", layer("Conv2D", filters=16, kernel_size=5))])
    grade = grade_asked(Asked(network, "params", "conv"), answer)
    assert grade.verdict == "wrong"
    assert set(grade.together) == (pair or set())
    assert ({grade.mistake, *grade.also} == pair) if pair else grade.mistake is None


def test_receptive_fields_that_went_wrong(lenet: object) -> None:
    network = sequential(
        "field",
        (64, 64, 3),
        [
            ("conv1", layer("Conv2D", filters=4, kernel_size=5, strides=2)),
            ("pool1", layer("MaxPooling2D")),
            ("conv2", layer("Conv2D", filters=4, kernel_size=3)),
        ],
    )
    named = {
        text: grade_asked(Asked(network, "receptive_field", "conv2"), text)
        for text in ("15", "15x15", "8", "3", "30", "13", "")
    }
    assert named["15"].verdict == named["15x15"].verdict == "right"
    assert named["8"].mistake == "sum-of-kernels"
    assert named["3"].mistake == "last-kernel-only"
    assert named["30"].mistake == "kernels-multiplied"
    assert named["13"].mistake is None
    assert named[""].verdict == "not_understood"


def test_simulated_learners() -> None:
    found = measure(40, seed=7)
    assert found.share >= 0.95
    assert found.first >= 0.9
    assert (found.right_refused, found.wrong_accepted) == (0, 0)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_many_simulated_learners() -> None:
    found = measure(2000, seed=11)
    assert found.share >= 0.99
    assert found.first >= 0.95
    assert (found.right_refused, found.wrong_accepted) == (0, 0)
