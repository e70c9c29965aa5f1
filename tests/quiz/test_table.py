"""Tables: each slip counted once, what follows from it carried."""

from collections.abc import Callable

import pytest

from cnntutor.course.loader import Course
from cnntutor.course.questions import Question
from cnntutor.quiz.grade import grade
from cnntutor.quiz.graded import Grade
from cnntutor.quiz.pose import pose
from cnntutor.quiz.posed import PosedQuestion
from cnntutor.quiz.solution import right_answers

Make = Callable[[str], Question]
Graded = Callable[..., Grade]

TABLE = 'kind = "table"\nnetwork = "lenet5"\n'


@pytest.fixture
def lenet_table(make: Make) -> PosedQuestion:
    """Shapes of the layers before the dense ones, parameters of the first dense one, the total."""
    return pose(
        make(
            TABLE
            + 'blanks = ["conv2/output_shape", "conv1/output_shape", "pool2/output_shape", "conv1/params",'
            ' "flatten/output_shape", "dense1/params", "total/params", "pool1/params"]'
        )
    )


def marks(result: Grade) -> list[str]:
    """Return what each field's grade comes to, in a word."""
    return ["carried" if each.carried else each.mistake or each.verdict for each in result.fields.values()]


def test_fields_come_row_by_row_with_what_is_given_around_them(lenet_table: PosedQuestion) -> None:
    assert [field.id for field in lenet_table.fields] == [
        "conv1/output_shape",
        "conv1/params",
        "pool1/params",
        "conv2/output_shape",
        "pool2/output_shape",
        "flatten/output_shape",
        "dense1/params",
        "total/params",
    ]
    assert lenet_table.table is not None
    rows = {row.name: row for row in lenet_table.table.rows}
    assert rows["conv2"].description == "Conv2D 16, 5×5"
    assert rows["pool1"].cells[0].given == "14×14×6"
    assert rows["conv2"].cells[1].number == 2416
    assert rows["total"].cells[0].given == ""


def test_a_whole_table_is_right(lenet_table: PosedQuestion, cells: Graded) -> None:
    result = cells(lenet_table, "28x28x6", "156", "0", "10x10x16", "5x5x16", "400", "48120", "61,706")
    assert (result.verdict, result.mistake) == ("right", None)
    assert grade(lenet_table, right_answers(lenet_table)).verdict == "right"


def test_a_slip_is_counted_once_and_carried_into_the_total(lenet_table: PosedQuestion, cells: Graded) -> None:
    result = cells(lenet_table, "28x28x6", "150", "0", "10x10x16", "5x5x16", "400", "48120", "61,700")
    assert marks(result) == ["right", "no-bias", "right", "right", "right", "right", "right", "carried"]
    assert (result.verdict, result.mistake, result.mistakes) == ("wrong", "no-bias", ("no-bias",))
    total = result.fields["total/params"]
    assert (total.verdict, total.mistake) == ("wrong", None)
    assert str(result.feedback).startswith("conv1, parameters: You left out the biases")


def test_a_wrong_shape_is_carried_through_the_rows_below(lenet_table: PosedQuestion, cells: Graded) -> None:
    result = cells(lenet_table, "28x28x6", "156", "0", "14x14x16", "7x7x16", "784", "94200", "107,786")
    assert marks(result) == [
        *("right", "right", "right", "same-for-valid"),
        *("carried", "carried", "carried", "carried"),
    ]
    assert result.mistakes == ("same-for-valid",)


def test_a_second_slip_on_top_of_a_carried_one_is_counted(lenet_table: PosedQuestion, cells: Graded) -> None:
    no_bias = 784 * 120
    total = 156 + 2416 + no_bias + 10164 + 850
    result = cells(lenet_table, "28x28x6", "156", "0", "14x14x16", "7x7x16", "784", str(no_bias), str(total))
    assert marks(result)[3:] == ["same-for-valid", "carried", "carried", "no-bias", "carried"]
    assert result.mistakes == ("same-for-valid", "no-bias")
    assert "784 · 120 = 94,080" in str(result.fields["dense1/params"].feedback)


def test_a_right_cell_after_a_slip_is_right(lenet_table: PosedQuestion, cells: Graded) -> None:
    result = cells(lenet_table, "28x28x6", "150", "0", "10x10x16", "5x5x16", "400", "48120", "61,706")
    assert marks(result) == ["right", "no-bias", *["right"] * 6]


def test_a_slip_everywhere_in_a_total_whose_rows_are_right(lenet_table: PosedQuestion, cells: Graded) -> None:
    rows = ("28x28x6", "156", "0", "10x10x16", "5x5x16", "400", "48120")
    assert marks(cells(lenet_table, *rows, "61470"))[-1] == "no-bias"
    left_out = cells(lenet_table, *rows, str(61706 - 48120))
    assert left_out.fields["total/params"].mistake == "layer-left-out"
    slip = cells(lenet_table, *rows, "61606")
    assert slip.fields["total/params"].mistake == "running-total-slip"
    assert "= 61,706" in str(slip.fields["total/params"].steps[0].working)


def test_a_sum_of_wrong_rows_is_checked_against_those_rows(lenet_table: PosedQuestion, cells: Graded) -> None:
    rows = ("28x28x6", "150", "24", "10x10x16", "5x5x16", "400", "48120")
    assert marks(cells(lenet_table, *rows, str(61706 - 6 + 24))) == [
        *("right", "no-bias", "pooling-has-weights", "right", "right", "right", "right", "carried")
    ]
    assert marks(cells(lenet_table, *rows, "61,000"))[-1] == "running-total-slip"


def test_cells_not_understood_cost_no_attempt_and_say_so(lenet_table: PosedQuestion, cells: Graded) -> None:
    result = cells(lenet_table, "28x28", "150", "zero", "", "5x5x16", "400", "48120", "61706")
    assert (result.verdict, result.mistake) == ("not_understood", None)
    assert marks(result)[:4] == ["wrong", "no-bias", "not_understood", "not_understood"]
    assert str(result.feedback).startswith("pool1, parameters: “zero” is not understood")


def test_an_empty_table_is_not_understood(lenet_table: PosedQuestion) -> None:
    result = grade(lenet_table, {})
    assert result.verdict == "not_understood"
    assert {each.verdict for each in result.fields.values()} == {"not_understood"}


def test_a_running_total_carries_a_slip_down(make: Make, cells: Graded) -> None:
    posed = pose(
        make(
            TABLE
            + 'columns = ["params", "running_params"]\n'
            + 'blanks = ["conv2/params", "conv2/running_params", "dense1/running_params",'
            ' "dense2/running_params", "dense3/running_params", "total/params"]'
        )
    )
    right = ("2416", "2572", "50692", "60856", "61706", "61706")
    assert cells(posed, *right).verdict == "right"
    slipped = cells(posed, "2416", "2572", "50792", "60956", "61806", "61706")
    assert marks(slipped) == ["right", "right", "running-total-slip", "carried", "carried", "right"]
    assert slipped.mistakes == ("running-total-slip",)
    assert "2572 + 48120 = 50,692" in str(slipped.fields["dense1/running_params"].feedback)
    no_bias = cells(posed, "2416", "2572", "50572", "60736", "61586", "61706")
    assert marks(no_bias)[2:5] == ["no-bias", "carried", "carried"]
    from_params = cells(posed, "2400", "2556", "50676", "60840", "61690", "61690")
    assert marks(from_params) == ["no-bias", *["carried"] * 5]


def test_other_columns(make: Make, cells: Graded) -> None:
    posed = pose(
        make(
            TABLE
            + 'columns = ["macs", "receptive_field"]\n'
            + 'blanks = ["conv2/macs", "pool2/receptive_field", "total/macs"]'
        )
    )
    assert cells(posed, "240000", "16", "416,520").verdict == "right"
    result = cells(posed, "2416", "11", str(416_520 - 240_000 + 2_416))
    assert marks(result) == ["params-for-macs", "sum-of-kernels", "carried"]


def test_the_table_of_the_course(course: Course, cells: Graded) -> None:
    posed = pose(course.questions["lenet5-table"])
    answers = right_answers(posed) | {"conv1/params": "(5·5·1)·6"}
    answers["total/params"] = "61700"
    result = grade(posed, answers)
    assert result.mistakes == ("no-bias",)
    assert result.fields["total/params"].carried
