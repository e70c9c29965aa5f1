"""Arguments of layers as a person types them: 6, 5×5, same, true, none, LSTM(64); and back."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import get_type_hints

from cnntutor.calc.layers.base import Layer, layer_arguments
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.registry import LAYER_KINDS
from cnntutor.calc.shapes import parse_shape
from cnntutor.i18n import Message, msg, shape

LONGEST_TEXT = 200
"""No argument needs more characters."""
NONE_WORDS = frozenset({"", "none", "null", "-", "không"})
FLAG_WORDS = {
    **dict.fromkeys(("true", "yes", "y", "on", "1", "có"), True),
    **dict.fromkeys(("false", "no", "n", "off", "0", "không"), False),
}
_AS_TYPED = frozenset({"equation", "key"})
"""Words whose capitals count."""


def arguments_of(layer: Layer) -> dict[str, str]:
    """Return the arguments of a layer by Keras's names, written as a person would type them."""
    hints = hints_of(layer.kind)
    return {name: argument_text(getattr(layer, name), hints[name]) for name in layer_arguments(type(layer))}


def argument_text(value: object, hint: str = "") -> str:
    """Return a value as it is typed: 6, 5×5, 2×1, true, relu, LSTM(64); nothing for None.

    Args:
        value: The argument.
        hint: Its type as `hints_of` gives it; axes and free values are written with commas.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Layer):
        return _call_text(value)
    if isinstance(value, tuple):
        return _row_text(value, hint)
    if isinstance(value, float):
        short = f"{value:g}"
        return short if float(short) == value else repr(value)
    return str(value)


def _row_text(row: tuple[object, ...], hint: str) -> str:
    """Return a row of values as it is typed."""
    if hint == "object":
        return f"({', '.join(argument_text(part, hint) or 'none' for part in row)})"
    if any(isinstance(part, Layer) for part in row):
        return f"[{', '.join(argument_text(part) for part in row)}]"
    if all(isinstance(part, tuple) for part in row) and row:
        pairs = [part for part in row if isinstance(part, tuple)]
        sides = [side for pair in pairs for side in pair]
        if len(set(sides)) == 1:
            return str(sides[0])
        return ", ".join(f"({', '.join(map(str, pair))})" for pair in pairs)
    numbers = [part for part in row if isinstance(part, int)]
    if len(numbers) == len(row) and not hint.startswith("int |"):
        return shape(tuple(numbers))
    return ", ".join(argument_text(part) or "none" for part in row)


def _call_text(layer: Layer) -> str:
    """Return a layer that is an argument as Keras code would make it: LSTM(units=64)."""
    hints = hints_of(layer.kind)
    given = [
        f"{name}={_code(getattr(layer, name), hints[name])}"
        for name, default in layer_arguments(type(layer)).items()
        if getattr(layer, name) != default
    ]
    return f"{layer.kind}({', '.join(given)})"


def _code(value: object, hint: str) -> str:
    """Return an argument inside such a call: Python's own writing."""
    if isinstance(value, Layer):
        return _call_text(value)
    if isinstance(value, tuple) and any(isinstance(part, Layer) for part in value):
        return f"[{', '.join(_code(part, hint) for part in value)}]"
    return repr(value)


def expects(kind: type[Layer], argument: str) -> Message:
    """Return in a few words what an argument takes, for an empty field."""
    hint = hints_of(kind.kind)[argument]
    if kind is Input:
        return msg("such as 32×32×3")
    if "Layer" in hint:
        return msg("such as LSTM(64)")
    if hint.startswith("tuple"):
        return msg("such as 3 or 3×5")
    if hint == "bool":
        return msg("true or false")
    if argument == "padding":
        return msg("valid or same")
    if "None" in hint:
        return msg("none")
    return msg("a number") if hint.startswith(("int", "float")) else msg("a name")


def parse_argument(kind: type[Layer], argument: str, text: str) -> object:
    """Return the value a person meant; text that is none is returned as it is, for the layer to refuse."""
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        return text
    hint = hints_of(kind.kind)[argument]
    folded = text.casefold()
    if "None" in hint and not hint.startswith("tuple[int | None") and folded in NONE_WORDS:
        return None
    if hint == "bool":
        return FLAG_WORDS.get(folded, text)
    if "Layer" in hint:
        return _layers(text)
    if hint.startswith(("tuple", "int | tuple")):
        return _sides(kind, text)
    if hint in ("int", "int | None"):
        return _whole(text)
    if "float" in hint:
        try:
            return float(text.replace(",", "."))
        except ValueError:
            return text
    if hint == "object":
        return _free(text)
    return text if argument in _AS_TYPED else folded


def _free(text: str) -> object:
    """Return what stands for a value of no fixed type: a number, a word, or a row of such."""
    if text.casefold() in NONE_WORDS:
        return None
    plain = re.sub(
        r"\b(true|false|none)\b", lambda found: found[0].capitalize(), text.casefold(), flags=re.IGNORECASE
    )
    value = _literal(plain)
    return text if value is NotImplemented else value


def _literal(text: str) -> object:
    """Return the plain value that Python code writes; NotImplemented where it is none."""
    try:
        value: object = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return NotImplemented
    return value


def _layers(text: str) -> object:
    """Return the layer, or the row of layers, that a text makes; nothing is run. Else the text."""
    try:
        tree = ast.parse(text, mode="eval").body
        return _made(tree)
    except (ValueError, SyntaxError, TypeError, KeyError, RecursionError, MemoryError):
        return text


def _made(tree: ast.expr) -> object:
    """Return what an expression of layer calls and plain values makes.

    Raises:
        LayerError: a layer refuses an argument.
        ValueError: it is something else.
    """
    if isinstance(tree, ast.List | ast.Tuple):
        return tuple(_made(each) for each in tree.elts)
    if not isinstance(tree, ast.Call):
        return ast.literal_eval(tree)
    name = tree.func.attr if isinstance(tree.func, ast.Attribute) else getattr(tree.func, "id", "")
    if name not in LAYER_KINDS:
        raise ValueError(name)
    known = list(layer_arguments(LAYER_KINDS[name]))
    given = dict(zip(known, (_made(each) for each in tree.args), strict=False))
    given |= {keyword.arg or "": _made(keyword.value) for keyword in tree.keywords}
    return LAYER_KINDS[name](**given)


def _sides(kind: type[Layer], text: str) -> object:
    """Return the sides a text gives: 5, 5x5, (5, 5), ((0, 1), (0, 1)); else the text."""
    if kind is Input:
        try:
            return parse_shape(text)
        except ValueError:
            return text
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return _whole(text)
    if "((" in text.replace(" ", "") or text.count("(") > 1:
        value = _literal(text)
        return text if value is NotImplemented else value
    parts = re.split(r"\s*[x×X*,;]\s*|\s+", text.strip("()[]").strip())
    values = [None if part.casefold() in NONE_WORDS - {""} else _whole(part) for part in parts]
    return tuple(values) if not any(isinstance(value, str) for value in values) else text


def _whole(text: str) -> int | str:
    """Return a whole number, thousands marks allowed; else the text."""
    plain = re.sub(r"(?<=[0-9])[.,_](?=[0-9]{3}\b)", "", text)
    return int(plain) if re.fullmatch(r"[-+]?[0-9]{1,12}", plain) else text


@cache
def hints_of(kind: str) -> dict[str, str]:
    """Return the types of a kind's arguments, as they are written: int, str | None, tuple[int, int]."""
    layer_kind = LAYER_KINDS[kind]
    hints = get_type_hints(layer_kind)
    return {
        name: getattr(hints[name], "__name__", "") if type(hints[name]) is type else str(hints[name])
        for name in layer_arguments(layer_kind)
    }
