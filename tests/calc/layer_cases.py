"""Random layers of every kind with inputs they can stand on, for the tests against Keras."""

import math
from collections.abc import Callable

from hypothesis import strategies as st

from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.registry import LAYER_KINDS
from cnntutor.calc.shapes import Shape

Case = tuple[Layer, tuple[Shape, ...]]
"""A layer and the shapes of its inputs."""
Draw = st.DrawFn

sides = st.integers(1, 7)
small = st.integers(1, 4)
flags = st.booleans()
formats = st.sampled_from([None, "channels_first"])
paddings = st.sampled_from(["valid", "same"])
activations = st.sampled_from([None, "relu", "tanh"])


def made(kind: str, **arguments: object) -> Layer:
    return LAYER_KINDS[kind](**arguments)


def numbers(draw: Draw, count: int, of: st.SearchStrategy[int] = small) -> tuple[int, ...]:
    return tuple(draw(of) for _ in range(count))


def image(draw: Draw, axes: int, data_format: str | None, channels: int = 0) -> Shape:
    lengths, depth = numbers(draw, axes, sides), channels or draw(small)
    return (depth, *lengths) if data_format == "channels_first" else (*lengths, depth)


def window(draw: Draw, axes: int, shape: Shape, data_format: str | None, padding: str) -> dict[str, object]:
    """Kernel, strides and dilation that fit."""
    lengths = shape[1:] if data_format == "channels_first" else shape[:-1]
    kernel = numbers(draw, axes)
    strides, dilation = numbers(draw, axes), (1,) * axes
    if draw(flags):
        strides, dilation = (1,) * axes, numbers(draw, axes, st.integers(1, 3))
    if padding == "valid":
        kernel = tuple(min(k, (n - 1) // d + 1) for k, n, d in zip(kernel, lengths, dilation, strict=True))
    return {"kernel_size": kernel, "strides": strides, "dilation_rate": dilation}


def axes_of(kind: str) -> int:
    return next(int(letter) for letter in kind if letter.isdigit())


def convolution(draw: Draw, kind: str) -> Case:
    axes = axes_of(kind)
    data_format, padding = draw(formats), draw(paddings)
    if kind == "Conv1D" and data_format is None and draw(flags):
        padding = "causal"
    shape = image(draw, axes, data_format)
    arguments = window(draw, axes, shape, data_format, padding)
    arguments |= {"padding": padding, "data_format": data_format}
    arguments |= {"use_bias": draw(flags), "activation": draw(activations)}
    depth = shape[0] if data_format else shape[-1]
    if kind in ("Conv1D", "Conv2D", "Conv3D"):
        groups = draw(st.sampled_from([each for each in range(1, depth + 1) if depth % each == 0]))
        arguments |= {"filters": groups * draw(small), "groups": groups}
    elif "Depthwise" in kind:
        arguments |= {"depth_multiplier": draw(small)}
    else:
        arguments |= {"filters": draw(small)}
        if "Separable" in kind:
            arguments |= {"depth_multiplier": draw(small)}
    if "Transpose" in kind and draw(flags):
        strides = arguments["strides"]
        assert isinstance(strides, tuple)
        arguments["output_padding"] = tuple(draw(st.integers(0, step - 1)) for step in strides)
    return made(kind, **arguments), (shape,)


def pooling(draw: Draw, kind: str) -> Case:
    axes, data_format, padding = axes_of(kind), draw(formats), draw(paddings)
    shape = image(draw, axes, data_format)
    found = window(draw, axes, shape, data_format, padding)
    arguments = {"pool_size": found["kernel_size"], "padding": padding, "data_format": data_format}
    if draw(flags):
        arguments["strides"] = numbers(draw, axes)
    lengths = shape[1:] if data_format else shape[:-1]
    if padding == "valid":
        arguments["pool_size"] = tuple(min(draw(small), side) for side in lengths)
    return made(kind, **arguments), (shape,)


def global_pooling(draw: Draw, kind: str) -> Case:
    data_format = draw(formats)
    return (
        made(kind, keepdims=draw(flags), data_format=data_format),
        (image(draw, axes_of(kind), data_format),),
    )


def adaptive(draw: Draw, kind: str) -> Case:
    data_format = draw(formats)
    shape = image(draw, axes_of(kind), data_format)
    return made(kind, output_size=numbers(draw, axes_of(kind)), data_format=data_format), (shape,)


def any_shape(draw: Draw, least: int = 1, most: int = 4) -> Shape:
    return numbers(draw, draw(st.integers(least, most)), sides)


def plain(*arguments: tuple[str, st.SearchStrategy[object]], rank: int = 0) -> Callable[[Draw, str], Case]:
    """A kind that stands on any input, or on one of a rank, with independent arguments."""

    def draw_case(draw: Draw, kind: str) -> Case:
        layer = made(kind, **{name: draw(values) for name, values in arguments})
        return layer, (numbers(draw, rank, sides) if rank else any_shape(draw),)

    return draw_case


def rates(*names: str) -> tuple[tuple[str, st.SearchStrategy[object]], ...]:
    return tuple((name, st.sampled_from([0.0, 0.25, 0.5])) for name in names)


def one_axis(draw: Draw, shape: Shape) -> int:
    axis: int = draw(st.sampled_from([*range(1, len(shape) + 1), -1, -len(shape)]))
    return axis


def some_axes(draw: Draw, shape: Shape) -> int | tuple[int, ...]:
    if draw(flags):
        return one_axis(draw, shape)
    return tuple(draw(st.lists(st.sampled_from(range(1, len(shape) + 1)), min_size=1, unique=True)))


def normalized(draw: Draw, kind: str) -> Case:
    shape = any_shape(draw)
    arguments: dict[str, object] = {}
    if kind in ("BatchNormalization", "LayerNormalization", "GroupNormalization"):
        arguments = {"center": draw(flags), "scale": draw(flags)}
    if kind == "BatchNormalization":
        arguments |= {"axis": one_axis(draw, shape), "renorm": draw(flags)}
    elif kind == "GroupNormalization":
        arguments["axis"] = axis = one_axis(draw, shape)
        depth = shape[axis - 1 if axis > 0 else axis]
        divisors = [each for each in range(1, depth + 1) if depth % each == 0]
        arguments["groups"] = draw(st.sampled_from([-1, *divisors]))
    else:
        arguments["axis"] = some_axes(draw, shape)
    return made(kind, **arguments), (shape,)


def sloped(draw: Draw, kind: str) -> Case:
    shape = any_shape(draw)
    shared = draw(st.none() | st.lists(st.sampled_from(range(1, len(shape) + 1)), unique=True).map(tuple))
    return made(kind, shared_axes=shared), (shape,)


def softmax(draw: Draw, kind: str) -> Case:
    shape = any_shape(draw)
    return made(kind, axis=some_axes(draw, shape)), (shape,)


RECURRENT = ("SimpleRNN", "LSTM", "GRU")


def recurrent_layer(draw: Draw, kind: str, turned: bool | None = None) -> Layer:
    arguments: dict[str, object] = {"units": draw(small), "use_bias": draw(flags)}
    if kind.startswith("GRU"):
        arguments["reset_after"] = draw(flags)
    if not kind.endswith("Cell"):
        arguments |= {
            "return_sequences": draw(flags),
            "go_backwards": draw(flags) if turned is None else turned,
        }
    return made(kind, **arguments)


def recurrent(draw: Draw, kind: str, turned: bool | None = None) -> Case:
    return recurrent_layer(draw, kind, turned), (numbers(draw, 1 if kind.endswith("Cell") else 2, sides),)


def cells(draw: Draw, kind: str) -> Case:
    row = tuple(
        recurrent_layer(draw, f"{draw(st.sampled_from(RECURRENT))}Cell")
        for _ in range(draw(st.integers(1, 3)))
    )
    if kind == "StackedRNNCells":
        return made(kind, cells=row), (numbers(draw, 1, sides),)
    cell: object = row[0] if len(row) == 1 else made("StackedRNNCells", cells=row)
    return made(kind, cell=cell, return_sequences=draw(flags)), (numbers(draw, 2, sides),)


def conv_lstm(draw: Draw, kind: str) -> Case:
    axes, data_format, padding = axes_of(kind), draw(formats), draw(paddings)
    shape = image(draw, axes, data_format)
    arguments = window(draw, axes, shape, data_format, padding)
    arguments |= {"filters": draw(small), "padding": padding, "data_format": data_format}
    arguments |= {"use_bias": draw(flags), "return_sequences": draw(flags)}
    return made(kind, **arguments), ((draw(small), *shape),)


def bidirectional(draw: Draw, kind: str) -> Case:
    layer, shapes = recurrent(draw, draw(st.sampled_from(RECURRENT)), turned=False)
    mode = draw(st.sampled_from(["concat", "sum", "mul", "ave"]))
    return made(kind, layer=layer, merge_mode=mode), shapes


def distributed(draw: Draw, kind: str) -> Case:
    inner = draw(
        st.sampled_from(["Dense", "Conv2D", "LSTM", "Flatten", "MaxPooling1D", "BatchNormalization"])
    )
    layer, (shape,) = draw_case(draw, inner)
    return made(kind, layer=layer), ((draw(small), *shape),)


def spectral(draw: Draw, kind: str) -> Case:
    layer, shapes = draw_case(
        draw, draw(st.sampled_from(["Dense", "Conv2D", "Embedding", "Conv1DTranspose"]))
    )
    return made(kind, layer=layer), shapes


def attention(draw: Draw, kind: str) -> Case:
    queries, values, width, value_width = numbers(draw, 4, sides)
    arguments: dict[str, object] = {"use_scale": draw(flags)}
    if kind == "Attention":
        arguments["score_mode"] = draw(st.sampled_from(["dot", "concat"]))
    if draw(flags):
        return made(kind, **arguments), ((queries, width), (values, width))
    return made(kind, **arguments), ((queries, width), (values, value_width), (values, width))


def heads(draw: Draw, kind: str) -> Case:
    if kind == "GroupQueryAttention":
        shared = draw(small)
        queries, values, width = numbers(draw, 3, sides)
        layer = made(
            kind,
            head_dim=draw(small),
            num_query_heads=shared * draw(small),
            num_key_value_heads=shared,
            use_bias=draw(flags),
            use_gate=draw(flags),
        )
        return layer, ((queries, width), (values, width))
    arguments: dict[str, object] = {"num_heads": draw(small), "key_dim": draw(small)}
    arguments |= {"use_bias": draw(flags), "value_dim": draw(st.none() | small), "use_gate": draw(flags)}
    arguments["projected_shape"] = draw(st.none() | st.tuples(small))
    if draw(flags):
        query, value = numbers(draw, 2, sides), numbers(draw, 2, sides)
    else:
        query = numbers(draw, 3)
        value = (draw(small), query[1], draw(small))
        arguments["attention_axes"] = (1,)
        if draw(flags):
            value = numbers(draw, 3)
            arguments["attention_axes"] = None
    key = (*value[:-1], draw(small))
    return made(kind, **arguments), (query, value, key) if draw(flags) else (query, value)


def merging(draw: Draw, kind: str) -> Case:
    shape = any_shape(draw)
    count = 2 if kind == "Subtract" else draw(st.integers(2, 4))
    inputs = []
    for _ in range(count):
        stretched = tuple(1 if draw(st.integers(0, 4)) == 0 else side for side in shape)
        inputs.append(stretched[draw(st.integers(0, len(shape) - 1)) :] if draw(flags) else stretched)
    return made(kind), tuple(inputs)


def concatenated(draw: Draw, kind: str) -> Case:
    shape = any_shape(draw)
    axis = one_axis(draw, shape)
    place = axis - 1 if axis > 0 else len(shape) + axis
    inputs = [(*shape[:place], draw(sides), *shape[place + 1 :]) for _ in range(draw(st.integers(2, 4)))]
    return made(kind, axis=axis), tuple(inputs)


def dot(draw: Draw, kind: str) -> Case:
    left, right = list(any_shape(draw, 1, 2)), list(any_shape(draw, 1, 2))
    first, second = (draw(st.integers(1, len(each))) for each in (left, right))
    right[second - 1] = left[first - 1]
    axes = first if first == second and draw(flags) else (first, second)
    return made(kind, axes=axes, normalize=draw(flags)), (tuple(left), tuple(right))


def einsum(draw: Draw, kind: str) -> Case:
    a, b, c, d = numbers(draw, 4, sides)
    equation, shape, target, biases = draw(
        st.sampled_from(
            [
                ("ab,bc->ac", (a,), (b,), "c"),
                ("abc,cd->abd", (a, b), (None, c), "d"),
                ("abc,cd->abd", (a, b), (a, c), "bd"),
                ("abc,cde->abde", (a, b), (None, c, d), "de"),
                ("abcd,cde->abe", (a, b, c), (None, d), "e"),
                ("...x,xy->...y", (a, b), (c,), "y"),
                ("...x,xy->...y", (a, a, b), (c,), "y"),
                ("ab...,bc->ac...", (a, b), (c,), "c"),
                ("abc,bde->ace", (a, b), (None, c), "e"),
            ]
        )
    )
    if equation == "abc,bde->ace":
        equation = "abc,bd->acd"
        biases = "d"
        target = (b, c)
    return made(
        kind, equation=equation, projected_shape=target, bias_axes=draw(st.sampled_from([None, biases]))
    ), (shape,)


def reshaped(draw: Draw, kind: str) -> Case:
    shape = any_shape(draw)
    target = list(draw(st.permutations(shape)))
    if draw(flags):
        target = [math.prod(shape[:2]), *shape[2:]]
    if draw(flags):
        target[draw(st.integers(0, len(target) - 1))] = -1
    return made(kind, target_shape=tuple(target)), (shape,)


def permuted(draw: Draw, kind: str) -> Case:
    shape = any_shape(draw)
    return made(kind, dims=tuple(draw(st.permutations(range(1, len(shape) + 1))))), (shape,)


def padded(draw: Draw, kind: str) -> Case:
    axes = axes_of(kind)
    data_format = draw(formats) if kind not in ("Cropping1D",) else None
    shape = image(draw, axes, data_format)
    ends = st.integers(0, 3)
    border = tuple((draw(ends), draw(ends)) for _ in range(axes))
    arguments: dict[str, object] = {"padding" if "Padding" in kind else "cropping": border}
    if kind != "Cropping1D":
        arguments["data_format"] = data_format
    if "Cropping" in kind:
        more = tuple(sum(each) for each in border)
        lengths = shape[1:] if data_format else shape[:-1]
        longer = tuple(a + b for a, b in zip(lengths, more, strict=True))
        shape = (shape[0], *longer) if data_format else (*longer, shape[-1])
    return made(kind, **arguments), (shape,)


def upsampled(draw: Draw, kind: str) -> Case:
    axes = axes_of(kind)
    data_format = draw(formats) if kind != "UpSampling1D" else None
    arguments: dict[str, object] = {"size": numbers(draw, axes)}
    if kind != "UpSampling1D":
        arguments["data_format"] = data_format
    return made(kind, **arguments), (image(draw, axes, data_format),)


def sized(draw: Draw, kind: str) -> Case:
    data_format = draw(formats)
    shape = image(draw, 2, data_format)
    return made(kind, height=draw(sides), width=draw(sides), data_format=data_format), (shape,)


def statistics(draw: Draw, kind: str) -> Case:
    shape = any_shape(draw)
    axis: object = None if draw(st.integers(0, 3)) == 0 else some_axes(draw, shape)
    if draw(flags):
        return made(kind, axis=axis), (shape,)
    return made(kind, axis=axis, mean=0.5, variance=2.0), (shape,)


def spectrogram(draw: Draw, kind: str) -> Case:
    if kind == "MelSpectrogram":
        stride = draw(st.integers(8, 64))
        return made(kind, fft_length=64, sequence_stride=stride, num_mel_bins=draw(sides)), (
            (draw(st.integers(64, 400)),),
        )
    data_format, length = draw(formats), draw(st.integers(2, 20))
    layer = made(
        kind,
        mode=draw(st.sampled_from(["log", "magnitude", "psd", "real", "imag", "angle", "stft"])),
        frame_length=length,
        frame_step=draw(st.none() | st.integers(1, length)),
        fft_length=draw(st.none() | st.integers(length, 32)),
        padding=draw(paddings),
        expand_dims=draw(flags),
        data_format=data_format,
    )
    steps, depth = draw(st.integers(20, 50)), draw(small)
    return layer, ((depth, steps) if data_format else (steps, depth),)


def scaled(draw: Draw, kind: str) -> Case:
    shape = any_shape(draw)
    if kind == "CustomScaleLayer":
        return made(kind, scale=0.5), (shape, shape)
    return made(kind, init_values=0.1, projection_dim=shape[-1]), (shape,)


def of_images(draw: Draw, kind: str) -> Case:
    required = {"RandomTranslation": ("height_factor", "width_factor"), "RandomZoom": ("height_factor",)}
    names = required.get(kind, ("factor",))
    known = LAYER_KINDS[kind].__dataclass_fields__  # type: ignore[attr-defined]
    return made(
        kind, **{name: 1 if kind == "RandomPosterization" else 0.2 for name in names if name in known}
    ), ((*numbers(draw, 2, sides), 3),)


def local(draw: Draw, kind: str) -> Case:
    axes, data_format = axes_of(kind), draw(formats)
    shape = image(draw, axes, data_format)
    lengths = shape[1:] if data_format else shape[:-1]
    kernel = tuple(min(draw(small), side) for side in lengths)
    layer = made(
        kind,
        filters=draw(small),
        kernel_size=kernel,
        strides=numbers(draw, axes),
        use_bias=draw(flags),
        data_format=data_format,
    )
    return layer, (shape,)


FAMILIES: dict[Callable[[Draw, str], Case], str] = {
    convolution: "Conv1D Conv2D Conv3D Conv1DTranspose Conv2DTranspose Conv3DTranspose DepthwiseConv1D"
    " DepthwiseConv2D SeparableConv1D SeparableConv2D",
    pooling: "MaxPooling1D MaxPooling2D MaxPooling3D AveragePooling1D AveragePooling2D AveragePooling3D",
    global_pooling: "GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D GlobalMaxPooling1D"
    " GlobalMaxPooling2D GlobalMaxPooling3D",
    adaptive: "AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D"
    " AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D",
    plain(("units", small), ("use_bias", flags), ("activation", activations)): "Dense",
    plain(("activation", st.sampled_from(["relu", "softmax", "silu"]))): "Activation",
    plain(): "ReLU Identity Masking LeakyReLU ELU ActivityRegularization Flatten",
    plain(*rates("rate")): "Dropout AlphaDropout GaussianDropout",
    plain(*rates("stddev")): "GaussianNoise",
    plain(*rates("drop_path_rate")): "StochasticDepth",
    plain(*rates("rate"), rank=2): "SpatialDropout1D",
    plain(*rates("rate"), ("data_format", formats), rank=3): "SpatialDropout2D",
    plain(*rates("rate"), ("data_format", formats), rank=4): "SpatialDropout3D",
    plain(("input_dim", sides), ("output_dim", small), ("mask_zero", flags)): "Embedding",
    plain(("input_dim", sides), ("output_dim", small), ("tie_weights", flags)): "ReversibleEmbedding",
    plain(("scale", st.just(2.0)), ("offset", st.just(1.0))): "Rescaling",
    plain(("num_tokens", sides), ("output_mode", st.sampled_from(["one_hot", "multi_hot", "count"]))): (
        "CategoryEncoding"
    ),
    plain(("num_bins", sides), ("output_mode", st.sampled_from(["int", "one_hot", "multi_hot", "count"]))): (
        "Hashing"
    ),
    plain(("n", small), rank=1): "RepeatVector",
    normalized: "BatchNormalization LayerNormalization GroupNormalization RMSNormalization UnitNormalization",
    sloped: "PReLU",
    softmax: "Softmax",
    recurrent: "SimpleRNN LSTM GRU SimpleRNNCell LSTMCell GRUCell",
    cells: "RNN StackedRNNCells",
    conv_lstm: "ConvLSTM1D ConvLSTM2D ConvLSTM3D",
    bidirectional: "Bidirectional",
    distributed: "TimeDistributed",
    spectral: "SpectralNormalization",
    attention: "Attention AdditiveAttention",
    heads: "MultiHeadAttention GroupQueryAttention",
    merging: "Add Subtract Multiply Average Maximum Minimum",
    concatenated: "Concatenate",
    dot: "Dot",
    einsum: "EinsumDense",
    reshaped: "Reshape",
    permuted: "Permute",
    padded: "ZeroPadding1D ZeroPadding2D ZeroPadding3D Cropping1D Cropping2D Cropping3D",
    upsampled: "UpSampling1D UpSampling2D UpSampling3D",
    sized: "Resizing CenterCrop RandomCrop",
    statistics: "Normalization",
    spectrogram: "STFTSpectrogram MelSpectrogram",
    scaled: "LayerScale CustomScaleLayer",
    of_images: "AugMix AutoContrast ContrastLimitedAdaptiveHistogramEqualization CutMix Equalization MixUp"
    " RandAugment RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast"
    " RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHue"
    " RandomInvert RandomPerspective RandomPosterization RandomRotation RandomSaturation RandomSharpness"
    " RandomShear RandomTranslation RandomZoom Solarization",
}
CASES = {kind: family for family, kinds in FAMILIES.items() for kind in kinds.split()}
"""Kind of Keras → how a random layer of it is drawn."""
LOCAL = ("LocallyConnected1D", "LocallyConnected2D")
"""Kinds that Keras 3 has no more."""


def draw_case(draw: Draw, kind: str) -> Case:
    return local(draw, kind) if kind in LOCAL else CASES[kind](draw, kind)


@st.composite
def layers_of(draw: Draw, kind: str) -> Case:
    return draw_case(draw, kind)
