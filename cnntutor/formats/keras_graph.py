"""Whole models of Keras configs as one flat network: Sequential, Functional, nested and shared.

A nested model's layers become nodes named model.layer; a layer or a model called again brings nodes that
share the first call's weights. Layers come before what stands on them; a circle is refused.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.given import Lambda
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.states import State, states_given, takes_states
from cnntutor.calc.network import INPUT, Nested, Network, Node
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.formats.keras_calls import Call, Tensor, read_calls, read_tensors, read_within
from cnntutor.formats.keras_layers import is_frozen, is_model, read_layer
from cnntutor.formats.keras_numbering import counted_from_zero
from cnntutor.formats.keras_operations import is_operation, read_operation
from cnntutor.formats.keras_steps import at_each_step, model_at_each_step
from cnntutor.formats.places import Place, shown
from cnntutor.i18n import Message, msg

DEEPEST_NESTING = 24
"""Models inside one another."""
MOST_NODES = 12_000
"""Calls of layers and models in one network; models that call each other twice would double without end."""
LONGEST_NAME = 200

Spec = Mapping[str, object]
_Step = tuple[str, int]
"""A layer's name and the number of its call."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """The model that is being read."""

    prefix: str = ""
    """What its nodes' names begin with."""
    key: tuple[str, ...] = ()
    """The names of the models it lies in, its own last: one key however often it is called."""
    within: tuple[Nested, ...] = ()
    """The same models as they are called in the network."""
    wrappings: int = 0
    """How many of them stand in a TimeDistributed, which then stands around each of their layers."""

    @property
    def name(self) -> str:
        """What the model is called in messages; empty for the whole model."""
        return self.prefix[:-1]


class GraphReader:
    """Reads one model; use it once.

    Args:
        place: The file.
        input_shape: Stands for the shape of the first input, whatever the file says of it.
        told: The output shapes of layers of code, by node; layers of code that it does not name are refused.
    """

    def __init__(
        self, place: Place, input_shape: Shape | None, told: Mapping[str, Shape] | None = None
    ) -> None:
        self.place = place
        self.input_shape = input_shape
        self.told = told or {}
        self.nodes: list[Node] = []
        self.nodes_by_name: dict[str, Node] = {}
        self._calls = 0
        self._taken: dict[str, int] = {}
        self._owners: dict[tuple[str, ...], tuple[str, Layer]] = {}
        self._states: dict[tuple[str, int], str] = {}

    def network(self, name: str, spec: Spec) -> Network:
        """Return the network of a model's config.

        Raises:
            NotUnderstood: one sentence with file, layer and mend.
        """
        outputs = self._model(spec, _Scope(), None)
        try:
            return Network(name, tuple(self.nodes), tuple(dict.fromkeys(outputs)))
        except LayerError as problem:
            raise self.place.refused_layer(problem) from None

    def _model(self, spec: Spec, scope: _Scope, sources: Sequence[str] | None) -> tuple[str, ...]:
        """Add a model's nodes and return the names of its outputs; sources is None for the whole model."""
        if len(scope.key) > DEEPEST_NESTING:
            raise self.place.at(scope.name).refused(
                msg("more than {count} models inside one another; take some out", count=str(DEEPEST_NESTING))
            )
        config = spec.get("config")
        layers = config.get("layers") if isinstance(config, dict) else config
        if not isinstance(layers, list) or not all(isinstance(each, dict) for each in layers):
            raise self.place.at(scope.name).refused(
                msg("its list of layers is missing; save the model again")
            )
        if spec.get("class_name") == "Sequential" or not isinstance(config, dict):
            shape = _given_shape(spec, config)
            return self._sequential(layers, scope, sources, shape)
        return self._functional(config, layers, scope, sources)

    def _sequential(
        self,
        layers: list[Spec],
        scope: _Scope,
        sources: Sequence[str] | None,
        shape: object,
    ) -> tuple[str, ...]:
        """Add the layers one on the other."""
        current: tuple[str, ...] = tuple(sources or ())
        for number, each in enumerate(layers):
            name = self._name(each, number)
            if each.get("class_name") == "InputLayer":
                if sources is None and not current:
                    current = (self._input(each, scope.prefix + name),)
                continue
            if not current:
                first = _given_shape(each, each.get("config")) or shape or _first_shape(each)
                current = (self._input({"config": {"batch_shape": first}}, INPUT),)
            current = self._called(each, name, scope, current)
        return current

    def _functional(
        self,
        config: Mapping[str, object],
        layers: list[Spec],
        scope: _Scope,
        sources: Sequence[str] | None,
    ) -> tuple[str, ...]:
        """Add the layers of a graph, each behind what it stands on."""
        here = self.place.at(scope.name)
        specs = {self._name(each, number): each for number, each in enumerate(layers)}
        if len(specs) != len(layers):
            raise here.refused(msg("two layers have one name; give each its own"))
        names = frozenset(specs)
        calls = {
            name: read_calls(each, names, self.place.at(scope.prefix + name)) for name, each in specs.items()
        }
        ends = read_tensors(config.get("output_layers", []), here)
        calls, ends = counted_from_zero(specs, calls, ends)
        done: dict[_Step, tuple[str, ...]] = {}
        inputs = read_tensors(config.get("input_layers", []), here)
        if sources is not None and len(sources) != len(inputs):
            raise here.refused(
                msg(
                    "the model has {count} inputs and is called on {received}; save it again",
                    count=str(len(inputs)),
                    received=str(len(sources)),
                )
            )
        for position, tensor in enumerate(inputs):
            spec = specs.get(tensor.layer)
            if spec is None:
                raise here.refused(_unknown(tensor.layer))
            if sources is not None:
                done[(tensor.layer, tensor.call)] = (sources[position],)
            elif (tensor.layer, tensor.call) not in done:
                done[(tensor.layer, tensor.call)] = (self._input(spec, scope.prefix + tensor.layer),)
        steps = [(name, number) for name in specs for number in range(len(calls[name]))]
        for step in self._in_order(steps, calls, done, scope):
            call = calls[step[0]][step[1]]
            place = self.place.at(scope.prefix + step[0])
            found = tuple(self._output(tensor, done, place) for tensor in call.inputs)
            states = tuple(self._output(tensor, done, place) for tensor in call.states)
            done[step] = self._called(specs[step[0]], step[0], scope, found, call, states=states)
        return tuple(self._output(tensor, done, here) for tensor in ends)

    def _in_order(
        self,
        steps: list[_Step],
        calls: Mapping[str, tuple[Call, ...]],
        done: Mapping[_Step, tuple[str, ...]],
        scope: _Scope,
    ) -> Iterator[_Step]:
        """Yield the calls, each behind those it stands on; the order of the file otherwise."""
        finished, waiting = set(done), set[_Step]()
        for first in steps:
            stack = [first]
            while stack:
                step = stack[-1]
                if step in finished:
                    stack.pop()
                    continue
                open_steps = [
                    (tensor.layer, tensor.call)
                    for tensor in (*calls[step[0]][step[1]].inputs, *calls[step[0]][step[1]].states)
                    if (tensor.layer, tensor.call) not in finished
                ]
                if open_steps and step in waiting:
                    raise self.place.at(scope.prefix + step[0]).refused(
                        msg("it waits for its own output, in a circle; break the circle")
                    )
                waiting.add(step)
                for name, number in open_steps:
                    if name not in calls or number >= len(calls[name]):
                        raise self.place.at(scope.prefix + step[0]).refused(_unknown(name))
                if not open_steps:
                    finished.add(step)
                    stack.pop()
                    yield step
                stack += reversed(open_steps)

    def _called(
        self,
        spec: Spec,
        name: str,
        scope: _Scope,
        inputs: tuple[str, ...],
        call: Call | None = None,
        *,
        states: tuple[str, ...] = (),
    ) -> tuple[str, ...]:
        """Add one call of a layer or a nested model and return the names of its outputs."""
        self._calls += 1
        if self._calls > MOST_NODES:
            raise self.place.refused(
                msg("the network has more than {count} layers; read a part of it", count=str(MOST_NODES))
            )
        repeated = model_at_each_step(spec)
        if is_model(spec) or repeated is not None:
            inner = self._free(scope.prefix + name)
            nested = Nested(inner, str(spec.get("class_name")))
            wrappings = scope.wrappings + (repeated is not None)
            deeper = _Scope(inner + ".", (*scope.key, name), (*scope.within, nested), wrappings)
            return self._model(repeated or spec, deeper, inputs)
        place = self.place.at(scope.prefix + name)
        called = self._name({"name": call.name}, 0) if call is not None and call.name else name
        node_name, shares = self._free(scope.prefix + called), ""
        if spec.get("class_name") == "Lambda" and node_name in self.told:
            layer: Layer = Lambda(self.told[node_name])
        else:
            layer = read_operation(spec, call, place) if is_operation(spec) else read_layer(spec, place)
        layer = at_each_step(layer, scope.wrappings, place)
        if takes_states(layer):
            inputs = (*inputs, *states)
        if type(layer).weights is not Layer.weights:
            owner = self._owners.setdefault((*scope.key, name), (node_name, layer))
            shares = owner[0] if owner[0] != node_name else ""
        within = (*scope.within, *(read_within(spec) if call is None else call.within))
        self._put(Node(node_name, layer, inputs, shares, not is_frozen(spec), within))
        return (node_name,)

    def _input(self, spec: Spec, name: str) -> str:
        """Add an input node and return its name."""
        place = self.place.at(name)
        config = spec.get("config")
        given = config if isinstance(config, dict) else {}
        sides = given.get("batch_shape", given.get("batch_input_shape"))
        first = not self.nodes
        if first and self.input_shape is not None:
            shape: tuple[object, ...] = self.input_shape
        elif isinstance(sides, list) and len(sides) > 1:
            shape = tuple(sides[1:])
        elif sides is None:
            raise self.place.refused(
                msg("the file does not say the shape of the input; add --input, such as --input 32x32x3")
            )
        else:
            raise place.refused(msg("{shape} is no input shape; save the model again", shape=shown(sides)))
        if None in shape:
            sizes = "×".join("?" if side is None else shown(side) for side in shape)
            if first:
                raise place.refused(
                    msg("the input shape {shape} is open; add --input, such as --input 32x32x3", shape=sizes)
                )
            raise place.refused(msg("the input shape {shape} is open; fix its sides", shape=sizes))
        try:
            layer = Input(shape)  # type: ignore[arg-type]
        except LayerError as problem:
            raise place.refused_layer(problem) from None
        free = self._free(name)
        self._put(Node(free, layer))
        return free

    def _output(self, tensor: Tensor, done: Mapping[_Step, tuple[str, ...]], place: Place) -> str:
        """Return the name of the node a tensor stands for."""
        outputs = done.get((tensor.layer, tensor.call))
        if outputs is None:
            raise place.refused(_unknown(tensor.layer))
        if tensor.output >= len(outputs):
            node = self.nodes_by_name.get(outputs[0]) if len(outputs) == 1 else None
            given = states_given(node.layer) if node is not None else ()
            if node is not None and tensor.output <= len(given):
                return self._state(node, given[tensor.output - 1])
            raise place.refused(
                msg(
                    "it uses output {number} of layer {layer}; the calculator follows the first only",
                    number=str(tensor.output + 1),
                    layer=shown(tensor.layer),
                )
            )
        return outputs[tensor.output]

    def _state(self, node: Node, state: State) -> str:
        """Return the name of the node of a state that a recurrent layer returns; made when asked for."""
        key = (node.name, state.number)
        if key not in self._states:
            self._states[key] = self._free(f"{node.name}_state_{state.number}")
            self._put(Node(self._states[key], state, (node.name,), within=node.within))
        return self._states[key]

    def _put(self, node: Node) -> None:
        """Add a node."""
        self.nodes.append(node)
        self.nodes_by_name[node.name] = node

    def _name(self, spec: Spec, number: int) -> str:
        """Return a layer's name: its own, or its kind with a number."""
        config = spec.get("config")
        name = spec.get("name", config.get("name") if isinstance(config, dict) else None)
        if name is None:
            name = f"{str(spec.get('class_name', 'layer')).lower()[:40]}_{number}"
        if not isinstance(name, str) or not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
            raise self.place.refused(
                msg("a layer's name is {name}; use up to {count} letters", name=shown(name), count="200")
            )
        return name.replace("/", "_") if "/" in name else name

    def _free(self, wanted: str) -> str:
        """Return a name no node or nested model has yet: the wanted one, or it with a number."""
        if len(wanted) > LONGEST_NAME:
            raise self.place.refused(msg("the name {name} is too long; shorten it", name=shown(wanted)))
        count = self._taken.get(wanted, 0)
        self._taken[wanted] = count + 1
        return self._free(f"{wanted}_{count}") if count else wanted


def _given_shape(spec: Spec, config: object) -> object:
    """Return the batch shape a layer or a Sequential was built with; None where it says none."""
    given = config if isinstance(config, dict) else {}
    built = spec.get("build_config")
    found = given.get("batch_shape") or given.get("batch_input_shape") or given.get("build_input_shape")
    return found or (built.get("input_shape") if isinstance(built, dict) else None)


def _first_shape(spec: Spec) -> object:
    """Return the batch shape of the first input of a model that begins another model."""
    for _ in range(DEEPEST_NESTING):
        config = spec.get("config")
        layers = config.get("layers") if isinstance(config, dict) else config
        if (
            not is_model(spec)
            or not isinstance(layers, list)
            or not layers
            or not isinstance(layers[0], dict)
        ):
            return None
        spec = layers[0]
        found = _given_shape(spec, spec.get("config"))
        if found is not None:
            return found
    return None


def _unknown(name: str) -> Message:
    """Return the clause for a layer that is not there."""
    return msg("the layer {name} is not there or is not called; save the model again", name=shown(name))
