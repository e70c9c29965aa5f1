"""Reads the text of a network file, every key checked; network_toml.py shows the form."""

import re
import tomllib
from collections.abc import Mapping

from cnntutor.calc.analysis import analyse
from cnntutor.calc.layers.base import REQUIRED, Layer, layer_arguments
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.registry import LAYER_KINDS
from cnntutor.calc.network import INPUT, Nested, Network, Node
from cnntutor.calc.problems import LayerError, written
from cnntutor.errors import NotUnderstood
from cnntutor.formats.entry import NetworkEntry
from cnntutor.i18n import Message, Text, msg

FORMAT_VERSION = 1
NONE = "none"
"""Stands for Keras's None: TOML has no word for it."""
LONGEST_NAME = 200
"""Characters of a layer's name; those of nested models are joined to it."""
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KEYS = (
    *("format_version", "name", "aliases", "title", "source", "note", "convention", "input_shape", "outputs"),
    "layers",
)
_NODE_KEYS = ("kind", "name", "inputs", "shares", "trainable", "within")
_EXAMPLES = {
    "format_version": "format_version = 1",
    "name": 'name = "my-network"',
    "title": 'title = { en = "My network", vi = "Mạng của tôi" }',
    "layers": "[[layers]]",
    "input_shape": "input_shape = [32, 32, 3]",
}


def parse_network(text: str, file: str) -> NetworkEntry:
    """Read a network from the text of a file.

    Args:
        text: TOML as above.
        file: What to call the file in messages.

    Raises:
        NotUnderstood: one sentence with file, key and mend.
    """
    reader = _Reader(file)
    return reader.entry(reader.toml(text))


def read_document(document: Mapping[str, object], file: str) -> NetworkEntry:
    """Read a network from what a file like that says, already parsed.

    Args:
        document: The keys and values.
        file: What to call the file in messages.

    Raises:
        NotUnderstood: one sentence with file, key and mend.
    """
    return _Reader(file).entry(document)


class _Reader:
    """Reads one file; every refusal names it."""

    def __init__(self, file: str) -> None:
        self.file = file

    def entry(self, document: Mapping[str, object]) -> NetworkEntry:
        """Return what the file says."""
        for key in document:
            if key not in _KEYS:
                raise NotUnderstood(
                    msg(
                        "{file}: key {key} is unknown; use one of {keys}.",
                        file=self.file,
                        key=key,
                        keys=", ".join(_KEYS),
                    )
                )
        version = self._needed(document, "format_version")
        if version != FORMAT_VERSION or isinstance(version, bool):
            raise self._wrong("format_version", "1", version)
        slug = self._needed(document, "name")
        if not isinstance(slug, str) or not SLUG.fullmatch(slug):
            raise self._wrong("name", msg("small letters, digits and hyphens in quotes"), slug)
        layers = self._needed(document, "layers")
        if not isinstance(layers, list) or not layers or not all(isinstance(each, dict) for each in layers):
            raise self._wrong("layers", msg("one [[layers]] table for each layer"), layers)
        return NetworkEntry(
            slug,
            self._names("aliases", document.get("aliases", [])),
            self._text(document, "title", self._needed(document, "title")),
            self._string("source", document.get("source", "")),
            self._text(document, "note", document.get("note", {"en": "", "vi": ""})),
            self._text(document, "convention", document.get("convention", {"en": "", "vi": ""})),
            self._network(slug, document, layers),
        )

    def toml(self, text: str) -> dict[str, object]:
        """Parse the text."""
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as problem:
            place = re.search(r"at line (\d+), column (\d+)", str(problem))
            if place is None:
                raise NotUnderstood(
                    msg(
                        "{file}: the end of the file is no TOML; close the quote or bracket left open.",
                        file=self.file,
                    )
                ) from None
            raise NotUnderstood(
                msg(
                    "{file}, line {line}, column {column}: this is no TOML; look there for a missing quote,"
                    " bracket or =, or a key that stands twice.",
                    file=self.file,
                    line=place[1],
                    column=place[2],
                )
            ) from None
        except RecursionError:
            raise NotUnderstood(
                msg("{file}: too many brackets inside one another; remove some.", file=self.file)
            ) from None

    def _needed(self, document: Mapping[str, object], key: str) -> object:
        """Return the value of a key that must be there."""
        if key not in document:
            raise NotUnderstood(
                msg(
                    "{file}: key {key} is missing; add {example}.",
                    file=self.file,
                    key=key,
                    example=_EXAMPLES[key],
                )
            )
        return document[key]

    def _wrong(self, key: str, allowed: str | Message, received: object) -> NotUnderstood:
        """Return the refusal of a value."""
        return NotUnderstood(
            msg(
                "{file}: {key} is {received}; write {allowed}.",
                file=self.file,
                key=key,
                allowed=allowed,
                received=written(received),
            )
        )

    def _string(self, key: str, value: object) -> str:
        """Return a text in quotes."""
        if not isinstance(value, str):
            raise self._wrong(key, '"…"', value)
        return value

    def _names(self, key: str, value: object) -> tuple[str, ...]:
        """Return a list of names."""
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self._wrong(key, '["…", "…"]', value)
        return tuple(value)

    def _text(self, document: Mapping[str, object], key: str, value: object) -> Text:
        """Return a text in both languages."""
        if not isinstance(value, dict) or set(value) != {"en", "vi"}:
            raise self._wrong(key, '{ en = "…", vi = "…" }', value)
        return Text(self._string(f"{key}.en", value["en"]), self._string(f"{key}.vi", value["vi"]))

    def _network(self, slug: str, document: Mapping[str, object], tables: list[dict[str, object]]) -> Network:
        """Return the network of the layers' tables; every layer can stand on its inputs."""
        nodes: list[Node] = []
        try:
            if "input_shape" in document:
                shape = document["input_shape"]
                if not isinstance(shape, list):
                    raise self._wrong("input_shape", "[32, 32, 3]", shape)
                nodes.append(Node(INPUT, Input(tuple(shape))))
            elif not any(table.get("kind") == "Input" for table in tables):
                self._needed(document, "input_shape")
            names = self._layer_names(tables)
            for name, table in zip(names, tables, strict=True):
                nodes.append(self._node(name, table, nodes, names))
            network = Network(slug, tuple(nodes), self._names("outputs", document.get("outputs", [])))
            analyse(network)
            return network
        except LayerError as problem:
            argument = problem.argument if nodes or problem.node else "input_shape"
            shown = LayerError(argument, problem.allowed, problem.received, problem.node)
            raise NotUnderstood(msg("{file}: {problem}.", file=self.file, problem=shown.message)) from None

    def _layer_names(self, tables: list[dict[str, object]]) -> list[str]:
        """Return the name of each layer: its own, or its kind with a number, as Keras gives it."""
        counts: dict[str, int] = {}
        names: list[str] = []
        for number, table in enumerate(tables, start=1):
            if "name" in table:
                name = table["name"]
                if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_NAME:
                    raise self._wrong(f"layers[{number}].name", '"conv1"', name)
                names.append(name)
                continue
            base = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", str(table.get("kind", "layer"))).lower()
            seen = counts.get(base, 0)
            counts[base] = seen + 1
            names.append(f"{base}_{seen}" if seen else base)
        return names

    def _node(self, name: str, table: dict[str, object], nodes: list[Node], names: list[str]) -> Node:
        """Return the node of one table."""
        layer = self._layer(name, table)
        if "inputs" in table:
            inputs = self._names(f"layers.{name}.inputs", table["inputs"])
        elif isinstance(layer, Input):
            inputs = ()
        else:
            inputs = (nodes[-1].name,) if nodes else ()
        earlier = {node.name for node in nodes}
        for source in inputs:
            if source not in earlier and source in names:
                raise NotUnderstood(
                    msg(
                        "{file}, layer {layer}: inputs names {source}, which does not come before it; put"
                        " {source} before {layer} and let no layers wait for each other in a circle.",
                        file=self.file,
                        layer=name,
                        source=source,
                    )
                )
        trainable = table.get("trainable", True)
        if not isinstance(trainable, bool):
            raise self._wrong(f"layers.{name}.trainable", "false", trainable)
        shares = self._string(f"layers.{name}.shares", table.get("shares", ""))
        return Node(name, layer, inputs, shares, trainable, self._within(name, table.get("within", [])))

    def _within(self, name: str, value: object) -> tuple[Nested, ...]:
        """Return the nested models a layer lies in."""
        if not isinstance(value, list) or not all(isinstance(each, list) for each in value):
            raise self._wrong(f"layers.{name}.within", '[["…", "Sequential"]]', value)
        for pair in value:
            if len(self._names(f"layers.{name}.within", pair)) != 2 or not all(pair):
                raise self._wrong(f"layers.{name}.within", '[["…", "Sequential"]]', value)
        return tuple(Nested(*pair) for pair in value)

    def _layer(self, name: str, table: dict[str, object]) -> Layer:
        """Return the layer of one table."""
        kind = table.get("kind")
        if not isinstance(kind, str) or kind not in LAYER_KINDS:
            raise NotUnderstood(
                msg(
                    "{file}, layer {layer}: kind is {received}; write one of {kinds}.",
                    file=self.file,
                    layer=name,
                    received=written(kind) if "kind" in table else "–",
                    kinds=", ".join(_kinds_like(kind)),
                )
            )
        layer_class = LAYER_KINDS[kind]
        fields = layer_arguments(layer_class)
        arguments = {key: _frozen(value) for key, value in table.items() if key not in _NODE_KEYS}
        for key in arguments:
            if key not in fields:
                raise NotUnderstood(
                    msg(
                        "{file}, layer {layer}: {kind} has no argument {key}; use one of {keys}.",
                        file=self.file,
                        layer=name,
                        kind=kind,
                        key=key,
                        keys=", ".join((*fields, *_NODE_KEYS[1:])),
                    )
                )
        for key, default in fields.items():
            if default is REQUIRED and key not in arguments:
                raise NotUnderstood(
                    msg(
                        "{file}, layer {layer}: {kind} needs {key}; add {key} = ….",
                        file=self.file,
                        layer=name,
                        kind=kind,
                        key=key,
                    )
                )
        try:
            return layer_class(**arguments)
        except LayerError as problem:
            raise problem.at(name) from None


def _kinds_like(kind: object) -> list[str]:
    """Return the kinds whose names are close to a word, or those that are used most."""
    import difflib  # only here: a kind that is understood need not wait for it

    close = difflib.get_close_matches(str(kind), LAYER_KINDS, n=4, cutoff=0.6)
    return close or [
        "Input",
        "Conv2D",
        "MaxPooling2D",
        "Flatten",
        "Dense",
        "Dropout",
        "BatchNormalization",
        "Add",
    ]


def _frozen(value: object) -> object:
    """Return lists as tuples, so that a layer is a value, and "none" as None."""
    if isinstance(value, list):
        return tuple(_frozen(each) for each in value)
    if isinstance(value, dict):
        return {key: _frozen(each) for key, each in value.items()}
    return None if value == NONE else value
