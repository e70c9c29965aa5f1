"""Networks from Keras source code, followed line by line as data: nothing is run and nothing imported.

Sequential lists, model.add, functional calls, loops over ranges and lists, functions of the code's own and
constants are followed; what only running could tell is refused at its line where a network needs it.
"""

import ast
import re
from pathlib import Path

from cnntutor.calc.shapes import Shape
from cnntutor.errors import NotUnderstood
from cnntutor.formats.entry import NetworkEntry
from cnntutor.formats.files import read_text
from cnntutor.formats.keras_json import read_model
from cnntutor.formats.places import Place
from cnntutor.formats.source_config import ConfigWriter
from cnntutor.formats.source_keras import KerasSource
from cnntutor.formats.source_values import Scope, SourceFunction, SourceModel, Unfollowed, Unknown
from cnntutor.i18n import Message, msg

LARGEST_SOURCE = 500_000
"""Bytes."""


_MAGIC = re.compile(r"^([ \t]*)[%!].*$", re.MULTILINE)
"""Lines of a notebook that are no Python: %matplotlib inline, !pip install."""


def read_keras_source(path: Path, input_shape: Shape | None = None) -> NetworkEntry:
    """Read the network that a file of Keras code makes.

    Args:
        path: The file.
        input_shape: Stands for the shape of the first input, where the code leaves it open or not.

    Raises:
        NotUnderstood: one sentence with file, line and mend.
    """
    return parse_keras_source(read_text(path, LARGEST_SOURCE), str(path), input_shape)


def parse_keras_source(text: str, file: str, input_shape: Shape | None = None) -> NetworkEntry:
    """Read the network that Keras code makes: `model`, or else the last model that is part of no other.

    Args:
        text: The code.
        file: What to call the file in messages.
        input_shape: As above.

    Raises:
        NotUnderstood: one sentence with file, line and mend.
    """
    place = Place(file)
    deep = place.refused(msg("too many brackets inside one another; remove some"))
    try:
        tree = _parsed(text)
    except SyntaxError as problem:
        raise _at(file, problem.lineno or 1, msg("this is no Python; mend the line")) from None
    except (RecursionError, MemoryError):
        raise deep from None
    except ValueError:
        raise _at(file, 1, msg("this is no Python; mend the line")) from None
    source = KerasSource()
    writer = ConfigWriter()
    try:
        model = _chosen(source, tree, place)
        document = writer.model(model)
        return read_model(document, Place(file, lines=writer.lines), input_shape)
    except Unfollowed as problem:
        raise _at(file, problem.line, problem.problem) from None
    except RecursionError:
        raise deep from None


def _parsed(text: str) -> ast.Module:
    """Return the code as a tree; lines of a notebook that are no Python are passed over."""
    try:
        return ast.parse(text)
    except SyntaxError:
        if not _MAGIC.search(text):
            raise
    return ast.parse(_MAGIC.sub(r"\1pass", text))


def _chosen(source: KerasSource, tree: ast.Module, place: Place) -> SourceModel:
    """Follow the code and return the model it is about."""
    scope = Scope({"__name__": "__main__"})
    source.run(tree.body, scope)
    named = scope.names.get("model")
    if isinstance(named, SourceModel):
        return named
    if not source.models:
        for each in reversed(list(scope.names.values())):
            if isinstance(each, SourceFunction) and not _needed(each):
                made = source.function(each, [], {}, each.node)
                if isinstance(made, SourceModel):
                    return made
                if isinstance(made, Unknown) and not source.models:
                    raise source.unfollowed(made)
    if isinstance(named, Unknown) and not isinstance(named.node, (ast.FunctionDef, ast.ClassDef)):
        raise source.unfollowed(named)
    free = [model for model in source.models if not model.used] or source.models
    if not free:
        raise place.refused(
            msg(
                "no Sequential or Model of Keras is made in it; make one on the last line, such as"
                " model = build()"
            )
        )
    return free[-1]


def _needed(function: SourceFunction) -> bool:
    """Whether a function cannot be called without arguments."""
    arguments = function.node.args
    names = {each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    return isinstance(function.node, ast.Lambda) or not names.issubset(function.defaults)


def _at(file: str, line: int, problem: Message) -> NotUnderstood:
    """Return a refusal at a line."""
    return NotUnderstood(msg("{file}, line {line}: {problem}.", file=file, line=str(line), problem=problem))
