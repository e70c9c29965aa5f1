"""Follows what Keras source code does with Keras: layers made and called, models put together."""

import ast

from cnntutor.formats.keras_layers import CODE_KINDS, KIND_ALIASES, has_no_effect
from cnntutor.formats.source_arguments import (
    FUNCTIONS,
    LAYER_FUNCTIONS,
    LONGEST_RANGE,
    METHODS,
    POSITIONAL,
    camel_case,
    keras_path,
)
from cnntutor.formats.source_classes import Classes, SourceClass, SourceSuper
from cnntutor.formats.source_config import ConfigWriter
from cnntutor.formats.source_values import (
    Reference,
    Scope,
    SourceFunction,
    SourceLayer,
    SourceModel,
    SourceTensor,
    Unfollowed,
    Unknown,
    tensors_in,
    unknown_in,
)
from cnntutor.i18n import msg

_SHAPES = ("batch_shape", "batch_input_shape", "input_shape", "shape", "input_dim")


class KerasSource(Classes):
    """Follows a whole file and keeps the models it makes."""

    def _name(self, node: ast.Name, scope: Scope) -> object:
        """Return what a name stands for: the code's own, Python's, or that of a starred import."""
        try:
            return scope.find(node.id)
        except KeyError:
            if node.id in FUNCTIONS:
                return Reference(node.id)
            for module in self.star_imports:
                if keras_path(module) is not None:
                    return Reference(f"{module}.{node.id}")
            return Unknown(node)

    def call(self, node: ast.Call, scope: Scope) -> object:
        """Return what a call stands for."""
        called: object
        if isinstance(node.func, ast.Attribute):
            held = self.evaluate(node.func.value, scope)
            args, kwargs = self._arguments(node, scope)
            if isinstance(held, SourceSuper):
                if node.func.attr == "__init__":
                    self.initialised(held, args, kwargs, node)
                return None
            own = isinstance(held, SourceModel) and node.func.attr in held.attributes
            if isinstance(held, (SourceModel, list, dict, str)) and not own:
                return self._method(held, node.func.attr, args, kwargs, node)
            called = Reference(f"{held.path}.{node.func.attr}") if isinstance(held, Reference) else held
            if own or isinstance(held, (SourceLayer, SourceTensor)):
                called = self.attribute(held, node.func.attr, node)
        else:
            called = self.evaluate(node.func, scope)
            args, kwargs = self._arguments(node, scope)
        if isinstance(called, SourceSuper):
            return called
        if isinstance(called, SourceClass):
            return self.made_of_class(called, args, kwargs, node)
        if isinstance(called, SourceFunction):
            return self.function(called, args, kwargs, node)
        if isinstance(called, (SourceLayer, SourceModel)):
            return self._apply(called, args, kwargs, node)
        if isinstance(called, Reference):
            return self._reference(called, args, kwargs, node)
        return Unknown(node)

    def _arguments(self, node: ast.Call, scope: Scope) -> tuple[list[object], dict[str, object]]:
        """Return the values of a call's arguments."""
        kwargs: dict[str, object] = {}
        for each in node.keywords:
            value = self.evaluate(each.value, scope)
            if each.arg is not None:
                kwargs[each.arg] = value
            elif isinstance(value, dict):
                kwargs.update({str(key): part for key, part in value.items()})
        return self.items(node.args, scope), kwargs

    def _reference(
        self, called: Reference, args: list[object], kwargs: dict[str, object], node: ast.Call
    ) -> object:
        """Return what calling something imported gives."""
        path = keras_path(called.path)
        name = called.name
        if path is None:
            if called.path in FUNCTIONS:
                return self._worked_out(called.path, args, kwargs, node)
            if called.path.startswith("tensorflow.") and tensors_in([args, kwargs]):
                return self._tensorflow(called.path[len("tensorflow.") :], args, kwargs, node)
            return Unknown(node)
        if name in ("Input", "InputLayer"):
            return self._input(args, kwargs, node, name == "Input")
        if name == "Sequential":
            return self._sequential(args, kwargs, node)
        if name in ("Model", "Functional"):
            return self._model(args, kwargs, node)
        if name in ("int_shape", "shape") and len(args) == 1 and isinstance(args[0], SourceTensor):
            return self._shape(args[0], node)
        if name == "image_data_format":
            return "channels_last"
        if path.startswith("layers.") and name in LAYER_FUNCTIONS:
            made = self._layer(LAYER_FUNCTIONS[name], [], kwargs, node)
            return self._apply(made, args, {}, node)
        if path.startswith("layers.") and name[:1].isupper():
            return self._layer(name, args, kwargs, node)
        if path.startswith(("ops.", "activations.", "backend.")) and tensors_in([args, kwargs]):
            return self._operated("keras.src.ops", camel_case(name), args, kwargs, node)
        return Unknown(node)

    def _worked_out(self, name: str, args: list[object], kwargs: dict[str, object], node: ast.Call) -> object:
        """Return what a plain function gives."""
        unknown = unknown_in([*args, *kwargs.values()])
        if unknown is not None and name not in (
            "len",
            "zip",
            "enumerate",
            "list",
            "tuple",
            "reversed",
            "print",
        ):
            return unknown
        if any(isinstance(each, Unknown) for each in args):
            return None if name == "print" else Unknown(node)
        if name != "range" and any(isinstance(each, range) and len(each) > LONGEST_RANGE for each in args):
            return Unknown(node)
        return FUNCTIONS[name](*args, **kwargs)

    def _layer(self, name: str, args: list[object], kwargs: dict[str, object], node: ast.AST) -> SourceLayer:
        """Return a new layer of a class of Keras."""
        line = int(getattr(node, "lineno", 1))
        kind = KIND_ALIASES.get(name, name)
        names = POSITIONAL.get(kind, ())
        if len(args) > len(names):
            raise Unfollowed(line, msg("write the arguments of {kind} by name: name=value", kind=kind))
        given = {**dict(zip(names, args, strict=False)), **kwargs}
        config: dict[str, object] = {"name": self._layer_name(kind, given.pop("name", None))}
        for key in _SHAPES:
            own = (key == "input_dim" and kind.endswith("Embedding")) or (key == "shape" and kind != "Input")
            if key in given and not own:
                config["batch_input_shape"] = self._batch_shape(key, given.pop(key), line)
        for key, value in given.items():
            if kind in CODE_KINDS or (key != "trainable" and has_no_effect(kind, key)):
                continue
            config[key] = self._plain(key, value, line)
        return SourceLayer(
            {"module": "keras.layers", "class_name": kind, "config": config}, str(config["name"]), line
        )

    def _plain(self, key: str, value: object, line: int) -> object:
        """Return an argument as a config holds it."""
        if isinstance(value, Unknown):
            raise self.unfollowed(value)
        if isinstance(value, (list, tuple)):
            return [self._plain(key, each, line) for each in value]
        if isinstance(value, range):
            return list(value)[:LONGEST_RANGE]
        if isinstance(value, Reference):
            return value.name
        if isinstance(value, SourceLayer):
            return value.spec
        if isinstance(value, SourceModel):
            return ConfigWriter().model(value)
        if isinstance(value, (SourceFunction, SourceTensor, dict)):
            raise Unfollowed(
                line, msg("{key} is code or a value of its own; write a number or a word", key=key)
            )
        return value

    def _batch_shape(self, key: str, value: object, line: int) -> list[object]:
        """Return a batch shape from what the code says of the input."""
        unknown = unknown_in(value)
        if unknown is not None:
            raise self.unfollowed(unknown)
        sides = list(value) if isinstance(value, (list, tuple)) else [value]
        if not all(side is None or isinstance(side, int) for side in sides):
            raise Unfollowed(line, msg("{key} must be whole numbers, such as (32, 32, 3)", key=key))
        return sides if key.startswith("batch") else [None, *sides]

    def _input(
        self, args: list[object], kwargs: dict[str, object], node: ast.Call, as_tensor: bool
    ) -> object:
        """Return the tensor of keras.Input, or the layer of InputLayer."""
        names = ("shape", "batch_size")
        given = {**dict(zip(names, args, strict=False)), **kwargs}
        given.pop("batch_size", None)
        if given.get("tensor") is not None or not any(key in given for key in _SHAPES):
            return Unknown(node)
        shapes = {key: value for key, value in given.items() if key in _SHAPES or key == "name"}
        made = self._layer("Input", [], shapes, node)
        self._made += 1
        made.number = self._made
        made.spec["class_name"] = "InputLayer"
        return SourceTensor(made, -1) if as_tensor else made

    def operation(self, name: str, args: list[object], node: ast.AST) -> object:
        """Return the tensor of an operator on tensors."""
        return self._operated("keras.src.ops", name, args, {}, node)

    def _operated(
        self, module: str, name: str, args: list[object], kwargs: dict[str, object], node: ast.AST
    ) -> object:
        """Return the tensor of an operation of Keras."""
        config: dict[str, object] = {"name": self._layer_name(name, kwargs.pop("name", None))}
        spec: dict[str, object] = {"module": module, "class_name": name, "config": config}
        made = SourceLayer(spec, str(config["name"]), int(getattr(node, "lineno", 1)))
        return self._apply(made, args, kwargs, node)

    def _tensorflow(
        self, function: str, args: list[object], kwargs: dict[str, object], node: ast.AST
    ) -> object:
        """Return the tensor of a function of TensorFlow."""
        config: dict[str, object] = {
            "function": function,
            "name": self._layer_name(function, kwargs.get("name")),
        }
        spec: dict[str, object] = {"class_name": "TFOpLambda", "config": config}
        made = SourceLayer(spec, str(config["name"]), int(getattr(node, "lineno", 1)))
        return self._apply(made, args, kwargs, node)

    def _method(
        self,
        held: "SourceModel | list[object] | dict[object, object] | str",
        name: str,
        args: list[object],
        kwargs: dict[str, object],
        node: ast.Call,
    ) -> object:
        """Return what a method of a model, list, dictionary or text gives."""
        if isinstance(held, SourceModel):
            if name == "add" and args:
                self._add(held, args[0], node)
                return None
            if name == "pop" and held.layers:
                return held.layers.pop()
            return Unknown(node)
        if isinstance(held, str) and name == "format" and all(isinstance(each, (int, str)) for each in args):
            return (
                held.format(*args) if "{" in held and ":" not in held and "." not in held else Unknown(node)
            )
        if name not in METHODS[type(held)]:
            return Unknown(node)
        if (
            isinstance(held, str)
            and len(held) * max((len(str(each)) for each in args), default=0) > 1_000_000
        ):
            return Unknown(node)
        result: object = getattr(held, name)(*args, **kwargs)
        self.check_size(held, node)
        plain = isinstance(held, dict) and name in ("items", "keys", "values")
        return list(result) if plain else result  # type: ignore[call-overload]
