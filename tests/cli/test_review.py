"""cnntutor review without a screen: what is due, a question for each, and nothing where nothing is."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from cnntutor import locations
from cnntutor.cli.main import run
from cnntutor.progress.records import Attempt
from cnntutor.progress.store import Store, utc_now


def due(skill: str = "counting", question: str = "conv-params", days: int = 9) -> None:
    """Leave a skill due: answered wrongly so many days ago."""
    with Store.open(locations.progress_file()) as store:
        when = utc_now() - timedelta(days=days)
        store.record(Attempt(question, 3, skill, {"answer": "450"}, "wrong", when, ("no-bias",)))


def test_nothing_was_answered_yet(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "en", "review"]) == 0
    assert capsys.readouterr().out == "Nothing to review yet\n"


def test_what_is_due_is_listed_with_a_command_that_asks_it(capsys: pytest.CaptureFixture[str]) -> None:
    due()
    assert run(["--lang", "en", "review", "--list", "--seed", "4"]) == 0
    first, command, *rest = capsys.readouterr().out.splitlines()
    assert first == "Counting parameters: 0 of 1 right without help; lately: no-bias"
    assert rest == []
    assert run(command.split()[1:]) == 0
    assert capsys.readouterr().out


def test_json_names_skill_question_seed_and_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    due()
    due("metrics", "confusion-recall", days=0)
    drawn = []
    for _ in range(2):
        assert run(["review", "--json", "--seed", "4"]) == 0
        drawn.append(json.loads(capsys.readouterr().out))
    assert drawn[0] == drawn[1]
    (item,) = drawn[0]["due"]
    assert (item["skill"], item["mistake"]) == ("counting", "no-bias")
    assert item["seed"] > 0 and item["question"]
    assert drawn[0]["next_due"] > utc_now().isoformat()[:10]


def test_an_answer_from_the_shell_counts_as_a_review(capsys: pytest.CaptureFixture[str]) -> None:
    due()
    assert run(["review", "--json"]) == 0
    (item,) = json.loads(capsys.readouterr().out)["due"]
    run(["exercise", "answer", item["question"], "1", "--seed", str(item["seed"])])
    capsys.readouterr()
    assert run(["--lang", "vi", "review", "--list"]) == 0
    assert capsys.readouterr().out.startswith("Hiện không có gì đến hạn\nLần ôn tiếp: ")


def test_a_mended_record_is_told_on_the_other_stream(capsys: pytest.CaptureFixture[str]) -> None:
    due()
    path: Path = locations.progress_file()
    path.write_bytes(b"torn " * 5000)
    assert run(["--lang", "en", "review", "--list"]) == 0
    told = capsys.readouterr()
    assert "was damaged" in told.err and "last good copy" in told.err
    assert told.out.startswith("Counting parameters")
