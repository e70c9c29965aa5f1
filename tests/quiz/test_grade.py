"""Grading: the mistake by name, with its working; also-right answers; choices."""

from collections.abc import Callable

import pytest

from cnntutor.course.loader import Course
from cnntutor.course.questions import Question
from cnntutor.i18n import msg, set_language
from cnntutor.quiz.collisions import collisions
from cnntutor.quiz.feedback import decimals, line, shown
from cnntutor.quiz.grade import grade
from cnntutor.quiz.graded import Grade
from cnntutor.quiz.pose import pose
from cnntutor.quiz.posed import ANSWER

Make = Callable[[str], Question]
Graded = Callable[..., Grade]


def ask(ask: str, layer: str = "", network: str = "lenet5", kind: str = "number") -> str:
    named = f'layer = "{layer}"\n' if layer else ""
    return f'kind = "{kind}"\nnetwork = "{network}"\nask = "{ask}"\n{named}'


@pytest.mark.parametrize("text", ["62378344", "62,378,344", "62.378.344", "62_378_344", "60,965,224"])
def test_alexnet_both_counts_are_right(course: Course, graded: Graded, text: str) -> None:
    result = graded(course.questions["alexnet-total"], text)
    assert (result.verdict, result.mistake) == ("right", None)


def test_alexnet_with_groups_is_accepted_with_the_reason(course: Course, graded: Graded) -> None:
    result = graded(course.questions["alexnet-total"], "60965224")
    assert "two groups" in str(result.feedback)
    assert "62,378,344" in str(result.feedback)


def test_alexnet_of_torchvision_is_named(course: Course, graded: Graded) -> None:
    result = graded(course.questions["alexnet-total"], "61,100,840")
    assert result.verdict == "wrong"
    assert "torchvision's network" in str(result.feedback)


@pytest.mark.parametrize("text", ["62367776", "60954656"])
def test_alexnet_without_biases(course: Course, graded: Graded, text: str) -> None:
    result = graded(course.questions["alexnet-total"], text)
    assert (result.verdict, result.mistake) == ("wrong", "no-bias")
    assert "11 · 11 · 3 · 96 = 34,848, where (11 · 11 · 3 + 1) · 96 = 34,944 is right" in str(result.feedback)


@pytest.mark.parametrize(
    "text", ["62006", "62.006", "62 006", "(5*5*3+1)*6 + (5*5*6+1)*16 + 401*120 + 121*84 + 85*10"]
)
def test_lenet_in_colour(course: Course, graded: Graded, text: str) -> None:
    assert graded(course.questions["lenet5-rgb"], text).verdict == "right"


def test_the_feedback_shows_both_workings_in_the_language_in_force(make: Make, graded: Graded) -> None:
    result = graded(make(ask("params", "conv2")), "2400")
    assert str(result.feedback) == (
        "You left out the biases: every filter and every unit has one. Your way: 5 · 5 · 6 · 16 = 2,400."
        " The right way: (5 · 5 · 6 + 1) · 16 = 2,416."
    )
    set_language("vi")
    assert "Cách của bạn: 5 · 5 · 6 · 16 = 2.400. Cách đúng: (5 · 5 · 6 + 1) · 16 = 2.416." in str(
        result.feedback
    )


def test_the_working_of_a_total_goes_up_to_the_slip(make: Make, graded: Graded) -> None:
    result = graded(make(ask("total_params")), str(61_706 - 120))
    steps = result.fields[ANSWER].steps
    assert [(step.where, step.slipped is not None) for step in steps] == [
        ("conv1", False),
        ("conv2", False),
        ("dense1", True),
    ]
    assert (str(steps[2].slipped), str(steps[2].working)) == (
        "400 · 120 = 48,000",
        "(400 + 1) · 120 = 48,120",
    )


def test_a_layer_counted_twice_is_a_slip_in_the_sum(make: Make, graded: Graded) -> None:
    result = graded(make(ask("total_params")), str(61_706 + 10_164))
    assert result.mistake == "running-total-slip"
    assert "dense2 with 10,164 is in it twice" in str(result.feedback)


def test_a_slip_before_the_layer_is_shown_where_it_happened(make: Make, graded: Graded) -> None:
    result = graded(make(ask("params", "dense1")), "192120")
    assert result.mistake == "flatten-before-pool"
    assert "It happened in pool2: 10×10×16, where (⌊(10 − 2) / 2⌋ + 1)" in str(result.feedback)


def test_two_mistakes_of_one_number_are_both_named(make: Make, graded: Graded) -> None:
    result = graded(make(ask("output_shape", "pool2", "base-cnn", "shape")), "6x6x64")
    assert (result.mistake, result.also) == ("ceil-for-floor", ("same-for-valid",))


@pytest.mark.parametrize(
    ("text", "mistake", "says"),
    [
        ("-5", None, "negative"),
        ("457", None, "no mistake we know"),
        ("913/2", None, "made of whole numbers"),
    ],
)
def test_other_wrong_counts(make: Make, graded: Graded, text: str, mistake: str | None, says: str) -> None:
    result = graded(make(ask("params", "conv1")), text)
    assert (result.verdict, result.mistake) == ("wrong", mistake)
    assert says in str(result.feedback)
    assert "156" not in str(result.feedback)


def test_a_side_not_rounded_down_is_named(make: Make, graded: Graded) -> None:
    question = make(ask("output_shape", "pool2", "base-cnn", "shape"))
    assert graded(question, "5.5x5.5x64").mistake == "not-floored"
    halved = graded(question, "6.5x6.5x64")  # 13 / 2, where the convolution before was taken to be padded
    assert halved.mistake == "same-for-valid"
    assert "whole number" in str(halved.feedback)
    assert graded(question, "8.5x9.5x64").mistake is None


def test_channels_put_first_are_named(make: Make, graded: Graded) -> None:
    question = make(ask("output_shape", "conv1", kind="shape"))
    assert graded(question, "6x28x28").mistake == "channels-first"


def test_a_half_side_is_wrong_and_not_unreadable(make: Make, graded: Graded) -> None:
    question = make(ask("output_side", "pool2", "base-cnn"))
    for typed in ("5.5", "5,5", "11/2"):
        assert graded(question, typed).mistake == "not-floored"
    assert graded(question, "1.234").verdict == "wrong"
    assert graded(question, "5.5.5").verdict == "not_understood"
    assert graded(make(ask("params", "conv1")), "15.6").verdict == "not_understood"


def test_values_of_one_side_or_one_map_are_named(make: Make, graded: Graded) -> None:
    question = make(ask("output_values", "conv2", "base-cnn"))
    assert [graded(question, str(each)).mistake for each in (11 * 64, 11 * 11)] == [
        "side-once",
        "maps-forgotten",
    ]


def test_a_shape_with_too_few_sides_says_so(make: Make, graded: Graded) -> None:
    result = graded(make(ask("output_shape", "conv1", kind="shape")), "28x28")
    assert result.verdict == "wrong"
    assert "2 sides; the output has 3" in str(result.feedback)


@pytest.mark.parametrize("text", ["", "1e999", "28x", "9**9**9**9", "62k"])
def test_what_is_not_understood_is_not_wrong(make: Make, graded: Graded, text: str) -> None:
    result = graded(make(ask("total_params")), text)
    assert (result.verdict, result.mistake, result.mistakes) == ("not_understood", None, ())


def test_rounding_is_accepted_where_the_question_allows_it(make: Make, graded: Graded) -> None:
    question = make(ask("total_params") + "rounding = true")
    assert graded(question, "62k").verdict == "right"
    assert graded(question, "61.7k").verdict == "right"
    assert graded(question, "61.47k").mistake == "no-bias"
    assert graded(question, "63k").verdict == "wrong"


def test_real_numbers_and_percentages_have_a_tolerance(make: Make, graded: Graded) -> None:
    share = make('kind = "number"\nform = "percent"\nright = "100*59134/61706"\ntolerance = 0.06')
    assert [graded(share, text).verdict for text in ("95.8", "95,83 %", "95.9", "0.958")] == [
        "right",
        "right",
        "wrong",
        "wrong",
    ]
    real = make('kind = "number"\nform = "real"\nright = "1/3"\ntolerance = 0.005')
    assert [graded(real, text).verdict for text in ("0,33", "1/3", "33.3%", "0.34")] == [
        "right",
        "right",
        "right",
        "wrong",
    ]


def test_receptive_fields_are_one_number_or_two(make: Make, graded: Graded) -> None:
    question = make(ask("receptive_field", "pool2"))
    assert graded(question, "16").verdict == graded(question, "16x16").verdict == "right"
    assert graded(question, "11").mistake == "sum-of-kernels"
    assert graded(question, "2x2").mistake == "last-kernel-only"


def test_the_words_of_the_author_go_before_the_rule(make: Make, graded: Graded) -> None:
    question = make(
        ask("params", "conv1")
        + """
[[known_wrong]]
value = "5*5*6"
mistake = "my-own-name"
feedback = { en = "Mind the {{calc:2*3}} biases.", vi = "Chú ý." }
"""
    )
    result = graded(question, "150")
    assert (result.mistake, result.also) == ("my-own-name", ("no-bias",))
    assert str(result.feedback) == "Mind the 6 biases."


CHOICES = """
kind = "KIND"
[[choices]]
text = { en = "156", vi = "156 số" }
right = true
why = { en = "25 weights and a bias, six times.", vi = "." }
[[choices]]
text = { en = "150", vi = "150 số" }
why = { en = "The biases are missing.", vi = "." }
mistake = "no-bias"
[[choices]]
text = { en = "the count of (25 + 1) · 6", vi = "tích" }
RIGHT
"""


def letters(question: Question, *texts: str) -> str:
    return ", ".join(each.letter for each in pose(question).choices if each.text.en in texts)


def test_a_choice_is_graded_by_letter_and_by_its_words(make: Make, graded: Graded) -> None:
    why = 'why = { en = "No.", vi = "." }'
    question = make(CHOICES.replace("KIND", "choice").replace("RIGHT", why))
    right = graded(question, letters(question, "156"))
    assert (right.verdict, str(right.feedback)) == ("right", "25 weights and a bias, six times.")
    wrong = graded(question, "150 số")
    assert (wrong.verdict, wrong.mistake, str(wrong.feedback)) == (
        "wrong",
        "no-bias",
        "The biases are missing.",
    )
    assert graded(question, "a, b").verdict == "not_understood"
    assert graded(question, "").verdict == "not_understood"


def test_several_choices_must_all_be_found(make: Make, graded: Graded) -> None:
    question = make(CHOICES.replace("KIND", "multi-choice").replace("RIGHT", "right = true"))
    both = letters(question, "156", "the count of (25 + 1) · 6")
    assert graded(question, both).verdict == "right"
    missing = graded(question, letters(question, "156"))
    assert (missing.verdict, "one more is" in str(missing.feedback)) == ("wrong", True)
    wrong = graded(question, "a, b, c")
    assert (wrong.verdict, wrong.mistake) == ("wrong", "no-bias")


def test_every_recognised_mistake_of_fresh_numbers_is_named(example: Make) -> None:
    question = example("fresh-conv-params")
    for seed in range(60):
        posed = pose(question, seed)
        assert posed.key is not None
        assert not collisions(posed)
        for _, each in posed.key.mistaken():
            result = grade(posed, {ANSWER: str(each.value)})
            assert (result.verdict, result.mistake, result.also) == ("wrong", each.slug, ())


def test_fractions_are_shown_as_people_write_them() -> None:
    from fractions import Fraction

    assert [decimals(Fraction(text)) for text in ("37/2", "1/3", "-5/100", "7", "1/8")] == [
        "18.5",
        "1/3",
        "−0.05",
        "7",
        "0.125",
    ]


def test_a_decimal_without_an_end_is_rounded_in_both_languages() -> None:
    from fractions import Fraction

    def both(working: str, value: Fraction) -> tuple[str, str]:
        text = line(working, value).both()
        return text.en, text.vi

    assert both("25 / 6", Fraction(25, 6)) == ("25 / 6 ≈ 4.1667", "25 / 6 ≈ 4,1667")
    assert both("", Fraction(-2, 300)) == ("≈ −0.006667", "≈ −0,006667")
    assert both("37.0 / 2", Fraction(37, 2)) == ("37.0 / 2 = 18.5", "37,0 / 2 = 18,5")
    assert both("18.5", Fraction(37, 2)) == ("18.5", "18,5")
    assert str(msg("{result}", result=shown(Fraction(200, 3)))) == "≈ 66.6667"
