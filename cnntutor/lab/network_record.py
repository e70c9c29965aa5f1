"""A network value as it is kept in run.json, and back: a run stays whole when the course's files change."""

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.base import Layer, layer_arguments
from cnntutor.calc.layers.nested import argument_record
from cnntutor.calc.layers.registry import LAYER_KINDS
from cnntutor.calc.network import Network, Node
from cnntutor.calc.problems import LayerError
from cnntutor.formats.library import NetworkEntry
from cnntutor.i18n import Text
from cnntutor.lab.run_spec import LayerRecord, NetworkRecord


def record_network(entry: NetworkEntry) -> NetworkRecord:
    """Return a network of the course as a record."""
    return record_value(entry.network, entry.slug, entry.title)


def record_value(network: Network, slug: str, title: Text) -> NetworkRecord:
    """Return a network value as a record."""
    return NetworkRecord(
        slug=slug,
        title=title,
        nodes=tuple(
            LayerRecord(
                name=node.name,
                kind=node.layer.kind,
                # A layer's fields are Keras's arguments, by Keras's names.
                arguments={
                    name: argument_record(getattr(node.layer, name))
                    for name in layer_arguments(type(node.layer))
                },
                inputs=node.inputs,
                shares=node.shares,
                trainable=node.trainable,
            )
            for node in network.nodes
        ),
        outputs=network.outputs,
        params=analyse(network).total_params,
    )


def _layer(record: LayerRecord) -> Layer:
    """Return the layer value of a record."""
    try:
        return LAYER_KINDS[record.kind](**record.arguments)
    except LayerError as problem:
        raise problem.at(record.name) from None


def restore_network(record: NetworkRecord) -> Network:
    """Return the network value of a record.

    Raises:
        LayerError: the record says something no layer can be.
        KeyError: it names a kind of layer this version does not know.
    """
    nodes = tuple(
        Node(
            layer.name,
            _layer(layer),
            layer.inputs,
            layer.shares,
            layer.trainable,
        )
        for layer in record.nodes
    )
    return Network(record.slug, nodes, record.outputs)
