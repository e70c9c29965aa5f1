"""What each kind of layer is in PyTorch: the modules it makes, and the code that calls them."""

from collections.abc import Callable

from cnntutor.calc.analysis import LayerReport
from cnntutor.formats import pytorch_sequences, pytorch_values, pytorch_volumes, pytorch_wrapped
from cnntutor.formats.pytorch_terms import (
    Arguments,
    Modules,
    Refused,
    bias,
    dimension,
    keras_order,
    rounded_up,
    torch_order,
)

_ACTIVATIONS = {
    **{
        "linear": "{}",
        "relu": "functional.relu({})",
        "relu6": "functional.relu6({})",
        "tanh": "torch.tanh({})",
    },
    **{"sigmoid": "torch.sigmoid({})", "elu": "functional.elu({})", "selu": "functional.selu({})"},
    **{"gelu": "functional.gelu({})", "silu": "functional.silu({})", "swish": "functional.silu({})"},
    **{
        "softplus": "functional.softplus({})",
        "softsign": "functional.softsign({})",
        "mish": "functional.mish({})",
    },
    **{"exponential": "torch.exp({})", "leaky_relu": "functional.leaky_relu({}, 0.2)"},
    **{"hard_sigmoid": "functional.hardsigmoid({})", "hard_silu": "functional.hardswish({})"},
    **{"hard_swish": "functional.hardswish({})", "log_sigmoid": "functional.logsigmoid({})"},
}


def activated(name: str, code: str, rank: int) -> str:
    """Return code with an activation around it; rank is that of the output, the batch left out."""
    if name in ("softmax", "log_softmax"):
        return f"torch.{name}({code}, dim={1 if rank == 3 else -1})"
    if name not in _ACTIVATIONS:
        raise Refused(f'activation = "{name}"')
    return _ACTIVATIONS[name].format(code)


def _padding(
    arguments: Arguments, report: LayerReport, sides: tuple[int, ...]
) -> tuple[tuple[int, int], ...]:
    """Return (before, after) for height and width, as Keras's "same" adds them."""
    if arguments["padding"] == "valid":
        return ((0, 0), (0, 0))
    shape, strides = report.input_shapes[0], arguments["strides"]
    pads = []
    for axis in (0, 1):
        places = -(-shape[axis] // strides[axis])
        total = max((places - 1) * strides[axis] + sides[axis] - shape[axis], 0)
        pads.append((total // 2, total - total // 2))
    return tuple(pads)


def _spans(arguments: Arguments) -> tuple[int, ...]:
    """Return the sides of a kernel with its gaps."""
    rates = arguments.get("dilation_rate", (1, 1))
    return tuple(rate * (side - 1) + 1 for side, rate in zip(arguments["kernel_size"], rates, strict=True))


def _padded(code: str, pads: tuple[tuple[int, int], ...], value: str = "") -> str:
    """Return code that pads an image where the two ends differ; PyTorch begins with the last axis."""
    if all(before == after for before, after in pads):
        return code
    (top, bottom), (left, right) = pads
    return f"functional.pad({code}, ({left}, {right}, {top}, {bottom}){value})"


def _even(pads: tuple[tuple[int, int], ...]) -> str:
    """Return the padding a module can do itself: the same at both ends."""
    if any(before != after for before, after in pads) or not any(before for before, _ in pads):
        return ""
    return f", padding=({pads[0][0]}, {pads[1][0]})"


def _kernel(arguments: Arguments, pads: tuple[tuple[int, int], ...]) -> str:
    """Return the arguments of a convolution from the kernel on."""
    code = f"{arguments['kernel_size']}"
    if arguments["strides"] != (1, 1):
        code += f", stride={arguments['strides']}"
    code += _even(pads)
    if arguments.get("dilation_rate", (1, 1)) != (1, 1):
        code += f", dilation={arguments['dilation_rate']}"
    return code


def _conv(arguments: Arguments, report: LayerReport) -> Modules:
    """Conv2D."""
    channels = report.input_shapes[0][-1]
    groups = f", groups={arguments['groups']}" if arguments["groups"] > 1 else ""
    kernel = _kernel(arguments, _padding(arguments, report, _spans(arguments)))
    return (("", f"nn.Conv2d({channels}, {arguments['filters']}, {kernel}{groups}{bias(arguments)})"),)


def _depthwise(arguments: Arguments, report: LayerReport) -> Modules:
    """DepthwiseConv2D: one group a channel."""
    channels = report.input_shapes[0][-1]
    kernel = _kernel(arguments, _padding(arguments, report, _spans(arguments)))
    out = channels * arguments["depth_multiplier"]
    return (("", f"nn.Conv2d({channels}, {out}, {kernel}, groups={channels}{bias(arguments)})"),)


def _separable(arguments: Arguments, report: LayerReport) -> Modules:
    """SeparableConv2D: a depthwise convolution without bias, then a pointwise one."""
    channels = report.input_shapes[0][-1]
    kernel = _kernel(arguments, _padding(arguments, report, _spans(arguments)))
    middle = channels * arguments["depth_multiplier"]
    return (
        ("_depthwise", f"nn.Conv2d({channels}, {middle}, {kernel}, groups={channels}, bias=False)"),
        ("_pointwise", f"nn.Conv2d({middle}, {arguments['filters']}, 1{bias(arguments)})"),
    )


def _dense(arguments: Arguments, report: LayerReport) -> Modules:
    """Dense."""
    return (("", f"nn.Linear({report.input_shapes[0][-1]}, {arguments['units']}{bias(arguments)})"),)


def _max_pool(arguments: Arguments, report: LayerReport) -> Modules:
    """MaxPooling2D."""
    pads = _padding(arguments, report, arguments["pool_size"])
    return (("", f"nn.MaxPool2d({arguments['pool_size']}, stride={arguments['strides']}{_even(pads)})"),)


def _average_pool(arguments: Arguments, report: LayerReport) -> Modules:
    """AveragePooling2D; padding is not averaged over, which PyTorch can say at the far end only."""
    pads = _padding(arguments, report, arguments["pool_size"])
    code = f"nn.AvgPool2d({arguments['pool_size']}, stride={arguments['strides']}"
    if any(before != after for before, after in pads):
        sides = zip(report.input_shapes[0], arguments["pool_size"], arguments["strides"], strict=False)
        if (
            any(before for before, _ in pads)
            or tuple(rounded_up(*each) for each in sides) != (report.output_shape[:2])
        ):
            raise Refused('padding = "same"')
        return (("", f"{code}, ceil_mode=True, count_include_pad=False)"),)
    return (("", f"{code}{_even(pads)}, count_include_pad=False)"),)


def _dropout(arguments: Arguments, report: LayerReport) -> Modules:
    """Dropout."""
    return (("", f"nn.Dropout({arguments['rate']!r})"),)


def _embedding(arguments: Arguments, report: LayerReport) -> Modules:
    """Embedding."""
    return (("", f"nn.Embedding({arguments['input_dim']}, {arguments['output_dim']})"),)


MODULES: dict[str, Callable[[Arguments, LayerReport], Modules]] = {
    **{"Conv2D": _conv, "DepthwiseConv2D": _depthwise, "SeparableConv2D": _separable, "Dense": _dense},
    **{"MaxPooling2D": _max_pool, "AveragePooling2D": _average_pool},
    **{"Dropout": _dropout, "Embedding": _embedding},
    **pytorch_sequences.MODULES,
    **pytorch_values.MODULES,
    **pytorch_volumes.MODULES,
    **pytorch_wrapped.MODULES,
}
"""Kinds that keep weights or settings."""


def _call_conv(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """A convolution, padded first where the two ends differ."""
    return f"self.{name}({_padded(inputs[0], _padding(arguments, report, _spans(arguments)))})"


def _call_separable(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """The two convolutions of SeparableConv2D."""
    padded = _padded(inputs[0], _padding(arguments, report, _spans(arguments)))
    return f"self.{name}_pointwise(self.{name}_depthwise({padded}))"


def _call_max_pool(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """MaxPooling2D: what is added loses against every value."""
    pads = _padding(arguments, report, arguments["pool_size"])
    padded = _padded(inputs[0], pads, ', value=float("-inf")')
    return f"self.{name}({padded})"


def _call_dense(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """Dense: on images along the channels, which PyTorch wants last."""
    rank = len(report.input_shapes[0])
    return torch_order(f"self.{name}({keras_order(inputs[0], rank)})", rank)


def _call_embedding(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """Embedding: one more axis, the last in Keras's order."""
    code = f"self.{name}({keras_order(inputs[0], len(report.input_shapes[0]))})"
    return torch_order(code, len(report.output_shape))


def _call_flatten(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """Flatten in Keras's order: the channels last unless the values of Keras lie as PyTorch's do."""
    if arguments["data_format"] == "channels_first":
        return f"torch.flatten({inputs[0]}, 1)"
    return f"torch.flatten({keras_order(inputs[0], len(report.input_shapes[0]))}, 1)"


def _call_global(function: str) -> Callable[[Arguments, LayerReport, list[str], str], str]:
    """Return the call of a pooling over height and width."""

    def call(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
        return f"torch.{function}({inputs[0]}, dim=(2, 3), keepdim={arguments['keepdims']})"

    return call


def _call_zero_padding(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """ZeroPadding2D."""
    (top, bottom), (left, right) = arguments["padding"]
    return f"functional.pad({inputs[0]}, ({left}, {right}, {top}, {bottom}))"


def _call_joined(sign: str) -> Callable[[Arguments, LayerReport, list[str], str], str]:
    """Return the call of a sum or product; shapes that differ are stretched alike in both."""

    def call(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
        if len({len(shape) for shape in report.input_shapes}) > 1:
            raise Refused("inputs of different ranks")
        return f" {sign} ".join(inputs)

    return call


def _call_concatenate(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """Concatenate; the channels are PyTorch's axis 1."""
    dim = dimension(arguments["axis"], len(report.input_shapes[0]))
    return f"torch.cat([{', '.join(inputs)}], dim={dim})"


def _call_relu(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """ReLU, cut off above where it says so."""
    if arguments["threshold"]:
        raise Refused(f"threshold = {arguments['threshold']:g}")
    slope, top = arguments["negative_slope"], arguments["max_value"]
    code = f"functional.leaky_relu({inputs[0]}, {slope!r})" if slope else f"functional.relu({inputs[0]})"
    if top == 6 and not slope:
        return f"functional.relu6({inputs[0]})"
    return code if top is None else f"torch.clamp({code}, max={top!r})"


def _call_same(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """A layer that is its activation only."""
    return inputs[0]


CALLS: dict[str, Callable[[Arguments, LayerReport, list[str], str], str]] = {
    **{"Conv2D": _call_conv, "DepthwiseConv2D": _call_conv, "SeparableConv2D": _call_separable},
    **{"MaxPooling2D": _call_max_pool, "Dense": _call_dense, "Flatten": _call_flatten, "ReLU": _call_relu},
    **{"GlobalAveragePooling2D": _call_global("mean"), "GlobalMaxPooling2D": _call_global("amax")},
    **{"ZeroPadding2D": _call_zero_padding, "Add": _call_joined("+"), "Multiply": _call_joined("*")},
    **{"Concatenate": _call_concatenate, "Activation": _call_same, "Embedding": _call_embedding},
    **pytorch_sequences.CALLS,
    **pytorch_values.CALLS,
    **pytorch_volumes.CALLS,
    **pytorch_wrapped.CALLS,
}
"""Kinds that are called otherwise than self.name(input)."""
