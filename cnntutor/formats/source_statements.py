"""Follows the statements of Keras source code: assignments, loops, conditions, functions.

A loop or condition that only running could decide is passed over; the names it gives become Unknowns, and
it is refused where it touches a network.
"""

import ast
from collections.abc import Iterable, Iterator

from cnntutor.formats.keras_operations import is_operation
from cnntutor.formats.source_expressions import Expressions
from cnntutor.formats.source_values import (
    Reference,
    Scope,
    SourceFunction,
    SourceLayer,
    SourceModel,
    SourceTensor,
    Unfollowed,
    Unknown,
)
from cnntutor.i18n import msg

DEEPEST_CALL = 40
"""Functions that call functions."""
MOST_TURNS = 5_000
"""Turns of one loop."""
_COMMON_NAMES = frozenset({"x", "y", "z", "h", "out", "output", "outputs", "net", "features", "result", "_"})
"""Variables that say nothing of a layer."""


class _Returned(Exception):
    """A return statement."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


class _Broken(Exception):
    """A break statement."""


class _Continued(Exception):
    """A continue statement."""


class Statements(Expressions):
    """Runs through statements; calls of layers are left to the class built upon it."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.star_imports: list[str] = []

    def run(self, body: Iterable[ast.stmt], scope: Scope) -> None:
        """Follow statements one after the other.

        Raises:
            Unfollowed: one cannot be followed and bears on a network.
        """
        for statement in body:
            self.step(statement)
            follow = getattr(self, f"_{type(statement).__name__.lower()}", None)
            if follow is not None:
                follow(statement, scope)
            else:
                self._poison([statement], statement, scope)

    def function(
        self, called: SourceFunction, args: list[object], kwargs: dict[str, object], node: ast.AST
    ) -> object:
        """Return what a function of the code's own returns."""
        arguments = called.node.args
        names = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
        scope = Scope(dict(called.defaults), called.scope)
        scope.names.update(zip(names, args, strict=False))
        if arguments.vararg is not None:
            scope.names[arguments.vararg.arg] = tuple(args[len(names) :])
        elif len(args) > len(names):
            return Unknown(node)
        named = {*names, *(each.arg for each in arguments.kwonlyargs)}
        scope.names.update({key: value for key, value in kwargs.items() if key in named})
        if arguments.kwarg is not None:
            scope.names[arguments.kwarg.arg] = {
                key: value for key, value in kwargs.items() if key not in named
            }
        elif not named.issuperset(kwargs):
            return Unknown(node)
        if not named.issubset(scope.names):
            return Unknown(node)
        self.depth += 1
        if self.depth > DEEPEST_CALL:
            raise Unfollowed(
                int(getattr(node, "lineno", 1)),
                msg("functions call each other too deep; save the model with model.to_json()"),
            )
        try:
            if isinstance(called.node, ast.Lambda):
                return self.evaluate(called.node.body, scope)
            self.run(called.node.body, scope)
        except _Returned as returned:
            return returned.value
        finally:
            self.depth -= 1
        return None

    def assign(self, target: ast.expr, value: object, scope: Scope) -> None:
        """Give a value to a target."""
        if isinstance(target, ast.Name):
            scope.names[target.id] = value
            if isinstance(value, SourceTensor) and target.id not in _COMMON_NAMES and value.call >= 0:
                operation = isinstance(value.owner, SourceLayer) and is_operation(value.owner.spec)
                call = value.owner.calls[value.call]
                if operation or value.call > 0:
                    call.name = call.name or target.id
        elif isinstance(target, (ast.Tuple, ast.List)):
            values = self._parts(value, target)
            for each, part in zip(target.elts, values, strict=True):
                self.assign(each, part, scope)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, value, scope)
        elif isinstance(target, ast.Attribute):
            self.set_attribute(self.evaluate(target.value, scope), target.attr, value, target)
        elif isinstance(target, ast.Subscript):
            held, key = self.evaluate(target.value, scope), self.evaluate(target.slice, scope)
            if isinstance(held, dict) and isinstance(key, (str, int)):
                held[key] = value
            if isinstance(held, list) and isinstance(key, int):
                held[key] = value
            self.check_size(held, target)

    def set_attribute(self, held: object, name: str, value: object, node: ast.AST) -> None:
        """Give a value to an attribute of a layer or model."""
        raise NotImplementedError

    def _parts(self, value: object, target: ast.Tuple | ast.List) -> list[object]:
        """Return a value for each name on the left of an assignment."""
        count = len(target.elts)
        starred = [at for at, each in enumerate(target.elts) if isinstance(each, ast.Starred)]
        if starred and isinstance(value, (list, tuple, range)) and len(value) >= count - 1:
            first, behind = starred[0], count - 1 - starred[0]
            parts = list(value)
            middle = parts[first : len(parts) - behind]
            return [*parts[:first], middle, *parts[len(parts) - behind :]]
        if isinstance(value, (list, tuple, range, str)) and len(value) == count:
            return list(value)
        if isinstance(value, SourceTensor):
            return [SourceTensor(value.owner, value.call, number) for number in range(count)]
        return [Unknown(target)] * count

    def _import(self, node: ast.Import, scope: Scope) -> None:
        for each in node.names:
            path = each.name if each.asname else each.name.partition(".")[0]
            scope.names[each.asname or path] = Reference(path)

    def _importfrom(self, node: ast.ImportFrom, scope: Scope) -> None:
        module = "." * node.level + (node.module or "")
        for each in node.names:
            if each.name == "*":
                self.star_imports.append(module)
            else:
                scope.names[each.asname or each.name] = Reference(f"{module}.{each.name}")

    def _assign(self, node: ast.Assign, scope: Scope) -> None:
        value = self.evaluate(node.value, scope)
        for target in node.targets:
            self.assign(target, value, scope)

    def _annassign(self, node: ast.AnnAssign, scope: Scope) -> None:
        if node.value is not None:
            self.assign(node.target, self.evaluate(node.value, scope), scope)

    def _augassign(self, node: ast.AugAssign, scope: Scope) -> None:
        both = ast.BinOp(left=node.target, op=node.op, right=node.value)
        self.assign(node.target, self.evaluate(ast.copy_location(both, node), scope), scope)

    def _expr(self, node: ast.Expr, scope: Scope) -> None:
        self.evaluate(node.value, scope)

    def _functiondef(self, node: ast.FunctionDef, scope: Scope) -> None:
        scope.names[node.name] = SourceFunction(node, scope, self.defaults(node.args, scope))

    def _classdef(self, node: ast.ClassDef, scope: Scope) -> None:
        scope.names[node.name] = Unknown(node)

    def _return(self, node: ast.Return, scope: Scope) -> None:
        raise _Returned(None if node.value is None else self.evaluate(node.value, scope))

    def _break(self, node: ast.Break, scope: Scope) -> None:
        raise _Broken

    def _continue(self, node: ast.Continue, scope: Scope) -> None:
        raise _Continued

    def _pass(self, node: ast.Pass, scope: Scope) -> None:
        """Nothing to do."""

    _global = _nonlocal = _delete = _assert = _pass

    def _with(self, node: ast.With, scope: Scope) -> None:
        for item in node.items:
            value = self.evaluate(item.context_expr, scope)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, value, scope)
        self.run(node.body, scope)

    def _try(self, node: ast.Try, scope: Scope) -> None:
        self.run([*node.body, *node.orelse, *node.finalbody], scope)

    def _raise(self, node: ast.Raise, scope: Scope) -> None:
        raise Unfollowed(node.lineno, msg("the code raises an error here; mend it first"))

    def _if(self, node: ast.If, scope: Scope) -> None:
        known = self.truth(self.evaluate(node.test, scope))
        if known is None:
            self._poison([*node.body, *node.orelse], node, scope)
        else:
            self.run(node.body if known else node.orelse, scope)

    def _for(self, node: ast.For, scope: Scope) -> None:
        values = self.evaluate(node.iter, scope)
        if not isinstance(values, (list, tuple, range, dict, str)):
            self._poison([*node.body, *node.orelse], node, scope)
            return
        if len(values) > MOST_TURNS:
            raise Unfollowed(
                node.lineno, msg("a loop of more than {count} turns; write fewer", count=str(MOST_TURNS))
            )
        for value in list(values):
            self.assign(node.target, value, scope)
            try:
                self.run(node.body, scope)
            except _Continued:
                continue
            except _Broken:
                return
        self.run(node.orelse, scope)

    def _while(self, node: ast.While, scope: Scope) -> None:
        for _ in range(MOST_TURNS):
            known = self.truth(self.evaluate(node.test, scope))
            if known is None:
                self._poison(node.body, node, scope)
            if not known:
                return
            try:
                self.run(node.body, scope)
            except _Continued:
                continue
            except _Broken:
                return
        raise Unfollowed(
            node.lineno, msg("a loop of more than {count} turns; write fewer", count=str(MOST_TURNS))
        )

    def _poison(self, body: list[ast.stmt], node: ast.stmt, scope: Scope) -> None:
        """Pass over statements that only running could decide; refuse them where they touch a network."""
        for name, changed in self._touched(body):
            try:
                held = scope.find(name)
            except KeyError:
                held = None
            if changed and isinstance(held, SourceModel):
                raise Unfollowed(
                    node.lineno,
                    msg(
                        "only running the code could decide this, and it bears on {name}; write it without"
                        " the condition or loop, or save the model with model.to_json()",
                        name=name,
                    ),
                )
            scope.names[name] = Unknown(node)

    def _touched(self, body: list[ast.stmt]) -> Iterator[tuple[str, bool]]:
        """Yield (name, whether a method changes it) for the names that statements give or add layers to."""
        for statement in body:
            for node in ast.walk(statement):
                self.step(node)
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    yield node.id, False
                elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                    yield node.name, False
                elif (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and isinstance(node.func.value, ast.Name)
                    and node.func.attr in ("add", "append", "insert", "pop", "extend")
                ):
                    yield node.func.value.id, True
