"""Fact cards: networks of the literature that are no Keras graphs, each count with its own arithmetic.

format_version = 1
name = "lenet5-1998"                     # the slug
title = { en = "…", vi = "…" }
source = "…"
note = { en = "…", vi = "…" }            # optional
convention = { en = "…", vi = "…" }      # optional: what the counts follow
input_shape = [32, 32, 1]

[[rows]]
name = "C1"
output_shape = [28, 28, 6]
params = "(5·5 + 1)·6"                   # arithmetic, worked out when the file is read
connections = "(5·5 + 1)·6·28·28"        # optional
note = { en = "…", vi = "…" }            # optional
"""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from cnntutor.calc.arithmetic import ArithmeticProblem, evaluate
from cnntutor.calc.shapes import Shape
from cnntutor.errors import NotUnderstood
from cnntutor.formats.files import read_text
from cnntutor.formats.library import cards_dir
from cnntutor.i18n import Text, msg

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Count:
    """A number and the arithmetic that gives it."""

    arithmetic: str
    value: int


@dataclass(frozen=True, slots=True)
class CardRow:
    """One layer of a card."""

    name: str
    output_shape: Shape
    params: Count
    connections: Count | None
    note: Text


@dataclass(frozen=True, slots=True)
class FactCard:
    """A network as the literature describes it; the rows add up to the totals."""

    slug: str
    title: Text
    source: str
    note: Text
    convention: Text
    input_shape: Shape
    rows: tuple[CardRow, ...]

    @property
    def total_params(self) -> int:
        """The parameters of all rows."""
        return sum(row.params.value for row in self.rows)

    @property
    def total_connections(self) -> int | None:
        """The connections of all rows; None where a row says none."""
        known = [row.connections.value for row in self.rows if row.connections is not None]
        return sum(known) if len(known) == len(self.rows) else None


class _Row(msgspec.Struct, forbid_unknown_fields=True):
    """A row as it stands in the file."""

    name: str
    output_shape: list[int]
    params: str
    connections: str = ""
    note: dict[str, str] = {}


class _File(msgspec.Struct, forbid_unknown_fields=True):
    """A card as it stands in the file."""

    format_version: int
    name: str
    title: dict[str, str]
    source: str
    input_shape: list[int]
    rows: list[_Row]
    note: dict[str, str] = {}
    convention: dict[str, str] = {}


def list_cards() -> tuple[FactCard, ...]:
    """Return every fact card of the course, in the order of their slugs.

    Raises:
        NotUnderstood: a file cannot be read.
    """
    return tuple(read_card(path) for path in sorted(cards_dir().glob("*.toml")))


def read_card(path: Path) -> FactCard:
    """Read a fact card.

    Raises:
        NotUnderstood: it cannot be read; one sentence with file, key and mend.
    """
    try:
        file = msgspec.toml.decode(read_text(path), type=_File)
    except (msgspec.DecodeError, RecursionError) as problem:
        raise NotUnderstood(
            msg(
                "{file}: {problem}; write a fact card as those of the course are.", file=path, problem=problem
            )
        ) from None
    if file.format_version != FORMAT_VERSION:
        raise NotUnderstood(
            msg(
                "{file}: {key} is {received}; write {allowed}.",
                file=path,
                key="format_version",
                received=str(file.format_version),
                allowed="1",
            )
        )
    return FactCard(
        file.name,
        _text(path, "title", file.title),
        file.source,
        _text(path, "note", file.note),
        _text(path, "convention", file.convention),
        tuple(file.input_shape),
        tuple(
            CardRow(
                row.name,
                tuple(row.output_shape),
                _count(path, f"rows.{row.name}.params", row.params),
                _count(path, f"rows.{row.name}.connections", row.connections) if row.connections else None,
                _text(path, f"rows.{row.name}.note", row.note),
            )
            for row in file.rows
        ),
    )


def _text(path: Path, key: str, value: dict[str, str]) -> Text:
    """Return a text in both languages, empty where there is none."""
    if value and set(value) != {"en", "vi"}:
        raise _wrong(path, key, str(value), '{ en = "…", vi = "…" }')
    return Text(value.get("en", ""), value.get("vi", ""))


def _count(path: Path, key: str, arithmetic: str) -> Count:
    """Return what an expression comes to."""
    try:
        value = evaluate(arithmetic)
    except ArithmeticProblem:
        value = -1
    if not isinstance(value, int) or value < 0:
        raise _wrong(path, key, f'"{arithmetic[:60]}"', '"(5·5 + 1)·6"')
    return Count(arithmetic, value)


def _wrong(path: Path, key: str, received: str, allowed: str) -> NotUnderstood:
    """Return the refusal of a value."""
    return NotUnderstood(
        msg(
            "{file}: {key} is {received}; write {allowed}.",
            file=path,
            key=key,
            received=received,
            allowed=allowed,
        )
    )
