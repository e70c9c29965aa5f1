"""The Keras model of a network record."""

from typing import Any

import keras

from cnntutor.i18n import msg
from cnntutor.lab.run_spec import NetworkRecord, TrainingSettings
from cnntutor.worker.problems import RunProblem


def build_model(network: NetworkRecord) -> Any:
    """Return the network as a Keras model, not compiled; layers have the network's own names.

    Raises:
        RunProblem: Keras refuses a layer, or counts other parameters than the calculator did.
    """
    tensors: dict[str, Any] = {}
    layers: dict[str, Any] = {}
    inputs: list[Any] = []
    for node in network.nodes:
        arguments = {name: _as_tuples(value) for name, value in node.arguments.items()}
        if node.kind == "Input":
            tensors[node.name] = keras.Input(shape=arguments["shape"], name=node.name)
            inputs.append(tensors[node.name])
            continue
        try:
            if node.shares:
                layers[node.name] = layers[node.shares]
            else:
                layers[node.name] = getattr(keras.layers, node.kind)(name=node.name, **arguments)
            read = [tensors[name] for name in node.inputs]
            tensors[node.name] = layers[node.name](read[0] if len(read) == 1 else read)
        except (AttributeError, TypeError, ValueError) as problem:
            raise RunProblem(
                "bad-network",
                msg(
                    "Keras refuses layer {layer} ({problem}); correct the network {network}.",
                    layer=node.name,
                    problem=str(problem).splitlines()[0][:200],
                    network=network.slug,
                ),
            ) from problem
    outputs = [tensors[name] for name in network.outputs]
    name = network.slug.replace("-", "_")
    model = keras.Model(inputs if len(inputs) > 1 else inputs[0], _one(outputs), name=name)
    # Not summary(): after fit it adds the optimizer's variables to the total.
    counted = model.count_params()
    if counted != network.params:
        raise RunProblem(
            "bad-network",
            msg(
                "Keras counts {counted} parameters in {network} where the calculator counts {params};"
                " this is a fault of cnntutor, please report it.",
                counted=counted,
                network=network.slug,
                params=network.params,
            ),
        )
    return model


def compile_model(model: Any, settings: TrainingSettings) -> None:
    """Give a model its optimizer, loss and metric."""
    optimizer = getattr(keras.optimizers, settings.optimizer)(learning_rate=settings.learning_rate)
    model.compile(optimizer=optimizer, loss=settings.loss, metrics=["accuracy"])


def check_fit(model: Any, image_shape: tuple[int, ...], classes: int, network: NetworkRecord) -> None:
    """Check that a model takes these images and answers with one figure a class.

    Raises:
        RunProblem: it does not.
    """
    takes, gives = tuple(model.input_shape[1:]), tuple(model.output_shape[1:])
    if takes == image_shape and gives == (classes,):
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


def _as_tuples(value: Any) -> Any:
    """Return JSON's lists as the tuples Keras's arguments are."""
    return tuple(_as_tuples(each) for each in value) if isinstance(value, (list, tuple)) else value


def _one(tensors: list[Any]) -> Any:
    """Return the only tensor, or the list of several."""
    return tensors[0] if len(tensors) == 1 else tensors
