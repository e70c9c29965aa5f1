"""The Keras model of a network."""

import math
from typing import Any

import keras

from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.states import State
from cnntutor.calc.network import Network
from cnntutor.calc.problems import LayerError
from cnntutor.formats.keras_code import keras_name
from cnntutor.i18n import msg
from cnntutor.lab.network_record import restore_network
from cnntutor.lab.run_spec import NetworkRecord
from cnntutor.worker.keras_layers import call, make, takes_whole_numbers
from cnntutor.worker.problems import RunProblem


def build_model(record: NetworkRecord) -> Any:
    """Return the network of a record as a Keras model, not compiled; layers have the network's own names.

    Raises:
        RunProblem: Keras refuses a layer, or counts other parameters than the calculator did.
    """
    try:
        network = restore_network(record)
    except (LayerError, KeyError) as problem:
        where = problem.node if isinstance(problem, LayerError) else str(problem)
        raise _refused(where, str(problem), record.slug) from problem
    model = build_network(network)
    # Not summary(): after fit it adds the optimizer's variables to the total.
    counted = model.count_params()
    if counted != record.params:
        raise RunProblem(
            "bad-network",
            msg(
                "Keras counts {counted} parameters in {network} where the calculator counts {params};"
                " this is a fault of cnntutor, please report it.",
                counted=counted,
                network=record.slug,
                params=record.params,
            ),
        )
    return model


def build_network(network: Network) -> Any:
    """Return any network value as a Keras model, not compiled; layers have the network's own names.

    A slash in a name becomes an underscore, as Keras wants it; frozen nodes are not trainable.

    Raises:
        RunProblem: Keras refuses a layer.
    """
    tensors: dict[str, Any] = {}
    layers: dict[str, Any] = {}
    returned: dict[str, Any] = {}
    codes = {name for node in network.nodes if takes_whole_numbers(node.layer) for name in node.inputs}
    for node in network.nodes:
        name = keras_name(node.name)
        if isinstance(node.layer, Input):
            kind = "int32" if node.name in codes else None
            tensors[node.name] = keras.Input(shape=node.layer.shape, name=name, dtype=kind)
            continue
        if isinstance(node.layer, State):
            tensors[node.name] = returned[node.inputs[0]][node.layer.number]
            continue
        try:
            layers[node.name] = layers[node.shares] if node.shares else make(node.layer, name=name)
            read = [tensors[each] for each in node.inputs]
            found = call(layers[node.name], node.layer, read)
            returned[node.name] = found if isinstance(found, (list, tuple)) else [found]
            tensors[node.name] = returned[node.name][0]
            if not node.trainable:
                # Not before the call: attention layers make the layers in them when they are called.
                layers[node.name].trainable = False
        except (AttributeError, TypeError, ValueError) as problem:
            raise _refused(node.name, str(problem), network.name) from problem
    inputs = [tensors[node.name] for node in network.nodes if isinstance(node.layer, Input)]
    outputs = [tensors[name] for name in network.outputs]
    return keras.Model(_one(inputs), _one(outputs), name=network.name.replace("-", "_"))


def _refused(layer: str, problem: str, network: str) -> RunProblem:
    """Return the problem of a layer that cannot be built."""
    return RunProblem(
        "bad-network",
        msg(
            "Keras refuses layer {layer} ({problem}); correct the network {network}.",
            layer=layer,
            problem=(problem.splitlines() or [""])[0][:200],
            network=network,
        ),
    )


def check_fit(model: Any, image_shape: tuple[int, ...], classes: int, network: NetworkRecord) -> None:
    """Check that a model takes these images, as they are or flattened, and has an output for each class.

    Raises:
        RunProblem: it does not.
    """
    takes, gives = tuple(model.input_shape[1:]), tuple(model.output_shape[1:])
    if takes in (image_shape, (math.prod(image_shape),)) and gives and gives[-1] >= classes:
        return
    raise RunProblem(
        "bad-network",
        msg(
            "{network} takes {takes} and gives {gives}, but the data need {image} and {classes} classes;"
            " choose another network or other data.",
            network=network.slug,
            takes="×".join(map(str, takes)),
            gives="×".join(map(str, gives)),
            image="×".join(map(str, image_shape)),
            classes=classes,
        ),
    )


def _one(tensors: list[Any]) -> Any:
    """Return the only tensor, or the list of several."""
    return tensors[0] if len(tensors) == 1 else tensors
