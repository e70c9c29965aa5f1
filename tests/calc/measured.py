"""What outputs really depend on, measured by gradients in Keras, and the field held against it."""

import json
from typing import Any

import pytest

from cnntutor.calc.analysis import analyse, clipped_field
from cnntutor.calc.network import Network
from cnntutor.calc.problems import LayerError
from cnntutor.formats.keras_json_writer import write_keras_json

Span = tuple[int, int]
"""First and last pixel."""


def spans_seen(network: Network, keras: Any, places: int) -> dict[int, tuple[Span, ...]]:
    """Per output on the diagonal: the first and the last pixel seen along each axis.

    All kernels are positive means, so that no gradient cancels.

    Args:
        network: One image in, one grid or row of values out.
        keras: The library.
        places: How many outputs are measured at each end and in the middle.
    """
    tensorflow: Any = pytest.importorskip("tensorflow")
    keras.backend.clear_session()
    model = keras.models.model_from_json(json.dumps(json.loads(write_keras_json(network))))
    for variable in model.trainable_variables:
        fan_in = max(1, int(variable.shape.num_elements() // variable.shape[-1]))
        variable.assign(tensorflow.ones(variable.shape) * (0.0 if len(variable.shape) < 2 else 1.0 / fan_in))
    image = tensorflow.Variable(tensorflow.random.uniform((1, *network.input_shape), 0.5, 1.0, seed=1))
    found: dict[int, tuple[Span, ...]] = {}
    with tensorflow.GradientTape(persistent=True) as tape:
        output = model(image)
        longest = max(output.shape[1:-1], default=1)
        middle = longest // 2
        wanted = {*range(places), *range(middle, middle + places), *range(longest - places, longest)}
        values = {
            place: tensorflow.reduce_sum(output[(0, *(min(place, side - 1) for side in output.shape[1:-1]))])
            for place in sorted(wanted & {*range(longest)})
        }
    for place, value in values.items():
        gradient = tape.gradient(value, image).numpy()[0].any(axis=-1)
        if gradient.any():
            found[place] = tuple((int(each.min()), int(each.max())) for each in gradient.nonzero())
    return found


def last_sides(network: Network) -> tuple[int, ...]:
    """The sides of the output; (0,) where a window does not fit."""
    try:
        return analyse(network).layers[-1].output_shape[:-1]
    except LayerError:
        return (0,)


def check_spans(network: Network, keras: Any, places: int = 4) -> int:
    """Compare every span measured with the field's; return how many lie wholly on the image.

    A field that reaches into padding must hold what is measured, and no less than the image's part of it
    wherever nothing is left out; the clipped field is the most that is measured.
    """
    report = analyse(network)
    layer = report.layers[-1]
    field, most = layer.receptive_field, clipped_field(report, layer)
    assert field is not None
    assert most is not None
    inside = 0
    measured = spans_seen(network, keras, places)
    assert measured
    for place, axes in measured.items():
        for axis, (first, last) in enumerate(axes):
            side = layer.output_shape[axis] if len(layer.output_shape) > len(axes) else 1
            expected = field.span(axis, min(place, side - 1))
            where = (place, axis, field, (first, last), expected)
            if expected[0] >= 0 and expected[1] < network.input_shape[axis]:
                assert (first, last) == expected, where
                inside += 1
            else:
                assert expected[0] <= first <= last <= expected[1], where
    for axis in range(len(network.input_shape) - 1):
        assert max(axes[axis][1] - axes[axis][0] + 1 for axes in measured.values()) <= most[axis]
    return inside
