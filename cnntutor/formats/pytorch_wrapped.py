"""Attention and TimeDistributed in PyTorch: projections around one function, and a layer at every step."""

from dataclasses import replace

from cnntutor.calc.analysis import LayerReport
from cnntutor.calc.layers.base import Layer, layer_arguments
from cnntutor.formats.pytorch_terms import Arguments, Modules, Refused, bias, keras_order, torch_order

_ATTENTION = "functional.scaled_dot_product_attention"


def _check_sequences(report: LayerReport) -> None:
    """Check that all inputs are sequences.

    Raises:
        Refused: one is not.
    """
    for shape in report.input_shapes:
        if len(shape) != 2:
            raise Refused(f"an input of rank {len(shape)}")


def _heads(arguments: Arguments, report: LayerReport) -> Modules:
    """MultiHeadAttention: a projection each for query, key and value, and one back."""
    _check_sequences(report)
    if arguments["use_gate"]:
        raise Refused("use_gate = True")
    query, value = report.input_shapes[0][-1], report.input_shapes[1][-1]
    key = report.input_shapes[-1][-1]
    heads, wide = arguments["num_heads"], arguments["key_dim"]
    deep = arguments["value_dim"] or wide
    widths = {
        "query": (query, heads * wide),
        "key": (key, heads * wide),
        "value": (value, heads * deep),
        "output": (heads * deep, report.output_shape[-1]),
    }
    return tuple(
        (f"_{part}", f"nn.Linear({taken}, {given}{bias(arguments)})")
        for part, (taken, given) in widths.items()
    )


def _call_heads(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """MultiHeadAttention: the heads side by side in one call."""
    heads = arguments["num_heads"]
    given = {"query": inputs[0], "key": inputs[-1], "value": inputs[1]}
    parts = ", ".join(
        f"self.{name}_{part}({code}).unflatten(-1, ({heads}, -1)).transpose(1, 2)"
        for part, code in given.items()
    )
    rate = arguments["dropout"]
    dropped = f", dropout_p={rate!r} if self.training else 0.0" if rate else ""
    return f"self.{name}_output({_ATTENTION}({parts}{dropped}).transpose(1, 2).flatten(2))"


def _attention(arguments: Arguments, report: LayerReport) -> Modules:
    """Attention: its one weight, if it has any, is refused where it is called."""
    return ()


def _call_attention(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """Attention by sums of products, not scaled."""
    _check_sequences(report)
    for key, plain in (("use_scale", False), ("score_mode", "dot"), ("dropout", 0)):
        if arguments[key] != plain:
            raise Refused(f"{key} = {arguments[key]}")
    return f"{_ATTENTION}({inputs[0]}, {inputs[-1]}, {inputs[1]}, scale=1.0)"


def _one_step(arguments: Arguments, report: LayerReport) -> tuple[Layer, Arguments, LayerReport]:
    """Return the layer in a TimeDistributed, its arguments, and its numbers at one step."""
    layer: Layer = arguments["layer"]
    inputs = (report.input_shapes[0][1:],)
    step = replace(report, kind=layer.kind, input_shapes=inputs, output_shape=layer.output_shape(inputs))
    return layer, {key: getattr(layer, key) for key in layer_arguments(type(layer))}, step


def _distributed(arguments: Arguments, report: LayerReport) -> Modules:
    """TimeDistributed: the modules of its layer."""
    from cnntutor.formats.pytorch_layers import CALLS, MODULES  # here: they hold this one

    layer, inner, step = _one_step(arguments, report)
    if layer.kind not in MODULES and layer.kind not in CALLS:
        raise Refused(f"layer = {layer.kind}")
    if inner.get("data_format") == "channels_first":
        raise Refused('data_format = "channels_first"')
    make = MODULES.get(layer.kind)
    return make(inner, step) if make is not None else ()


def _call_distributed(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """TimeDistributed: the steps are put into the batch and taken out again."""
    from cnntutor.formats.pytorch_code import RECURRENT
    from cnntutor.formats.pytorch_layers import CALLS, activated

    layer, inner, step = _one_step(arguments, report)
    (before,), after = step.input_shapes, step.output_shape
    one = torch_order(f"{keras_order(inputs[0], len(report.input_shapes[0]))}.flatten(0, 1)", len(before))
    make = CALLS.get(layer.kind)
    code = make(inner, step, [one], name) if make else f"self.{name}({one})"
    if inner.get("activation") is not None and layer.kind not in RECURRENT:
        code = activated(inner["activation"], code, len(after))
    steps = report.input_shapes[0][0]
    if not code.startswith(("self.", "functional.", "torch.")):
        code = f"({code})"
    whole = f"{keras_order(code, len(after))}.unflatten(0, (-1, {steps}))"
    return torch_order(whole, len(report.output_shape))


MODULES = {"MultiHeadAttention": _heads, "Attention": _attention, "TimeDistributed": _distributed}
"""Kinds that keep weights or settings."""
CALLS = {
    **{"MultiHeadAttention": _call_heads, "Attention": _call_attention},
    "TimeDistributed": _call_distributed,
}
"""Kinds by how they are called."""
