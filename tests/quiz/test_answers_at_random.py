"""The parser under whatever can be typed: read or refused with a sentence, at once, never run."""

import builtins
import random
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnntutor.i18n import number, set_language
from cnntutor.quiz.answers import NotUnderstoodAnswer, read_count, read_percent, read_real
from cnntutor.quiz.answers_letters import read_letters
from cnntutor.quiz.answers_shapes import read_field, read_shape

READINGS: tuple[Callable[[str], object], ...] = (
    read_count,
    lambda text: read_count(text, rounding=True),
    read_real,
    read_percent,
    lambda text: read_shape(text, 3),
    lambda text: read_shape(text, 1),
    read_field,
    lambda text: read_letters(text, "abcd", several=True),
)
PIECES = (
    *"0123456789",
    *(".", ",", "_", " ", "+", "-", "*", "/", "^", "(", ")", "x", "×", "·", "−", "%", "k", "M", "e", "E"),
    *("**", "000", "1,000", "62.006", "9**9**9**9", "None", "params", "tham số", "1e999", "[", "]", "=", "÷"),
    *("__import__('os')", "\0", "\n", "\t", "٣", "½", "²", "\u202e", "💥", "a", "đ", "nan", "inf"),
)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        *(("= 456", 456), ("456 params.", 456), ("456 tham số", 456), ("375 steps", 375), ("375 bước", 375)),
        *(("202 errors", 202), ("13 layers", 13), ("60.000 ảnh", 60_000), ("53 s", 53), ("44 phút", 44)),
    ],
)
def test_units_are_left_out(text: str, count: int) -> None:
    assert read_count(text).value == count


@pytest.mark.parametrize("text", ["28x", "params", "s", "12 apples", "5 m", "1e999", "", " ", "9**9**9**9"])
def test_what_is_no_count(text: str) -> None:
    with pytest.raises(NotUnderstoodAnswer):
        read_count(text)


def test_fields_and_shapes_with_marks() -> None:
    assert read_field("14 14") == read_field("(14, 14)") == read_field("14") == (14, 14)
    assert read_field("(7,)", 1) == (7,)
    assert read_field("7x7x7", 3) == (7, 7, 7)
    assert read_shape("5x5x1,024", 3) == read_shape("5 × 5 × 1.024", 3) == (5, 5, 1024)
    assert read_shape("(256,)", 3) == read_shape("256", 2) == (256,)


@given(st.integers(0, 10**14))
def test_a_count_is_read_in_every_form(count: int) -> None:
    spaced = number(count, "en").replace(",", " ")
    forms = [str(count), number(count, "en"), number(count, "vi"), f"{count:_}", spaced, f"({count})"]
    forms += [f"{count} params", f"{count - 1}+1", f"1*{count}", f"{2 * count}/2"]
    assert {read_count(form).value for form in forms} == {count}


@given(st.lists(st.tuples(st.sampled_from("+-*"), st.integers(0, 999)), min_size=1, max_size=8))
def test_expressions_are_worked_out_as_python_does(terms: list[tuple[str, int]]) -> None:
    text = "1" + "".join(f" {sign} {value}" for sign, value in terms)
    expected = eval(text)  # digits and signs drawn here, nothing typed by anyone
    if abs(expected) <= 10**15:
        assert read_count(text).value == expected


def test_a_tower_of_powers_is_refused_at_once() -> None:
    for text in ("9**9**9**9", "9^9^9^9", "(9**64)**64", "2**64**64", "1/(9**60)/9**60", "9" * 99 + "^64"):
        with pytest.raises(NotUnderstoodAnswer):
            read_count(text)


def _try_all(text: str) -> None:
    for reading in READINGS:
        try:
            assert reading(text) is not None
        except NotUnderstoodAnswer as refusal:
            assert str(refusal).endswith(".")


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    _try_all(text)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_million_random_strings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No crash, no hang, no evaluation."""

    def never(*_arguments: object, **_named: object) -> object:
        raise AssertionError("something was evaluated")

    set_language("en")
    draw = random.Random(20261121)
    slowest = 0.0
    with monkeypatch.context() as patched:
        for name in ("eval", "exec", "compile"):
            patched.setattr(builtins, name, never)
        for turn in range(1_000_000):
            text = "".join(draw.choices(PIECES, k=draw.randrange(15)))
            start = time.perf_counter()
            reading = READINGS[turn % len(READINGS)]
            try:
                reading(text)
            except NotUnderstoodAnswer as refusal:
                assert refusal.message.template
            slowest = max(slowest, time.perf_counter() - start)
    assert slowest < 1.0
