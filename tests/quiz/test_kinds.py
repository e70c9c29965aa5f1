"""Orders, matches, lines of code, predictions, and numbers found in data."""

# ruff: noqa: E501 (a table is read line by line)

import pytest

from cnntutor.course.loader import Course
from cnntutor.course.questions import OrderQuestion
from cnntutor.errors import NotUnderstood
from cnntutor.quiz.grade import grade
from cnntutor.quiz.graded import Grade
from cnntutor.quiz.hints import hints
from cnntutor.quiz.pose import pose
from cnntutor.quiz.posed import ANSWER, LINE, REASON, PosedQuestion
from cnntutor.quiz.solution import right_answers, solution
from tests.quiz.conftest import Make

ORDER = """
kind = "order"
items = [{ en = "load", vi = "nạp" }, { en = "freeze", vi = "đóng băng" }, { en = "train", vi = "luyện" }]
[[known_wrong_order]]
before = 3
after = 2
mistake = "frozen-too-late"
feedback = { en = "Frozen too late.", vi = "Đóng băng muộn." }
"""
MATCH = """
kind = "match"
extra = [{ en = "nothing", vi = "không gì" }]
[[pairs]]
left = { en = "ReLU", vi = "ReLU" }
right = { en = "0 or more", vi = "từ 0 trở lên" }
why = { en = "Negative values become 0.", vi = "Số âm thành 0." }
[[pairs]]
left = { en = "sigmoid", vi = "sigmoid" }
right = { en = "0 to 1", vi = "từ 0 đến 1" }
"""
LISTING = """
kind = "code-line"
lines = [2]
code = '''
x = x / 255
y = y / 225
fit(x, y)
'''
mended = '''
x = x / 255
y = y / 255
'''
[[line_reasons]]
line = 3
why = { en = "Fit is fine.", vi = "Dòng fit không sao." }
[[choices]]
text = { en = "two scales", vi = "hai thang" }
right = true
[[choices]]
text = { en = "integers", vi = "số nguyên" }
why = { en = "A slash gives floats.", vi = "Phép chia cho số thực." }
mistake = "integer-division"
"""
PREDICTION = """
kind = "prediction"
low = 96.5
high = 98.5
measured = { en = "It came to 97.4 %.", vi = "Được 97,4 %." }
"""


def everything_right(posed: PosedQuestion) -> Grade:
    """Return the grade of the right answers."""
    return grade(posed, right_answers(posed))


@pytest.mark.parametrize("text", [ORDER, MATCH, LISTING.replace("'''\nx", "'''x"), PREDICTION])
@pytest.mark.parametrize("seed", range(6))
def test_every_kind_takes_its_right_answer_and_helps(make: Make, text: str, seed: int) -> None:
    posed = pose(make(text), seed)
    assert everything_right(posed).verdict == "right"
    assert grade(posed, {}).verdict == "not_understood"
    assert len({str(hint) for hint in hints(posed)}) == 3
    assert solution(posed)


def test_an_order_says_where_it_goes_wrong(make: Make) -> None:
    posed = pose(make(ORDER), 1)
    letters = {str(option.text): option.letter for option in posed.options}
    assert [option.letter for option in posed.options] == ["a", "b", "c"]

    def given(*items: str) -> Grade:
        return grade(posed, {ANSWER: " > ".join(letters[item] for item in items)})

    assert given("load", "freeze", "train").verdict == "right"
    late = given("load", "train", "freeze")
    assert (late.verdict, late.mistake, str(late.feedback)) == (
        "wrong",
        "frozen-too-late",
        "Frozen too late.",
    )
    assert str(given("freeze", "load", "train").feedback) == "freeze cannot come first."
    for text in ("a, b", "a, a, b", "a, b, d", "abcd", ""):
        assert grade(posed, {ANSWER: text}).verdict == "not_understood"


def test_a_match_is_graded_pair_by_pair(make: Make) -> None:
    posed = pose(make(MATCH), 3)
    right = right_answers(posed)
    swapped = grade(posed, {"1": right["2"], "2": right["2"]})
    assert (swapped.verdict, swapped.fields["1"].verdict, swapped.fields["2"].verdict) == (
        "wrong",
        "wrong",
        "right",
    )
    assert str(swapped.feedback) == "Negative values become 0."
    other = grade(posed, {"1": right["1"], "2": right["1"]})
    assert str(other.feedback) == "0 or more does not belong to it."


def test_the_line_and_the_reason_are_graded_apart(make: Make) -> None:
    posed = pose(make(LISTING.replace("'''\nx", "'''x")), 0)
    reason = right_answers(posed)[REASON]
    wrong_reason = next(choice.letter for choice in posed.choices if choice.letter != reason)
    assert grade(posed, {LINE: "line 2", REASON: reason}).verdict == "right"
    third = grade(posed, {LINE: "3", REASON: reason})
    assert (third.verdict, str(third.feedback)) == ("wrong", "Fit is fine.")
    assert str(grade(posed, {LINE: "1", REASON: reason}).feedback) == "Line 1 is right as it stands."
    assert grade(posed, {LINE: "2", REASON: wrong_reason}).mistake == "integer-division"
    assert grade(posed, {LINE: "9", REASON: reason}).verdict == "not_understood"
    with pytest.raises(NotUnderstood, match="lines 1 to 3"):
        pose(make(LISTING.replace("'''\nx", "'''x").replace("lines = [2]", "lines = [7]")), 0)


def test_a_prediction_is_a_range(make: Make) -> None:
    posed = pose(make(PREDICTION), 0)
    for text, verdict in (("97", "right"), ("96,5 %", "right"), ("96.4", "wrong"), ("x", "not_understood")):
        assert grade(posed, {ANSWER: text}).verdict == verdict
    assert grade(posed, {ANSWER: "0.974"}).mistake == "percent-for-fraction"
    assert str(grade(posed, {ANSWER: "99.9"}).feedback).startswith("Too high.")


def test_a_rounded_prediction_is_known_for_what_it_is(make: Make) -> None:
    known = """
[[known_wrong]]
value = "43.478"
mistake = "other-images"
feedback = { en = "Other images.", vi = "Ảnh khác." }
[[known_wrong]]
value = "43.2"
mistake = "other-run"
feedback = { en = "Another run.", vi = "Lần chạy khác." }
"""
    posed = pose(make(PREDICTION + known), 0)
    for text, mistake in (
        ("43.478", "other-images"), ("43.5", "other-images"), ("43,48 %", "other-images"), ("43", "other-run"),
        ("43.4", None), ("44", None), ("43.47", None),
    ):  # fmt: skip
        assert grade(posed, {ANSWER: text}).mistake == mistake


@pytest.mark.parametrize("seed", range(20))
def test_the_example_of_an_order_is_never_the_right_one(course: Course, seed: int) -> None:
    for question in course.questions.values():
        if isinstance(question, OrderQuestion):
            posed = pose(question, seed)
            example = str(posed.fields[0].example).removeprefix("such as ")
            assert example.split(", ") == [option.letter for option in posed.options]
            assert grade(posed, {ANSWER: example}).verdict == "wrong"


MATRIX = "data = { matrix = [[8, 2, 0], [1, 7, 2], [3, 0, 9]], class = 0 }"


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        (
            'find = "steps_per_epoch"\ndata = { images = 60000, split = 10, batch = 128 }',
            {"422": "", "421": "steps-floor", "469": "split-ignored", "47": "split-for-rest", "54000": "batch-ignored"},
        ),
        (
            'find = "total_steps"\ndata = { images = 60000, split = 10, batch = 128, epochs = 30 }',
            {"12660": "", "12630": "steps-floor", "12657": "rounded-once", "12656": "steps-floor", "422": "epochs-forgotten"},
        ),
        (f'find = "recall"\nform = "percent"\n{MATRIX}', {"80": "", "800/12": "precision-for-recall", "0.8": "percent-for-fraction", "20": "error-for-accuracy", "75": "accuracy-for-recall"}),
        (f'find = "precision"\nform = "real"\n{MATRIX}', {"8/12": "", "0.8": "recall-for-precision", "0.75": "accuracy-for-recall", "1/3": "error-for-accuracy"}),
        (
            'find = "best_epoch"\ndata = { val_loss = [0.5, 0.4, 0.45, 0.41, 0.3], patience = 2, epochs = 30 }',
            {"2": "", "4": "stop-epoch-for-best-epoch", "1": "epoch-from-zero", "30": "last-epoch"},
        ),
        ('find = "stop_epoch"\ndata = { val_loss = [0.0822, 0.0926], patience = 1 }', {"2": "", "1": "best-epoch-for-stop-epoch"}),
        ('find = "points"\nform = "percent"\ndata = { before = 50, after = 60 }', {"10": "", "20": "percent-for-points"}),
        ('find = "errors_of"\ndata = { accuracy = "97.98", images = 10000 }', {"202": "", "9798": "error-for-accuracy"}),
        ('find = "top_k_error"\nform = "percent"\ndata = { ranks = [1, 2, 7, 1], k = 5 }', {"25": "", "75": "error-for-accuracy", "50": "top-1-for-top-k"}),
        ('find = "training_images"\ndata = { images = 60000, split = 20 }', {"48000": "", "60000": "split-ignored", "12000": "split-for-rest"}),
    ],
)  # fmt: skip
def test_numbers_found_in_data(make: Make, text: str, answers: dict[str, str]) -> None:
    posed = pose(make(f'kind = "number"\n{text}'), 0)
    for answer, mistake in answers.items():
        given = grade(posed, {ANSWER: answer})
        assert given.verdict == ("wrong" if mistake else "right"), answer
        assert not mistake or mistake in (given.mistake, *given.also), (answer, given)


def test_data_that_does_not_say_enough_is_the_files_fault(make: Make) -> None:
    with pytest.raises(NotUnderstood, match="batch"):
        pose(make('kind = "number"\nfind = "steps_per_epoch"\ndata = { images = 60000 }'), 0)


def test_a_worked_solution_shows_the_learners_own_number(make: Make) -> None:
    posed = pose(make('kind = "number"\nnetwork = "lenet5"\nlayer = "conv2"\nask = "params"'), 0)
    lines = solution(posed, grade(posed, {ANSWER: "2400"}))
    assert [str(line.slipped) for line in lines if line.slipped] == ["5 · 5 · 6 · 16 = 2,400"]
    dense = pose(make('kind = "number"\nnetwork = "lenet5"\nlayer = "dense1"\nask = "params"'), 0)
    carried = solution(dense, grade(dense, {ANSWER: "192120"}))
    assert [line.where for line in carried if line.slipped] == ["pool2"]
