"""Every number of a network, layer by layer: shapes, parameters, multiply-adds, receptive fields.

Conventions: the batch is left out, channels come last; one multiply-add counts one and bias, pooling,
normalisation and activation are left out of them; parameters are Keras's, the moving statistics of
BatchNormalization among them as not trainable; receptive.py says what a receptive field is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cnntutor.calc.layers.axes import spatial
from cnntutor.calc.layers.input import Input
from cnntutor.calc.network import Network, Node
from cnntutor.calc.problems import LayerError
from cnntutor.calc.receptive import ReceptiveField, Sight, clipped, input_field, sight_of
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
    """None where no field describes what the outputs see: after Flatten, say."""

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
    sights: Mapping[str, Sight] = field(default_factory=dict, repr=False, compare=False)
    """Node → what its outputs see, as receptive.py counts it; inputs are among them."""

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
    sights: dict[str, Sight] = {}
    image, data_format = image_of(network)
    if before is not None and image_of(before.network) != (image, data_format):
        before = None
    reports: list[LayerReport] = []
    known = {layer.name: layer for layer in before.layers} if before is not None else {}
    for node in network.nodes:
        inputs = tuple(shapes[name] for name in node.inputs)
        old = known.get(node.name)
        if old is not None and before is not None and _stands_as_before(node, before, old, inputs, sights):
            shapes[node.name], sights[node.name] = old.output_shape, before.sights[node.name]
            reports.append(old)
            continue
        try:
            shapes[node.name] = node.layer.output_shape(inputs)
        except LayerError as problem:
            raise problem.at(node.name) from None
        if isinstance(node.layer, Input):
            sights[node.name] = input_field(len(node.layer.shape) - 1)
            continue
        seen = sights[node.name] = sight_of(
            node.layer, inputs, tuple(sights[name] for name in node.inputs), image, data_format
        )
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
                seen if isinstance(seen, ReceptiveField) else None,
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
        sights,
    )


def _stands_as_before(
    node: Node,
    before: NetworkReport,
    old: LayerReport,
    inputs: tuple[Shape, ...],
    sights: Mapping[str, Sight],
) -> bool:
    """Whether a node is the very one of the network before and stands on the same shapes and sights."""
    return (
        not node.shares
        and before.network.node(node.name) is node
        and old.input_shapes == inputs
        and all(sights[name] == before.sights.get(name) for name in node.inputs)
    )


def image_of(network: Network) -> tuple[Shape | None, str | None]:
    """Return the spatial sides of a network's input, and the data format of its layers.

    The sides are None where inputs of several sizes leave open which image is meant, or none is one.
    """
    channels_first = any(
        getattr(node.layer, "data_format", None) == "channels_first" for node in network.nodes
    )
    data_format = "channels_first" if channels_first else None
    images = {
        node.layer.shape
        for node in network.nodes
        if isinstance(node.layer, Input) and len(node.layer.shape) > 1
    }
    return spatial(images.pop(), data_format) if len(images) == 1 else None, data_format


def clipped_fields(report: NetworkReport) -> dict[str, tuple[int, ...] | None]:
    """Return every layer's receptive field clipped at the image: the most pixels one output sees, by axis.

    None where there is no field, or where inputs of several sizes leave open which image is meant.
    """
    image, data_format = image_of(report.network)
    found: dict[str, tuple[int, ...] | None] = {}
    for layer in report.layers:
        seen, outputs = layer.receptive_field, spatial(layer.output_shape, data_format)
        fits = seen is not None and (seen.is_global or len(seen.size) == len(outputs))
        found[layer.name] = (
            clipped(seen, outputs, image)
            if seen is not None and image is not None and fits and len(seen.size) == len(image)
            else None
        )
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
