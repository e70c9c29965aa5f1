"""cnntutor exercise: exit codes, JSON, the record."""

import json
from pathlib import Path

import pytest

from cnntutor import locations
from cnntutor.cli.main import run
from cnntutor.progress.records import Draft
from cnntutor.progress.store import Store

Out = pytest.CaptureFixture[str]


def answer(capsys: Out, *arguments: str) -> tuple[int, dict[str, object]]:
    """Answer an exercise and return the exit code and the JSON."""
    code = run(["exercise", "answer", *arguments, "--json"])
    printed = capsys.readouterr()
    assert printed.err == ""
    return code, json.loads(printed.out)


@pytest.mark.parametrize(
    ("arguments", "code", "verdict", "mistake"),
    [
        (("lenet5-rgb", "62006"), 0, "right", None),
        (("lenet5-rgb", "62.006"), 0, "right", None),
        (("lenet5-rgb", "62", "006"), 0, "right", None),
        (("lenet5-rgb", "61,770"), 1, "wrong", "no-bias"),
        (("lenet5-rgb", "-5"), 1, "wrong", None),
        (("lenet5-rgb", "-5*3"), 1, "wrong", None),
        (("lenet5-rgb", ""), 2, "not_understood", None),
        (("lenet5-rgb", "62k"), 2, "not_understood", None),
        (("lenet5-rgb", "--nonsense"), 2, "not_understood", None),
        (("alexnet-total", "60965224"), 0, "right", None),
        (("alexnet-total", "60954656"), 1, "wrong", "no-bias"),
    ],
)
def test_answers(
    capsys: Out, arguments: tuple[str, ...], code: int, verdict: str, mistake: str | None
) -> None:
    left, result = answer(capsys, *arguments)
    assert (left, result["verdict"], result["mistake"]) == (code, verdict, mistake)
    assert isinstance(result["feedback"], str)


def test_an_answer_behind_two_dashes(capsys: Out) -> None:
    assert run(["exercise", "answer", "--json", "lenet5-rgb", "--", "-5"]) == 1
    assert json.loads(capsys.readouterr().out)["verdict"] == "wrong"


def test_the_seed_changes_the_numbers(capsys: Out) -> None:
    prompts = set()
    for seed in range(6):
        assert run(["exercise", "show", "conv-params", "--seed", str(seed), "--json", "--solution"]) == 0
        shown = json.loads(capsys.readouterr().out)
        prompts.add(shown["prompt"])
        code, result = answer(capsys, "conv-params", shown["right"]["answer"], "--seed", str(seed))
        assert (code, result["seed"]) == (0, seed)
    assert len(prompts) > 2


def test_a_table_takes_its_cells_between_semicolons(capsys: Out) -> None:
    run(["exercise", "show", "lenet5-table", "--json", "--solution"])
    shown = json.loads(capsys.readouterr().out)
    cells = [shown["right"][field["id"]] for field in shown["fields"]]
    code, result = answer(capsys, "lenet5-table", "; ".join(cells))
    assert (code, result["verdict"]) == (0, "right")
    place = next(number for number, field in enumerate(shown["fields"]) if field["id"] == "conv1/params")
    cells[place] = "150"
    code, result = answer(capsys, "lenet5-table", ";".join(cells) + ";")
    assert (code, result["mistake"]) == (1, "no-bias")
    fields = result["fields"]
    assert isinstance(fields, list)
    assert fields[place]["answer"] == "150"
    assert fields[place]["mistake"] == "no-bias"


def test_too_few_cells_are_one_sentence(capsys: Out) -> None:
    assert run(["exercise", "answer", "lenet5-table", "156; 0"]) == 2
    error = capsys.readouterr().err
    assert "2 cells are given" in error
    assert "Traceback" not in error


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("answer", "lenet5-rbg", "3"), "try lenet5-rgb"),
        (("show", "qqqqqq"), "cnntutor exercise list shows all"),
        (("show", "lenet5-rgb", "--seed", "x"), "--seed"),
        (("answer", "lenet5-rgb", "3", "--seed", "-1"), "--seed"),
        (("answer", "lenet5-rgb"), "ANSWER"),
        (("show", "../lenet5"), "There is no exercise"),
    ],
)
def test_what_is_not_understood_leaves_with_2(capsys: Out, arguments: tuple[str, ...], says: str) -> None:
    assert run(["exercise", *arguments]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert "Traceback" not in error


def test_list_names_every_exercise_in_the_order_of_the_lessons(capsys: Out) -> None:
    assert run(["exercise", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["exercises"]
    files = {path.stem for path in (locations.content_dir() / "questions").glob("*.toml")}
    assert {each["id"] for each in listed} == files
    assert run(["exercise", "list"]) == 0
    shown = capsys.readouterr().out
    assert [shown.index(f"  {each['id']} ") for each in listed] == sorted(
        shown.index(f"  {each['id']} ") for each in listed
    )


def test_show_prints_the_table_and_hints(capsys: Out) -> None:
    assert run(["exercise", "show", "lenet5-table", "--hints", "2"]) == 0
    shown = capsys.readouterr().out
    assert "conv1    Conv2D 6, 5×5" in shown
    assert "[1] …" in shown
    assert "Hint 2: " in shown
    assert "Hint 3: " not in shown
    assert all(len(line) <= 80 for line in shown.splitlines())


def test_show_prints_choices_and_how_to_answer(capsys: Out) -> None:
    assert run(["--lang", "vi", "exercise", "show", "pooling-truth", "--seed", "3"]) == 0
    shown = capsys.readouterr().out
    assert "  a  " in shown
    assert "cnntutor exercise answer pooling-truth CÂU-TRẢ-LỜI --seed 3" in shown


def test_plain_answers_show_the_working_up_to_the_slip(capsys: Out) -> None:
    assert run(["exercise", "answer", "lenet5-rgb", str(62006 - 16)]) == 1
    shown = capsys.readouterr().out
    assert "✗ You left out the biases" in shown
    assert "✓ conv1: (5 · 5 · 3 + 1) · 6 = 456" in shown
    assert "✗ conv2: 5 · 5 · 6 · 16 = 2,400" in shown


def test_attempts_are_recorded_and_what_is_not_understood_is_none(capsys: Out) -> None:
    with Store.open(locations.progress_file()) as store:
        store.save_draft(Draft("lenet5-rgb", 0, {"answer": "6"}))
    for text in ("61770", "", "62006"):
        run(["exercise", "answer", "lenet5-rgb", text])
    with Store.open(locations.progress_file()) as store:
        right, wrong = store.attempts()
        assert (right.verdict, right.answers, right.mistakes) == ("right", {"answer": "62006"}, ())
        assert (wrong.verdict, wrong.mistakes) == ("wrong", ("no-bias",))
        assert store.draft("lenet5-rgb") is None
        assert store.solved() == {"lenet5-rgb"}


def test_a_record_that_cannot_be_opened_is_a_warning(capsys: Out, own_home: Path) -> None:
    own_home.parent.mkdir(parents=True, exist_ok=True)
    own_home.write_text("a file where the folder should be")
    assert run(["exercise", "answer", "lenet5-rgb", "62006", "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["verdict"] == "right"
    assert "This answer is not recorded" in printed.err
    assert "Traceback" not in printed.err
