"""Layers on sequences in PyTorch: convolutions and poolings along the steps, recurrent layers."""

from typing import Any

from cnntutor.calc.analysis import LayerReport
from cnntutor.formats.pytorch_terms import ZEROS, Arguments, Modules, Refused, along_steps, bias, rounded_up

_RECURRENT = {"SimpleRNN": "RNN", "LSTM": "LSTM", "GRU": "GRU"}


def _steps_padding(arguments: Arguments, report: LayerReport, side: int) -> tuple[int, int]:
    """Return what Keras adds before and after the steps for a window that spans so many."""
    steps, stride = report.input_shapes[0][0], arguments["strides"][0]
    if arguments["padding"] == "valid":
        return (0, 0)
    if arguments["padding"] == "causal":
        return (side - 1, 0)
    total = max((-(-steps // stride) - 1) * stride + side - steps, 0)
    return (total // 2, total - total // 2)


def _span(arguments: Arguments) -> int:
    """Return the side of a kernel with its gaps."""
    return int(arguments["dilation_rate"][0] * (arguments["kernel_size"][0] - 1) + 1)


def _conv(arguments: Arguments, report: LayerReport) -> Modules:
    """Conv1D."""
    settings = {"stride": "strides", "dilation": "dilation_rate"}
    more = "".join(
        f", {name}={arguments[key][0]}" for name, key in settings.items() if arguments[key] != (1,)
    )
    groups = f", groups={arguments['groups']}" if arguments["groups"] > 1 else ""
    channels, filters = report.input_shapes[0][-1], arguments["filters"]
    kernel = arguments["kernel_size"][0]
    return (("", f"nn.Conv1d({channels}, {filters}, {kernel}{more}{groups}{bias(arguments)})"),)


def _padded(code: str, pads: tuple[int, int], value: str = "") -> str:
    """Return code that pads the steps."""
    return f"functional.pad({code}, (0, 0, {pads[0]}, {pads[1]}){value})" if any(pads) else code


def _call_conv(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """Conv1D, padded first."""
    pads = _steps_padding(arguments, report, _span(arguments))
    return along_steps(f"self.{name}", _padded(inputs[0], pads))


def _pool(kind: str) -> Any:
    """Return the writer of a pooling along the steps."""

    def make(arguments: Arguments, report: LayerReport) -> Modules:
        size, stride = arguments["pool_size"][0], arguments["strides"][0]
        before, after = _steps_padding(arguments, report, size)
        more = ""
        if kind == "Avg" and (before or after):
            if before not in (0, after) or (
                before == 0 and rounded_up(report.input_shapes[0][0], size, stride) != report.output_shape[0]
            ):
                raise Refused('padding = "same"')
            more = (
                f", padding={before}, count_include_pad=False"
                if before
                else ", ceil_mode=True, count_include_pad=False"
            )
        return (("", f"nn.{kind}Pool1d({size}, stride={stride}{more})"),)

    return make


def _call_max_pool(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """MaxPooling1D: what is added loses against every value."""
    pads = _steps_padding(arguments, report, arguments["pool_size"][0])
    return along_steps(f"self.{name}", _padded(inputs[0], pads, ', value=float("-inf")'))


def _call_pool(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """AveragePooling1D, which pads by itself."""
    return along_steps(f"self.{name}", inputs[0])


def _call_global(function: str) -> Any:
    """Return the writer of a pooling over the steps."""

    def call(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
        return f"torch.{function}({inputs[0]}, dim=1, keepdim={arguments['keepdims']})"

    return call


def _call_border(sign: int, key: str) -> Any:
    """Return the writer of steps added or taken off at both ends."""

    def call(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
        ((before, after),) = arguments[key]
        return f"functional.pad({inputs[0]}, (0, 0, {sign * before}, {sign * after}))"

    return call


def _call_repeat(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """RepeatVector."""
    return f"{inputs[0]}.unsqueeze(1).repeat(1, {arguments['n']}, 1)"


def _call_up(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """UpSampling1D."""
    return f"{inputs[0]}.repeat_interleave({arguments['size'][0]}, dim=1)"


def _recurrent(arguments: Arguments, report: LayerReport, kind: str = "", both: bool = False) -> Modules:
    """SimpleRNN, LSTM, GRU; PyTorch's second bias, which Keras has in the GRU only, is kept at 0."""
    kind = kind or report.kind
    usual = {"activation": ("tanh", "relu") if kind == "SimpleRNN" else ("tanh",)}
    usual["recurrent_activation"] = ("sigmoid",)
    for key, values in usual.items():
        if arguments.get(key, values[0]) not in values:
            raise Refused(f'{key} = "{arguments[key]}"')
    for key in ("dropout", "recurrent_dropout", "go_backwards"):
        if arguments.get(key):
            raise Refused(f"{key} = {arguments[key]}")
    if kind == "GRU" and not arguments["reset_after"]:
        raise Refused("reset_after = False")
    more = ', nonlinearity="relu"' if arguments["activation"] == "relu" else ""
    more += ", batch_first=True" + (", bidirectional=True" if both else "") + bias(arguments)
    code = f"nn.{_RECURRENT[kind]}({report.input_shapes[0][-1]}, {arguments['units']}{more})"
    if kind == "GRU" or not arguments["use_bias"]:
        return (("", code),)
    second = ((".bias_hh_l0", ZEROS), (".bias_hh_l0_reverse", ZEROS))
    return (("", code), *(second if both else second[:1]))


def _call_recurrent(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """A recurrent layer: all its outputs, or the last one."""
    return f"self.{name}({inputs[0]})[0]" + ("" if arguments["return_sequences"] else "[:, -1]")


def _inner(arguments: Arguments) -> tuple[str, Arguments]:
    """Return the kind and arguments of the layer in a Bidirectional."""
    layer = arguments["layer"]
    if layer.kind not in _RECURRENT or arguments["backward_layer"] is not None:
        raise Refused(f"layer = {layer.kind}")
    if arguments["merge_mode"] != "concat":
        raise Refused(f'merge_mode = "{arguments["merge_mode"]}"')
    return layer.kind, {key: getattr(layer, key) for key in layer.__dataclass_fields__}


def _bidirectional(arguments: Arguments, report: LayerReport) -> Modules:
    """Bidirectional around a recurrent layer."""
    kind, inner = _inner(arguments)
    return _recurrent(inner, report, kind, both=True)


def _call_bidirectional(arguments: Arguments, report: LayerReport, inputs: list[str], name: str) -> str:
    """Both directions side by side; the last output of each lies at the end it reads to."""
    _, inner = _inner(arguments)
    if inner["return_sequences"]:
        return f"self.{name}({inputs[0]})[0]"
    hidden = f"self.{name}({inputs[0]})[1]" + ("[0]" if arguments["layer"].kind == "LSTM" else "")
    return f"{hidden}.transpose(0, 1).flatten(1)"


MODULES = {
    **{"Conv1D": _conv, "MaxPooling1D": _pool("Max"), "AveragePooling1D": _pool("Avg")},
    **{"SimpleRNN": _recurrent, "LSTM": _recurrent, "GRU": _recurrent, "Bidirectional": _bidirectional},
}
"""Kinds that keep weights or settings."""
CALLS = {
    **{"Conv1D": _call_conv, "MaxPooling1D": _call_max_pool, "AveragePooling1D": _call_pool},
    **{"GlobalAveragePooling1D": _call_global("mean"), "GlobalMaxPooling1D": _call_global("amax")},
    **{"ZeroPadding1D": _call_border(1, "padding"), "Cropping1D": _call_border(-1, "cropping")},
    **{"RepeatVector": _call_repeat, "UpSampling1D": _call_up, "Bidirectional": _call_bidirectional},
    **{"SimpleRNN": _call_recurrent, "LSTM": _call_recurrent, "GRU": _call_recurrent},
}
"""Kinds by how they are called."""
