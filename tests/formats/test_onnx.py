"""ONNX files: operations as layers of Keras, channels turned round, constants computed, damage refused."""

import random
import resource
import time
from pathlib import Path
from typing import Any

import pytest

from cnntutor.calc.analysis import NetworkReport, analyse
from cnntutor.errors import ExitCode, NotUnderstood
from cnntutor.formats.library import find_network
from cnntutor.formats.onnx_wire import read_onnx_graph
from cnntutor.i18n import set_language
from tests.formats.onnx_writer import array, message, model, number, operation

IMAGE: dict[str, Any] = {"image": (1, 3, 12, 10)}


def saved(folder: Path, data: bytes) -> Path:
    path = folder / "model.onnx"
    path.write_bytes(data)
    return path


def read(folder: Path, data: bytes) -> NetworkReport:
    return analyse(find_network(str(saved(folder, data))).network)


def rows(report: NetworkReport) -> list[tuple[str, str, tuple[int, ...], int]]:
    return [(row.name, row.kind, row.output_shape, row.params) for row in report.layers]


CONVOLUTIONAL = model(
    IMAGE,
    [
        *(array("conv.weight", (8, 3, 3, 3)), array("conv.bias", (8,)), array("dw.weight", (8, 1, 3, 3))),
        *(array(f"bn.{name}", (8,)) for name in ("weight", "bias", "mean", "var")),
        *(array("fc.weight", (5, 8)), array("fc.bias", (5,)), array("shape", (2,), (-1, 8))),
    ],
    [
        operation("Conv", "image conv.weight conv.bias", "a", pads=(1, 1, 1, 1), strides=(2, 2)),
        operation("BatchNormalization", "a bn.weight bn.bias bn.mean bn.var", "b"),
        operation("Relu", "b", "c"),
        operation("Conv", "c dw.weight", "d", group=8, pads=(1, 1, 1, 1)),
        operation("Add", "d c", "e"),
        operation("GlobalAveragePool", "e", "f"),
        operation("Reshape", "f shape", "g"),
        operation("Gemm", "g fc.weight fc.bias", "h", transB=1),
        operation("Softmax", "h", "out", axis=-1),
    ],
    {"out": (1, 5)},
)


def test_a_convolutional_network(tmp_path: Path) -> None:
    report = read(tmp_path, CONVOLUTIONAL)
    assert report.input_shape == (12, 10, 3)
    assert rows(report) == [
        *(("conv_pad", "ZeroPadding2D", (14, 12, 3), 0), ("conv", "Conv2D", (6, 5, 8), 224)),
        *(("bn", "BatchNormalization", (6, 5, 8), 32), ("relu", "Activation", (6, 5, 8), 0)),
        *(("dw", "Conv2D", (6, 5, 8), 72), ("add", "Add", (6, 5, 8), 0)),
        ("global_average_pool", "GlobalAveragePooling2D", (1, 1, 8), 0),
        *(("reshape", "Flatten", (8,), 0), ("fc", "Dense", (5,), 45), ("softmax", "Softmax", (5,), 0)),
    ]
    assert (report.trainable_params, report.non_trainable_params) == (357, 16)
    assert report.network.node("dw").layer == report.network.node("dw").layer
    assert report.layer("dw").macs == 30 * 72


def one(kind: str, sides: tuple[int, ...] = (1, 3, 12, 10), *arrays: bytes, **attributes: object) -> bytes:
    names = " ".join(f"w{at}" for at in range(len(arrays)))
    return model({"x": sides}, arrays, [operation(kind, f"x {names}", "y", **attributes)], {"y": ()})


W: dict[str, tuple[bytes, str, tuple[int, ...], int]] = {
    "conv 1d": (one("Conv", (1, 4, 9), array("w0", (6, 4, 3)), pads=(2, 0)), "Conv1D", (9, 6), 72),
    "conv 3d": (one("Conv", (1, 2, 5, 5, 5), array("w0", (4, 2, 2, 2, 2))), "Conv3D", (4, 4, 4, 4), 64),
    "same": (
        one("Conv", (1, 3, 12, 10), array("w0", (4, 3, 3, 3)), auto_pad="SAME_UPPER"),
        "Conv2D",
        (12, 10, 4),
        108,
    ),
    "same, lower": (
        one("Conv", (1, 3, 12, 10), array("w0", (4, 3, 2, 2)), auto_pad="SAME_LOWER"),
        "Conv2D",
        (12, 10, 4),
        48,
    ),
    "dilated": (
        one("Conv", (1, 3, 12, 10), array("w0", (4, 3, 3, 3)), dilations=(2, 3)),
        "Conv2D",
        (8, 4, 4),
        108,
    ),
    "transposed": (
        one(
            "ConvTranspose",
            (1, 3, 5, 4),
            array("w0", (3, 7, 3, 3)),
            array("w1", (7,)),
            strides=(2, 2),
            pads=(1, 1, 1, 1),
            output_padding=(1, 1),
        ),
        "Cropping2D",
        (10, 8, 7),
        0,
    ),
    "pool, rounded up": (
        one("MaxPool", kernel_shape=(3, 3), strides=(2, 2), ceil_mode=1),
        "MaxPooling2D",
        (6, 5, 3),
        0,
    ),
    "pool, rounded up, none": (
        one("AveragePool", (1, 3, 7, 7), kernel_shape=(2, 2), strides=(3, 3), ceil_mode=1),
        "AveragePooling2D",
        (3, 3, 3),
        0,
    ),
    "flatten": (one("Flatten"), "Flatten", (360,), 0),
    "matmul": (one("MatMul", (1, 7, 5), array("w0", (5, 4))), "Dense", (7, 4), 20),
    "embedding": (
        model({"x": (1, 6)}, [array("w", (50, 8))], [operation("Gather", "w x", "y")], {"y": ()}),
        "Embedding",
        (6, 8),
        400,
    ),
    "layer norm": (
        one("LayerNormalization", (1, 7, 5), array("w0", (5,)), array("w1", (5,))),
        "LayerNormalization",
        (7, 5),
        10,
    ),
    "instance norm": (
        one("InstanceNormalization", (1, 3, 4, 4), array("w0", (3,)), array("w1", (3,))),
        "GroupNormalization",
        (4, 4, 3),
        6,
    ),
    "prelu": (one("PRelu", (1, 3, 4, 4), array("w0", (3, 1, 1))), "PReLU", (4, 4, 3), 3),
    "scale": (one("Mul", (1, 3, 4, 4), array("w0", (3, 1, 1))), "LayerScale", (4, 4, 3), 3),
    "number": (one("Add", (1, 3, 4, 4), array("w0", (), (2,))), "Rescaling", (4, 4, 3), 0),
    "relu6": (one("Clip", min=0.0, max=6.0), "ReLU", (12, 10, 3), 0),
    "dropout": (one("Dropout", ratio=0.25), "Dropout", (12, 10, 3), 0),
    "mean": (one("ReduceMean", axes=(2, 3), keepdims=0), "GlobalAveragePooling2D", (3,), 0),
    "mean, other axes": (one("ReduceMean", (1, 5, 6), axes=(1,)), "Mean", (1, 6), 0),
    "pad": (one("Pad", pads=(0, 0, 1, 2, 0, 0, 3, 4)), "ZeroPadding2D", (16, 16, 3), 0),
    "crop": (one("Pad", pads=(0, 0, -1, -2, 0, 0, -3, -4)), "Cropping2D", (8, 4, 3), 0),
    "resize": (
        one("Resize", (1, 3, 4, 4), array("w0", (0,)), array("w1", (0,)), array("w2", (4,), (1, 3, 8, 12))),
        "UpSampling2D",
        (8, 12, 3),
        0,
    ),
    "squeeze": (one("Squeeze", (1, 8, 1, 1), array("w0", (2,), (2, 3))), "Flatten", (8,), 0),
    "unsqueeze": (one("Unsqueeze", (1, 8), array("w0", (2,), (2, -1))), "Reshape", (1, 1, 8), 0),
    "transpose": (one("Transpose", (1, 5, 6, 7), perm=(0, 1, 3, 2)), "Permute", (5, 7, 6), 0),
    "slice": (
        one("Slice", (1, 3, 8, 6), array("w0", (1,), (2,)), array("w1", (1,), (6,)), array("w2", (1,), (3,))),
        "GetItem",
        (8, 4, 3),
        0,
    ),
    "log": (one("LeakyRelu"), "Activation", (12, 10, 3), 0),
}


@pytest.mark.parametrize("name", W)
def test_operations(name: str, tmp_path: Path) -> None:
    data, kind, shape, params = W[name]
    report = read(tmp_path, data)
    last = report.layers[-1]
    assert (last.kind, last.output_shape, last.params) == (kind, shape, params)
    assert report.total_params == sum(row.params for row in report.layers)


def test_channels_are_turned_only_where_it_matters(tmp_path: Path) -> None:
    """As TensorFlow is exported: channels last outside, a Transpose before and behind each convolution."""
    data = model(
        {"x": ("batch", 8, 6, 3)},
        [array("w", (4, 3, 3, 3)), array("b", (4,)), array("v", (192, 2)), array("to", (2,), (-1, 192))],
        [
            operation("Transpose", "x", "a", perm=(0, 3, 1, 2)),
            operation("Conv", "a w", "b1", auto_pad="SAME_UPPER"),
            operation("Transpose", "b1", "c", perm=(0, 2, 3, 1)),
            operation("Reshape", "c to", "d"),
            operation("MatMul", "d v", "e"),
        ],
        {"e": ("batch", 2)},
    )
    report = read(tmp_path, data)
    assert [(row.kind, row.output_shape) for row in report.layers] == [
        *(("Conv2D", (8, 6, 4)), ("Flatten", (192,)), ("Dense", (2,))),
    ]
    assert report.input_shape == (8, 6, 3)


def test_constants_branches_and_shared_weights(tmp_path: Path) -> None:
    value = array("", (1,), (1,))
    data = model(
        {"x": (2, 6, 4, 4)},
        [array("w", (6, 6, 3, 3)), array("u", (96, 5)), array("bias", (5,))],
        [
            operation("Conv", "x w", "a", pads=(1, 1, 1, 1)),
            operation("Conv", "a w", "b", pads=(1, 1, 1, 1)),
            operation("Split", "b", "c d", axis=1),
            operation("Concat", "d c", "e", axis=1),
            operation("Shape", "e", "s"),
            operation("Constant", "", "zero", value=array("", (1,), (0,), raw=False)),
            operation("Gather", "s zero", "batch"),
            operation("Constant", "", "one", value=value),
            operation("Sub", "zero one", "rest"),
            operation("Concat", "batch rest", "to", axis=0),
            operation("Reshape", "e to", "f"),
            operation("MatMul", "f u", "g"),
            operation("Add", "g bias", "h"),
        ],
        {"h": (2, 5)},
    )
    report = read(tmp_path, data)
    kinds = [row.kind for row in report.layers]
    assert kinds == ["Conv2D", "Conv2D", "GetItem", "GetItem", "Concatenate", "Flatten", "Dense"]
    assert report.network.nodes[2].shares == report.network.nodes[1].name
    assert report.total_params == 6 * 6 * 9 + 96 * 5 + 5


def test_an_open_input_needs_a_shape(tmp_path: Path) -> None:
    data = one("GlobalMaxPool", ("n", 3, "h", "w"))  # type: ignore[arg-type]
    with pytest.raises(NotUnderstood, match=r"the input shape \?×\?×3 is open; add --input"):
        read(tmp_path, data)
    report = analyse(find_network(str(saved(tmp_path, data)), (9, 7, 3)).network)
    assert report.layers[0].output_shape == (1, 1, 3)


LSTM = model({"x": (4, 1, 3)}, [array("w", (1, 8, 3))], [operation("LSTM", "x w w", "y")], {"y": ()})
REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "no ONNX file"),
    "text": (b"this is no ONNX file, only text", "no ONNX file"),
    "truncated": (CONVOLUTIONAL[:-40], "no ONNX file"),
    "no graph": (number(1, 8), "no ONNX file"),
    "length beyond the end": (message(7, b"")[:-1] + b"\xff\xff\xff\x7f", "no ONNX file"),
    "number without end": (b"\xff" * 40, "no ONNX file"),
    "number without bytes": (
        model({"x": (1, 3)}, [], [operation("Relu", "x", "y") + message(5, message(2, b""))], {"y": ()}),
        "no ONNX file",
    ),
    "deep": (b"\x3a\x02" * 100_000, "no ONNX file"),
    "unknown operation": (one("NonMaxSuppression"), "no rule for the operation NonMaxSuppression"),
    "recurrent": (LSTM, "no rule for the operation LSTM"),
    "own domain": (
        model({"x": (1, 3)}, [], [operation("Relu", "x", "y") + message(7, "evil")], {"y": ()}),
        "evil.Relu",
    ),
    "circle": (
        model({"x": (1, 3)}, [], [operation("Relu", "b", "a"), operation("Relu", "a", "b")], {"b": ()}),
        "b is not there or comes too late",
    ),
    "missing output": (model({"x": (1, 3)}, [], [operation("Relu", "x", "y")], {"z": ()}), "z is not there"),
    "no channels": (one("Conv", (1, 3, 5, 5), array("w0", (4, 2, 3, 3))), "fit 2 inputs only"),
    "huge": (one("Pad", pads=(0, 0, 10**15, 0, 0, 0, 0, 0)), "must be"),
    "negative stride": (one("Conv", (1, 3, 5, 5), array("w0", (4, 3, 3, 3)), strides=(-1, 1)), "Conv"),
    "zero kernel": (one("MaxPool", kernel_shape=(0, 0)), "must be"),
    "huge kernel": (one("MaxPool", kernel_shape=(2**62, 2**62)), "must be"),
    "an array that nobody keeps": (one("Add", (1, 3, 4, 4), array("w0", (3, 4, 4))), "an array of numbers"),
    "weights of another size": (one("MatMul", (1, 5), array("w0", (6, 4))), "fit 6 inputs only"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_one_sentence(name: str, tmp_path: Path) -> None:
    data, mention = REFUSED[name]
    path = saved(tmp_path, data)
    sentences = {}
    for lang in ("en", "vi"):
        set_language(lang)
        with pytest.raises(NotUnderstood) as refusal:
            find_network(str(path))
        sentences[lang] = str(refusal.value)
        assert refusal.value.exit_code == ExitCode.NOT_UNDERSTOOD
        assert sentences[lang].startswith(str(path))
    assert sentences["en"] != sentences["vi"]
    assert mention in sentences["en"]


def test_any_damage_is_a_sentence_or_no_matter(tmp_path: Path) -> None:
    chance = random.Random(5)
    began = time.process_time()
    good = [CONVOLUTIONAL] * 20 + [each[0] for each in W.values()]
    for _ in range(1_500):
        data = bytearray(chance.choice(good))
        for _ in range(chance.randint(1, 5)):
            data[chance.randrange(len(data))] = chance.randint(0, 255)
        try:
            read(tmp_path, bytes(data))
        except NotUnderstood as refused:
            assert str(refused).startswith(str(tmp_path))
    assert time.process_time() - began < 20


def test_weights_are_passed_over(tmp_path: Path) -> None:
    """A file of 200 MB of weights is read in no time and memory."""
    weights = array("w0", (4, 3, 3, 3)) + message(9, b"\0" * 200_000_000)
    path = saved(tmp_path, model({"x": (1, 3, 8, 8)}, [weights], [operation("Conv", "x w0", "y")], {"y": ()}))
    del weights
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    assert analyse(find_network(str(path)).network).total_params == 108
    assert time.process_time() - began < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_the_package_reads_these_files_too(tmp_path: Path) -> None:
    """The graph read here is the one of the onnx package, where that is installed."""
    onnx: Any = pytest.importorskip("onnx", reason="the onnx package is not installed; nothing else needs it")
    graph = onnx.load_from_string(CONVOLUTIONAL).graph
    ours = read_onnx_graph(saved(tmp_path, CONVOLUTIONAL))
    assert [(each.op_type, *each.input) for each in graph.node] == [
        (each.kind, *each.inputs) for each in ours.operations
    ]
    assert {each.name: tuple(each.dims) for each in graph.initializer} == {
        name: each.sides for name, each in ours.arrays.items()
    }
