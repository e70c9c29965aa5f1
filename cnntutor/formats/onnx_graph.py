"""The graph of an ONNX file as a network: names, shapes, and where the channels lie.

ONNX puts the channels of an image first, the calculator last. A tensor that is turned round, compared with
what the file says, is one whose channels stand last in its node; every axis is numbered accordingly. Batches
are left out.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.rearranging import Permute
from cnntutor.calc.network import Network, Node
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.formats.onnx_constants import array, computed
from cnntutor.formats.onnx_wire import Array, Graph, Operation
from cnntutor.formats.places import Place, shown
from cnntutor.i18n import msg

MOST_NODES = 12_000
LONGEST_NAME = 100
_CHANNELS_FIRST = frozenset(
    {
        *("Conv", "ConvTranspose", "BatchNormalization", "MaxPool", "AveragePool", "GlobalAveragePool"),
        *("GlobalMaxPool", "InstanceNormalization", "LRN", "Resize", "Upsample", "Pad"),
    }
)
"""Operations that take images, or sequences, with the channels first."""


@dataclass(frozen=True, slots=True)
class Value:
    """A tensor of the graph."""

    node: str
    turned: bool
    """Whether its channels, axis 1 in the file, stand last in the node."""


class OnnxGraph:
    """Builds the network of one graph; `rules` says what each kind of operation is."""

    def __init__(self, graph: Graph, place: Place, input_shape: Shape | None) -> None:
        self.graph = graph
        self.place = place
        self.arrays = dict(graph.arrays)
        self.values: dict[str, Value] = {}
        self.shapes: dict[str, Shape] = {}
        self.nodes: list[Node] = []
        self.batch = 1
        self._input_shape = input_shape
        self._owners: dict[tuple[str, ...], Node] = {}
        self._taken: dict[str, int] = {}

    def network(self, name: str, rules: dict[str, Callable[["OnnxGraph", Operation], None]]) -> Network:
        """Return the network.

        Raises:
            NotUnderstood: one sentence with file, layer and mend.
        """
        self._inputs()
        if len(self.graph.operations) > MOST_NODES:
            raise self.place.refused(
                msg("the network has more than {count} layers; read a part of it", count=str(MOST_NODES))
            )
        for operation in self.graph.operations:
            found = self._shape_of(operation) or computed(operation, self.arrays)
            if found is not None and operation.outputs:
                self.arrays[operation.outputs[0]] = found
                continue
            rule = rules.get(operation.kind)
            if rule is None or not operation.inputs or not operation.outputs:
                raise self.refused_operation(operation)
            try:
                rule(self, operation)
            except (ValueError, IndexError, TypeError, ArithmeticError):  # a file may say anything of it
                raise self.refused_operation(operation) from None
        outputs = tuple(dict.fromkeys(self.value(each).node for each in self.graph.outputs))
        try:
            return Network(name, tuple(self.nodes), outputs)
        except LayerError as problem:
            raise self.place.refused_layer(problem) from None

    def refused_operation(self, operation: Operation) -> Exception:
        """Return the refusal of an operation that no layer stands for."""
        return self.place.at(shown(operation.name or operation.kind)).refused(
            msg(
                "the calculator has no rule for the operation {name}; put a layer of Keras in its place",
                name=shown(operation.kind),
            )
        )

    def value(self, name: str) -> Value:
        """Return a tensor of the graph.

        Raises:
            NotUnderstood: nothing before gives it.
        """
        if name not in self.values:
            raise self.place.refused(
                msg(
                    "the tensor {name} is not there or comes too late; export the model again",
                    name=shown(name),
                )
            )
        return self.values[name]

    def images(self, name: str) -> Value:
        """Return a tensor with its channels last in its node, turned round by a Permute where needed."""
        value = self.value(name)
        rank = len(self.shapes[value.node])
        if value.turned or rank < 2:
            return value
        return Value(self.put(Permute((*range(2, rank + 1), 1)), (value.node,), "permute"), True)

    def plain(self, name: str) -> Value:
        """Return a tensor with its axes in the file's order, turned back by a Permute where needed."""
        value = self.value(name)
        rank = len(self.shapes[value.node])
        if not value.turned or rank < 2:
            return value
        return Value(self.put(Permute((rank, *range(1, rank))), (value.node,), "permute"), False)

    def axis(self, value: Value, axis: int) -> int:
        """Return Keras's number of an axis of the file, the batch being 0."""
        rank = len(self.shapes[value.node])
        found = axis if axis >= 0 else rank + 1 + axis
        if not value.turned or rank < 2 or found == 0:
            return found
        return rank if found == 1 else found - 1

    def sides(self, value: Value) -> Shape:
        """Return the sides of a tensor in the file's order, the batch left out."""
        shape = self.shapes[value.node]
        return (shape[-1], *shape[:-1]) if value.turned else shape

    def put(self, layer: Layer, inputs: tuple[str, ...], name: str, weights: tuple[str, ...] = ()) -> str:
        """Add a node and return its name; the same weights used again are shared."""
        free = self._free(name)
        try:
            self.shapes[free] = layer.output_shape(tuple(self.shapes[each] for each in inputs))
        except LayerError as problem:
            raise self.place.at(free).refused_layer(problem) from None
        owner = self._owners.get(weights) if weights else None
        shares = owner.name if owner is not None and owner.layer == layer else ""
        node = Node(free, layer, inputs, shares)
        if weights:
            self._owners.setdefault(weights, node)
        self.nodes.append(node)
        if len(self.nodes) > MOST_NODES:
            raise self.place.refused(
                msg("the network has more than {count} layers; read a part of it", count=str(MOST_NODES))
            )
        return free

    def name_of(self, operation: Operation, weight: str = "") -> str:
        """Return a name for a node: its weights' without the last word, else the operation's."""
        if "." in weight and not weight.startswith("onnx::"):
            return weight.rpartition(".")[0]
        name = re.sub(r"^(node_|model/)|/[A-Za-z]+(_\d+)?$", "", operation.name).strip("/")
        plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation.kind).lower()
        return re.sub(r"[^\w.\-]+", ".", name).strip(".") or plain

    def array(self, operation: Operation, number: int) -> Array | None:
        """Return an input that is an array of the file; None where it is a tensor or not given."""
        if number >= len(operation.inputs):
            return None
        return self.arrays.get(operation.inputs[number])

    def _free(self, wanted: str) -> str:
        """Return a name no node has yet."""
        clean = "".join(each for each in wanted[:LONGEST_NAME] if each.isprintable()) or "layer"
        count = self._taken.get(clean, 0)
        self._taken[clean] = count + 1
        return self._free(f"{clean}_{count}") if count else clean

    def _inputs(self) -> None:
        """Add the inputs; one of rank 4 has its channels first, unless all that reads it is a Transpose."""
        readers: dict[str, set[str]] = {}
        for operation in self.graph.operations:
            for name in operation.inputs:
                readers.setdefault(name, set()).add(operation.kind)
        for number, (name, sides) in enumerate(self.graph.inputs.items()):
            kinds = readers.get(name, set())
            turned = len(sides) > 2 and bool(
                kinds & _CHANNELS_FIRST or (len(sides) == 4 and kinds != {"Transpose"})
            )
            inside = (*sides[2:], sides[1]) if turned else sides[1:]
            if number == 0:
                self.batch = sides[0] if sides and sides[0] is not None else 1
                inside = self._input_shape or inside
            if not inside or None in inside:
                written = "×".join("?" if side is None else str(side) for side in inside)
                raise self.place.at(shown(name)).refused(
                    msg(
                        "the input shape {shape} is open; add --input, such as --input 32x32x3", shape=written
                    )
                )
            try:
                layer = Input(inside)  # type: ignore[arg-type]
            except LayerError as problem:
                raise self.place.at(shown(name)).refused_layer(problem) from None
            free = self._free(re.sub(r"[^\w\-]+", "_", name).strip("_") or "input")
            self.shapes[free] = layer.shape
            self.nodes.append(Node(free, layer))
            self.values[name] = Value(free, turned)

    def _shape_of(self, operation: Operation) -> Array | None:
        """Return what Shape gives: the sides in the file's order, the batch in front."""
        if operation.kind != "Shape" or not operation.inputs:
            return None
        name = operation.inputs[0]
        if name in self.arrays:
            sides = self.arrays[name].sides
        else:
            sides = (self.batch, *self.sides(self.value(name)))
        start, end = operation.attributes.get("start", 0), operation.attributes.get("end")
        kept = sides[int(str(start)) : None if end is None else int(str(end))]
        return array((len(kept),), kept)
