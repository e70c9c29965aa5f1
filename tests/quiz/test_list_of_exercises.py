"""The list of exercises: every one has a question, and its wrong answers get the name of their mistake."""

# ruff: noqa: E501 (a table is read line by line)

import pytest

from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.registry import LAYER_KINDS
from cnntutor.calc.network import sequential
from cnntutor.course.loader import Course
from cnntutor.course.questions import Ask, NumberQuestion, ShapeQuestion
from cnntutor.formats.library import find_network
from cnntutor.quiz.grade import grade
from cnntutor.quiz.grade_typed import grade_asked
from cnntutor.quiz.pose import pose
from cnntutor.quiz.posed import ANSWER
from cnntutor.quiz.rules.asked import Asked
from cnntutor.quiz.rules.slip import Inputs

LAST = 235
"""The list goes from X001 to this one."""
SEEDS = range(60)
"""Where numbers are drawn, those of the list come up in one of these seeds."""


def layer(kind: str, **arguments: object) -> Layer:
    """Return a layer by Keras's names."""
    return LAYER_KINDS[kind](**arguments)


def conv(filters: int, side: int, **more: object) -> Layer:
    """Return a convolution."""
    return layer("Conv2D", filters=filters, kernel_size=side, **more)


def test_every_exercise_of_the_list_has_a_question(course: Course) -> None:
    covered = {item for question in course.questions.values() for item in question.covers}
    assert covered == {f"X{number:03}" for number in range(1, LAST + 1)}


ON_LAYER = [
    ("X001", conv(10, 3), (39, 39, 3), "output_side", "36", "no-plus-one"),
    ("X001", conv(10, 3), (39, 39, 3), "output_side", "39", "same-for-valid"),
    ("X001", conv(10, 3), (39, 39, 3), "output_side", "13", "divided-by-kernel"),
    ("X002", conv(20, 5, strides=2), (37, 37, 10), "output_side", "16", "no-plus-one"),
    ("X002", conv(20, 5, strides=2), (37, 37, 10), "output_side", "33", "stride-ignored"),
    ("X004", conv(10, 3), (39, 39, 3), "params", "270", "no-bias"),
    ("X004", conv(10, 3), (39, 39, 3), "params", "100", "no-input-channels"),
    ("X004", conv(10, 3), (39, 39, 3), "params", "28", "one-filter"),
    ("X005", conv(20, 5), (37, 37, 10), "params", "5,000", "no-bias"),
    ("X005", conv(20, 5), (37, 37, 10), "params", "520", "no-input-channels"),
    ("X007", layer("MaxPooling2D"), (4, 4, 1), "output_side", "3", "stride-ignored"),
    ("X012", conv(6, 5), (32, 32, 1), "output_shape", "27x27x6", "no-plus-one"),
    ("X012", conv(6, 5), (32, 32, 1), "output_shape", "32x32x6", "same-for-valid"),
    ("X012", conv(6, 5), (32, 32, 1), "output_shape", "28x28x1", "channels-kept"),
    ("X013", conv(6, 5), (32, 32, 1), "params", "150", "no-bias"),
    ("X013", conv(6, 5), (32, 32, 1), "params", "26", "one-filter"),
    ("X013", conv(6, 5), (32, 32, 1), "params", "151", "one-bias"),
    ("X014", conv(16, 5), (14, 14, 6), "params", "2,400", "no-bias"),
    ("X014", conv(16, 5), (14, 14, 6), "params", "416", "no-input-channels"),
    ("X014", conv(16, 5), (14, 14, 6), "params", "2,401", "one-bias"),
    ("X045", conv(32, 3), (28, 28, 1), "params", "288", "no-bias"),
    ("X046", conv(64, 3), (13, 13, 32), "params", "18,432", "no-bias"),
    ("X046", conv(64, 3), (13, 13, 32), "params", "640", "no-input-channels"),
    ("X047", layer("MaxPooling2D"), (11, 11, 64), "output_shape", "6x6x64", "ceil-for-floor"),
    ("X058", layer("MaxPooling2D", pool_size=3, strides=2, padding="same"), (7, 7, 256), "output_side", "3", "valid-for-same"),
    ("X059", layer("Dense", units=4096), (4096,), "params", "16,777,216", "no-bias"),
    ("X065", layer("BatchNormalization"), (11, 11, 96), "params", "192", "bn-two"),
    ("X065", layer("BatchNormalization"), (1, 1, 256), "params", "512", "bn-two"),
    ("X091", layer("Dense", units=784), (784,), "params", "614,656", "no-bias"),
    ("X092", layer("Dense", units=10), (784,), "params", "7,840", "no-bias"),
    ("X094", layer("Dense", units=3072), (3072,), "params", "9,437,184", "no-bias"),
    ("X169", layer("SeparableConv2D", filters=728, kernel_size=3), (19, 19, 728), "params", "6,552", "pointwise-forgotten"),
    ("X180", conv(96, 11, strides=4), (227, 227, 3), "params", "34,848", "no-bias"),
    ("X180", conv(96, 11, strides=4), (227, 227, 3), "params", "11,712", "no-input-channels"),
    ("X181", conv(256, 5, padding="same"), (27, 27, 96), "params", "614,400", "no-bias"),
]  # fmt: skip


@pytest.mark.parametrize(("item", "made", "inputs", "ask", "answer", "mistake"), ON_LAYER)
def test_wrong_answers_of_the_list_on_their_layer(
    *, item: str, made: Layer, inputs: Inputs, ask: Ask, answer: str, mistake: str
) -> None:
    asked = Asked(sequential(item, inputs, [("layer", made)]), ask, "layer")  # type: ignore[arg-type]
    given = grade_asked(asked, answer)
    assert (given.verdict, given.mistake) == ("wrong", mistake)


IN_NETWORK = [
    ("X015", "lenet5", "dense1", "params", "48,000", "no-bias"),
    ("X015", "lenet5", "dense1", "params", "2,040", "flatten-forgotten"),
    ("X015", "lenet5", "dense1", "params", "192,120", "flatten-before-pool"),
    ("X016", "lenet5", "dense2", "params", "10,080", "no-bias"),
    ("X016", "lenet5", "dense2", "params", "10,200", "bias-per-input"),
    ("X017", "lenet5", "dense3", "params", "840", "no-bias"),
    ("X017", "lenet5", "dense3", "params", "924", "bias-per-input"),
    ("X018", "lenet5", None, "total_params", "61,470", "no-bias"),
    ("X048", "base-cnn", "flatten", "output_values", "2,304", "ceil-for-floor"),
    ("X048", "base-cnn", "flatten", "output_values", "7,744", "flatten-before-pool"),
    ("X049", "base-cnn", "dense1", "params", "16,000", "no-bias"),
    ("X050", "base-cnn", None, "total_params", "34,720", "no-bias"),
    ("X130", "vgg16", "fc1", "params", "102,760,448", "no-bias"),
    ("X183", "alexnet", "fc1", "params", "1,052,672", "flatten-forgotten"),
    ("X183", "alexnet", "fc1", "params", "37,748,736", "no-bias"),
]


@pytest.mark.parametrize(("item", "network", "name", "ask", "answer", "mistake"), IN_NETWORK)
def test_wrong_answers_of_the_list_in_their_network(
    *, item: str, network: str, name: str | None, ask: Ask, answer: str, mistake: str
) -> None:
    given = grade_asked(Asked(find_network(network).network, ask, name), answer)
    assert (given.verdict, given.mistake) == ("wrong", mistake), item


BY_QUESTION = [
    ("X018", "60,000"),
    *(("X020", answer) for answer in ("185,118", "61,706", "62,018", "62,156")),
    ("X022", "62,006"),
    ("X030", "4,816,896"),
    *(("X031", answer) for answer in ("25", "1,176")),
    ("X045", "41"),
    ("X051", "34,826"),
    ("X060", "62,378,344"),
    ("X065", "6*6*96*4"),
    *(("X066", answer) for answer in ("1,408", "0")),
    ("X067", "30,163,274"),
    ("X070", "30,163,274"),
    ("X072", "312"),
    ("X095", "1,024"),
    ("X128", "21"),
    ("X147", "48"),
    *(("X161", answer) for answer in ("32", "256")),
    ("X180", "17,472"),
    ("X181", "307,456"),
    ("X182", "442,624"),
    ("X182", "663,936"),
    ("X184", "62,383,344"),
    ("X203", "1"),
    ("X208", "4,097,000"),
    *(("X222", answer) for answer in ("250", "394")),
    ("X233", "12,656"),
]


@pytest.mark.parametrize(("item", "answer"), BY_QUESTION)
def test_wrong_answers_of_the_list_to_the_questions_that_cover_them(
    item: str, answer: str, course: Course
) -> None:
    mistakes = set()
    for question in course.questions.values():
        if item in question.covers and isinstance(question, (NumberQuestion, ShapeQuestion)):
            for seed in SEEDS if question.vary else SEEDS[:1]:
                given = grade(pose(question, seed), {ANSWER: answer})
                mistakes.add(given.mistake if given.verdict == "wrong" else None)
    assert mistakes - {None}, f"{item}: nothing is said to {answer}"
