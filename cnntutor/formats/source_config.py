"""Models made by followed source code, as the configs Keras would write of them."""

from collections.abc import Mapping

from cnntutor.formats.keras_calls import CALL_NAMES
from cnntutor.formats.source_values import SourceCall, SourceLayer, SourceModel, SourceTensor, tensors_in

Config = dict[str, object]
_Step = tuple[SourceLayer | SourceModel, int]


class ConfigWriter:
    """Writes configs; each model's is made once, however often it is part of another."""

    def __init__(self) -> None:
        self.lines: dict[str, int] = {}
        """The line of each layer by its name."""
        self._specs: dict[int, Config] = {}

    def model(self, model: SourceModel) -> Config:
        """Return a model's config."""
        if id(model) not in self._specs:
            self.lines.setdefault(model.name, model.line)
            if model.layers is None:
                made = self.functional(model.name, model.inputs, model.outputs)
            else:
                layers = [self._layer(each) for each in model.layers]
                made = {"class_name": "Sequential", "config": {"name": model.name, "layers": layers}}
            self._specs[id(model)] = made
        return self._specs[id(model)]

    def functional(self, name: str, inputs: list[SourceTensor], outputs: list[SourceTensor]) -> Config:
        """Return the config of the graph that leads from inputs to outputs."""
        kept = _reached(inputs, outputs)
        numbers = {
            step: number for steps in kept.values() for number, step in enumerate(sorted(steps, key=_call))
        }

        def history(tensor: SourceTensor) -> list[object]:
            return [tensor.owner.name, numbers.get((tensor.owner, tensor.call), 0), tensor.output]

        def argument(value: object) -> object:
            if isinstance(value, SourceTensor):
                return {"class_name": "__keras_tensor__", "config": {"keras_history": history(value)}}
            if isinstance(value, (list, tuple)):
                return [argument(each) for each in value]
            if isinstance(value, dict):
                return {str(key): argument(each) for key, each in value.items()}
            return value if isinstance(value, (bool, int, float, str)) else None

        layers: list[Config] = []
        for owner, steps in kept.items():
            calls = [owner.calls[number] for _, number in sorted(steps, key=_call) if number >= 0]
            nodes = [_inbound(call, argument) for call in calls]
            names = [call.name or (owner.name if not number else "") for number, call in enumerate(calls)]
            more: Config = {"name": owner.name, "inbound_nodes": nodes}
            if any(call.name for call in calls):
                more[CALL_NAMES] = names
            layers.append({**self._layer(owner), **more})
        config = {
            "name": name,
            "layers": layers,
            "input_layers": [history(each) for each in inputs],
            "output_layers": [_end(each, history(each)) for each in outputs],
        }
        return {"class_name": "Functional", "config": config}

    def _layer(self, owner: SourceLayer | SourceModel) -> Config:
        """Return the config of a layer or a nested model."""
        if isinstance(owner, SourceModel):
            return {**self.model(owner), "name": owner.name}
        self.lines.setdefault(owner.name, owner.line)
        return owner.spec


def _end(tensor: SourceTensor, history: list[object]) -> list[object]:
    """Return an output of a model: there a nested functional model counts its making as its first call."""
    name, call, output = history
    counts = isinstance(tensor.owner, SourceModel) and tensor.owner.layers is None
    return [name, int(str(call)) + 1, output] if counts else history


def _inbound(call: SourceCall, argument: object) -> Config:
    """Return one entry of inbound_nodes."""
    assert callable(argument)
    return {
        "args": [argument(each) for each in call.args],
        "kwargs": {key: argument(each) for key, each in call.kwargs.items()},
    }


def _call(step: _Step) -> int:
    """Return the number of a call."""
    return step[1]


def _reached(
    inputs: list[SourceTensor], outputs: list[SourceTensor]
) -> Mapping[SourceLayer | SourceModel, list[_Step]]:
    """Return the calls on the way from inputs to outputs, by layer, in the code's order."""
    ends = {(each.owner, each.call) for each in inputs}
    seen: set[_Step] = set()
    ordered: list[_Step] = []
    stack: list[tuple[_Step, bool]] = [
        ((each.owner, each.call), False) for each in reversed([*inputs, *outputs])
    ]
    while stack:
        step, below_done = stack.pop()
        if below_done:
            ordered.append(step)
            continue
        if step in seen:
            continue
        seen.add(step)
        stack.append((step, True))
        if step in ends or step[1] < 0:
            continue
        call = step[0].calls[step[1]]
        below = [*tensors_in(call.args), *tensors_in(call.kwargs)]
        stack += [((each.owner, each.call), False) for each in reversed(below)]
    kept: dict[SourceLayer | SourceModel, list[_Step]] = {}
    for step in ordered:
        kept.setdefault(step[0], []).append(step)
    return dict(sorted(kept.items(), key=lambda each: min(_number(step) for step in each[1])))


def _number(step: _Step) -> int:
    """Return when the code made a call or an input."""
    owner, call = step
    if call >= 0:
        return owner.calls[call].number
    return owner.number if isinstance(owner, SourceLayer) else 0
