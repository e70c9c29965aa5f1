"""Hints and worked solutions: each hint says more, none the answer; a solution ends with it."""

from collections.abc import Callable

import pytest

from cnntutor.course.loader import Course
from cnntutor.course.questions import Question
from cnntutor.i18n import Text, set_language
from cnntutor.quiz.hints import hints
from cnntutor.quiz.pose import pose
from cnntutor.quiz.solution import right_answers, solution, typed

Make = Callable[[str], Question]


def ask(ask: str, layer: str = "", network: str = "lenet5", kind: str = "number") -> str:
    named = f'layer = "{layer}"\n' if layer else ""
    return f'kind = "{kind}"\nnetwork = "{network}"\nask = "{ask}"\n{named}'


def told(question: Question) -> list[str]:
    return [str(hint) for hint in hints(pose(question))]


def test_hints_go_from_the_rule_to_the_first_step(make: Make) -> None:
    rule, numbers, step = told(make(ask("params", "conv2")))
    assert "(kernel_h · kernel_w · in_channels + 1) · filters" in rule
    assert numbers == "With the numbers put in: (5 · 5 · 6 + 1) · 16."
    assert step == "The first step: 5 · 5 = 25."


@pytest.mark.parametrize(
    ("asked", "step"),
    [
        (ask("output_shape", "conv1", kind="shape"), "The first step: 32 − 5 = 27."),
        (ask("output_shape", "conv1", "lenet5-28", "shape"), "The first step: 28 / 1 = 28."),
        (ask("params", "dense1"), "The first step: 400 + 1 = 401."),
        (ask("total_params"), "The first step: conv1 has 156."),
        (ask("output_values", "conv1"), "The first step: 32 − 5 = 27."),
        (ask("params", "pool1"), "nothing to learn"),
        (ask("output_shape", "flatten", kind="shape"), "The first step: 5 · 5 = 25."),
        (ask("output_shape", "dense1", kind="shape"), "ask of each whether Dense changes it"),
        ('kind = "number"\nright = "5*5*6"', "The first step: 5 · 5 = 25."),
        ('kind = "number"\nright = "5*6"', "A single step is left: 5 · 6."),
    ],
)
def test_the_first_step_is_worked_out(make: Make, asked: str, step: str) -> None:
    assert step in told(make(asked))[2]


def test_hints_have_the_decimal_mark_of_their_language(make: Make) -> None:
    question = make('kind = "number"\nform = "real"\nright = "1.25*8+0.5"')
    assert told(question)[1] == "With the numbers put in: 1.25 · 8 + 0.5."
    assert told(question)[2] == "The first step: 1.25 · 8 = 10."
    set_language("vi")
    assert [hint.partition(" 1")[2] for hint in told(question)[1:]] == [",25 · 8 + 0,5.", ",25 · 8 = 10."]
    single = make('kind = "number"\nform = "real"\nright = "4*12.5"')
    assert told(single)[2].endswith("4 · 12,5.")


@pytest.mark.parametrize(
    ("right", "step"),
    [
        ("(100-97.98)/100*10000", "The first step: 100 − 97.98 = 2.02."),
        ("(7+1)/2/4", "The first step: 7 + 1 = 8."),
        ("26/11*100", "Begin with 26 / 11, and mind the rounding."),
        ("10-4/8", "Begin with 4 / 8, and mind the rounding."),
        ("20-5-3", "The first step: 20 − 5 = 15."),
        ("2*3*0.5", "The first step: 2 · 3 = 6."),
    ],
)
def test_the_first_step_is_one_that_may_come_first(make: Make, right: str, step: str) -> None:
    assert told(make(f'kind = "number"\nform = "real"\nright = "{right}"'))[2] == step


def test_hints_about_a_cell_name_its_row(make: Make) -> None:
    blanks = 'blanks = ["conv1/params", "conv2/running_params", "total/params"]'
    columns = 'columns = ["params", "running_params"]\n'
    posed = pose(make('kind = "table"\nnetwork = "lenet5"\n' + columns + blanks))
    assert str(hints(posed)[1]) == "conv1: With the numbers put in: (5 · 5 · 1 + 1) · 6."
    assert str(hints(posed, "total/params")[2]).startswith("total: The first step: conv1 has 156.")
    assert "above conv2" in str(hints(posed, "conv2/running_params")[1])


def test_an_author_s_own_hints_are_taken(course: Course) -> None:
    posed = pose(course.questions["inputs-seen"])
    assert all(isinstance(hint, Text) for hint in hints(posed))


CHOICES = """
kind = "choice"
[[choices]]
text = { en = "0", vi = "0" }
right = true
[[choices]]
text = { en = "4", vi = "4" }
why = { en = "A window is no weight.", vi = "Cửa sổ không phải trọng số." }
"""


def test_hints_take_wrong_choices_away_but_leave_two(make: Make) -> None:
    two = make(CHOICES)
    assert not any("window is no weight" in hint for hint in told(two))
    extra = '[[choices]]\ntext = { en = "N", vi = "N" }\nwhy = { en = "No N.", vi = "." }\n'
    three, four = make(CHOICES + extra), make(CHOICES + extra + extra.replace("N", "M"))
    assert [sum(hint.startswith("It is not") for hint in told(each)) for each in (three, four)] == [1, 2]


def test_no_hint_says_the_answer(course: Course) -> None:
    for slug, question in course.questions.items():
        for seed in range(4):
            posed = pose(question, seed)
            if posed.key is None:
                continue
            (answer,) = right_answers(posed).values()
            for hint in hints(posed):
                words = str(hint).replace("×", "x").replace(";", " ").replace(".", " ").split()
                assert answer not in words, (slug, seed, str(hint))


def test_a_solution_ends_with_the_answer_and_its_explanation(make: Make, course: Course) -> None:
    lines = solution(pose(course.questions["alexnet-total"]))
    totals = [str(line.working) for line in lines if line.where == "total"]
    assert len(totals) == 1
    assert totals[0].endswith("4097000 = 62,378,344")
    assert [line.where for line in lines][:8] == [*(f"conv{n}" for n in range(1, 6)), "fc1", "fc2", "fc3"]
    assert any(str(line.working) == "60,965,224" for line in lines)
    assert str(lines[-1].text) == str(pose(course.questions["alexnet-total"]).explanation)


def test_a_solution_follows_the_language(make: Make) -> None:
    (line,) = solution(pose(make(ask("params", "conv2"))))
    assert (str(line.working), line.formula) == (
        "(5 · 5 · 6 + 1) · 16 = 2,416",
        "(kernel_h · kernel_w · in_channels + 1) · filters",
    )
    set_language("vi")
    assert str(line.working) == "(5 · 5 · 6 + 1) · 16 = 2.416"
    assert "trọng số" in str(line.text)


def test_the_solution_of_a_choice_names_the_right_one_first(make: Make) -> None:
    lines = solution(pose(make(CHOICES), 3))
    assert str(lines[0].text) == "Right: 0"
    assert [str(line.text) for line in lines[1:]] == ["Wrong: 4", "A window is no weight."]


def test_values_are_written_so_that_they_can_be_typed() -> None:
    assert typed((28, 28, 6)) == "28x28x6"
    assert typed(62006) == "62,006"
