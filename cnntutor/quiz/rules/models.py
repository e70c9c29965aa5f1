"""The recipe of a layer's right number, by quantity and by kind of layer.

Kinds are told by Keras's class name, so that no module of a layer is imported for a question that has none.
Roles of factors: place, kernel, depth (input channels of one filter), filters, gate, units, features, rows,
multiplier, vectors, channels, heads, directions, steps.
"""

from collections.abc import Callable, Set
from typing import Any

from cnntutor.calc.layers.axes import channels, spatial
from cnntutor.calc.shapes import Shape
from cnntutor.quiz.rules.recipe import Count, Factor, Fixed, Recipe, Sides, Subject, Term, term
from cnntutor.quiz.rules.sides import Along, Padded, Side, Spread

CONVOLUTIONS = frozenset({"Conv1D", "Conv2D", "Conv3D"})
TRANSPOSED = frozenset({"Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"})
DEPTHWISE = frozenset({"DepthwiseConv1D", "DepthwiseConv2D"})
SEPARABLE = frozenset({"SeparableConv1D", "SeparableConv2D"})
LOCAL = frozenset({"LocallyConnected1D", "LocallyConnected2D"})
POOLING = frozenset(f"{way}Pooling{axes}D" for way in ("Max", "Average") for axes in (1, 2, 3))
GLOBAL_POOLING = frozenset(f"Global{kind}" for kind in POOLING)
PADDING = frozenset({"ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D"})
RECURRENT = frozenset({"SimpleRNN", "LSTM", "GRU", "SimpleRNNCell", "LSTMCell", "GRUCell"})
FILTERS = CONVOLUTIONS | TRANSPOSED | SEPARABLE | LOCAL
"""The kinds whose output has as many channels as they have filters."""
KERNELS = FILTERS | DEPTHWISE
"""The kinds that slide a kernel."""


def recipe_of(subject: Subject) -> Recipe:
    """Return the recipe of the right number.

    Raises:
        LayerError: the layer cannot stand on its inputs.
    """
    if subject.quantity == "params":
        return Count(subject, parameter_terms(subject))
    if subject.quantity == "macs":
        return _macs(subject)
    return _shape(subject) if subject.quantity == "output_shape" else _field(subject)


def places(subject: Subject) -> Shape:
    """Return the sides of the output, channels left out.

    Raises:
        LayerError: the layer cannot stand on its inputs.
    """
    data_format = getattr(subject.layer, "data_format", None)
    return spatial(subject.layer.output_shape(subject.inputs), data_format)


def in_channels(subject: Subject) -> int:
    """Return the channels of the first input."""
    return channels(subject.inputs[0], getattr(subject.layer, "data_format", None))


def parameter_terms(subject: Subject) -> tuple[Term, ...]:
    """Return the arrays of a layer as products; a kind without a model of its own as Keras keeps them."""
    layer: Any = subject.layer
    model = _PARAMETERS.get(layer.kind)
    if model is not None:
        return model(layer, subject)
    return tuple(
        Term(weight.name, tuple(Factor("side", side) for side in weight.shape))
        for weight in layer.weights(subject.inputs)
    )


def _convolution(layer: Any, subject: Subject) -> tuple[Term, ...]:
    depth = in_channels(subject) // getattr(layer, "groups", 1)
    weights = term("weights", kernel=layer.kernel_size, depth=depth, filters=layer.filters)
    return (weights, *_bias(layer, term("bias", filters=layer.filters)))


def _local(layer: Any, subject: Subject) -> tuple[Term, ...]:
    there = places(subject)
    own = {"kernel": layer.kernel_size, "depth": in_channels(subject), "filters": layer.filters}
    weights = term("weights", place=there, **own)
    return (weights, *_bias(layer, term("bias", place=there, filters=layer.filters)))


def _depthwise(layer: Any, subject: Subject) -> tuple[Term, ...]:
    own = {"channels": in_channels(subject), "multiplier": _unless_one(layer.depth_multiplier)}
    weights = term("weights", kernel=layer.kernel_size, **own)
    return (weights, *_bias(layer, term("bias", **own)))


def _separable(layer: Any, subject: Subject) -> tuple[Term, ...]:
    depth, multiplier = in_channels(subject), _unless_one(layer.depth_multiplier)
    first = term("depthwise", kernel=layer.kernel_size, depth=depth, multiplier=multiplier)
    second = term("pointwise", depth=depth, multiplier=multiplier, filters=layer.filters)
    return (first, second, *_bias(layer, term("bias", filters=layer.filters)))


def _dense(layer: Any, subject: Subject) -> tuple[Term, ...]:
    weights = term("weights", inputs=subject.inputs[0][-1], filters=layer.units)
    return (weights, *_bias(layer, term("bias", filters=layer.units)))


def _recurrent(layer: Any, subject: Subject) -> tuple[Term, ...]:
    gate = _unless_one(layer.gates)
    rows = _unless_one(layer.bias_rows)
    features = subject.inputs[0][-1]
    return (
        term("weights", gate=gate, features=features, units=layer.units),
        term("recurrent", gate=gate, state=layer.units, units=layer.units),
        *_bias(layer, term("bias", gate=gate, rows=rows, units=layer.units)),
    )


def _conv_lstm(layer: Any, subject: Subject) -> tuple[Term, ...]:
    depth = channels(subject.inputs[0][1:], layer.data_format)
    own: dict[str, Any] = {"gate": 4, "kernel": layer.kernel_size}
    return (
        term("weights", **own, depth=depth, filters=layer.filters),
        term("recurrent", **own, state=layer.filters, filters=layer.filters),
        *_bias(layer, term("bias", gate=4, filters=layer.filters)),
    )


def _bidirectional(layer: Any, subject: Subject) -> tuple[Term, ...]:
    inner = Subject(layer.layer, subject.inputs, "params")
    if layer.backward_layer is not None:
        back = Subject(layer.backward_layer, subject.inputs, "params")
        return (*parameter_terms(inner), *parameter_terms(back))
    return Count(subject, parameter_terms(inner)).times("directions", (2,)).terms


def _time_distributed(layer: Any, subject: Subject) -> tuple[Term, ...]:
    return parameter_terms(Subject(layer.layer, (subject.inputs[0][1:],), "params"))


def _batch_normalization(layer: Any, subject: Subject) -> tuple[Term, ...]:
    weights = layer.weights(subject.inputs)
    trained = sum(weight.trainable for weight in weights)
    kept = {"channels": weights[0].size}
    terms = [term("trained", vectors=trained, **kept)] if trained else []
    return (*terms, term("moving", vectors=len(weights) - trained, **kept))


def _vectors(layer: Any, subject: Subject) -> tuple[Term, ...]:
    weights = layer.weights(subject.inputs)
    if not weights:
        return ()
    return (term("trained", vectors=len(weights), channels=weights[0].size),)


def _embedding(layer: Any, subject: Subject) -> tuple[Term, ...]:
    return (term("weights", words=layer.input_dim, filters=layer.output_dim),)


def _attention(layer: Any, subject: Subject) -> tuple[Term, ...]:
    """Arrays of (width, heads, size), (heads, size, width), and biases of (heads, size) or (width,)."""
    terms: list[Term] = []
    for weight in layer.weights(subject.inputs):
        bias = weight.name.endswith("bias")
        heads = 0 if bias else 1
        if "output" in weight.name:
            heads = -1 if bias else 0
        names = [("heads" if place == heads else "width", side) for place, side in enumerate(weight.shape)]
        terms.append(Term("bias" if bias else weight.name, tuple(Factor(*each) for each in names)))
    return tuple(terms)


def _bias(layer: Any, bias: Term) -> tuple[Term, ...]:
    return (bias,) if layer.use_bias else ()


def _unless_one(count: int) -> int | tuple[int, ...]:
    return () if count <= 1 else count


_PARAMETERS: dict[str, Callable[[Any, Subject], tuple[Term, ...]]] = {
    **dict.fromkeys(CONVOLUTIONS | TRANSPOSED, _convolution),
    **dict.fromkeys(LOCAL, _local),
    **dict.fromkeys(DEPTHWISE, _depthwise),
    **dict.fromkeys(SEPARABLE, _separable),
    "Dense": _dense,
    **dict.fromkeys(RECURRENT, _recurrent),
    **dict.fromkeys(("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"), _conv_lstm),
    "Bidirectional": _bidirectional,
    "TimeDistributed": _time_distributed,
    "BatchNormalization": _batch_normalization,
    **dict.fromkeys(("LayerNormalization", "GroupNormalization", "RMSNormalization"), _vectors),
    "Embedding": _embedding,
    **dict.fromkeys(("MultiHeadAttention", "GroupQueryAttention"), _attention),
}


def _macs(subject: Subject) -> Recipe:
    """Return the recipe of the multiply-adds: places times weights for kernels."""
    layer: Any = subject.layer
    if layer.kind in CONVOLUTIONS | LOCAL:
        depth = in_channels(subject) // getattr(layer, "groups", 1)
        sizes = {"filters": layer.filters, "kernel": layer.kernel_size, "depth": depth}
        return Count(subject, (term("weights", place=places(subject), **sizes),))
    if layer.kind in TRANSPOSED:
        sides = spatial(subject.inputs[0], layer.data_format)
        sizes = {"depth": in_channels(subject), "kernel": layer.kernel_size, "filters": layer.filters}
        return Count(subject, (term("weights", place=sides, **sizes),))
    if layer.kind in DEPTHWISE:
        sizes = {"channels": in_channels(subject), "multiplier": _unless_one(layer.depth_multiplier)}
        weights = term("weights", place=places(subject), kernel=layer.kernel_size, **sizes)
        return Count(subject, (weights,))
    if layer.kind in SEPARABLE:
        there, multiplier = places(subject), _unless_one(layer.depth_multiplier)
        own: dict[str, Any] = {"place": there, "depth": in_channels(subject), "multiplier": multiplier}
        first = term("depthwise", **own, kernel=layer.kernel_size)
        return Count(subject, (first, term("pointwise", **own, filters=layer.filters)))
    if layer.kind == "Dense":
        before = subject.inputs[0][:-1]
        weights = term("weights", place=before, inputs=subject.inputs[0][-1], filters=layer.units)
        return Count(subject, (weights,))
    if layer.kind in RECURRENT:
        steps = subject.inputs[0][0] if len(subject.inputs[0]) == 2 else ()
        terms = [each for each in _recurrent(layer, subject) if each.role != "bias"]
        return Count(subject, tuple(terms)).times("place", (steps,) if isinstance(steps, int) else ())
    macs = layer.macs(subject.inputs)
    return Count(subject, (term("all", all=macs),) if macs else ())


def _shape(subject: Subject) -> Recipe:
    """Return the recipe of the output shape."""
    layer: Any = subject.layer
    data_format = getattr(layer, "data_format", None)
    if layer.kind in (KERNELS | POOLING) - TRANSPOSED:
        layer.output_shape(subject.inputs)  # refuses a window that does not fit
        window = layer.sliding
        columns = zip(
            spatial(subject.inputs[0], data_format),
            window.kernel,
            window.strides,
            window.dilation,
            strict=True,
        )
        sides: tuple[Side, ...] = tuple(Along(n, k, s, window.padding, d) for n, k, s, d in columns)
        return Sides(subject, sides, _depth(layer, subject), data_format)
    if layer.kind in TRANSPOSED:
        lengths = places(subject)
        found: list[Side] = []
        for axis, n in enumerate(spatial(subject.inputs[0], data_format)):
            extent, stride = layer.sliding.extent[axis], layer.strides[axis]
            same = layer.padding == "same" and layer.output_padding is None
            added = 0 if same else lengths[axis] - (n - 1) * stride - extent
            found.append(Spread(n, extent, stride, "same" if same else "valid", added))
        return Sides(subject, tuple(found), (layer.filters,), data_format)
    if layer.kind in PADDING:
        ends = zip(spatial(subject.inputs[0], data_format), layer.padding, strict=True)
        padded: tuple[Side, ...] = tuple(Padded(n, *each) for n, each in ends)
        return Sides(subject, padded, (in_channels(subject),), data_format)
    shape = layer.output_shape(subject.inputs)
    return Fixed(subject, shape, " × ".join(str(side) for side in shape))


def _depth(layer: Any, subject: Subject) -> tuple[int, ...]:
    """Return the factors of the output's channels."""
    if layer.kind in FILTERS:
        return (layer.filters,)
    if layer.kind in DEPTHWISE and layer.depth_multiplier > 1:
        return (in_channels(subject), layer.depth_multiplier)
    return (in_channels(subject),)


def _field(subject: Subject) -> Recipe:
    """Return what the layer's own window spans; () where height and width are gone."""
    window = subject.layer.window(subject.inputs)
    extent = () if window is None else window.extent
    return Fixed(subject, extent, " × ".join(str(side) for side in extent) or "0")


def counts(recipe: Count, kinds: Set[str]) -> bool:
    """Return whether it is the number of a layer of these kinds."""
    return recipe.subject.layer.kind in kinds
