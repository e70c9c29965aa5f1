"""Numbers by reference: what the calculator says, as each language writes it."""

import pytest

from cnntutor.course.networks import Networks, UnknownNumber
from cnntutor.course.references import explain, fill, resolve, value_of
from cnntutor.i18n import Text


@pytest.fixture(scope="module")
def networks() -> Networks:
    return Networks()


@pytest.mark.parametrize(
    ("reference", "shown"),
    [
        ("params:lenet5", "61,706"),
        ("params:lenet5/conv1", "156"),
        ("params:lenet5@32x32x3", "62,006"),
        ("params:lenet5@32x32x3/conv1", "456"),
        ("params:lenet5-32-valid", "61,706"),
        ("trainable:lenet5", "61,706"),
        ("non_trainable:lenet5/dense1", "0"),
        ("macs:lenet5/conv1", "117,600"),
        ("macs:lenet5", "416,520"),
        ("shape:lenet5/conv1", "28×28×6"),
        ("shape:lenet5", "10"),
        ("input:lenet5", "32×32×1"),
        ("input:lenet5/conv2", "14×14×6"),
        ("field:lenet5/conv2", "14×14"),
        ("dense:lenet5/conv1", "4,821,600"),
        ("local:lenet5/conv1", "122,304"),
        ("shared:lenet5/conv1", "156"),
        ("calc:(5*5*1+1)*6", "156"),
        ("calc:28·28·6", "4,704"),
        ("calc:1/3|2", "0.33"),
        ("calc:2/3|0", "1"),
        ("calc:5/2|0", "3"),
        ("calc:0-5/2|1", "−2.5"),
        ("calc:0-1/100|1", "0.0"),
        ("calc:123456/10|1", "12,345.6"),
        ("calc:100*{params:lenet5/dense1}/{params:lenet5}|1", "78.0"),
        (
            "explain:params:lenet5/conv1",
            "(kernel_h · kernel_w · in_channels + 1) · filters = (5 · 5 · 1 + 1) · 6 = 156",
        ),
        (
            "explain:local:lenet5/conv1",
            "(kernel_h · kernel_w · in_channels + 1) · out_h · out_w · filters"
            " = (5 · 5 · 1 + 1) · 28 · 28 · 6 = 122,304",
        ),
        (
            "explain:dense:lenet5/conv1",
            "(in_h · in_w · in_channels + 1) · out_h · out_w · filters"
            " = (32 · 32 · 1 + 1) · 28 · 28 · 6 = 4,821,600",
        ),
        (
            "explain:shared:alexnet-grouped/conv2",
            "(kernel_h · kernel_w · in_channels / groups + 1) · filters"
            " = (5 · 5 · 96 / 2 + 1) · 256 = 307,456",
        ),
        ("explain:shape:lenet5/flatten", "height · width · channels = 5 · 5 · 16 = 400"),
    ],
)
def test_a_reference_is_what_the_calculator_says(networks: Networks, reference: str, shown: str) -> None:
    assert resolve(reference, "en", networks) == shown


def test_each_language_has_its_marks(networks: Networks) -> None:
    assert resolve("params:lenet5", "vi", networks) == "61.706"
    assert resolve("calc:123456/10|1", "vi", networks) == "12.345,6"
    assert explain("params:lenet5", "vi", networks)[1:] == ("156 + 2.416 + 48.120 + 10.164 + 850", "61.706")
    text = fill(Text("all {{params:lenet5}} of it", "cả {{params:lenet5}} số"), networks)
    assert (text.en, text.vi) == ("all 61,706 of it", "cả 61.706 số")


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("", "there is no reference ; write params"),
        ("weights:lenet5", "there is no reference weights:lenet5; write params"),
        ("params : lenet5", "there is no reference params : lenet5"),
        ("params:lenet9", "There is no network"),
        ("params:", "name a network of the course by its slug."),
        ("params:../x.toml", "There is no network"),
        ("params:/etc/passwd", "name a network of the course by its slug."),
        ("params:x.toml", "name a network of the course by its slug."),
        ("params:lenet5/conv9", 'lenet5 has no layer "conv9"; it has conv'),
        ("params:lenet5@32y", '"32y" is no input shape; write it like 32x32x3.'),
        ("params:lenet5@3x3x1", "conv1"),
        ("field:lenet5", "name a layer of lenet5: lenet5/conv1, say."),
        ("field:lenet5/flatten", "flatten has no receptive field"),
        ("dense:lenet5/pool1", "pool1 is no Conv2D; name a convolution."),
        ("calc:5*", "5* is no arithmetic"),
        ("calc:__import__('os')", "is no arithmetic"),
        ("calc:7/2", "7/2 is not whole; say how to round it"),
        ("calc:7/2|x", "write the digits to round to, 0 to 6"),
        ("calc:7/2|9", "write the digits to round to, 0 to 6"),
        ("calc:{shape:lenet5/conv1}+1", "shape:lenet5/conv1 is a shape, not a number."),
        ("explain:trainable:lenet5", "trainable has no working to show"),
        ("explain:shape:lenet5", "name a layer of lenet5"),
        ("explain:field:lenet5/flatten", "flatten has no receptive field"),
    ],
)
def test_a_reference_to_nothing_is_named(networks: Networks, reference: str, sentence: str) -> None:
    with pytest.raises(UnknownNumber) as refusal:
        resolve(reference, "en", networks)
    assert sentence in str(refusal.value)


def test_a_network_is_counted_once(networks: Networks) -> None:
    assert networks.report("lenet5") is networks.report("lenet5")
    assert value_of("params:lenet5", networks) == 61706
