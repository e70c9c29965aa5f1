"""Posing: the same seed, the same question; numbers that keep mistakes apart."""

from collections.abc import Callable

import pytest

from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.course.loader import Course
from cnntutor.course.questions import CodeQuestion, Question
from cnntutor.errors import NotUnderstood
from cnntutor.i18n import set_language
from cnntutor.quiz.collisions import RIGHT, collisions
from cnntutor.quiz.draw import LARGEST_SEED, pick, shuffled
from cnntutor.quiz.grade import grade
from cnntutor.quiz.pose import pose
from cnntutor.quiz.posed import ANSWER
from cnntutor.quiz.solution import right_answers

Make = Callable[[str], Question]
SEEDS = range(300)

ONE_CONV = """
kind = "number"
ask = "params"
layer = "conv"
input_shape = [28, 28, "{channels}"]
[vary]
channels = CHANNELS
kernel = KERNELS
[[layers]]
name = "conv"
kind = "Conv2D"
filters = 6
kernel_size = "{kernel}"
"""


def one_conv(make: Make, channels: str, kernels: str) -> Question:
    return make(ONE_CONV.replace("CHANNELS", channels).replace("KERNELS", kernels))


def test_a_seed_draws_the_same_for_ever(example: Make) -> None:
    assert [pick("made-here\0side\0000", seed, 7) for seed in range(8)] == [2, 4, 1, 0, 6, 4, 1, 0]
    assert shuffled(5, "made-here", 4) == shuffled(5, "made-here", 4)
    question = example("fresh-conv-params")
    assert [pose(question, 7).drawn for _ in range(3)] == [pose(question, 7).drawn] * 3
    assert len({tuple(pose(question, seed).drawn.values()) for seed in SEEDS}) > 100


def test_every_order_of_choices_comes_up() -> None:
    orders = {tuple(shuffled(3, "made-here", seed)) for seed in range(200)}
    assert len(orders) == 6


def test_the_numbers_stand_in_the_text_and_in_the_network(example: Make) -> None:
    posed = pose(example("fresh-conv-params"), 11)
    drawn = posed.drawn
    assert posed.network is not None
    layer = posed.network.node("conv").layer
    assert isinstance(layer, Conv2D)
    assert (layer.filters, layer.kernel_size[0]) == (drawn["filters"], drawn["kernel"])
    assert f"slides {drawn['filters']} filters of {drawn['kernel']}×{drawn['kernel']}" in posed.prompt.en
    side = drawn["side"]
    assert f"input of {side}×{side}×{drawn['channels']}" in posed.prompt.en


def test_numbers_are_written_as_each_language_writes_them(make: Make) -> None:
    posed = pose(
        make(
            'kind = "number"\nright = "2*{n}"\nvary.n = [4096]\nexplanation = { en = "{n} = {{calc:{n}*1}}"'
            ', vi = "{n}" }'
        )
    )
    assert posed.explanation is not None
    assert (posed.explanation.en, posed.explanation.vi) == ("4,096 = 4,096", "4.096")


def test_no_number_stands_for_two_things(course: Course, example: Make) -> None:
    varied = [course.questions[slug] for slug in course.questions if course.questions[slug].vary]
    assert len(varied) >= 2
    for question in (*varied, example("fresh-conv-params")):
        for seed in SEEDS:
            posed = pose(question, seed)
            assert collisions(posed) == (), (question.slug, seed, posed.drawn)


def test_three_channels_under_a_3x3_kernel_are_drawn_away(make: Make) -> None:
    drawn = [pose(one_conv(make, "[3, 4]", "[3, 5]"), seed).drawn for seed in SEEDS]
    pairs = {(each["channels"], each["kernel"]) for each in drawn}
    assert pairs == {(3, 5), (4, 3), (4, 5)}


def test_where_nothing_else_can_be_drawn_the_collision_is_told(make: Make) -> None:
    (shared,) = collisions(pose(one_conv(make, "[3]", "[3]"), 1))
    assert shared.slugs == ("no-input-channels", "kernel-side-once")
    (right,) = collisions(pose(one_conv(make, "[1]", "[3]"), 1))
    assert (right.value, right.slugs) == (60, (RIGHT, "no-input-channels"))


def test_numbers_no_layer_can_stand_on_are_drawn_away(make: Make) -> None:
    question = make(
        """
kind = "shape"
ask = "output_shape"
layer = "conv"
input_shape = ["{side}", "{side}", 3]
[vary]
side = [4, 20]
kernel = [5, 7]
[[layers]]
name = "conv"
kind = "Conv2D"
filters = 6
kernel_size = "{kernel}"
"""
    )
    assert {pose(question, seed).drawn["side"] for seed in range(40)} == {20}


def test_seeds_have_bounds(example: Make) -> None:
    question = example("fresh-conv-params")
    assert pose(question, LARGEST_SEED).seed == LARGEST_SEED
    for seed in (-1, LARGEST_SEED + 1):
        with pytest.raises(ValueError, match="seed must be from 0"):
            pose(question, seed)


NETWORK = 'kind = "number"\nnetwork = "lenet5"\n'
CONV = '[[layers]]\nkind = "Conv2D"\nname = "c"\nfilters = 6\nkernel_size = 5\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('kind = "number"', "say what is asked of which network"),
        (NETWORK, "ask is missing"),
        (NETWORK + 'ask = "params"', "layer must be one of .*conv1"),
        (NETWORK + 'ask = "params"\nlayer = "conv9"', "received conv9"),
        (NETWORK + 'ask = "total_params"\nlayer = "conv1"', "leave layer out"),
        (NETWORK + 'ask = "total_params"\nright = 3', "leave right out"),
        (NETWORK + 'ask = "output_shape"\nlayer = "conv1"', 'write kind = "shape"'),
        (NETWORK + 'ask = "receptive_field"\nlayer = "flatten"', "still has height and width"),
        (NETWORK + CONV, "not both"),
        ('kind = "number"\nnetwork = "lenet6"\nask = "total_params"', "lenet5"),
        ('kind = "number"\nask = "total_params"\n' + CONV, "input_shape above"),
        ('kind = "number"\nask = "total_params"\ninput_shape = [4, 4, 1]\n' + CONV, "at most the input"),
        ('kind = "number"\nright = "{n}*2"', "{n} stands for nothing"),
        ('kind = "number"\nright = "five"', "is no whole number"),
        ('kind = "shape"\nright = "5*5"', 'write kind = "number"'),
        (NETWORK + 'ask = "total_params"\n[change.conv9]\nfilters = 3', "there is no such layer"),
        (NETWORK + 'ask = "total_params"\n[change.conv1]\nunits = 3', "Conv2D has no such argument"),
        (
            NETWORK + 'ask = "total_params"\n[[also_right]]\nreason = { en = "", vi = "" }',
            "either a value or",
        ),
        ('kind = "table"\nblanks = ["conv1/params"]', "name a network"),
        ('kind = "table"\nnetwork = "lenet5"\nblanks = ["conv1/parms"]', '"conv1/parms" is no cell'),
        ('kind = "table"\nnetwork = "lenet5"\nblanks = ["total/output_shape"]', "is no cell"),
        (
            'kind = "choice"\n[[choices]]\ntext = { en = "a", vi = "a" }\n'
            '[[choices]]\ntext = { en = "b", vi = "b" }',
            "exactly one",
        ),
    ],
)
def test_a_file_that_cannot_be_asked_is_refused_with_its_name(make: Make, text: str, says: str) -> None:
    with pytest.raises(NotUnderstood, match=says) as refusal:
        pose(make(text))
    assert str(refusal.value).startswith("questions/made-here.toml: ")


def test_arguments_of_a_named_network_can_be_changed(make: Make) -> None:
    question = make(
        NETWORK + 'ask = "params"\nlayer = "conv1"\nvary.n = [8]\n[change.conv1]\nfilters = "{n}"\n'
    )
    assert right_answers(pose(question)) == {ANSWER: "208"}


def test_every_question_of_the_course_accepts_its_right_answer_in_both_languages(course: Course) -> None:
    for slug, question in course.questions.items():
        if isinstance(question, CodeQuestion):
            continue  # graded by running it
        for seed in range(5):
            posed = pose(question, seed)
            for lang in ("en", "vi"):
                set_language(lang)
                assert grade(posed, right_answers(posed)).verdict == "right", (slug, seed, lang)
