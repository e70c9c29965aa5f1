"""ONNX files made by the onnx package: shapes are those of its own shape inference, weights are counted.

The reader itself does without the package: it reads a bounded part of the file and runs nothing.
"""

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnntutor.calc.analysis import analyse
from cnntutor.formats.library import find_network

onnx: Any = pytest.importorskip("onnx", reason="the onnx package is not installed")
Sides = tuple[int, ...]
TRAINED_NOT = ("mean", "var")


class Graph:
    """A graph that grows by one operation at a time; every image in it is an output."""

    def __init__(self, sides: Sides) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []
        self.sides: dict[str, Sides] = {"x": sides}
        self.input = sides
        self.outputs: list[str] = []
        self.trained = self.kept = 0

    def weight(self, name: str, *sides: int, whole: list[int] | None = None) -> str:
        called = f"{name}_{len(self.weights)}"
        if whole is not None:
            self.weights.append(onnx.helper.make_tensor(called, onnx.TensorProto.INT64, sides, whole))
            return called
        values = bytes(4 * math.prod(sides))
        self.weights.append(onnx.helper.make_tensor(called, onnx.TensorProto.FLOAT, sides, values, raw=True))
        if name in TRAINED_NOT:
            self.kept += math.prod(sides)
        else:
            self.trained += math.prod(sides)
        return called

    def put(self, kind: str, inputs: list[str], **attributes: object) -> str:
        output = f"t{len(self.nodes)}"
        self.nodes.append(onnx.helper.make_node(kind, inputs, [output], **attributes))
        model = self.model([output])
        inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
        (value,) = inferred.graph.output
        self.sides[output] = tuple(side.dim_value for side in value.type.tensor_type.shape.dim)
        self.outputs.append(output)
        return output

    def model(self, outputs: list[str]) -> Any:
        make = onnx.helper.make_tensor_value_info
        inputs = [make("x", onnx.TensorProto.FLOAT, self.input)]
        ends = [make(name, onnx.TensorProto.FLOAT, self.sides.get(name)) for name in outputs]
        graph = onnx.helper.make_graph(self.nodes, "drawn", inputs, ends, self.weights)
        return onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)])


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    small = st.integers(1, 3)
    channels, height, width = draw(st.integers(1, 4)), draw(st.integers(7, 14)), draw(st.integers(7, 14))
    graph = Graph((1, channels, height, width))
    at = "x"
    for _ in range(draw(st.integers(1, 7))):
        _, depth, *image = graph.sides[at]
        kernel = [draw(small), draw(small)]
        strides = [draw(small), draw(small)]
        pads = [draw(st.integers(0, side - 1)) for side in (*kernel, *kernel)]
        kind = draw(
            st.sampled_from(
                ["conv", "depthwise", "up", "max", "mean", "bn", "act", "add", "join", "pad", "clip"]
            )
        )
        room = min(image) > 2
        if kind == "conv" and room:
            filters = draw(st.integers(1, 5))
            inputs = [at, graph.weight("w", filters, depth, *kernel)]
            inputs += [graph.weight("b", filters)] if draw(st.booleans()) else []
            at = graph.put("Conv", inputs, kernel_shape=kernel, strides=strides, pads=pads)
        elif kind == "depthwise" and room:
            weight = graph.weight("w", depth * 2, 1, *kernel)
            at = graph.put("Conv", [at, weight], group=depth, pads=pads, dilations=[1, 1])
        elif kind == "up" and max(image) < 40:
            weight = graph.weight("w", depth, 3, *kernel)
            at = graph.put("ConvTranspose", [at, weight], strides=strides, kernel_shape=kernel)
        elif kind in ("max", "mean") and room:
            name = "MaxPool" if kind == "max" else "AveragePool"
            at = graph.put(name, [at], kernel_shape=kernel, strides=strides, pads=pads)
        elif kind == "bn":
            inputs = [graph.weight(name, depth) for name in ("scale", "b", "mean", "var")]
            at = graph.put("BatchNormalization", [at, *inputs])
        elif kind == "act":
            at = graph.put(draw(st.sampled_from(["Relu", "Sigmoid", "Tanh", "LeakyRelu", "Softplus"])), [at])
        elif kind in ("add", "join"):
            same = [each for each in graph.sides if graph.sides[each][2:] == graph.sides[at][2:]]
            fits = [each for each in same if kind == "join" or graph.sides[each] == graph.sides[at]]
            other = draw(st.sampled_from(fits))
            at = graph.put("Add", [at, other]) if kind == "add" else graph.put("Concat", [at, other], axis=1)
        elif kind == "pad":
            amounts = [0, 0, draw(small), draw(small), 0, 0, draw(small), draw(small)]
            at = graph.put("Pad", [at, graph.weight("pads", 8, whole=amounts)])
    if draw(st.booleans()):
        depth = graph.sides[at][1]
        at = graph.put("Flatten", [graph.put("GlobalAveragePool", [at])])
        units = draw(st.integers(1, 9))
        at = graph.put("Gemm", [at, graph.weight("w", units, depth), graph.weight("b", units)], transB=1)
        graph.put("Softmax", [at], axis=-1)
    elif graph.nodes:
        at = graph.put("Flatten", [at])
        graph.put("MatMul", [at, graph.weight("w", graph.sides[at][1], 6)])
    return graph


def last(sides: Sides) -> Sides:
    """Sides without the batch, channels last."""
    return (*sides[2:], sides[1])


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(graph=graphs())
def test_shapes_are_those_of_shape_inference(graph: Graph, tmp_path: Path) -> None:
    if not graph.nodes:
        return
    shown = [name for name in graph.outputs]
    model = graph.model(shown)
    onnx.checker.check_model(model, full_check=True)
    path = tmp_path / "model.onnx"
    onnx.save(model, str(path))
    network = find_network(str(path)).network
    report = analyse(network)
    shapes = {row.name: row.output_shape for row in report.layers}
    ours = [shapes[name] for name in network.outputs]
    theirs = list(dict.fromkeys(shown))
    assert ours == [last(graph.sides[name]) for name in theirs]
    assert (report.trainable_params, report.non_trainable_params) == (graph.trained, graph.kept)


def test_weights_kept_in_another_file_are_not_needed(tmp_path: Path) -> None:
    graph = Graph((1, 3, 32, 32))
    graph.put("Conv", ["x", graph.weight("w", 64, 3, 7, 7)], strides=[2, 2])
    path = tmp_path / "model.onnx"
    onnx.save(
        graph.model(graph.outputs),
        str(path),
        save_as_external_data=True,
        location="weights.bin",
        size_threshold=0,
    )
    (tmp_path / "weights.bin").unlink()
    report = analyse(find_network(str(path)).network)
    assert (report.total_params, report.layers[-1].output_shape) == (64 * 3 * 49, (13, 13, 64))


def test_an_open_batch_and_other_versions_of_the_operations(tmp_path: Path) -> None:
    for version in (11, 13, 17, 21):
        graph = Graph((1, 3, 16, 16))
        at = graph.put("Conv", ["x", graph.weight("w", 8, 3, 3, 3)])
        graph.put("Relu", [at])
        model = graph.model(graph.outputs[-1:])
        model.opset_import[0].version = version
        model.graph.input[0].type.tensor_type.shape.dim[0].dim_param = "batch"
        path = tmp_path / f"model{version}.onnx"
        onnx.save(model, str(path))
        assert analyse(find_network(str(path)).network).layers[-1].output_shape == (14, 14, 8)
