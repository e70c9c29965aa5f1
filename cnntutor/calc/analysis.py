"""Every number of a network, layer by layer: shapes, parameters, multiply-adds, receptive fields.

Conventions: the batch is left out, channels come last; one multiply-add counts one and bias, pooling,
normalisation and activation are left out of them; parameters are Keras's, the moving statistics of
BatchNormalization among them as not trainable; receptive.py says what a receptive field is.
"""

from dataclasses import dataclass

from cnntutor.calc.layers.axes import spatial
from cnntutor.calc.layers.input import Input
from cnntutor.calc.network import Network, Node
from cnntutor.calc.problems import LayerError
from cnntutor.calc.receptive import ReceptiveField, clipped, hull, input_field, seen_through
from cnntutor.calc.shapes import Shape, size
from cnntutor.i18n import msg


@dataclass(frozen=True, slots=True)
class LayerReport:
    """The numbers of one layer; Input nodes have no report."""

    name: str
    kind: str
    inputs: tuple[str, ...]
    input_shapes: tuple[Shape, ...]
    output_shape: Shape
    params: int
    """0 where the weights are those of an earlier node: they are counted there."""
    trainable: int
    non_trainable: int
    macs: int
    receptive_field: ReceptiveField | None
    """None once height and width are gone."""

    @property
    def activations(self) -> int:
        """How many values the output of one sample holds."""
        return size(self.output_shape)


@dataclass(frozen=True, slots=True)
class NetworkReport:
    """The numbers of a network; the rows add up to the totals."""

    network: Network
    input_shape: Shape
    layers: tuple[LayerReport, ...]
    total_params: int
    trainable_params: int
    non_trainable_params: int
    macs: int

    def layer(self, name: str) -> LayerReport:
        """Return the report of a layer.

        Raises:
            KeyError: there is none of this name.
        """
        for each in self.layers:
            if each.name == name:
                return each
        raise KeyError(name)


def analyse(network: Network, before: NetworkReport | None = None) -> NetworkReport:
    """Return every number of a network.

    Args:
        network: The network.
        before: The numbers of the network it was changed from; what stands as it stood there is taken over,
            which makes a small change of a large network quick.

    Raises:
        LayerError: a layer cannot stand on its inputs; says which, and what would do.
    """
    shapes: dict[str, Shape] = {}
    fields: dict[str, ReceptiveField | None] = {}
    reports: list[LayerReport] = []
    known = {layer.name: layer for layer in before.layers} if before is not None else {}
    for node in network.nodes:
        inputs = tuple(shapes[name] for name in node.inputs)
        old = known.get(node.name)
        if old is not None and before is not None and _stands_as_before(node, before, old, inputs):
            seen_below = tuple(fields[name] for name in node.inputs)
            if seen_below == tuple(_field_before(before, known, name) for name in node.inputs):
                shapes[node.name], fields[node.name] = old.output_shape, old.receptive_field
                reports.append(old)
                continue
        try:
            shapes[node.name] = node.layer.output_shape(inputs)
        except LayerError as problem:
            raise problem.at(node.name) from None
        if isinstance(node.layer, Input):
            fields[node.name] = input_field(len(node.layer.shape) - 1)
            continue
        seen = seen_through(hull(tuple(fields[name] for name in node.inputs)), node.layer.window(inputs))
        fields[node.name] = seen
        trainable, non_trainable = _counts(network, node, inputs, shapes)
        reports.append(
            LayerReport(
                node.name,
                node.layer.kind,
                node.inputs,
                inputs,
                shapes[node.name],
                trainable + non_trainable,
                trainable,
                non_trainable,
                node.layer.macs(inputs),
                seen,
            )
        )
    trained = sum(report.trainable for report in reports)
    untrained = sum(report.non_trainable for report in reports)
    return NetworkReport(
        network,
        network.input_shape,
        tuple(reports),
        trained + untrained,
        trained,
        untrained,
        sum(report.macs for report in reports),
    )


def _stands_as_before(node: Node, before: NetworkReport, old: LayerReport, inputs: tuple[Shape, ...]) -> bool:
    """Whether a node is the very one of the network before and stands on the same shapes."""
    return not node.shares and before.network.node(node.name) is node and old.input_shapes == inputs


def _field_before(before: NetworkReport, known: dict[str, LayerReport], name: str) -> ReceptiveField | None:
    """Return the receptive field that a node had in the network before."""
    if name in known:
        return known[name].receptive_field
    layer = before.network.node(name).layer
    return input_field(len(layer.shape) - 1) if isinstance(layer, Input) else None


def clipped_fields(report: NetworkReport) -> dict[str, tuple[int, ...] | None]:
    """Return every layer's receptive field clipped at the image: the most pixels one output sees, by axis.

    None where there is no field, or where inputs of several sizes leave open which image is meant.
    """
    nodes = report.network.nodes
    images = {node.layer.shape for node in nodes if isinstance(node.layer, Input)}
    if len(images) != 1:
        return {layer.name: None for layer in report.layers}
    channels_first = any(getattr(node.layer, "data_format", None) == "channels_first" for node in nodes)
    data_format = "channels_first" if channels_first else None
    image = spatial(images.pop(), data_format)
    found: dict[str, tuple[int, ...] | None] = {}
    for layer in report.layers:
        field, outputs = layer.receptive_field, spatial(layer.output_shape, data_format)
        fits = field is not None and len(image) == len(outputs) == len(field.size)
        found[layer.name] = clipped(field, outputs, image) if field is not None and fits else None
    return found


def clipped_field(report: NetworkReport, layer: LayerReport) -> tuple[int, ...] | None:
    """Return the clipped field of one layer."""
    return clipped_fields(report)[layer.name]


def _counts(
    network: Network, node: Node, inputs: tuple[Shape, ...], shapes: dict[str, Shape]
) -> tuple[int, int]:
    """Return (trainable, not trainable) parameters that this node brings in."""
    weights = node.layer.weights(inputs)
    if node.shares:
        owner = network.node(node.shares)
        owned = owner.layer.weights(tuple(shapes[name] for name in owner.inputs))
        if owned != weights:
            raise LayerError(
                "shares",
                msg("a layer whose weights fit this input"),
                inputs[0],
                node.name,
            )
        return (0, 0)
    trainable = sum(weight.size for weight in weights if weight.trainable) if node.trainable else 0
    return trainable, sum(weight.size for weight in weights) - trainable
