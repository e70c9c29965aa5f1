"""Models that Keras source code puts together: Sequential and functional, their layers, ends and shapes."""

import ast
from collections.abc import Mapping

from cnntutor.calc.analysis import analyse
from cnntutor.errors import NotUnderstood
from cnntutor.formats.keras_graph import GraphReader
from cnntutor.formats.places import Place, shown
from cnntutor.formats.source_arguments import snake_case
from cnntutor.formats.source_config import ConfigWriter
from cnntutor.formats.source_statements import Statements
from cnntutor.formats.source_values import (
    SourceCall,
    SourceLayer,
    SourceModel,
    SourceTensor,
    Unfollowed,
    Unknown,
    tensors_in,
    unknown_in,
)
from cnntutor.i18n import msg

_STATES = {"SimpleRNN": 1, "GRU": 1, "LSTM": 2}
"""Recurrent layers → how many states each has."""


def _states_returned(spec: Mapping[str, object]) -> int:
    """Return how many states a layer returns behind its output."""
    config = spec.get("config")
    given = config if isinstance(config, dict) else {}
    inner = given.get("layer")
    if spec.get("class_name") == "Bidirectional" and isinstance(inner, dict):
        return 2 * _states_returned(inner)
    return _STATES.get(str(spec.get("class_name")), 0) if given.get("return_state") is True else 0


class Models(Statements):
    """Keeps the models that the code makes; calls are left to the class built upon it."""

    def __init__(self) -> None:
        super().__init__()
        self.models: list[SourceModel] = []
        self._names: dict[str, int] = {}
        self._made = 0

    def _layer_name(self, kind: str, given: object) -> str:
        """Return the name given, or the next of Keras's own."""
        if isinstance(given, str):
            return given
        base = snake_case("InputLayer" if kind == "Input" else kind)
        count = self._names.get(base, 0)
        self._names[base] = count + 1
        return f"{base}_{count}" if count else base

    def _sequential(self, args: list[object], kwargs: dict[str, object], node: ast.Call) -> object:
        """Return a new Sequential."""
        layers = args[0] if args else kwargs.get("layers")
        name = args[1] if len(args) > 1 else kwargs.get("name")
        model = SourceModel(self._layer_name("Sequential", name), node.lineno, [])
        self.models.append(model)
        if isinstance(layers, Unknown):
            raise self.unfollowed(layers)
        for each in layers if isinstance(layers, (list, tuple)) else []:
            self._add(model, each, node)
        return model

    def _add(self, model: SourceModel, layer: object, node: ast.AST) -> None:
        """Put a layer on a Sequential."""
        if isinstance(layer, SourceTensor) and layer.call == -1:
            layer = layer.owner
        if isinstance(layer, Unknown):
            raise self.unfollowed(layer)
        if model.layers is None or not isinstance(layer, (SourceLayer, SourceModel)) or layer is model:
            raise Unfollowed(
                int(getattr(node, "lineno", 1)), msg("only a layer can be added to a Sequential")
            )
        if isinstance(layer, SourceModel):
            layer.used = True
        model.layers.append(layer)

    def _model(self, args: list[object], kwargs: dict[str, object], node: ast.Call) -> object:
        """Return a new functional model."""
        given = {**dict(zip(("inputs", "outputs", "name"), args, strict=False)), **kwargs}
        inputs, outputs = given.get("inputs", given.get("input")), given.get("outputs", given.get("output"))
        unknown = unknown_in([inputs, outputs])
        if unknown is not None:
            raise self.unfollowed(unknown)
        if not tensors_in(inputs) or not tensors_in(outputs):
            raise Unfollowed(
                node.lineno, msg("a Model needs its inputs and outputs: keras.Model(inputs, outputs)")
            )
        name = self._layer_name("Functional", given.get("name"))
        model = SourceModel(name, node.lineno, None, tensors_in(inputs), tensors_in(outputs))
        self.models.append(model)
        return model

    def _apply(
        self, owner: SourceLayer | SourceModel, args: list[object], kwargs: dict[str, object], node: ast.AST
    ) -> object:
        """Return the tensor of a layer or model called on tensors."""
        unknown = unknown_in(args)
        if unknown is not None:
            return unknown
        kept = {key: value for key, value in kwargs.items() if unknown_in(value) is None}
        if not tensors_in([args, kept]):
            return Unknown(node)
        if isinstance(owner, SourceModel):
            owner.used = True
        self._made += 1
        owner.calls.append(SourceCall(args, kept, number=self._made))
        call = len(owner.calls) - 1
        count = _states_returned(owner.spec) if isinstance(owner, SourceLayer) else 0
        found = [SourceTensor(owner, call, number) for number in range(count + 1)]
        return found if count else found[0]

    def attribute(self, value: object, name: str, node: ast.AST) -> object:
        """Return an attribute of a layer, tensor or model."""
        if isinstance(value, SourceTensor) and name == "shape":
            return self._shape(value, node)
        if isinstance(value, SourceModel) and name in value.attributes:
            return value.attributes[name]
        if isinstance(value, SourceModel):
            if name == "layers":
                return list(value.layers) if value.layers is not None else self._layers_of(value)
            if name in ("input", "inputs", "output", "outputs"):
                ends = value.inputs if name.startswith("input") else value.outputs
                if ends:
                    return ends[0] if len(ends) == 1 and not name.endswith("s") else list(ends)
        if isinstance(value, (SourceModel, SourceLayer)) and name == "name":
            return value.name
        if isinstance(value, SourceLayer) and name == "output" and value.calls:
            return SourceTensor(value, 0)
        return Unknown(node)

    def set_attribute(self, held: object, name: str, value: object, node: ast.AST) -> None:
        """Give a value to an attribute: trainable of a layer or a model."""
        if isinstance(held, SourceModel) and name != "trainable":
            held.attributes[name] = value
        if name != "trainable" or not isinstance(value, bool):
            return
        if isinstance(held, SourceLayer) and isinstance(held.spec["config"], dict):
            held.spec["config"]["trainable"] = value
        if isinstance(held, SourceModel):
            for each in held.layers if held.layers is not None else self._layers_of(held):
                self.set_attribute(each, name, value, node)

    def _layers_of(self, model: SourceModel) -> list[SourceLayer | SourceModel]:
        """Return the layers of a functional model."""
        found: dict[int, SourceLayer | SourceModel] = {}
        stack = [*model.outputs]
        seen: set[tuple[int, int]] = set()
        while stack:
            tensor = stack.pop()
            if (id(tensor.owner), tensor.call) in seen:
                continue
            seen.add((id(tensor.owner), tensor.call))
            found[id(tensor.owner)] = tensor.owner
            if tensor.call >= 0:
                call = tensor.owner.calls[tensor.call]
                stack += [*tensors_in(call.args), *tensors_in(call.kwargs)]
        return list(reversed(found.values()))

    def _shape(self, tensor: SourceTensor, node: ast.AST) -> object:
        """Return the shape of a tensor, None for the batch."""
        probe = SourceModel("probe", 1, None, [], [tensor])
        layers = self._layers_of(probe)
        self.steps += 20 * len(layers)
        self.step(node)
        probe.inputs = [
            SourceTensor(each, -1) for each in layers if isinstance(each, SourceLayer) and not each.calls
        ]
        writer = ConfigWriter()
        spec = writer.model(probe)
        try:
            network = GraphReader(Place(""), None).network("probe", spec)
            report = analyse(network)
        except (NotUnderstood, ValueError):
            return Unknown(node)
        shapes = {each.name: each.output_shape for each in report.layers}
        shape = shapes.get(network.outputs[0], network.input_shape)
        return (None, *shape)

    def unfollowed(self, unknown: Unknown) -> Unfollowed:
        """Return the refusal of a value that only running the code could give."""
        return Unfollowed(
            unknown.line,
            msg(
                "{code} cannot be followed without running it; write plain layers and numbers there, or save"
                " the model with model.to_json()",
                code=shown(unknown.code),
            ),
        )
