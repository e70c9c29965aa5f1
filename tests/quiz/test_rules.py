"""Every mistake's number, computed a second time from plain integers, on layers drawn at random."""

import math
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.layers.core import Dense
from cnntutor.calc.layers.normalization import BatchNormalization
from cnntutor.calc.layers.pooling import AveragePooling2D, GlobalAveragePooling2D, MaxPooling2D
from cnntutor.calc.layers.reshaping import Flatten, ZeroPadding2D
from cnntutor.calc.network import Network, sequential
from cnntutor.quiz.rules.asked import Asked
from cnntutor.quiz.rules.candidate import Candidate
from cnntutor.quiz.rules.networks import candidates
from cnntutor.quiz.rules.registry import SLUGS, slips
from cnntutor.quiz.rules.slip import Inputs, Quantity

FROM_THE_START = {
    *("no-bias", "one-bias", "no-input-channels", "kernel-side-once", "one-filter", "not-shared"),
    *("pooling-has-weights", "flatten-forgotten", "flatten-before-pool", "no-plus-one", "ceil-for-floor"),
    *("stride-ignored", "padding-ignored", "same-for-valid", "valid-for-same", "channels-kept"),
    *("channels-multiplied", "running-total-slip"),
}


def values(slug: str, layer: Layer, inputs: Inputs, quantity: Quantity) -> list[object]:
    """Return what a mistake makes of a layer's number."""
    return [slip.value for slip in slips(slug, layer, inputs, quantity)]


@dataclass(frozen=True)
class Conv:
    """A convolution on an input, as plain integers."""

    n: int
    c: int
    f: int
    k: int
    j: int
    """The kernel's width; k is its height."""
    s: int
    bias: bool
    same: bool

    @property
    def layer(self) -> Conv2D:
        padding = "same" if self.same else "valid"
        return Conv2D(self.f, (self.k, self.j), (self.s, self.s), padding, use_bias=self.bias)

    @property
    def inputs(self) -> Inputs:
        return ((self.n, self.n, self.c),)

    @property
    def b(self) -> int:
        return int(self.bias)


@st.composite
def convolutions(draw: st.DrawFn) -> Conv:
    """Draw a convolution that fits on its input."""
    k, j = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    return Conv(
        draw(st.integers(max(k, j) + 1, 64)),
        *(draw(st.integers(1, 20)), draw(st.integers(1, 32)), k, j, draw(st.integers(1, 3))),
        *(draw(st.booleans()), draw(st.booleans())),
    )


def test_the_slugs_are_an_interface() -> None:
    assert set(SLUGS) >= FROM_THE_START
    with pytest.raises(ValueError, match=r"slug must be one of .* received 'no-such'"):
        slips("no-such", Flatten(), ((2, 2, 2),), "params")


@given(convolutions())
def test_parameters_of_a_convolution(conv: Conv) -> None:
    layer, inputs = conv.layer, conv.inputs
    n, c, f, k, j, b = conv.n, conv.c, conv.f, conv.k, conv.j, conv.b
    assert values("no-bias", layer, inputs, "params") == ([k * j * c * f] if b else [])
    assert values("one-bias", layer, inputs, "params") == ([k * j * c * f + 1] if b else [])
    assert values("no-input-channels", layer, inputs, "params") == [(k * j + b) * f]
    assert values("one-filter", layer, inputs, "params") == [k * j * c + b]
    assert values("filters-squared", layer, inputs, "params") == [(k * j * f + b) * f]
    sides = [k] if k == j else [k, j]
    sides = [] if max(k, j) == 1 else sides
    assert values("kernel-side-once", layer, inputs, "params") == [(side * c + b) * f for side in sides]
    down, across = (
        (-(-n // conv.s), -(-n // conv.s)) if conv.same else ((n - k) // conv.s + 1, (n - j) // conv.s + 1)
    )
    own = down * across * (k * j * c + b) * f
    assert values("not-shared", layer, inputs, "params") == (
        [own, down * across * k * j * c * f + f] if b else [own]
    )
    assert values("pooling-has-weights", layer, inputs, "params") == []
    assert values("values-for-params", layer, inputs, "params") == [down * across * f]


@given(convolutions())
def test_shapes_of_a_convolution(conv: Conv) -> None:
    layer, inputs = conv.layer, conv.inputs
    n, f, s = conv.n, conv.f, conv.s
    sides = (conv.k, conv.j)

    def shape(*along: int) -> list[object]:
        return [(*along, f)] if min(along) > 0 else []

    def found(slug: str) -> list[object]:
        return values(slug, layer, inputs, "output_shape")

    same = (math.ceil(n / s), math.ceil(n / s))
    valid = tuple(math.floor((n - side) / s) + 1 for side in sides)
    right = same if conv.same else valid
    assert layer.output_shape(inputs) == (*right, f)
    assert found("same-for-valid") == ([] if conv.same else shape(*same))
    assert found("valid-for-same") == (shape(*valid) if conv.same else [])
    assert found("no-plus-one") == ([] if conv.same else shape(*(places - 1 for places in valid)))
    rounds = not conv.same and s > 1
    up = [math.ceil((n - side) / s) + 1 for side in sides]
    assert found("ceil-for-floor") == (shape(*up) if rounds else [])
    unstrided = (n, n) if conv.same else tuple(n - side + 1 for side in sides)
    assert found("stride-ignored") == (shape(*unstrided) if s > 1 else [])
    assert found("channels-kept") == [(*right, conv.c)]
    assert found("channels-multiplied") == [(*right, conv.c * f)]
    assert found("padding-ignored") == []


@given(st.integers(1, 5000), st.integers(1, 5000), st.booleans())
def test_parameters_of_a_dense_layer(n: int, units: int, bias: bool) -> None:
    layer, inputs = Dense(units, use_bias=bias), ((n,),)
    b = int(bias)
    assert values("no-bias", layer, inputs, "params") == ([n * units] if bias else [])
    assert values("one-bias", layer, inputs, "params") == ([n * units + 1] if bias else [])
    assert values("bias-per-input", layer, inputs, "params") == ([n * units + n] if bias else [])
    assert values("one-filter", layer, inputs, "params") == [n + b]
    assert values("no-input-channels", layer, inputs, "params") == []


@given(st.integers(8, 40), st.integers(1, 64), st.integers(2, 4), st.integers(1, 3), st.booleans())
def test_pooling_has_no_weights_and_keeps_channels(n: int, c: int, k: int, s: int, largest: bool) -> None:
    layer = (MaxPooling2D if largest else AveragePooling2D)((k, k), (s, s))
    inputs = ((n, n, c),)
    assert set(values("pooling-has-weights", layer, inputs, "params")) == {
        k * k,
        k * k * c,
        (k * k + 1) * c,
        (k * k * c + 1) * c,
        2 * c,
    }
    places = (n - k) // s
    assert values("no-plus-one", layer, inputs, "output_shape") == ([(places, places, c)] if places else [])
    assert values("flatten-before-pool", layer, inputs, "output_shape") == [(n, n, c)]
    assert values("channels-kept", layer, inputs, "output_shape") == []


def test_layers_that_keep_something_else() -> None:
    assert values("pooling-has-weights", GlobalAveragePooling2D(), ((7, 7, 64),), "params")[0] == 49
    assert values("bn-two", BatchNormalization(), ((6, 6, 96),), "params") == [192]
    assert values("groups-ignored", Conv2D(256, (5, 5), groups=2), ((27, 27, 96),), "params") == [614_656]
    padded = ((32, 32, 3),)
    assert values("padding-ignored", ZeroPadding2D(2), padded, "output_shape") == [(32, 32, 3)]  # type: ignore[arg-type]
    assert values("padding-once", ZeroPadding2D(2), padded, "output_shape") == [(34, 34, 3)]  # type: ignore[arg-type]
    assert values("flatten-forgotten", Flatten(), ((5, 5, 16),), "output_shape") == [(5, 5, 16), (16,)]
    assert values("no-input-channels", Flatten(), ((32, 32, 3),), "output_shape") == [(1024,)]
    dilated = Conv2D(4, (3, 3), dilation_rate=(2, 2))
    assert values("dilation-ignored", dilated, ((20, 20, 1),), "output_shape") == [(18, 18, 4)]
    assert values("divided-by-kernel", Conv2D(4, (3, 3)), ((39, 39, 3),), "output_shape") == [(13, 13, 4)]


@given(convolutions())
def test_multiply_adds_of_a_convolution(conv: Conv) -> None:
    layer, inputs = conv.layer, conv.inputs
    height, width, f = layer.output_shape(inputs)
    macs = height * width * f * conv.k * conv.j * conv.c
    assert layer.macs(inputs) == macs
    assert values("flops-for-macs", layer, inputs, "macs") == [2 * macs]
    assert values("params-for-macs", layer, inputs, "macs")[0] == (conv.k * conv.j * conv.c + conv.b) * f
    assert values("input-size-for-output-size", layer, inputs, "macs") == [
        conv.n * conv.n * f * conv.k * conv.j * conv.c
    ]
    assert values("no-input-channels", layer, inputs, "macs") == [height * width * f * conv.k * conv.j]
    assert values("one-filter", layer, inputs, "macs") == [height * width * conv.k * conv.j * conv.c]


def named(asked: Asked, value: object) -> list[str]:
    """Return the mistakes that lead to an answer, the likeliest first."""
    return list(dict.fromkeys(each.slug for each in candidates(asked) if each.value == value))


def first(asked: Asked, value: object) -> Candidate:
    """Return the likeliest mistake that leads to an answer."""
    return next(each for each in candidates(asked) if each.value == value)


@pytest.mark.parametrize(
    ("layer", "value", "slug"),
    [
        ("dense1", 2_040, "flatten-forgotten"),
        ("dense1", 192_120, "flatten-before-pool"),
        ("dense1", 48_000, "no-bias"),
        ("dense2", 10_200, "bias-per-input"),
        ("conv2", 416, "no-input-channels"),
        ("conv2", 2_401, "one-bias"),
        ("conv1", 26, "one-filter"),
        ("conv1", 122_304, "not-shared"),
        ("pool1", 24, "pooling-has-weights"),
    ],
)
def test_a_layer_of_lenet(lenet: Network, layer: str, value: int, slug: str) -> None:
    assert named(Asked(lenet, "params", layer), value)[0] == slug


def test_one_mistake_in_the_whole_network(lenet: Network) -> None:
    asked = Asked(lenet, "total_params")
    report = analyse(lenet)
    no_bias = sum(layer.macs // max(1, math.prod(layer.output_shape[:-1])) for layer in report.layers)
    assert no_bias == 61_470
    everywhere = first(asked, no_bias)
    assert (everywhere.slug, everywhere.scope, everywhere.where) == ("no-bias", "everywhere", "conv1")
    one = first(asked, 61_706 - 84)
    assert (one.slug, one.scope, one.where) == ("no-bias", "one", "dense2")
    left_out = first(asked, 61_706 - 2_416)
    assert (left_out.slug, left_out.scope, left_out.where) == ("layer-left-out", "sum", "conv2")
    twice = first(asked, 61_706 + 850)
    assert (twice.slug, twice.scope, twice.where) == ("running-total-slip", "sum", "dense3")


def test_a_wrong_shape_shows_in_the_total(lenet: Network) -> None:
    asked = Asked(lenet, "total_params")
    before_pool = first(asked, 61_706 + (10 * 10 * 16 - 5 * 5 * 16) * 120)
    assert (before_pool.slug, before_pool.where) == ("flatten-before-pool", "pool2")
    forgotten = first(asked, 61_706 - (5 * 5 * 16 - 16) * 120)
    assert forgotten.slug == "flatten-forgotten"


def test_a_wrong_shape_is_carried_through_the_layers_after_it() -> None:
    base = sequential(
        "base",
        (28, 28, 1),
        [
            ("conv1", Conv2D(32, (3, 3))),
            ("pool1", MaxPooling2D()),
            ("conv2", Conv2D(64, (3, 3))),
            ("pool2", MaxPooling2D()),
            ("flatten", Flatten()),
            ("dense", Dense(10)),
        ],
    )
    assert named(Asked(base, "output_shape", "flatten"), (2304,)) == ["ceil-for-floor", "same-for-valid"]
    assert named(Asked(base, "output_shape", "flatten"), (7744,))[0] == "flatten-before-pool"
    assert named(Asked(base, "output_shape", "pool2"), (6, 6, 64)) == ["ceil-for-floor", "same-for-valid"]
    assert named(Asked(base, "params", "dense"), (6 * 6 * 64 + 1) * 10)[0] == "ceil-for-floor"
    assert named(Asked(base, "output_side", "conv1"), 25) == ["no-plus-one"]
    assert named(Asked(base, "output_values", "conv1"), 28 * 28 * 32) == ["same-for-valid"]


def test_receptive_fields(lenet: Network) -> None:
    asked = Asked(lenet, "receptive_field", "pool2")
    assert asked.right() == (16, 16)
    assert named(asked, (1 + 4 + 1 + 4 + 1,) * 2) == ["sum-of-kernels"]
    assert named(asked, (2, 2)) == ["last-kernel-only"]


def test_flatten_before_pool_needs_a_flatten_behind_the_pool(lenet: Network) -> None:
    wrong = [each for each in candidates(Asked(lenet, "params", "conv2")) if each.where == "pool1"]
    assert wrong
    assert all(each.slug != "flatten-before-pool" for each in wrong)
