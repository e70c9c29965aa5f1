"""Layers on volumes in PyTorch: convolutions, poolings and borders along depth, height and width.

In the code written a volume is (batch, depth, height, width, channels), as in Keras; the modules of PyTorch
get its channels in front.
"""

from typing import Any

from cnntutor.calc.analysis import LayerReport
from cnntutor.formats.pytorch_terms import Arguments, Modules, Refused, bias, rounded_up

Pads = tuple[tuple[int, int], ...]


def channels_in_front(module: str, code: str) -> str:
    """Return the call of a module that wants a volume as (batch, channels, depth, height, width)."""
    return f"{module}({code}.permute(0, 4, 1, 2, 3)).permute(0, 2, 3, 4, 1)"


def _spans(arguments: Arguments, key: str) -> tuple[int, ...]:
    """Return the sides of a window with its gaps."""
    rates = arguments.get("dilation_rate", (1, 1, 1))
    return tuple(rate * (side - 1) + 1 for side, rate in zip(arguments[key], rates, strict=True))


def _pads(arguments: Arguments, report: LayerReport, key: str) -> Pads:
    """Return (before, after) for each side, as Keras's "same" adds them."""
    if arguments["padding"] == "valid":
        return ((0, 0),) * 3
    found = []
    for side, span, stride in zip(
        report.input_shapes[0], _spans(arguments, key), arguments["strides"], strict=False
    ):
        total = max((-(-side // stride) - 1) * stride + span - side, 0)
        found.append((total // 2, total - total // 2))
    return tuple(found)


def _padded(code: str, pads: Pads, value: str = "", sign: int = 1) -> str:
    """Return code that pads, or with sign −1 cuts; PyTorch begins with the last axis, the channels."""
    if not any(any(ends) for ends in pads):
        return code
    amounts = ", ".join(str(sign * end) for ends in reversed(pads) for end in ends)
    return f"functional.pad({code}, (0, 0, {amounts}){value})"


def _settings(arguments: Arguments) -> str:
    """Return the arguments of a convolution from the kernel on."""
    code = f"{arguments['kernel_size']}"
    code += f", stride={arguments['strides']}" if arguments["strides"] != (1, 1, 1) else ""
    rates = arguments["dilation_rate"]
    return code + (f", dilation={rates}" if rates != (1, 1, 1) else "")


def _conv(arguments: Arguments, report: LayerReport) -> Modules:
    """Conv3D."""
    groups = f", groups={arguments['groups']}" if arguments["groups"] > 1 else ""
    sides = f"{report.input_shapes[0][-1]}, {arguments['filters']}"
    return (("", f"nn.Conv3d({sides}, {_settings(arguments)}{groups}{bias(arguments)})"),)


def _call_conv(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """Conv3D, padded first."""
    return channels_in_front(f"self.{name}", _padded(inputs[0], _pads(arguments, report, "kernel_size")))


def _transposed(arguments: Arguments, report: LayerReport) -> Modules:
    """Conv3DTranspose."""
    if arguments["output_padding"] is not None:
        raise Refused(f"output_padding = {arguments['output_padding']}")
    spans = _spans(arguments, "kernel_size")
    missing = tuple(max(step - span, 0) for step, span in zip(arguments["strides"], spans, strict=True))
    more = f", output_padding={missing}" if any(missing) else ""
    sides = f"{report.input_shapes[0][-1]}, {arguments['filters']}"
    return (("", f"nn.ConvTranspose3d({sides}, {_settings(arguments)}{more}{bias(arguments)})"),)


def _call_transposed(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """Conv3DTranspose, its borders cut off where padding is "same"."""
    code = channels_in_front(f"self.{name}", inputs[0])
    if arguments["padding"] == "valid":
        return code
    spans = _spans(arguments, "kernel_size")
    more = [max(span - step, 0) for span, step in zip(spans, arguments["strides"], strict=True)]
    return _padded(code, tuple((each // 2, each - each // 2) for each in more), sign=-1)


def _max_pool(arguments: Arguments, report: LayerReport) -> Modules:
    """MaxPooling3D."""
    return (("", f"nn.MaxPool3d({arguments['pool_size']}, stride={arguments['strides']})"),)


def _call_max_pool(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """MaxPooling3D: what is added loses against every value."""
    pads = _pads(arguments, report, "pool_size")
    return channels_in_front(f"self.{name}", _padded(inputs[0], pads, ', value=float("-inf")'))


def _average_pool(arguments: Arguments, report: LayerReport) -> Modules:
    """AveragePooling3D; padding is not averaged over, which PyTorch can say at the far end only."""
    pads = _pads(arguments, report, "pool_size")
    code = f"nn.AvgPool3d({arguments['pool_size']}, stride={arguments['strides']}"
    if all(before == after for before, after in pads):
        same = f", padding={tuple(before for before, _ in pads)}" if any(any(ends) for ends in pads) else ""
        return (("", f"{code}{same}, count_include_pad=False)"),)
    sides = [*zip(report.input_shapes[0], arguments["pool_size"], arguments["strides"], strict=False)]
    too_small = any(side < size for side, size, _ in sides)
    places = tuple(rounded_up(*each) for each in sides)
    if too_small or any(before for before, _ in pads) or places != report.output_shape[:3]:
        raise Refused('padding = "same"')
    return (("", f"{code}, ceil_mode=True, count_include_pad=False)"),)


def _module(kind: str, argument: str) -> Any:
    """Return the writer of a module with one argument."""
    return lambda arguments, report: (("", f"nn.{kind}({arguments[argument]!r})"),)


def _call_module(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """A module on a volume."""
    return channels_in_front(f"self.{name}", inputs[0])


def _call_global(function: str) -> Any:
    """Return the call of a pooling over depth, height and width."""

    def call(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
        return f"torch.{function}({inputs[0]}, dim=(1, 2, 3), keepdim={arguments['keepdims']})"

    return call


def _call_border(sign: int, key: str) -> Any:
    """Return the writer of a border added or cut off."""

    def call(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
        return _padded(inputs[0], arguments[key], sign=sign)

    return call


def _call_up(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """UpSampling3D."""
    code = inputs[0]
    for axis, times in enumerate(arguments["size"], start=1):
        code += f".repeat_interleave({times}, dim={axis})" if times > 1 else ""
    return code


MODULES = {
    **{"Conv3D": _conv, "Conv3DTranspose": _transposed},
    **{"MaxPooling3D": _max_pool, "AveragePooling3D": _average_pool},
    **{"AdaptiveAveragePooling3D": _module("AdaptiveAvgPool3d", "output_size")},
    **{"AdaptiveMaxPooling3D": _module("AdaptiveMaxPool3d", "output_size")},
    **{"SpatialDropout3D": _module("Dropout3d", "rate")},
}
"""Kinds that keep weights or settings."""
CALLS = {
    **{"Conv3D": _call_conv, "Conv3DTranspose": _call_transposed, "MaxPooling3D": _call_max_pool},
    **dict.fromkeys(
        ("AveragePooling3D", "AdaptiveAveragePooling3D", "AdaptiveMaxPooling3D", "SpatialDropout3D"),
        _call_module,
    ),
    **{"GlobalAveragePooling3D": _call_global("mean"), "GlobalMaxPooling3D": _call_global("amax")},
    **{"ZeroPadding3D": _call_border(1, "padding"), "Cropping3D": _call_border(-1, "cropping")},
    **{"UpSampling3D": _call_up},
}
"""Kinds by how they are called."""
