"""Every derivation of every network: the numbers put in come to the result, which is the report's."""

import math
import re

import pytest

from cnntutor.calc.analysis import analyse
from cnntutor.calc.arithmetic import evaluate
from cnntutor.calc.derivation import QUANTITIES, derive, derive_from, derive_total
from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.network import sequential
from cnntutor.formats.library import find_network, networks_dir
from cnntutor.i18n import set_language

SLUGS = sorted(path.stem for path in networks_dir().glob("*.toml"))


def sides(numbers: str) -> tuple[int, ...]:
    """Work out a shape's numbers side by side, floors and ceilings included."""

    def rounded(found: re.Match[str]) -> str:
        value = evaluate(found[2])
        return str(math.floor(value) if found[1] == "⌊" else math.ceil(value))

    worked = re.sub(r"([⌊⌈])([^⌊⌈⌋⌉]*)[⌋⌉]", rounded, numbers.replace("−", "-"))
    return tuple(int(evaluate(side)) for side in re.split(r" × ", worked))


@pytest.mark.parametrize("slug", SLUGS)
def test_numbers_come_to_the_result_and_the_result_is_reported(slug: str) -> None:
    network = find_network(slug).network
    report = analyse(network)
    for layer in report.layers:
        for quantity in QUANTITIES:
            working = derive_from(report, layer.name, quantity)
            where = f"{slug}/{layer.name}: {working}"
            assert str(working.rule), where
            assert str(working.unit), where
            counted = {
                "params": layer.params,
                "macs": layer.macs,
                "flops": 2 * layer.macs,
                "activations": math.prod(layer.output_shape),
                "activation_memory": 4 * math.prod(layer.output_shape),
                "weight_memory": 4 * layer.params,
            }
            if quantity in counted:
                assert evaluate(working.numbers) == working.result == counted[quantity], where
            elif quantity == "output_shape":
                numbers = working.numbers.replace("×", " × ") if "×" in working.numbers else working.numbers
                assert sides(re.sub(r" +", " ", numbers)) == working.result == layer.output_shape, where
            elif layer.receptive_field is None:
                assert working.result is None, where
            else:
                assert working.result == layer.receptive_field.size, where
                if len(layer.inputs) == 1:
                    assert sides(working.numbers) == working.result, where
            for symbol in working.symbols:
                assert str(symbol.meaning), where


@pytest.mark.parametrize("slug", SLUGS)
def test_totals_are_sums(slug: str) -> None:
    network = find_network(slug).network
    report = analyse(network)
    for quantity, expected in (("params", report.total_params), ("macs", report.macs)):
        working = derive_total(network, "params" if quantity == "params" else "macs")
        assert sum(int(term) for term in working.numbers.split(" + ")) == working.result == expected
        assert sum(symbol.value for symbol in working.symbols) == expected


def test_a_report_gives_the_same_workings_as_the_network() -> None:
    network = find_network("inception-3a").network
    report = analyse(network)
    for layer in report.layers:
        for quantity in QUANTITIES:
            assert derive(network, layer.name, quantity) == derive_from(report, layer.name, quantity)


def test_a_convolution_in_full() -> None:
    working = derive(find_network("lenet5-rgb").network, "conv1", "params")
    assert working.formula == "(kernel_h · kernel_w · in_channels + 1) · filters"
    assert working.numbers == "(5 · 5 · 3 + 1) · 6"
    assert working.result == 456
    assert [(symbol.name, symbol.value) for symbol in working.symbols] == [
        ("kernel_h", 5),
        ("kernel_w", 5),
        ("in_channels", 3),
        ("filters", 6),
    ]


def test_groups_and_missing_bias_show_in_the_formula() -> None:
    layer = Conv2D(8, (3, 3), groups=2, use_bias=False)
    working = derive(sequential("one", (9, 9, 4), [("conv", layer)]), "conv")
    assert working.formula == "kernel_h · kernel_w · in_channels / groups · filters"
    assert evaluate(working.numbers) == working.result == 144


def test_dilation_shows_in_the_shape() -> None:
    layer = Conv2D(8, (3, 3), dilation_rate=(2, 3))
    working = derive(sequential("one", (9, 9, 4), [("conv", layer)]), "conv", "output_shape")
    assert sides(working.numbers) == working.result == (5, 3, 8)


def test_shared_weights_are_counted_once() -> None:
    network = find_network("resnet-demo-repaired").network
    assert derive(network, "b1_bn", "params").result == 256
    assert derive(network, "b1_bn_again", "params").result == 0


def test_an_input_is_given() -> None:
    network = find_network("lenet5").network
    assert derive(network, "input", "output_shape").result == (32, 32, 1)
    assert derive(network, "input", "params").result == 0
    assert derive(network, "input", "receptive_field").result == (1, 1)


def test_rules_follow_the_language() -> None:
    working = derive(find_network("lenet5").network, "dense1", "params")
    assert str(working.rule).startswith("Every unit")
    set_language("vi")
    assert str(working.rule).startswith("Mỗi đơn vị")


def test_unknown_names_are_refused() -> None:
    network = find_network("lenet5").network
    with pytest.raises(KeyError):
        derive(network, "conv9")
    with pytest.raises(ValueError, match="quantity must be one of params"):
        derive(network, "conv1", "weights")  # type: ignore[arg-type]
