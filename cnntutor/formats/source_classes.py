"""Classes of Keras source code that are models put together where they are made, in __init__.

    class LeNet(keras.Sequential):
        def __init__(self, classes=10):
            super().__init__([layers.Flatten(), layers.Dense(classes)])

What a method named call does when the model is used is code, and is not followed.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from cnntutor.formats.source_models import Models
from cnntutor.formats.source_values import Scope, SourceFunction, SourceModel, Unfollowed, Unknown, tensors_in
from cnntutor.i18n import msg

_OWN_CALL = "call"


@dataclass(frozen=True, slots=True, eq=False)
class SourceClass:
    """A class the code derives from Sequential or Model."""

    node: ast.ClassDef
    scope: Scope
    base: str
    """Sequential or Model."""
    methods: Mapping[str, SourceFunction]


@dataclass(frozen=True, slots=True, eq=False)
class SourceSuper:
    """What super() gives in such a class."""

    model: SourceModel
    base: str


class Classes(Models):
    """Follows the making of models whose classes the code defines."""

    def _classdef(self, node: ast.ClassDef, scope: Scope) -> None:
        scope.names[node.name] = self.class_of(node, scope) or Unknown(node)

    def class_of(self, node: ast.ClassDef, scope: Scope) -> SourceClass | None:
        """Return a class derived from Sequential or Model; None for any other."""
        paths = [str(getattr(self.evaluate(each, scope), "path", "")) for each in node.bases]
        names = [path.rpartition(".")[2] for path in paths]
        base = next((name for name in names if name in ("Sequential", "Model", "Functional")), None)
        if base is None or any(path.startswith("torch") for path in paths):
            return None
        methods = {
            each.name: SourceFunction(each, scope, self.defaults(each.args, scope))
            for each in node.body
            if isinstance(each, ast.FunctionDef)
        }
        return SourceClass(node, scope, "Sequential" if base == "Sequential" else "Model", methods)

    def made_of_class(
        self, called: SourceClass, args: list[object], kwargs: dict[str, object], node: ast.Call
    ) -> object:
        """Return the model that a class makes.

        Raises:
            Unfollowed: its layers are known only where its call() is run.
        """
        if _OWN_CALL in called.methods:
            raise self._own_code(called, node)
        model = SourceModel(self._layer_name(called.node.name, kwargs.get("name")), node.lineno, [])
        above = SourceSuper(model, called.base)
        own = called.methods.get("__init__")
        if own is None:
            self.initialised(above, args, kwargs, node)
        else:
            scope = Scope({"super": above}, called.scope)
            made = self.function(SourceFunction(own.node, scope, own.defaults), [model, *args], kwargs, node)
            if isinstance(made, Unknown):
                return made
        if called.base == "Model" and model.layers is not None:
            raise self._own_code(called, node)
        self.models.append(model)
        return model

    def initialised(
        self, above: SourceSuper, args: list[object], kwargs: dict[str, object], node: ast.Call
    ) -> None:
        """Do what super().__init__(…) does to the model."""
        if above.base == "Sequential":
            layers = args[0] if args else kwargs.get("layers", [])
            if isinstance(layers, Unknown):
                raise self.unfollowed(layers)
            for each in layers if isinstance(layers, (list, tuple)) else []:
                self._add(above.model, each, node)
            return
        given = {**dict(zip(("inputs", "outputs"), args, strict=False)), **kwargs}
        inputs, outputs = tensors_in(given.get("inputs")), tensors_in(given.get("outputs"))
        if inputs and outputs:
            above.model.layers, above.model.inputs, above.model.outputs = None, inputs, outputs

    @staticmethod
    def _own_code(called: SourceClass, node: ast.Call) -> Unfollowed:
        """Return the refusal of a class whose layers only running it would show."""
        return Unfollowed(
            node.lineno,
            msg(
                "{name} is a class of its own, and which layers it calls only running it would show; write"
                " the model as keras.Sequential or keras.Model(inputs, outputs)",
                name=called.node.name,
            ),
        )
