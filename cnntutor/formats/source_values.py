"""What names stand for while Keras source code is followed: plain data, layers, tensors, models, unknowns."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cnntutor.i18n import Message

LONGEST_VALUE = 20_000
"""Items of a list with all it holds, characters of a text."""


class TooLarge(ValueError):
    """A value larger than source code of a network needs."""


class Unfollowed(Exception):
    """Source code that cannot be followed without running it.

    Args:
        line: Its line.
        problem: What is wrong, and the mend.
    """

    def __init__(self, line: int, problem: Message) -> None:
        super().__init__(line, problem)
        self.line = line
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that only running the code could give; harmless until a network needs it."""

    node: ast.AST

    @property
    def line(self) -> int:
        """The line it comes from."""
        return int(getattr(self.node, "lineno", 1))

    @property
    def code(self) -> str:
        """The code it comes from, its first line."""
        try:
            text = ast.unparse(self.node)
        except RecursionError:
            text = type(self.node).__name__
        return text.splitlines()[0] if text else ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A name of an imported module, such as keras.layers.Conv2D; nothing is imported."""

    path: str

    @property
    def name(self) -> str:
        """Its last part."""
        return self.path.rpartition(".")[2]


@dataclass(slots=True, eq=False)
class SourceCall:
    """One call of a layer."""

    args: list[object]
    kwargs: dict[str, object]
    name: str = ""
    """The name of the variable it was given to."""
    number: int = 0
    """How many calls and inputs the code made before it."""


@dataclass(slots=True, eq=False)
class SourceLayer:
    """A layer, an operation or an input the code makes."""

    spec: dict[str, object]
    """Its config as Keras writes it, without its calls."""
    name: str
    line: int
    number: int = 0
    """Of an input: how many calls and inputs the code made before it."""
    calls: list[SourceCall] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class SourceModel:
    """A Sequential or a functional model the code makes."""

    name: str
    line: int
    layers: "list[SourceLayer | SourceModel] | None"
    """Of a Sequential; None for a functional model."""
    inputs: list["SourceTensor"] = field(default_factory=list)
    outputs: list["SourceTensor"] = field(default_factory=list)
    calls: list[SourceCall] = field(default_factory=list)
    used: bool = False
    """Whether it became part of another model."""
    trainable: bool = True
    attributes: dict[str, object] = field(default_factory=dict)
    """What the code gave to attributes of its own."""


@dataclass(frozen=True, slots=True)
class SourceTensor:
    """An output of a call of a layer or a model; call is -1 for an input."""

    owner: SourceLayer | SourceModel
    call: int = 0
    output: int = 0


@dataclass(slots=True, eq=False)
class Scope:
    """Names and what they stand for."""

    names: dict[str, object] = field(default_factory=dict)
    outer: "Scope | None" = None

    def find(self, name: str) -> object:
        """Return what a name stands for.

        Raises:
            KeyError: nothing.
        """
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        raise KeyError(name)


@dataclass(frozen=True, slots=True, eq=False)
class SourceFunction:
    """A function the code defines."""

    node: ast.FunctionDef | ast.Lambda
    scope: Scope
    defaults: Mapping[str, object]


def leaves(value: object) -> Iterator[object]:
    """Yield what the lists, tuples and dictionaries of a value hold, in order; dictionaries by their keys.

    Raises:
        TooLarge: they hold more than LONGEST_VALUE values, or themselves.
    """
    stack, count = [value], 0
    while stack:
        each = stack.pop()
        count += 1
        if count + len(stack) > LONGEST_VALUE:
            raise TooLarge
        if isinstance(each, (list, tuple)):
            stack += reversed(each)
        elif isinstance(each, dict):
            stack += [each[key] for key in sorted(each, key=str, reverse=True)]
        else:
            yield each


def unknown_in(value: object) -> Unknown | None:
    """Return the first unknown that a value is or holds; None if there is none."""
    return next((each for each in leaves(value) if isinstance(each, Unknown)), None)


def tensors_in(value: object) -> list[SourceTensor]:
    """Return the tensors in an argument, in order."""
    return [each for each in leaves(value) if isinstance(each, SourceTensor)]
