"""Networks as PyTorch code: one module, channels first, with Keras's order of values at each Flatten.

The learnable parameters are those of the Keras network; PyTorch keeps the moving statistics of batch
normalisation as buffers and does not count them. A layer that has no counterpart is refused by name.
"""

from collections.abc import Callable
from typing import Any

from cnntutor.calc.analysis import LayerReport, analyse
from cnntutor.calc.layers.base import Layer, layer_arguments
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.reshaping import Flatten
from cnntutor.calc.layers.states import takes_states
from cnntutor.calc.network import Network, Node
from cnntutor.calc.shapes import Shape
from cnntutor.errors import NotUnderstood
from cnntutor.formats.keras_code import variables
from cnntutor.formats.pytorch_layers import CALLS, MODULES, activated
from cnntutor.formats.pytorch_order import FIRST, channels_last, is_channels_first
from cnntutor.formats.pytorch_terms import Refused
from cnntutor.i18n import msg

Arguments = dict[str, Any]

RECURRENT = ("SimpleRNN", "LSTM", "GRU")
"""Kinds whose activation lies inside the module."""
_RESERVED = frozenset(
    {
        *("torch", "nn", "functional", "self", "apply", "bfloat16", "buffers", "children", "compile", "cpu"),
        *("cuda", "double", "eval", "extra_repr", "float", "forward", "half", "modules", "parameters", "to"),
        *("requires_grad_", "share_memory", "state_dict", "train", "training", "type", "xpu", "zero_grad"),
    }
)


def write_pytorch_code(network: Network) -> str:
    """Return PyTorch code with a module `Net` that is the network.

    Raises:
        NotUnderstood: a layer has no counterpart in PyTorch that this writer knows.
    """
    if is_channels_first(network):
        network, faults = channels_last(network)
        refused = next((node for node in network.nodes if node.name in faults), None)
        if refused is not None:
            raise _refused(refused, faults[refused.name])
    else:
        for node in network.nodes:
            if getattr(node.layer, "data_format", None) == FIRST:
                raise _refused(node, f'data_format = "{FIRST}"')
    reports = {each.name: each for each in analyse(network).layers}
    names = variables(network, _RESERVED)
    made: list[str] = []
    called: list[str] = []
    for node in network.nodes:
        if isinstance(node.layer, Input):
            continue
        report = reports[node.name]
        try:
            if not node.shares:
                made += _made(node, report, names[node.name])
            called += _called(node, report, names)
        except Refused as problem:
            raise _refused(node, problem.what) from None
    inputs = {node.name: node.layer.shape for node in network.nodes if isinstance(node.layer, Input)}
    shapes = ", ".join("×".join(map(str, _channels_first(shape))) for shape in inputs.values())
    outputs = ", ".join(names[each] for each in network.outputs)
    return "\n".join(
        [
            "import torch",
            "from torch import nn",
            "from torch.nn import functional",
            "",
            "",
            "class Net(nn.Module):",
            f'    """{_comment(network.name)}: a batch of {shapes}, channels first."""',
            "",
            "    def __init__(self):",
            "        super().__init__()",
            *(f"        {line}" for line in made),
            "",
            f"    def forward(self, {', '.join(names[name] for name in inputs)}):",
            *(f"        {line}" for line in called),
            f"        return {outputs}",
            "",
        ]
    )


def _refused(node: Node, what: str) -> NotUnderstood:
    """Return the refusal of a layer."""
    return NotUnderstood(
        msg(
            "Layer {layer}: {kind} with {what} has no counterpart in the PyTorch code written here;"
            " change it or export Keras code.",
            layer=node.name,
            kind=node.layer.kind,
            what=what,
        )
    )


def _made(node: Node, report: LayerReport, name: str) -> list[str]:
    """Return the lines that make a node's modules."""
    if getattr(node.layer, "data_format", None) == "channels_first" and not isinstance(node.layer, Flatten):
        raise Refused('data_format = "channels_first"')
    if takes_states(node.layer) and len(node.inputs) > 1:
        raise Refused("initial_state")
    make = MODULES.get(node.layer.kind)
    if make is None:
        if node.layer.kind not in CALLS:
            raise Refused("any arguments")
        return []
    modules = make(_arguments(node.layer), report)
    made = [(f"self.{name}{suffix}", code) for suffix, code in modules if not suffix.startswith(".")]
    lines = [f"{each} = {code}" for each, code in made]
    lines += [
        f"{function}(self.{name}{suffix}).requires_grad_(False)"
        for suffix, function in modules
        if suffix.startswith(".")
    ]
    if not node.trainable:
        lines += [f"{each}.requires_grad_(False)" for each, _ in made]
    return lines


def _called(node: Node, report: LayerReport, names: dict[str, str]) -> list[str]:
    """Return the lines that compute a node."""
    arguments = _arguments(node.layer)
    inputs = [names[each] for each in node.inputs]
    own = names[node.shares or node.name]
    make: Callable[[Arguments, LayerReport, list[str], str], str] | None = CALLS.get(node.layer.kind)
    code = make(arguments, report, inputs, own) if make else f"self.{own}({inputs[0]})"
    activation = arguments.get("activation")
    if activation is not None and node.layer.kind not in RECURRENT:
        code = activated(activation, code, len(report.output_shape))
    return [f"{names[node.name]} = {code}"]


def _arguments(layer: Layer) -> Arguments:
    """Return a layer's arguments by Keras's names."""
    return {key: getattr(layer, key) for key in layer_arguments(type(layer))}


def _channels_first(shape: Shape) -> Shape:
    """Return a shape of an image with its channels in front."""
    return (shape[-1], *shape[:-1]) if len(shape) == 3 else shape


def _comment(text: str) -> str:
    """Return a text that may stand in a docstring."""
    return text.replace("\\", "/").replace('"', "'")
