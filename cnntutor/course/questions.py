"""What a question file, content/questions/SLUG.toml, may say; unknown keys are refused.

Every question has: `format_version = 1`, `slug` (the file's name), `kind`, `skill`, `prompt = { en, vi }`.
Numbers are never typed in where they can be computed: a question about a network says which one and what is
asked, and the calculator answers. The kinds:

`number` and `shape`
    Either about a network: `network = "lenet5"` (any name `cnntutor calc` knows) or a small one written out
    as `[[layers]]` below an `input_shape`, with `ask` and, unless a total is asked, `layer`. Or about
    nothing but arithmetic: `right = "5*5*6"`; the working shown is that expression.
`table`
    A summary of a network with blanks: `columns` and `blanks = ["conv1/params", "total/params"]`.
`choice` and `multi-choice`
    `[[choices]]`, each with `text`, and either `right = true` or `why` (the reason it is wrong).

Fresh numbers: `[vary]` lists what each name may be; `{name}` puts it into prompt, hints, explanation,
`right`, `known_wrong`, `input_shape`, `[[layers]]` and `[change]`; arithmetic around it is worked out:

    [vary]
    side = [28, 32, 39]
    filters = [4, 6, 8]
    padding = ["valid", "same"]

A seed draws one of each, and draws again while two mistakes, or a mistake and the right answer, give one
number (3 channels under a 3×3 kernel do); the content check refuses lists that leave too little to draw.
Texts may further use `{input}` (input shape of the network) and, where a layer is asked about,
`{layer_input}`; and references as lesson pages do: `{{params:lenet5/conv1}}`.

Mistakes are found by rules that compute what a learner with that mistake gets; only mistakes no rule knows
need a `[[known_wrong]]`. Hints are made from the derivation (the rule, the numbers put in, the first step);
`hints` writes out three of one's own, needed only where `right` or `[[choices]]` gives no derivation.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from cnntutor.course.schema import Slug
from cnntutor.i18n import Text

Ask = Literal[
    "params",
    "output_shape",
    "output_side",
    "output_values",
    "macs",
    "receptive_field",
    "total_params",
    "total_macs",
]
"""What is asked of a network.

`output_side` is the height of a square output, `output_values` how many numbers the output holds; the two
totals are over all layers and name no `layer`; the others are of one layer.
"""

Column = Literal["output_shape", "params", "running_params", "macs", "receptive_field"]
"""A column of a table; `running_params` is the sum of this row and all above it."""

Varied = int | str
"""A whole number, a word, or a template such as `"{side}"` or `"2*{filters}"`."""


class AlsoRight(Struct, frozen=True, forbid_unknown_fields=True):
    """`[[also_right]]`: another answer that is accepted, with the reason the learner is told.

    Exactly one of `value` and `network`.
    """

    reason: Text
    value: Varied | None = None
    network: str | None = None
    """The same asked of another network; the rules for mistakes apply to that one too."""


class KnownWrong(Struct, frozen=True, forbid_unknown_fields=True):
    """`[[known_wrong]]`: a wrong answer that no rule computes, with its own feedback.

    Exactly one of `value` and `network`. Where a rule gives the same number, this feedback goes first.
    """

    feedback: Text
    value: Varied | None = None
    network: str | None = None
    """The answer is what the same question has for this network."""
    mistake: Slug | None = None
    """The name of the mistake; a slug of the rules where it is one of theirs."""


class Choice(Struct, frozen=True, forbid_unknown_fields=True):
    """`[[choices]]`: one thing to choose. Their order on screen is drawn from the seed."""

    text: Text
    right: bool = False
    why: Text | None = None
    """Why it is wrong (required then) or, for a right one, why it is right."""
    mistake: Slug | None = None


class _Common(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", kw_only=True):
    """What every kind of question may say."""

    format_version: Literal[1]
    slug: Slug
    skill: Slug
    """What is trained; reviews ask by skill."""
    prompt: Text
    title: Text | None = None
    """A few words for lists; the prompt's first sentence if left out."""
    difficulty: Annotated[int, Meta(ge=1, le=3)] = 1
    vary: dict[str, Annotated[tuple[Varied, ...], Meta(min_length=1)]] = {}
    hints: Annotated[tuple[Text, ...], Meta(min_length=3, max_length=3)] | None = None
    explanation: Text | None = None
    """Said with the worked solution, after success or giving up."""
    covers: tuple[str, ...] = ()
    """Ids of the list of exercises that this question covers."""


class _OnNetwork(_Common, frozen=True, forbid_unknown_fields=True, tag_field="kind", kw_only=True):
    """A question that may stand on a network."""

    network: str | None = None
    input_shape: tuple[Varied, ...] | None = None
    """Another input shape for `network`; required with `layers`."""
    layers: tuple[dict[str, Any], ...] = ()
    """A network written out: `[[layers]]` as in network files, the Input left out."""
    change: dict[str, dict[str, Any]] = {}
    """Arguments to change: `[change.conv1]`, `filters = "{filters}"`."""


class _Asking(_OnNetwork, frozen=True, forbid_unknown_fields=True, tag_field="kind", kw_only=True):
    """A question with one answer to type."""

    layer: str | None = None
    """The layer asked about."""
    ask: Ask | None = None
    right: Varied | None = None
    """The answer as arithmetic, where no network is asked about."""
    also_right: tuple[AlsoRight, ...] = ()
    known_wrong: tuple[KnownWrong, ...] = ()


class NumberQuestion(
    _Asking, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="number", kw_only=True
):
    """`kind = "number"`: one number, typed as digits or as an expression."""

    form: Literal["count", "real", "percent"] = "count"
    """In a count `.` and `,` before groups of three are thousands; elsewhere they are the decimal sign."""
    rounding: bool = False
    """Whether `62k` or `62M` is an answer to this count."""
    tolerance: Annotated[float, Meta(ge=0)] = 0.0
    """How far from the right value a real or a percentage may be, in its own unit."""


class ShapeQuestion(
    _Asking, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="shape", kw_only=True
):
    """`kind = "shape"`: an output shape, such as 28x28x6; `right = "28x28x6"` without a network."""


class TableQuestion(
    _OnNetwork, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="table", kw_only=True
):
    """`kind = "table"`: a network's summary with blanks to fill in."""

    columns: Annotated[tuple[Column, ...], Meta(min_length=1)] = ("output_shape", "params")
    blanks: Annotated[tuple[str, ...], Meta(min_length=1)]
    """Cells to fill in, `LAYER/COLUMN`, in any order; the last row, `total`, has `params` and `macs`."""


class ChoiceQuestion(
    _Common, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="choice", kw_only=True
):
    """`kind = "choice"`: exactly one of the choices is right."""

    choices: Annotated[tuple[Choice, ...], Meta(min_length=2, max_length=9)]


class MultiChoiceQuestion(
    _Common, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="multi-choice", kw_only=True
):
    """`kind = "multi-choice"`: one or more of the choices are right, and all of those must be chosen."""

    choices: Annotated[tuple[Choice, ...], Meta(min_length=2, max_length=9)]


Question = NumberQuestion | ShapeQuestion | TableQuestion | ChoiceQuestion | MultiChoiceQuestion
"""Any question; msgspec tells the kinds apart by `kind`."""

QuestionOnNetwork = NumberQuestion | ShapeQuestion | TableQuestion
"""The kinds that may stand on a network."""
