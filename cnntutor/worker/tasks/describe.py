"""A Keras model as a description: its layers with shapes and parameters as Keras itself counts them."""

import math
from collections.abc import Iterator
from typing import Any, Literal

import keras

from cnntutor.needs import BuiltLayer, BuiltModel

NO_LAYERS = "no layers"
"""Told of a model that is not built because there is nothing in it."""
DEEPEST = 30
"""Models inside one another."""


class NotAModel(Exception):
    """What should be described is no built model.

    Args:
        kind: no-model or not-built.
        text: What there is instead.
    """

    def __init__(self, kind: Literal["no-model", "not-built"], text: str) -> None:
        super().__init__(text)
        self.kind = kind


def describe_model(model: Any) -> BuiltModel:
    """Return the description of a model.

    Raises:
        NotAModel: it is none, or its input shape is not known yet.
    """
    if not isinstance(model, keras.Model):
        raise NotAModel("no-model", "" if model is None else type(model).__name__)
    if not model.built:
        raise NotAModel("not-built", model.name if model.layers else NO_LAYERS)
    layers = tuple(_Rows().of(model, "", not model.trainable, 0))
    return BuiltModel(
        name=model.name,
        layers=layers,
        total_params=_size(model.weights),
        trainable_params=_size(model.trainable_weights),
        non_trainable_params=_size(model.non_trainable_weights),
        config=_config(model),
        keras_version=keras.__version__,
    )


class _Rows:
    """The rows of one model, named as formats names its nodes: model.layer, layer_1 for a second call."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}
        self._counted: set[int] = set()

    def of(
        self, model: Any, prefix: str, frozen: bool, depth: int, steps: tuple[int | None, ...] = ()
    ) -> Iterator[BuiltLayer]:
        """Yield the rows of a model: calls in the order of its graph, or its layers where it has none.

        Args:
            model: The model.
            prefix: What the names of its rows begin with.
            frozen: Whether it lies in a model that is not trained.
            depth: In how many models it lies.
            steps: Where it stands in a TimeDistributed, the steps, which come before each output's sides.
        """
        if depth > DEEPEST:
            return
        for operation, shape in _calls(model):
            if isinstance(operation, keras.layers.InputLayer):
                continue
            wanted = prefix + operation.name.replace("/", "_")
            name = self._free(wanted)
            below = frozen or getattr(operation, "trainable", True) is False
            if isinstance(operation, keras.Model) and _graph(operation) is not None:
                yield from self.of(operation, name + ".", below, depth + 1, steps)
                continue
            repeated = _model_at_each_step(operation)
            if repeated is not None and shape is not None:
                yield from self.of(repeated, name + ".", below, depth + 1, (*steps, shape[0]))
                continue
            yield self._row(operation, name, shape if shape is None else (*steps, *shape), below)

    def _row(self, operation: Any, name: str, shape: Any, frozen: bool) -> BuiltLayer:
        """Return the row of a call; weights are counted at the first call."""
        first = id(operation) not in self._counted
        self._counted.add(id(operation))
        weights = list(getattr(operation, "weights", ())) if first else []
        trained = [] if frozen else list(getattr(operation, "trainable_weights", ())) if first else []
        return BuiltLayer(
            name=name,
            kind=type(operation).__name__,
            output_shape=shape,
            trainable_params=_size(trained),
            non_trainable_params=_size(weights) - _size(trained),
            trainable=not frozen,
        )

    def _free(self, wanted: str) -> str:
        """Return a name that no row has yet: the wanted one, or it with a number."""
        count = self._taken.get(wanted, 0)
        self._taken[wanted] = count + 1
        return self._free(f"{wanted}_{count}") if count else wanted


def _model_at_each_step(operation: Any) -> Any:
    """Return the model of layers that stands in a TimeDistributed, else None."""
    inner = operation.layer if isinstance(operation, keras.layers.TimeDistributed) else None
    return inner if isinstance(inner, keras.Model) and _graph(inner) is not None else None


def _graph(model: Any) -> Any:
    """Return the graph of a model; None where it is none of layers, as a subclass of Model."""
    if isinstance(model, keras.Sequential):
        return getattr(model, "_functional", None)
    return model if hasattr(model, "_nodes_by_depth") else None


def _calls(model: Any) -> Iterator[tuple[Any, tuple[int | None, ...] | None]]:
    """Yield the calls of a model's layers and operations, each with the shape of its output."""
    graph = _graph(model)
    if graph is None:
        for layer in model.layers:
            yield layer, None
        return
    for depth in sorted(graph._nodes_by_depth, reverse=True):
        for node in graph._nodes_by_depth[depth]:
            yield node.operation, _shape(node.output_tensors)


def _shape(outputs: Any) -> tuple[int | None, ...] | None:
    """Return the shape of the first output without batch."""
    shapes = [getattr(each, "shape", None) for each in outputs]
    return tuple(shapes[0][1:]) if shapes and shapes[0] is not None else None


def _size(weights: Any) -> int:
    """Return how many numbers some weights hold, each array counted once."""
    return sum(math.prod(each.shape) for each in {id(each): each for each in weights}.values())


def _config(model: Any) -> str:
    """Return the model's JSON; empty where Keras can write none."""
    try:
        return str(model.to_json())
    except Exception:  # a layer of the learner's own that says nothing of its arguments
        return ""
