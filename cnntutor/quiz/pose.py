"""Puts a question to a learner: draws its numbers, builds its network, orders its choices."""

from cnntutor.calc.network import Network
from cnntutor.calc.problems import LayerError
from cnntutor.course.questions import (
    ChoiceQuestion,
    CodeLineQuestion,
    CodeQuestion,
    MatchQuestion,
    MultiChoiceQuestion,
    NumberQuestion,
    Question,
    ShapeQuestion,
    TableQuestion,
)
from cnntutor.errors import NotUnderstood
from cnntutor.i18n import msg
from cnntutor.quiz.answer_key import AnswerKey, answer_key
from cnntutor.quiz.answers import COUNT_EXAMPLE, PERCENT_EXAMPLE, REAL_EXAMPLE, ROUNDED_EXAMPLE
from cnntutor.quiz.answers_shapes import FIELD_EXAMPLE, SHAPE_EXAMPLE
from cnntutor.quiz.build import build, problem
from cnntutor.quiz.collisions import collisions
from cnntutor.quiz.draw import LARGEST_SEED, Drawn, draw, shuffled
from cnntutor.quiz.pose_kinds import OtherQuestion, fields_of, listing_of, options_of
from cnntutor.quiz.posed import ANSWER, Field, PosedChoice, PosedQuestion
from cnntutor.quiz.table import pose_table
from cnntutor.quiz.wording import shape_names, told, told_key

MOST_DRAWS = 40
"""How often a seed's numbers are drawn again to keep mistakes apart."""

LETTERS = "abcdefghi"


def pose(question: Question, seed: int = 0) -> PosedQuestion:
    """Return the question with the numbers of this seed; the same seed gives the same question.

    Numbers are drawn again while two mistakes, or a mistake and the right answer, give one number. Where
    that cannot be had, the draw with the fewest such numbers is taken, and collisions() tells them.

    Args:
        question: The question.
        seed: Any whole number from 0 to LARGEST_SEED.

    Raises:
        NotUnderstood: the question's file asks for something that cannot be.
        ValueError: the seed is out of range.
    """
    if not 0 <= seed <= LARGEST_SEED:
        raise ValueError(f"seed must be from 0 to {LARGEST_SEED}, received {seed}")
    if not question.vary:
        try:
            return _posed(question, seed, {})
        except LayerError as wrong:
            raise problem(question, wrong.message) from None
    best: tuple[int, PosedQuestion] | None = None
    refused: NotUnderstood | None = None
    for attempt in range(MOST_DRAWS):
        try:
            posed = _posed(question, seed, draw(question, seed, attempt))
        except LayerError as wrong:
            refused = problem(question, wrong.message)
            continue
        except NotUnderstood as wrong:
            refused = wrong
            continue
        shared = len(collisions(posed))
        if best is None or shared < best[0]:
            best = (shared, posed)
        if not shared:
            break
    if best is None:
        raise refused or problem(question, msg("[vary] leaves nothing to draw; give more numbers."))
    return best[1]


def _posed(question: Question, seed: int, drawn: Drawn) -> PosedQuestion:
    """Return the question with these numbers."""
    network: Network | None = None
    key: AnswerKey | None = None
    table = None
    choices: tuple[PosedChoice, ...] = ()
    layer: str | None = None
    if isinstance(question, (NumberQuestion, ShapeQuestion)):
        key = answer_key(question, drawn)
        asked = key.right[0].asked
        network, layer = (asked.network, asked.layer) if asked else (None, None)
        fields: tuple[Field, ...] = (_answer_field(question, key),)
    elif isinstance(question, TableQuestion):
        network = build(question, drawn)
        if network is None:
            raise problem(question, msg("name a network, or write out its [[layers]]."))
        table = pose_table(question, network)
        fields = tuple(cell.field for row in table.rows for cell in row.cells if cell.field is not None)
    elif isinstance(question, (ChoiceQuestion, MultiChoiceQuestion)):
        fields = (_choice_field(question),)
    else:
        fields = fields_of(question)
        network = build(question, drawn) if isinstance(question, CodeQuestion) else None
    names = dict(drawn) | shape_names(network, layer)
    question = told(question, names)
    if isinstance(question, (ChoiceQuestion, MultiChoiceQuestion, CodeLineQuestion)):
        choices = _choices(question, seed)
    if isinstance(question, MatchQuestion):
        fields = fields_of(question)
    other: OtherQuestion | None = question if isinstance(question, OtherQuestion) else None
    return PosedQuestion(
        question,
        seed,
        question.prompt,
        fields,
        drawn,
        table,
        choices,
        network,
        getattr(question, "network", None),
        layer,
        question.explanation,
        None if key is None else told_key(question, key, names),
        () if other is None else options_of(other, seed),
        "" if other is None else listing_of(other),
    )


def _answer_field(question: NumberQuestion | ShapeQuestion, key: AnswerKey) -> Field:
    """Return the field of a question with one typed answer."""
    label = msg("your answer")
    if question.ask == "receptive_field":
        return Field(ANSWER, label, "field", FIELD_EXAMPLE)
    if isinstance(question, ShapeQuestion):
        return Field(ANSWER, label, "shape", SHAPE_EXAMPLE)
    if question.form == "real":
        return Field(ANSWER, label, "real", REAL_EXAMPLE)
    if question.form == "percent":
        return Field(ANSWER, label, "percent", PERCENT_EXAMPLE)
    return Field(ANSWER, label, "count", ROUNDED_EXAMPLE if question.rounding else COUNT_EXAMPLE)


def _choice_field(question: ChoiceQuestion | MultiChoiceQuestion) -> Field:
    """Return the field that takes the letters of choices."""
    right = sum(choice.right for choice in question.choices)
    if isinstance(question, MultiChoiceQuestion):
        if not right:
            raise problem(question, msg("choices: mark those that are right with right = true."))
        return Field(ANSWER, msg("your choices"), "choices", msg("such as a, b"))
    if right != 1:
        raise problem(question, msg("choices: mark exactly one with right = true."))
    return Field(ANSWER, msg("your choice"), "choice", msg("such as a"))


def _choices(
    question: ChoiceQuestion | MultiChoiceQuestion | CodeLineQuestion, seed: int
) -> tuple[PosedChoice, ...]:
    """Return the choices in the order of this seed."""
    order = shuffled(len(question.choices), question.slug, seed)
    ordered = [question.choices[index] for index in order]
    return tuple(
        PosedChoice(letter, choice.text, choice.right, choice.why, choice.mistake)
        for letter, choice in zip(LETTERS, ordered, strict=False)
    )
