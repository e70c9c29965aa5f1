"""Exact arithmetic on typed expressions, against Python's own and against everything hostile."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnntutor.calc.arithmetic import LONGEST, ArithmeticProblem, evaluate


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("62006", 62_006),
        ("62,006", 62_006),
        ("62.006", 62_006),
        ("62_006", 62_006),
        ("62 006", 62_006),
        ("62\u00a0006", 62_006),
        ("62,378,344", 62_378_344),
        ("(5*5*3+1)*6", 456),
        ("(5·5×3 + 1) ∙ 6", 456),
        ("(1,600 + 1) * 10", 16_010),
        ("5 − 8", -3),
        ("-5 + 3", -2),
        ("--5", 5),
        ("+5", 5),
        ("2 ** 3", 8),
        ("2^3^2", 512),
        ("-2^2", -4),
        ("2^-1", None),
        ("10/4", Fraction(5, 2)),
        ("10 ÷ 5", 2),
        ("10/4*4", 10),
        ("((((7))))", 7),
        ("0", 0),
        ("0007", 7),
    ],
)
def test_values(text: str, value: int | Fraction | None) -> None:
    if value is None:
        with pytest.raises(ArithmeticProblem):
            evaluate(text)
        return
    assert evaluate(text) == value
    assert isinstance(evaluate(text), type(value))


def test_decimals_only_where_they_are_asked_for() -> None:
    assert evaluate("97.65", real=True) == evaluate("97,65", real=True) == Fraction(9765, 100)
    assert evaluate("1.000", real=True) == 1
    assert evaluate("1.000") == 1000
    with pytest.raises(ArithmeticProblem):
        evaluate("97.65")
    with pytest.raises(ArithmeticProblem):
        evaluate("1,2,3", real=True)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("abc", "unexpected"),
        ("5*", "unexpected"),
        ("(5", "unexpected"),
        ("5)", "unexpected"),
        ("()", "unexpected"),
        ("5 5", "unexpected"),
        ("1,60", "number"),
        ("1,2345", "number"),
        ("1.234,567", "number"),
        ("1__0", "number"),
        ("5/0", "zero-division"),
        ("5/(3-3)", "zero-division"),
        ("2^65", "too-large"),
        ("2^(1/2)", "too-large"),
        ("9^64^9", "too-large"),
        ("(9^60)^60", "too-large"),
        ("1+" * 60 + "1", "too-long"),
        ("__import__('os')", "unexpected"),
        ("5e3", "unexpected"),
        ("0x10", "unexpected"),
        ("٣", "number"),
        ("²", "unexpected"),
    ],
)
def test_refusals(text: str, reason: str) -> None:
    with pytest.raises(ArithmeticProblem) as refusal:
        evaluate(text)
    assert refusal.value.reason == reason
    assert 0 <= refusal.value.position <= max(len(text), LONGEST)


def test_many_brackets_are_no_stack_overflow() -> None:
    assert evaluate("(" * 49 + "1" + ")" * 49) == 1
    assert evaluate("-" * 99 + "1") == -1


numbers = st.integers(0, 999).map(str)
expressions = st.recursive(
    numbers,
    lambda inner: st.one_of(
        st.builds("({}+{})".format, inner, inner),
        st.builds("({}-{})".format, inner, inner),
        st.builds("{}*{}".format, inner, inner),
    ),
    max_leaves=12,
)


@given(expressions)
def test_agrees_with_python(text: str) -> None:
    if len(text) <= LONGEST:
        assert evaluate(text) == eval(text)


@given(st.text(max_size=LONGEST))
def test_any_text_gives_a_value_or_a_refusal(text: str) -> None:
    try:
        value = evaluate(text)
    except ArithmeticProblem:
        return
    assert isinstance(value, (int, Fraction))
