"""Networks from the JSON of Keras models: model.to_json() of Keras 3, Keras 2 and tf.keras.

Nothing is run and nothing imported: the text is read as data, its size and depth bounded.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from cnntutor.calc.analysis import analyse
from cnntutor.calc.network import Network
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.errors import NotUnderstood
from cnntutor.formats.entry import NetworkEntry
from cnntutor.formats.files import read_text
from cnntutor.formats.keras_graph import GraphReader
from cnntutor.formats.keras_layers import is_model, layer_kind
from cnntutor.formats.places import Place, shown
from cnntutor.i18n import Text, msg

LARGEST_JSON = 4_000_000
"""Bytes; the largest model of keras.applications takes 1 MB."""
_LONGEST_TITLE = 80


def read_keras_json(path: Path, input_shape: Shape | None = None) -> NetworkEntry:
    """Read the file of a model's JSON.

    Args:
        path: The file.
        input_shape: Stands for the shape of the first input, where the file leaves it open or not.

    Raises:
        NotUnderstood: one sentence with file, layer and mend.
    """
    return parse_keras_json(read_text(path, LARGEST_JSON), str(path), input_shape)


def parse_keras_json(
    text: str,
    file: str,
    input_shape: Shape | None = None,
    told: Mapping[str, Shape] | None = None,
) -> NetworkEntry:
    """Read a network from the text of a model's JSON.

    Args:
        text: The JSON.
        file: What to call the file in messages.
        input_shape: As above.
        told: The output shapes of layers of code, by node, from who has run them; others are refused.

    Raises:
        NotUnderstood: one sentence with file, layer and mend.
    """
    place = Place(file)
    try:
        document = json.loads(text)
    except json.JSONDecodeError as problem:
        raise NotUnderstood(
            msg(
                "{file}, line {line}, column {column}: this is no JSON; write it with model.to_json().",
                file=file,
                line=str(problem.lineno),
                column=str(problem.colno),
            )
        ) from None
    except RecursionError:
        raise place.refused(msg("too many brackets inside one another; remove some")) from None
    except ValueError:
        raise place.refused(msg("a number in it is too long; write it with model.to_json()")) from None
    return read_model(document, place, input_shape, told)


def read_model(
    document: object,
    place: Place,
    input_shape: Shape | None = None,
    told: Mapping[str, Shape] | None = None,
) -> NetworkEntry:
    """Read a network from a model's config, already parsed.

    Args:
        document: The config: class_name and config.
        place: The file.
        input_shape: As above.
        told: As above.

    Raises:
        NotUnderstood: one sentence with file, layer and mend.
    """
    if not isinstance(document, dict) or "class_name" not in document:
        raise place.refused(
            msg("this is no Keras model: class_name is missing; write it with model.to_json()")
        )
    if not is_model(document):
        if document.get("class_name") not in ("Sequential", "Functional", "Model"):
            layer_kind(document, place)
        raise place.refused(
            msg(
                "{kind} is no Sequential or Functional model; its layers are not in the file",
                kind=shown(document["class_name"]),
            )
        )
    title = _title(document)
    reader = GraphReader(place, input_shape, told)
    try:
        network = reader.network(_slug(title), document)
        _calculated(network, place)
    except RecursionError:
        raise place.refused(msg("too many brackets inside one another; remove some")) from None
    empty = Text("", "")
    return NetworkEntry(network.name, (), Text(title, title), "", empty, empty, network)


def _calculated(network: Network, place: Place) -> None:
    """Check that every layer can stand on its inputs."""
    try:
        analyse(network)
    except LayerError as problem:
        raise place.refused_layer(problem) from None


def _title(document: dict[str, object]) -> str:
    """Return the model's name, or its class where it has none."""
    config = document.get("config")
    name = config.get("name") if isinstance(config, dict) else None
    if not isinstance(name, str) or not name.strip() or not name.isprintable():
        name = str(document["class_name"])
    return name[:_LONGEST_TITLE]


def _slug(title: str) -> str:
    """Return a name of small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "network"
