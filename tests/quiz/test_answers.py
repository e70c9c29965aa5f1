"""Reading answers: every form a learner writes, and nothing else."""

import time
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cnntutor.i18n import set_language
from cnntutor.quiz.answers import NotUnderstoodAnswer, Number, read_count, read_percent, read_real
from cnntutor.quiz.answers_letters import read_letters
from cnntutor.quiz.answers_shapes import read_field, read_shape

MARKS = [",", ".", "_", " ", "\u00a0", "\u202f"]
counts = st.integers(min_value=0, max_value=10**15)


@pytest.mark.parametrize(
    "text",
    [
        "62006",
        "62,006",
        "62.006",
        "62_006",
        "62 006",
        " 62006 ",
        "+62006",
        "62006 parameters",
        "62006 tham số",
        "62006.",
        "62006.0",
        "62006,00",
    ],
)
def test_a_count_is_read_in_every_form(text: str) -> None:
    assert read_count(text) == Number(62006)


def test_a_group_of_digits_broken_off_is_not_understood() -> None:
    for text in ("62,00", "62.0", "62,", "62,006,"):
        with pytest.raises(NotUnderstoodAnswer):
            read_count(text)


def test_a_decimal_may_begin_with_its_mark() -> None:
    assert read_real(".84").value == read_real(",84").value == Fraction(84, 100)
    assert read_percent(".5 %").value == Fraction(1, 2)


@given(counts, st.sampled_from(MARKS))
def test_thousands_marks_change_nothing(value: int, mark: str) -> None:
    assert read_count(f"{value:,}".replace(",", mark)) == Number(value)


@given(st.integers(0, 99999), st.integers(0, 99999), st.integers(1, 999))
def test_expressions_are_worked_out_exactly(a: int, b: int, c: int) -> None:
    assert read_count(f"({a} + {b}) × {c} − {a}") == Number((a + b) * c - a)
    assert read_count(f"({a}*{c}+{b})/{c}").value == Fraction(a * c + b, c)


def test_printed_signs_and_bounded_powers_are_understood() -> None:
    assert read_count("(5·5·3 + 1)×6") == Number(456)
    assert read_count("2^10 − 2**3") == Number(1016)
    assert read_count("912 ÷ 2") == Number(456)
    assert read_count("−5") == Number(-5)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Nothing is typed"),
        (" \t ", "Nothing is typed"),
        ("1e999", "“e999” is not understood"),
        ("28x", "“x” is not understood"),
        ("28x28", "reads as a shape"),
        ("(28, 28, 6)", "reads as a shape"),
        ("18.5", "groups of three"),
        ("62,0", "groups of three"),
        ("1,234.567", "groups of three"),
        ("62k", "exact number"),
        ("95%", "not a percentage"),
        ("1/0", "divides by zero"),
        ("5*", "breaks off"),
        ("(5", "breaks off"),
        ("abc", "“abc” is not understood"),
        ("__import__('os')", "is not understood"),
        ("9**9**9**9", "out of all bounds"),
        ("10**16", "out of all bounds"),
        ("1+" * 60 + "1", "at most 100 characters"),
    ],
)
def test_what_is_no_count_says_what_would_be(text: str, says: str) -> None:
    began = time.process_time()
    with pytest.raises(NotUnderstoodAnswer, match=says):
        read_count(text)
    assert time.process_time() - began < 0.5


def test_the_sentence_follows_the_language() -> None:
    with pytest.raises(NotUnderstoodAnswer) as refusal:
        read_count("28x")
    set_language("vi")
    assert str(refusal.value) == "Không hiểu “x” ở đây; hãy gõ một số, ví dụ 1234, 1.234 hoặc (3*3*2+1)*4."


@pytest.mark.parametrize(
    ("text", "value", "slack"),
    [("62k", 62_000, 500), ("62.4M", 62_400_000, 50_000), ("62,378M", 62_378_000, 500), ("-2K", -2000, 500)],
)
def test_rounded_counts_stand_for_all_that_round_to_them(text: str, value: int, slack: int) -> None:
    assert read_count(text, rounding=True) == Number(value, Fraction(slack))


@given(st.integers(1000, 10**9))
def test_a_count_rounded_to_thousands_is_accepted_and_the_next_is_not(value: int) -> None:
    thousands = (value + 500) // 1000
    assert read_count(f"{thousands}k", rounding=True).means(value)
    assert not read_count(f"{thousands + 2}k", rounding=True).means(value)


def test_a_rounding_to_nothing_is_not_understood() -> None:
    with pytest.raises(NotUnderstoodAnswer, match="more digits"):
        read_count("0M", rounding=True)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.25", Fraction(1, 4)),
        ("0,25", Fraction(1, 4)),
        ("25%", Fraction(1, 4)),
        ("2.5e-1", Fraction(1, 4)),
        ("1/4", Fraction(1, 4)),
        ("-0,5", Fraction(-1, 2)),
    ],
)
def test_in_real_numbers_both_marks_are_decimal(text: str, value: Fraction) -> None:
    assert read_real(text).value == value


@pytest.mark.parametrize("text", ["1e999", "1,234.5", "nan", "inf", "1e-31"])
def test_what_is_no_real_number(text: str) -> None:
    with pytest.raises(NotUnderstoodAnswer):
        read_real(text)


@pytest.mark.parametrize("text", ["95.8", "95,8", "95.8%", "95,8 %", "479/5"])
def test_percentages_need_no_sign(text: str) -> None:
    assert read_percent(text).value == Fraction(479, 5)


sides = st.integers(1, 9999)
WRITTEN = [
    *("{}x{}x{}", "{}×{}×{}", "{} x {} x {}", "({}, {}, {})", "[{},{},{}]", "{} {} {}", "{}, {}, {}"),
    *("{}*{}*{}", "(None, {}, {}, {})", "({}, {}, {},)"),
]


@given(sides, sides, sides, st.sampled_from(WRITTEN))
@example(128, 128, 256, "{}, {}, {}")
@example(28, 280, 280, "{} {} {}")
def test_shapes_are_read_in_every_form(height: int, width: int, depth: int, written: str) -> None:
    assert read_shape(written.format(height, width, depth), 3) == (height, width, depth)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("400", (400,)),
        ("1,600", (1600,)),
        ("(400,)", (400,)),
        ("(None, 400)", (400,)),
        ("5*5*16", (400,)),
        ("5x5x16", (5, 5, 16)),
        ("(5, 5, 16)", (5, 5, 16)),
        ("5 5 16", (5, 5, 16)),
    ],
)
def test_a_row_of_values_is_read_as_a_count(text: str, shape: tuple[int, ...]) -> None:
    assert read_shape(text, 1) == shape


def test_a_side_that_is_not_whole_or_negative_is_read_so_that_it_can_be_wrong() -> None:
    assert read_shape("5.5x5.5x64", 3) == (Fraction(11, 2), Fraction(11, 2), 64)
    assert read_shape("28x28x-6", 3) == (28, 28, -6)


@pytest.mark.parametrize("text", ["", "28", "28x28x", "x", "()", "28xx28", "a x b", "1e9x2", "(28, 28"])
def test_what_is_no_shape(text: str) -> None:
    with pytest.raises(NotUnderstoodAnswer):
        read_shape(text, 3)


def test_a_receptive_field_is_one_side_or_two() -> None:
    assert read_field("27") == read_field("27x27") == read_field("(27, 27)") == read_field("9*3") == (27, 27)
    assert read_field("27x9") == (27, 9)
    with pytest.raises(NotUnderstoodAnswer):
        read_field("27x27x3")


@pytest.mark.parametrize(
    ("text", "several", "letters"),
    [("b", False, "b"), ("B)", False, "b"), ("a, c", True, "ac"), ("ca", True, "ac"), ("a a", False, "a")],
)
def test_choices_are_named_by_letter(text: str, several: bool, letters: str) -> None:
    assert read_letters(text, "abc", several) == frozenset(letters)


@pytest.mark.parametrize(("text", "several"), [("", False), ("d", True), ("ab", False), ("1", False)])
def test_what_names_no_choice(text: str, several: bool) -> None:
    with pytest.raises(NotUnderstoodAnswer, match="a, b"):
        read_letters(text, "abc", several)


@given(st.text(max_size=120) | st.text("0123456789.,_ +-*/^()xk%eE×·−", max_size=40))
def test_anything_typed_is_read_or_refused_with_a_sentence(text: str) -> None:
    for reading in (
        lambda: read_count(text),
        lambda: read_count(text, rounding=True),
        lambda: read_real(text),
        lambda: read_percent(text),
        lambda: read_shape(text, 3),
        lambda: read_shape(text, 1),
        lambda: read_field(text),
        lambda: read_letters(text, "abcd", several=True),
    ):
        try:
            assert reading() is not None
        except NotUnderstoodAnswer as refusal:
            assert str(refusal).endswith(".")
