"""A question as it is put to a learner: its numbers drawn, its choices in their order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cnntutor.course.questions import Question
from cnntutor.i18n import Message, Text

if TYPE_CHECKING:
    from cnntutor.calc.network import Network
    from cnntutor.quiz.answer_key import AnswerKey

FieldKind = Literal[
    "count", "real", "percent", "shape", "field", "choice", "choices", "order", "letter", "line", "code"
]
"""What a field takes; "field" is a receptive field, 27 or 27x27, "letter" stands for one of the options."""

ANSWER = "answer"
"""The id of the one field of a question that is no table."""

LINE = "line"
"""The id of the field for the wrong line of a listing."""

REASON = "reason"
"""The id of the field for what is wrong with it."""

TOTAL = "total"
"""The name of a table's last row."""


@dataclass(frozen=True, slots=True)
class Field:
    """One place to type into, or one list to choose from."""

    id: str
    """ANSWER, or "conv1/params" in a table."""
    label: Message | Text
    kind: FieldKind
    example: Message
    """What is understood, in a few words: a placeholder for the empty field."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: either a text that is given, or a field to fill in."""

    column: str
    given: str = ""
    """The text shown, in no language but numbers' own; empty for a field."""
    number: int | None = None
    """The given value where it is a count, to be written with the language's thousands mark."""
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: a layer, or the total."""

    name: str
    description: str
    """What the layer is, in Keras's words: Conv2D 6, 5×5."""
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class TablePose:
    """A summary of a network with blanks."""

    columns: tuple[str, ...]
    titles: tuple[Message, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class PosedChoice:
    """One thing to choose, with the letter it has on screen."""

    letter: str
    text: Text
    right: bool
    why: Text | None
    mistake: str | None


@dataclass(frozen=True, slots=True)
class Option:
    """Something that a letter stands for: an item to be ordered, a right to be matched."""

    letter: str
    text: Text


@dataclass(frozen=True, slots=True)
class PosedQuestion:
    """A question with a seed: everything needed to show it and to grade it."""

    question: Question
    """The file it comes from."""
    seed: int
    prompt: Text
    fields: tuple[Field, ...]
    """Every field in the order it is filled in: one, or a table's blanks row by row."""
    drawn: Mapping[str, int | str]
    """What the seed drew for the names of `[vary]`."""
    table: TablePose | None = None
    choices: tuple[PosedChoice, ...] = ()
    network: "Network | None" = None
    """The network asked about."""
    network_name: str | None = None
    """What the calculator is opened with; None where the network is written out in the question."""
    layer: str | None = None
    explanation: Text | None = None
    key: "AnswerKey | None" = None
    """The answers to a question with one typed field."""
    options: tuple[Option, ...] = ()
    """What the letters stand for in an order or a match."""
    listing: str = ""
    """The code that is shown: the listing with a bug, or what the learner begins with."""

    @property
    def slug(self) -> str:
        """The question's slug."""
        return self.question.slug

    @property
    def kind(self) -> str:
        """The question's kind, as its file names it."""
        return str(type(self.question).__struct_config__.tag)

    @property
    def skill(self) -> str:
        """The skill the question trains."""
        return self.question.skill

    @property
    def varied(self) -> bool:
        """Whether another seed gives other numbers."""
        return bool(self.question.vary)

    @property
    def several(self) -> bool:
        """Whether there is more than one field to fill in."""
        return len(self.fields) > 1
