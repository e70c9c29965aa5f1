"""A model inside TimeDistributed: read as its layers, with a TimeDistributed around each.

Both do the same sums, since a model at every step is each of its layers at every step.
"""

from collections.abc import Mapping
from dataclasses import replace

from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.merging import Concatenate, ValueByValue
from cnntutor.calc.layers.registry import OPERATIONS
from cnntutor.calc.layers.wrappers import TimeDistributed
from cnntutor.formats.keras_layers import is_model
from cnntutor.formats.places import Place
from cnntutor.i18n import msg


def model_at_each_step(spec: Mapping[str, object]) -> Mapping[str, object] | None:
    """Return the model that stands in a TimeDistributed; None where the config is none of one."""
    config = spec.get("config")
    if spec.get("class_name") != "TimeDistributed" or not isinstance(config, dict):
        return None
    inner = config.get("layer")
    if not isinstance(inner, dict) or not is_model(inner):
        return None
    return inner


def at_each_step(layer: Layer, wrappings: int, place: Place) -> Layer:
    """Return a layer of a model in TimeDistributed as it stands outside of it.

    Args:
        layer: The layer.
        wrappings: How many TimeDistributed there are around its model.
        place: The layer's, for messages.

    Raises:
        NotUnderstood: the layer merges branches in a way that has no place for the steps.
    """
    for _ in range(wrappings):
        if isinstance(layer, Concatenate):
            layer = replace(layer, axis=layer.axis + (layer.axis > 0))
        elif layer.fewest_inputs == 1 and layer.kind not in OPERATIONS:
            layer = TimeDistributed(layer)
        elif not isinstance(layer, ValueByValue):
            raise place.refused(
                msg(
                    "{kind} stands in a model inside TimeDistributed, where it is not followed; take the"
                    " model out of TimeDistributed",
                    kind=layer.kind,
                )
            )
    return layer
