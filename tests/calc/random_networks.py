"""Random networks over all kinds of layers, one on the other or branched, for the tests against Keras."""

import math

from hypothesis import strategies as st

from cnntutor.calc.layers.augmentation import Augmentation
from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.input import Input
from cnntutor.calc.network import INPUT, Network, Node
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from tests.calc.layer_cases import CASES, layers_of

WIRED = [
    kind
    for kind in CASES
    if not kind.endswith(("Cell", "Cells")) and kind not in ("Hashing", "EinsumDense", "CategoryEncoding")
]
"""Kinds that stand in networks on numbers of any sort, with every side known to Keras."""
SHARING = ("Conv", "Dense", "LSTM", "GRU", "RNN", "Normalization", "PReLU", "Embedding", "Bidirectional")
"""Parts of the names of kinds whose weights are used again."""
MOST_VALUES = 20_000
"""Values of an activation that a layer is put on."""


def fits(layer: Layer, known: Shape, wanted: Shape, inputs: int) -> bool:
    """Whether a layer can stand on a node: alone on any it takes, beside others on one it was drawn for."""
    if inputs > 1 or len(known) > 5 or math.prod(known) > MOST_VALUES:
        return known == wanted
    if isinstance(layer, Augmentation) and known[-1] != 3:  # some of them change colours
        return False
    try:
        return math.prod(layer.output_shape((known,))) <= 10 * MOST_VALUES
    except LayerError:
        return False


@st.composite
def chains(draw: st.DrawFn) -> Network:
    """Layers one on the other; some are frozen."""
    nodes: list[Node] = []
    shape: Shape = ()
    for _ in range(draw(st.integers(6, 30))):
        layer, wanted = draw(layers_of(draw(st.sampled_from(WIRED))))
        if len(wanted) > 1 or (nodes and not fits(layer, shape, wanted[0], 1)):
            continue
        if not nodes:
            shape = wanted[0]
            nodes.append(Node(INPUT, Input(shape)))
        trainable = draw(st.integers(0, 7)) > 0
        nodes.append(Node(f"layer{len(nodes)}", layer, (nodes[-1].name,), trainable=trainable))
        shape = layer.output_shape((shape,))
    return Network("random", tuple(nodes) or (Node(INPUT, Input((3,))),))


@st.composite
def graphs(draw: st.DrawFn) -> Network:
    """Layers on earlier nodes where they can stand there, else on inputs of their own; some used again."""
    nodes: list[Node] = []
    shapes: dict[str, Shape] = {}

    def grow(node: Node) -> None:
        nodes.append(node)
        shapes[node.name] = node.layer.output_shape(tuple(shapes[source] for source in node.inputs))

    for number in range(draw(st.integers(2, 8))):
        layer, wanted = draw(layers_of(draw(st.sampled_from(WIRED))))
        sources: list[str] = []
        for place, shape in enumerate(wanted):
            earlier = [name for name, known in shapes.items() if fits(layer, known, shape, len(wanted))]
            fresh: int = draw(st.integers(0, 5))
            if earlier and fresh:
                sources.append(draw(st.sampled_from(earlier)))
                continue
            name = f"input{number}_{place}"
            nodes.append(Node(name, Input(shape)))
            shapes[name] = shape
            sources.append(name)
        trainable = draw(st.integers(0, 7)) > 0
        grow(Node(f"layer{number}", layer, tuple(sources), trainable=trainable))
        if any(part in layer.kind for part in SHARING) and draw(st.booleans()):
            again = [
                [name for name in shapes if shapes[name] == shapes[source] and name != f"layer{number}"]
                for source in sources
            ]
            others = tuple(draw(st.sampled_from(names)) for names in again)
            grow(Node(f"layer{number}_again", layer, others, f"layer{number}", trainable))
    return Network("random", tuple(nodes))
