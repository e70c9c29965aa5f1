"""PyTorch code run by PyTorch itself, where it is installed: shapes and learnable parameters are ours."""

import math
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.input import Input
from cnntutor.calc.network import Network, Node
from cnntutor.errors import NotUnderstood
from cnntutor.formats.library import find_network, networks_dir
from cnntutor.formats.pytorch_code import write_pytorch_code
from cnntutor.formats.pytorch_layers import CALLS, MODULES
from cnntutor.formats.pytorch_order import is_channels_first
from tests.calc.layer_cases import CASES, layers_of
from tests.formats.test_pytorch_code import WHOLE, whole_network

torch: Any = pytest.importorskip(
    "torch", reason="PyTorch is not installed: its code is run on a stand-in only"
)
KINDS = sorted({*CALLS, *MODULES} & set(CASES))
SLUGS = sorted(path.stem for path in networks_dir().glob("*.toml"))
LARGEST = 2_000_000_000
"""Multiply-adds of a network that is run."""


def first(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (shape[-1], *shape[:-1]) if len(shape) == 3 else shape


def compare(network: Network) -> None:
    order = tuple if is_channels_first(network) else first
    report = analyse(network)
    scope: dict[str, Any] = {}
    exec(write_pytorch_code(network), scope)
    net = scope["Net"]().eval()
    words = any(node.layer.kind == "Embedding" for node in network.nodes)
    inputs = [
        torch.zeros(2, *order(node.layer.shape), dtype=torch.long if words else torch.float32)
        for node in network.nodes
        if isinstance(node.layer, Input)
    ]
    with torch.no_grad():
        found = net(*inputs)
    outputs = found if isinstance(found, tuple) else (found,)
    shapes = {row.name: row.output_shape for row in report.layers}
    assert [tuple(each.shape[1:]) for each in outputs] == [order(shapes[name]) for name in network.outputs]
    learnable = sum(each.numel() for each in net.parameters() if each.requires_grad)
    assert learnable == report.trainable_params


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(data=st.data())
def test_every_kind(kind: str, data: st.DataObject) -> None:
    layer, shapes = data.draw(layers_of(kind))
    inputs = [Node(f"in{number}", Input(shape)) for number, shape in enumerate(shapes)]
    trainable = data.draw(st.booleans())
    names = tuple(node.name for node in inputs)
    network = Network("one", (*inputs, Node("layer", layer, names, trainable=trainable)))
    if math.prod(layer.output_shape(shapes)) == 0:
        return
    try:
        write_pytorch_code(network)
    except NotUnderstood:
        return
    compare(network)


@pytest.mark.parametrize("slug", SLUGS)
def test_networks_of_the_course(slug: str) -> None:
    network = find_network(slug).network
    if analyse(network).macs <= LARGEST:
        compare(network)


@pytest.mark.parametrize("name", WHOLE)
def test_whole_networks(name: str) -> None:
    compare(whole_network(name))
