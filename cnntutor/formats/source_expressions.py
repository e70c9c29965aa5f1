"""Follows the expressions of Keras source code as plain arithmetic on data; nothing is run or imported.

Whatever only running could tell becomes an Unknown. Numbers, texts and lists are bounded, and so is the
number of steps.
"""

import ast
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cnntutor.formats.keras_operations import SLICE
from cnntutor.formats.source_values import (
    LONGEST_VALUE,
    Reference,
    Scope,
    SourceFunction,
    SourceTensor,
    TooLarge,
    Unfollowed,
    Unknown,
    leaves,
    unknown_in,
)
from cnntutor.i18n import msg

MOST_STEPS = 300_000
MOST_BITS = 256
"""Of a whole number."""

_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], object]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda left, right: operator.contains(right, left),
    ast.NotIn: lambda left, right: not operator.contains(right, left),
}
_OPERATIONS: Mapping[type[ast.operator], str] = {
    ast.Add: "Add",
    ast.Sub: "Subtract",
    ast.Mult: "Multiply",
    ast.Div: "TrueDivide",
    ast.MatMult: "Matmul",
    ast.Pow: "Power",
}
_PLAIN_FORMAT = re.compile(r"([^%]|%[ds]|%0?\d{1,2}d)*")
_PLAIN = (bool, int, float, str, type(None), list, tuple, dict, range)
_FAILURES = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)


class Expressions:
    """Evaluates expressions; calls are left to the class built upon it."""

    def __init__(self) -> None:
        self.steps = 0

    def step(self, node: ast.AST) -> None:
        """Count a step.

        Raises:
            Unfollowed: there have been too many.
        """
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise Unfollowed(
                int(getattr(node, "lineno", 1)),
                msg("following the code takes too long; save the model with model.to_json()"),
            )

    def evaluate(self, node: ast.expr, scope: Scope) -> object:
        """Return what an expression stands for, an Unknown where only running could tell."""
        self.step(node)
        follow = getattr(self, f"_{type(node).__name__.lower()}", None)
        if follow is None:
            return Unknown(node)
        try:
            value: object = follow(node, scope)
        except _FAILURES:
            return Unknown(node)
        if not isinstance(node, (ast.Name, ast.Attribute)):
            self.check_size(value, node)
        return value

    def call(self, node: ast.Call, scope: Scope) -> object:
        """Return what a call stands for."""
        raise NotImplementedError

    def operation(self, name: str, args: list[object], node: ast.AST) -> object:
        """Return the tensor of an operation on tensors."""
        raise NotImplementedError

    def attribute(self, value: object, name: str, node: ast.AST) -> object:
        """Return an attribute of a layer, tensor or model."""
        raise NotImplementedError

    def assign(self, target: ast.expr, value: object, scope: Scope) -> None:
        """Give a value to a target."""
        raise NotImplementedError

    def check_size(self, value: object, node: ast.AST) -> None:
        """Check that a value is of a size that source code may have, and count its parts as steps.

        Raises:
            Unfollowed: it is larger.
        """
        try:
            if isinstance(value, (list, tuple, dict)):
                self.steps += sum(1 for _ in leaves(value)) // 8
            elif (isinstance(value, int) and value.bit_length() > MOST_BITS) or (
                isinstance(value, str) and len(value) > LONGEST_VALUE
            ):
                raise TooLarge
        except TooLarge:
            raise Unfollowed(
                int(getattr(node, "lineno", 1)), msg("a value too large for a network; write a smaller one")
            ) from None

    def _constant(self, node: ast.Constant, scope: Scope) -> object:
        return node.value if isinstance(node.value, _PLAIN) else Unknown(node)

    def _name(self, node: ast.Name, scope: Scope) -> object:
        return scope.find(node.id)

    def _tuple(self, node: ast.Tuple, scope: Scope) -> object:
        return tuple(self.items(node.elts, scope))

    def _list(self, node: ast.List, scope: Scope) -> object:
        return self.items(node.elts, scope)

    def _dict(self, node: ast.Dict, scope: Scope) -> object:
        found: dict[object, object] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            given = self.evaluate(value, scope)
            if key is not None:
                found[self.evaluate(key, scope)] = given
            elif isinstance(given, dict):
                found.update(given)
            else:
                return Unknown(node)
        return found

    def items(self, nodes: Iterable[ast.expr], scope: Scope) -> list[object]:
        """Return the values of a list's items or a call's arguments, starred ones spread out."""
        found: list[object] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                spread = self.evaluate(node.value, scope)
                found += spread if isinstance(spread, (list, tuple)) else [Unknown(node)]
            else:
                found.append(self.evaluate(node, scope))
        return found

    def _binop(self, node: ast.BinOp, scope: Scope) -> object:
        return self.binary(node.op, self.evaluate(node.left, scope), self.evaluate(node.right, scope), node)

    def binary(self, op: ast.operator, left: object, right: object, node: ast.AST) -> object:
        """Return left op right."""
        if isinstance(left, SourceTensor) or isinstance(right, SourceTensor):
            return self.operation(_OPERATIONS[type(op)], [left, right], node)
        if not isinstance(left, _PLAIN) or not isinstance(right, _PLAIN):
            return unknown_in([left, right]) or Unknown(node)
        if isinstance(op, ast.Mod) and isinstance(left, str) and not _PLAIN_FORMAT.fullmatch(left):
            return Unknown(node)
        if isinstance(op, ast.Mult):
            for one, other in ((left, right), (right, left)):
                if isinstance(one, (str, list, tuple)) and (
                    not isinstance(other, int) or len(one) * other > LONGEST_VALUE
                ):
                    raise Unfollowed(
                        int(getattr(node, "lineno", 1)),
                        msg("a value too large for a network; write a smaller one"),
                    )
        if isinstance(op, ast.Pow) and not (isinstance(right, (int, float)) and abs(right) <= 64):
            return Unknown(node)
        return _BINARY[type(op)](left, right)

    def _unaryop(self, node: ast.UnaryOp, scope: Scope) -> object:
        value = self.evaluate(node.operand, scope)
        if isinstance(node.op, ast.Not):
            known = self.truth(value)
            return Unknown(node) if known is None else not known
        if isinstance(value, SourceTensor) and isinstance(node.op, ast.USub):
            return self.operation("Negative", [value], node)
        if not isinstance(value, (int, float)):
            return unknown_in(value) or Unknown(node)
        return -value if isinstance(node.op, ast.USub) else value

    def _boolop(self, node: ast.BoolOp, scope: Scope) -> object:
        value: object = None
        for each in node.values:
            value = self.evaluate(each, scope)
            known = self.truth(value)
            if known is None:
                return Unknown(node)
            if known != isinstance(node.op, ast.And):
                return value
        return value

    def _compare(self, node: ast.Compare, scope: Scope) -> object:
        left = self.evaluate(node.left, scope)
        for op, each in zip(node.ops, node.comparators, strict=True):
            right = self.evaluate(each, scope)
            identity = isinstance(op, (ast.Is, ast.IsNot))
            if not identity and not (isinstance(left, _PLAIN) and isinstance(right, _PLAIN)):
                return Unknown(node)
            if unknown_in([left, right]) is not None:
                return Unknown(node)
            if not _COMPARE[type(op)](left, right):
                return False
            left = right
        return True

    def _ifexp(self, node: ast.IfExp, scope: Scope) -> object:
        known = self.truth(self.evaluate(node.test, scope))
        if known is None:
            return Unknown(node)
        return self.evaluate(node.body if known else node.orelse, scope)

    @staticmethod
    def truth(value: object) -> bool | None:
        """Return whether a value counts as true; None where only running could tell."""
        if isinstance(value, (Unknown, Reference, SourceTensor)):
            return None
        return bool(value) if isinstance(value, _PLAIN) else True

    def _subscript(self, node: ast.Subscript, scope: Scope) -> object:
        value = self.evaluate(node.value, scope)
        if isinstance(value, SourceTensor):
            parts_of_key = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            return self.operation(
                "GetItem", [value, [self._place(each, scope) for each in parts_of_key]], node
            )
        if isinstance(value, (str, list, tuple, range)):
            if isinstance(node.slice, ast.Slice):
                parts: list[Any] = [
                    None if part is None else self.evaluate(part, scope)
                    for part in (node.slice.lower, node.slice.upper, node.slice.step)
                ]
                return value[slice(*parts)]
            index = self.evaluate(node.slice, scope)
            return value[index] if isinstance(index, int) else Unknown(node)
        if isinstance(value, dict):
            return value[self.evaluate(node.slice, scope)]
        return unknown_in(value) or Unknown(node)

    def _place(self, node: ast.expr, scope: Scope) -> object:
        """Return one of the places of x[…] as Keras writes it in a config."""
        if isinstance(node, ast.Slice):
            parts = (node.lower, node.upper, node.step)
            given = [None if part is None else self.evaluate(part, scope) for part in parts]
            return {"class_name": "__slice__", "config": dict(zip(SLICE, given, strict=True))}
        if isinstance(node, ast.Constant) and node.value is ...:
            return {"class_name": "__ellipsis__", "config": {}}
        return self.evaluate(node, scope)

    def _attribute(self, node: ast.Attribute, scope: Scope) -> object:
        value = self.evaluate(node.value, scope)
        if isinstance(value, Reference):
            return Reference(f"{value.path}.{node.attr}")
        if isinstance(value, Unknown):
            return value
        return self.attribute(value, node.attr, node)

    def _call(self, node: ast.Call, scope: Scope) -> object:
        return self.call(node, scope)

    def _lambda(self, node: ast.Lambda, scope: Scope) -> object:
        return SourceFunction(node, scope, self.defaults(node.args, scope))

    def defaults(self, arguments: ast.arguments, scope: Scope) -> dict[str, object]:
        """Return the defaults of a function's parameters."""
        names = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
        first = len(names) - len(arguments.defaults)
        found = {
            name: self.evaluate(each, scope)
            for name, each in zip(names[first:], arguments.defaults, strict=True)
        }
        for parameter, each in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if each is not None:
                found[parameter.arg] = self.evaluate(each, scope)
        return found

    def _joinedstr(self, node: ast.JoinedStr, scope: Scope) -> object:
        text = ""
        for part in node.values:
            if isinstance(part, ast.Constant):
                text += str(part.value)
            elif isinstance(part, ast.FormattedValue) and part.format_spec is None:
                value = self.evaluate(part.value, scope)
                if not isinstance(value, (bool, int, float, str)):
                    return unknown_in(value) or Unknown(node)
                text += str(value)
            else:
                return Unknown(node)
        return text

    def _listcomp(self, node: ast.ListComp | ast.GeneratorExp, scope: Scope) -> object:
        found: list[object] = []
        known = self._generated(
            node.generators, Scope(outer=scope), lambda inner: found.append(self.evaluate(node.elt, inner))
        )
        return found if known else Unknown(node)

    _generatorexp = _listcomp

    def _generated(
        self, generators: list[ast.comprehension], scope: Scope, produce: Callable[[Scope], None]
    ) -> bool:
        """Call produce for each turn of a comprehension; False where only running could tell the turns."""
        if not generators:
            produce(scope)
            return True
        first, *others = generators
        values = self.evaluate(first.iter, scope)
        if not isinstance(values, (list, tuple, range, dict, str)):
            return False
        for value in values:
            self.step(first.target)
            self.assign(first.target, value, scope)
            tests = [self.truth(self.evaluate(test, scope)) for test in first.ifs]
            if None in tests:
                return False
            if all(tests) and not self._generated(others, scope, produce):
                return False
        return True
