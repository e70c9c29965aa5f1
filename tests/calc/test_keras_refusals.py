"""What Keras refuses is refused, and what it takes gives the same shape: arguments drawn wildly."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnntutor.calc.layers.registry import LAYER_KINDS
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape

wild = st.integers(0, 4)
pairs = st.tuples(wild, wild)
positive = st.tuples(st.integers(1, 3), st.integers(1, 3))
images = st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(1, 4))
words = st.sampled_from(["valid", "same", "causal", "full"])
numbers = st.sampled_from([-3, -2, -1, 1, 2, 3, 4])
"""Axes but the batch: joining samples is no layer of a network here, though Keras takes it."""
sequences = st.tuples(st.integers(1, 5), st.integers(1, 5))

WILD: dict[str, tuple[dict[str, st.SearchStrategy[Any]], tuple[st.SearchStrategy[Shape], ...]]] = {
    "Conv1D": (
        {"filters": wild, "kernel_size": wild, "strides": wild, "padding": words, "groups": wild},
        (st.tuples(st.integers(1, 6), st.integers(1, 4)),),
    ),
    "DepthwiseConv2D": (
        {"kernel_size": pairs, "strides": positive, "depth_multiplier": wild, "padding": words},
        (images,),
    ),
    "SeparableConv2D": ({"filters": wild, "kernel_size": pairs, "padding": words}, (images,)),
    "Conv2DTranspose": (
        {"filters": wild, "kernel_size": pairs, "strides": positive, "output_padding": pairs},
        (images,),
    ),
    "AveragePooling2D": ({"pool_size": pairs, "strides": pairs, "padding": words}, (images,)),
    "Cropping2D": ({"cropping": st.tuples(pairs, pairs)}, (images,)),
    "ZeroPadding2D": ({"padding": st.tuples(pairs, pairs)}, (images,)),
    "UpSampling2D": ({"size": pairs}, (images,)),
    "Reshape": ({"target_shape": st.lists(st.integers(-1, 6), min_size=1, max_size=3).map(tuple)}, (images,)),
    "Permute": ({"dims": st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple)}, (images,)),
    "GroupNormalization": ({"groups": st.integers(1, 5), "axis": st.integers(1, 3)}, (images,)),
    "LSTM": (
        {"units": wild, "return_sequences": st.booleans()},
        (images | sequences,),
    ),
    "Multiply": ({}, (images, images)),
    "Concatenate": ({"axis": numbers}, (images, images)),
    "Dot": ({"axes": st.integers(1, 3)}, (images, images)),
    "GroupQueryAttention": (
        {
            "head_dim": st.integers(1, 3),
            "num_query_heads": st.integers(1, 4),
            "num_key_value_heads": st.integers(1, 4),
        },
        (positive, positive),
    ),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", WILD)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_refused_where_keras_refuses(kind: str, data: st.DataObject, keras: Any) -> None:
    arguments = {name: data.draw(values, name) for name, values in WILD[kind][0].items()}
    shapes = tuple(data.draw(each) for each in WILD[kind][1])
    try:
        tensors = [keras.Input(shape) for shape in shapes]
        theirs = getattr(keras.layers, kind)(**arguments)
        called = (
            theirs(*tensors) if "Attention" in kind else theirs(tensors if len(tensors) > 1 else tensors[0])
        )
        expected = tuple(called.shape[1:])
    except (ValueError, ZeroDivisionError, IndexError, TypeError):
        expected = None
    try:
        received = LAYER_KINDS[kind](**arguments).output_shape(shapes)
    except LayerError:
        received = None
    assert received == expected
