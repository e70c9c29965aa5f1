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
    A number may also be found in data: `find = "steps_per_epoch"` with a table `[data]` (quiz/rules/data.py
    says what each needs).
`choice` and `multi-choice`
    `[[choices]]`, each with `text`, and either `right = true` or `why` (the reason it is wrong).
`order`
    `[[items]]` in their right order; on screen they are shuffled. `[[known_wrong_order]]` explains one order.
`match`
    `[[pairs]]` of `left` and `right`; `extra` rights belong to none.
`code-line`
    A listing `code`, the `lines` that are wrong, `[[choices]]` for the reason, and the listing `mended`;
    `runs = ["resnet-demo-cifar10", "resnet-demo-cifar10-mended"]` where recipes show the difference.
`prediction`
    A number told before a run of `recipe`: right between `low` and `high`, of which `measured` tells more.
`code`
    Keras code to write: `starter`, `before` and `after` it, and the network it must build, as above.

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

from cnntutor.course.code_checks import CodeChecks
from cnntutor.course.question_parts import (
    AlsoRight,
    Choice,
    KnownOrder,
    KnownWrong,
    LineReason,
    Pair,
    Varied,
)
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

Find = Literal[
    "training_images",
    "steps_per_epoch",
    "total_steps",
    "accuracy",
    "error",
    "recall",
    "precision",
    "top_k_error",
    "best_epoch",
    "stop_epoch",
    "points",
    "errors_of",
]
"""What is to be found in data: steps of a training, figures of a confusion matrix, epochs of a log."""

Column = Literal["output_shape", "params", "running_params", "macs", "receptive_field"]
"""A column of a table; `running_params` is the sum of this row and all above it."""


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
    find: Find | None = None
    """What is to be found in `data`."""
    data: dict[str, Any] = {}
    """What is known: [data] images = 60000, split = 10, batch = "{batch}"."""
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


class OrderQuestion(
    _Common, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="order", kw_only=True
):
    """`kind = "order"`: things to be put into their order."""

    items: Annotated[tuple[Text, ...], Meta(min_length=3, max_length=9)]
    """In their right order."""
    known_wrong_order: tuple[KnownOrder, ...] = ()


class MatchQuestion(
    _Common, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="match", kw_only=True
):
    """`kind = "match"`: what belongs to what."""

    pairs: Annotated[tuple[Pair, ...], Meta(min_length=2, max_length=8)]
    extra: tuple[Text, ...] = ()
    """Rights that belong to no left."""


class CodeLineQuestion(
    _Common, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="code-line", kw_only=True
):
    """`kind = "code-line"`: find the wrong line of a listing, then say what is wrong with it."""

    code: str
    lines: Annotated[tuple[int, ...], Meta(min_length=1)]
    """The lines, from 1, each of which is a right answer."""
    choices: Annotated[tuple[Choice, ...], Meta(min_length=2, max_length=9)]
    """What may be wrong with it."""
    mended: str
    line_reasons: tuple[LineReason, ...] = ()
    """Why another line is right as it stands."""
    runs: tuple[Slug, Slug] | None = None
    """Where the difference can be run: the recipe with the mistake, then the mended one."""


class PredictionQuestion(
    _Common, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="prediction", kw_only=True
):
    """`kind = "prediction"`: what a run will come to, said before it is started."""

    low: float
    high: float
    """Everything from low to high is a good prediction."""
    measured: Text
    """What came out, where and how often."""
    form: Literal["real", "percent"] = "percent"
    recipe: Slug | None = None
    """The recipe to run."""
    known_wrong: tuple[KnownWrong, ...] = ()


class CodeQuestion(
    _OnNetwork, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="code", kw_only=True
):
    """`kind = "code"`: Keras code to write; the model it leaves is compared layer by layer."""

    starter: str
    before: str = ""
    """Code that runs first, not to be changed."""
    after: str = ""
    """Code that runs last, such as model = block(...)."""
    solution: str
    checks: CodeChecks | None = None
    """What is asked of the model beside its layers."""


Question = (
    NumberQuestion
    | ShapeQuestion
    | TableQuestion
    | ChoiceQuestion
    | MultiChoiceQuestion
    | OrderQuestion
    | MatchQuestion
    | CodeLineQuestion
    | PredictionQuestion
    | CodeQuestion
)
"""Any question; msgspec tells the kinds apart by `kind`."""

QuestionOnNetwork = NumberQuestion | ShapeQuestion | TableQuestion | CodeQuestion
"""The kinds that may stand on a network."""
