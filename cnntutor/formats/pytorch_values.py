"""Layers on values and images in PyTorch: normalisations, noise, activations, sizes and shapes, sums."""

import math
from typing import Any

from cnntutor.calc.analysis import LayerReport
from cnntutor.formats.pytorch_terms import (
    Arguments,
    Modules,
    Refused,
    along_steps,
    bias,
    dimension,
    fixed,
    keras_order,
    torch_order,
)
from cnntutor.formats.pytorch_volumes import channels_in_front


def _last_axis(arguments: Arguments, report: LayerReport) -> int:
    """Return the channels, where the layer works along the last axis."""
    rank = len(report.input_shapes[0])
    if arguments["axis"] not in (-1, rank, (-1,), (rank,)):
        raise Refused(f"axis = {arguments['axis']}")
    return report.input_shapes[0][-1]


def _batch_norm(arguments: Arguments, report: LayerReport) -> Modules:
    """BatchNormalization over the channels; a gamma or beta that Keras leaves out is kept fixed."""
    channels, rank = _last_axis(arguments, report), len(report.input_shapes[0])
    if rank > 4 or arguments["renorm"]:
        raise Refused("renorm = True" if arguments["renorm"] else f"an input of rank {rank}")
    kind = {3: "nn.BatchNorm2d", 4: "nn.BatchNorm3d"}.get(rank, "nn.BatchNorm1d")
    settings = f"eps={arguments['epsilon']!r}, momentum={round(1 - arguments['momentum'], 10)!r}"
    if not arguments["center"] and not arguments["scale"]:
        return (("", f"{kind}({channels}, {settings}, affine=False)"),)
    return (("", f"{kind}({channels}, {settings})"), *fixed(arguments))


def _call_batch_norm(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """BatchNormalization: of a sequence along the features."""
    if len(report.input_shapes[0]) == 2:
        return along_steps(f"self.{name}", inputs[0])
    if len(report.input_shapes[0]) == 4:
        return channels_in_front(f"self.{name}", inputs[0])
    return f"self.{name}({inputs[0]})"


def _layer_norm(arguments: Arguments, report: LayerReport) -> Modules:
    """LayerNormalization over the last axis."""
    code = f"nn.LayerNorm({_last_axis(arguments, report)}, eps={arguments['epsilon']!r}"
    if not arguments["center"] and not arguments["scale"]:
        return (("", f"{code}, elementwise_affine=False)"),)
    return (("", f"{code})"), *fixed(arguments))


def _call_last(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """A module that works along the last axis of Keras's order."""
    rank = len(report.input_shapes[0])
    return torch_order(f"self.{name}({keras_order(inputs[0], rank)})", rank)


def _group_norm(arguments: Arguments, report: LayerReport) -> Modules:
    """GroupNormalization over the channels."""
    channels = _last_axis(arguments, report)
    if len(report.input_shapes[0]) not in (1, 3):
        raise Refused(f"an input of rank {len(report.input_shapes[0])}")
    groups = channels if arguments["groups"] == -1 else arguments["groups"]
    code = f"nn.GroupNorm({groups}, {channels}, eps={arguments['epsilon']!r}"
    if not arguments["center"] and not arguments["scale"]:
        return (("", f"{code}, affine=False)"),)
    return (("", f"{code})"), *fixed(arguments))


def _prelu(arguments: Arguments, report: LayerReport) -> Modules:
    """PReLU with a slope for each channel."""
    rank = len(report.input_shapes[0])
    if rank == 2 or tuple(sorted(arguments["shared_axes"] or ())) != tuple(range(1, rank)):
        raise Refused(f"shared_axes = {arguments['shared_axes']}")
    return (("", f"nn.PReLU({report.input_shapes[0][-1]}, init=0.0)"),)


def _transposed(arguments: Arguments, report: LayerReport) -> Modules:
    """Conv2DTranspose."""
    if arguments["output_padding"] is not None:
        raise Refused(f"output_padding = {arguments['output_padding']}")
    sides = report.input_shapes[0], arguments["strides"], _spans(arguments)
    missing = tuple(max(stride - span, 0) for stride, span in zip(sides[1], sides[2], strict=True))
    code = f"{sides[0][-1]}, {arguments['filters']}, {arguments['kernel_size']}"
    code += f", stride={sides[1]}" if sides[1] != (1, 1) else ""
    code += f", output_padding={missing}" if any(missing) else ""
    code += f", dilation={arguments['dilation_rate']}" if arguments["dilation_rate"] != (1, 1) else ""
    return (("", f"nn.ConvTranspose2d({code}{bias(arguments)})"),)


def _spans(arguments: Arguments) -> tuple[int, ...]:
    """Return the sides of a kernel with its gaps."""
    pairs = zip(arguments["kernel_size"], arguments["dilation_rate"], strict=True)
    return tuple(rate * (side - 1) + 1 for side, rate in pairs)


def _call_transposed(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """Conv2DTranspose, its borders cut off where padding is "same"."""
    code = f"self.{name}({inputs[0]})"
    if arguments["padding"] == "valid":
        return code
    more = [max(span - step, 0) for span, step in zip(_spans(arguments), arguments["strides"], strict=True)]
    (top, left), (bottom, right) = [each // 2 for each in more], [each - each // 2 for each in more]
    return f"functional.pad({code}, (-{left}, -{right}, -{top}, -{bottom}))" if any(more) else code


def _adaptive(kind: str) -> Any:
    """Return the writer of an adaptive pooling."""
    return lambda arguments, report: (("", f"nn.Adaptive{kind}Pool2d({arguments['output_size']})"),)


def _noise(module: str) -> Any:
    """Return the writer of a dropout."""
    return lambda arguments, report: (("", f"nn.{module}({arguments['rate']!r})"),)


def _statistics(arguments: Arguments, report: LayerReport) -> Modules:
    """Normalization by a mean and a variance counted beforehand."""
    if arguments["mean"] is not None or arguments["invert"]:
        raise Refused("mean" if arguments["mean"] is not None else "invert = True")
    channels = _last_axis(arguments, report)
    shape = f"1, {channels}, 1, 1" if len(report.input_shapes[0]) == 3 else f"{channels}"
    parameter = "nn.Parameter(torch.{}({}), requires_grad=False)"
    return (
        ("_mean", parameter.format("zeros", shape)),
        ("_variance", parameter.format("ones", shape)),
    )


def _call_statistics(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """Normalization."""
    return f"({inputs[0]} - self.{name}_mean) / torch.sqrt(self.{name}_variance)"


def _call_rescaling(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """Rescaling by one number."""
    scale, offset = arguments["scale"], arguments["offset"]
    if not isinstance(scale, (int, float)) or not isinstance(offset, (int, float)):
        raise Refused(f"scale = {scale}")
    return f"{inputs[0]} * {scale!r}" + (f" + {offset!r}" if offset else "")


def _call_reshape(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """Reshape in Keras's order of values."""
    before, after = len(report.input_shapes[0]), report.output_shape
    if math.prod(report.input_shapes[0]) == max(report.input_shapes[0]) and len(after) == 1 and before == 3:
        return f"torch.flatten({inputs[0]}, 1)"
    code = f"{keras_order(inputs[0], before)}.reshape(-1, {', '.join(map(str, after))})"
    return torch_order(code, len(after))


def _call_permute(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """Permute."""
    rank = len(report.input_shapes[0])
    order = ", ".join(map(str, (0, *arguments["dims"])))
    return torch_order(f"{keras_order(inputs[0], rank)}.permute({order})", rank)


def _call_up(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """UpSampling2D."""
    mode = arguments["interpolation"]
    if mode not in ("nearest", "bilinear"):
        raise Refused(f'interpolation = "{mode}"')
    size = tuple(map(float, arguments["size"]))
    return f'functional.interpolate({inputs[0]}, scale_factor={size}, mode="{mode}")'


def _call_cropping(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """Cropping2D."""
    (top, bottom), (left, right) = arguments["cropping"]
    return f"functional.pad({inputs[0]}, (-{left}, -{right}, -{top}, -{bottom}))"


def _call_softmax(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """Softmax along one axis."""
    if not isinstance(arguments["axis"], int):
        raise Refused(f"axis = {arguments['axis']}")
    return f"torch.softmax({inputs[0]}, dim={dimension(arguments['axis'], len(report.output_shape))})"


def _call_function(pattern: str) -> Any:
    """Return the writer of a function with Keras's arguments in it."""

    def call(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
        return pattern.format(inputs[0], **arguments)

    return call


def _call_merged(pattern: str, last: str = "{}") -> Any:
    """Return the writer of a function of two inputs, repeated for more."""

    def call(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
        if len({len(shape) for shape in report.input_shapes}) > 1:
            raise Refused("inputs of different ranks")
        code = inputs[0]
        for each in inputs[1:]:
            code = pattern.format(code, each)
        return last.format(code, count=len(inputs))

    return call


MODULES = {
    **{"BatchNormalization": _batch_norm, "LayerNormalization": _layer_norm, "PReLU": _prelu},
    **{"GroupNormalization": _group_norm, "Conv2DTranspose": _transposed, "Normalization": _statistics},
    **{"AdaptiveAveragePooling2D": _adaptive("Avg"), "AdaptiveMaxPooling2D": _adaptive("Max")},
    **{"SpatialDropout2D": _noise("Dropout2d"), "AlphaDropout": _noise("AlphaDropout")},
}
"""Kinds that keep weights or settings."""
CALLS = {
    **{"BatchNormalization": _call_batch_norm, "LayerNormalization": _call_last},
    **{"Conv2DTranspose": _call_transposed, "Normalization": _call_statistics},
    **{"Rescaling": _call_rescaling, "Reshape": _call_reshape, "Permute": _call_permute},
    **{"UpSampling2D": _call_up, "Cropping2D": _call_cropping, "Softmax": _call_softmax},
    **{"LeakyReLU": _call_function("functional.leaky_relu({}, {negative_slope!r})")},
    **{"ELU": _call_function("functional.elu({}, {alpha!r})"), "Identity": _call_function("{}")},
    **{"ActivityRegularization": _call_function("{}")},
    **{"Subtract": _call_merged("{} - {}"), "Average": _call_merged("{} + {}", "({}) / {count}")},
    **{"Maximum": _call_merged("torch.maximum({}, {})"), "Minimum": _call_merged("torch.minimum({}, {})")},
}
"""Kinds by how they are called."""
