"""Networks from ONNX files, read as data without the onnx package; weights are not looked at.

The file names no layers of Keras: convolutions, normalisations and sums are told by their operations and
weights. Whether a weight is trained it does not say, either: all count as trained but those that
BatchNormalization keeps.
"""

import re
from pathlib import Path

from cnntutor.calc.analysis import analyse
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.formats import onnx_layers, onnx_shapes
from cnntutor.formats.entry import NetworkEntry
from cnntutor.formats.files import check_file, unreadable
from cnntutor.formats.onnx_graph import OnnxGraph
from cnntutor.formats.onnx_wire import NotOnnx, read_onnx_graph
from cnntutor.formats.places import Place
from cnntutor.i18n import Text, msg

_LONGEST_TITLE = 80
_RULES = {**onnx_layers.RULES, **onnx_shapes.RULES}


def read_onnx(path: Path, input_shape: Shape | None = None) -> NetworkEntry:
    """Read the network of an ONNX file.

    Args:
        path: The file.
        input_shape: Stands for the shape of the first input, channels last, whatever the file says of it.

    Raises:
        NotUnderstood: one sentence with file, layer and mend.
    """
    check_file(path)
    place = Place(str(path))
    try:
        graph = read_onnx_graph(path)
    except NotOnnx:
        raise place.refused(msg("it is broken or no ONNX file; export the model again")) from None
    except OSError as problem:
        raise unreadable(path, problem) from None
    title = "".join(each for each in graph.name if each.isprintable())[:_LONGEST_TITLE].strip() or path.stem
    if title in ("main_graph", "torch_jit", "main"):
        title = path.stem
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "network"
    network = OnnxGraph(graph, place, input_shape).network(slug, _RULES)
    try:
        analyse(network)
    except LayerError as problem:
        raise place.refused_layer(problem) from None
    empty = Text("", "")
    return NetworkEntry(slug, (), Text(title, title), "", empty, empty, network)
