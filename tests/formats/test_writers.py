"""Networks written and read back are the same; Keras, given the code or the JSON, counts the same."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.input import Input
from cnntutor.calc.network import Network, Node
from cnntutor.errors import NotUnderstood
from cnntutor.formats.entry import NetworkEntry
from cnntutor.formats.export import EXPORTS, export_network
from cnntutor.formats.keras_code import write_keras_code
from cnntutor.formats.keras_json import parse_keras_json
from cnntutor.formats.keras_json_writer import write_keras_json
from cnntutor.formats.keras_source import parse_keras_source
from cnntutor.formats.library import find_network, networks_dir
from cnntutor.i18n import Text
from tests.calc.test_keras_oracle import branched_networks
from tests.formats.networks import CHAIN, GRAPH

SLUGS = sorted(path.stem for path in networks_dir().glob("*.toml"))
LARGEST = 15_000_000
"""Parameters of a network that Keras is asked to build each time."""

KERAS_SCRIPT = """
import json, sys
import keras
def counts(model):
    found = {}
    for layer in model.layers:
        sizes = [sum(int(w.value.numpy().size) for w in ws if "seed_generator" not in w.path)
                 for ws in (layer.trainable_weights, layer.non_trainable_weights)]
        if any(sizes):
            found[layer.name] = sizes
    return found, model.count_params(), [list(each.shape[1:]) for each in model.outputs]
for code, text in json.load(sys.stdin):
    scope = {}
    exec(code, scope)
    print(json.dumps([counts(scope["model"]), counts(keras.models.model_from_json(text))]))
    keras.backend.clear_session()
"""


def expected(network: Network) -> list[object]:
    report = analyse(network)
    counts = {each.name: [each.trainable, each.non_trainable] for each in report.layers if each.params}
    shapes = {each.name: list(each.output_shape) for each in report.layers}
    return [counts, report.total_params, [shapes[each] for each in network.outputs]]


def in_keras(networks: list[Network]) -> list[list[object]]:
    """What a Keras of its own process says of the code and of the JSON of each network."""
    pytest.importorskip("keras")
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    run = subprocess.run(
        [sys.executable, "-c", KERAS_SCRIPT],
        input=json.dumps([(write_keras_code(each), write_keras_json(each)) for each in networks]),
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return [json.loads(line) for line in run.stdout.splitlines()]


def small(slug: str) -> bool:
    return analyse(find_network(slug).network).total_params <= LARGEST


def compare_with_keras(networks: list[Network]) -> None:
    for network, (code, text) in zip(networks, in_keras(networks), strict=True):
        assert code == expected(network), network.name
        assert text == expected(network), network.name


def test_keras_counts_the_same() -> None:
    compare_with_keras([GRAPH, CHAIN, *(find_network(slug).network for slug in SLUGS if small(slug))])


@pytest.mark.slow
def test_keras_counts_the_same_in_large_networks() -> None:
    compare_with_keras([find_network(slug).network for slug in SLUGS if not small(slug)])


@pytest.mark.parametrize("network", [GRAPH, CHAIN], ids=lambda network: network.name)
def test_json_read_back(network: Network) -> None:
    assert parse_keras_json(write_keras_json(network), "again.json").network == network


@pytest.mark.parametrize("slug", SLUGS)
def test_networks_of_the_course_read_back(slug: str) -> None:
    network = find_network(slug).network
    assert parse_keras_json(write_keras_json(network), "again.json").network == network


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(network=branched_networks())
def test_random_graphs_read_back(network: Network) -> None:
    """Equal but for the order of nodes, which a call of shared weights may change."""
    for read in (
        parse_keras_json(write_keras_json(network), "again.json").network,
        parse_keras_source(write_keras_code(network), "again.py").network,
    ):
        assert read.outputs == network.outputs
        assert sorted(map(repr, read.nodes)) == sorted(map(repr, network.nodes))


def test_every_form_has_a_text() -> None:
    entry = find_network("lenet5")
    texts = {form: export_network(entry, form) for form in EXPORTS}
    assert len(set(texts.values())) == len(EXPORTS)
    with pytest.raises(ValueError, match="form must be one of toml, json, keras, pytorch, received 'onnx'"):
        export_network(entry, "onnx")


class LocallyConnected2D(Layer):
    kind = "LocallyConnected2D"


def test_what_keras_has_not_is_not_written() -> None:
    network = Network("old", (Node("input", Input((3,))), Node("local", LocallyConnected2D(), ("input",))))
    entry = NetworkEntry("old", (), Text("", ""), "", Text("", ""), Text("", ""), network)
    for form in ("keras", "json"):
        with pytest.raises(NotUnderstood, match=r"Layer local: Keras 3 has no LocallyConnected2D"):
            export_network(entry, form)
    with pytest.raises(NotUnderstood, match="has no counterpart in the PyTorch code"):
        export_network(entry, "pytorch")


def test_wide_calls_are_broken_into_lines() -> None:
    code = write_keras_code(GRAPH)
    assert max(map(len, code.splitlines())) <= 100
    assert "lambda_" not in code.replace("x_lambda_", "")
    compile(code, "code", "exec")


def test_a_file_written_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "again.json"
    path.write_text(export_network(find_network("vgg16"), "json"), encoding="utf-8")
    assert find_network(str(path)).network == find_network("vgg16").network
