"""Orders, pairs, wrong lines and code on the screen: by keys alone, in 80 columns."""

import pytest

from cnntutor.lab.tasks import Tasks
from cnntutor.needs import Fault, Reply, Request
from cnntutor.progress.store import Store
from cnntutor.tui.widgets.answer_fields import AnswerInput
from cnntutor.tui.widgets.exercise_panel import ExercisePanel
from cnntutor.tui.widgets.python_area import PythonArea
from tests.tui.conftest import MakeApp
from tests.tui.seeing import press, seen, until


def panel_of(app: object) -> ExercisePanel:
    """Return the exercise on the screen."""
    return app.screen.query_one(ExercisePanel)  # type: ignore[attr-defined, no-any-return]


async def test_an_order_is_made_by_carrying_items(make_app: MakeApp, store: Store) -> None:
    app = make_app("exercise", "order-lenet-lines")
    async with app.run_test(size=(80, 24)) as pilot:
        panel = panel_of(app)
        wanted = [option.letter for option in panel.sitting.posed.options]
        texts = {option.letter: option.text for option in panel.sitting.posed.options}
        items = list(panel.sitting.posed.question.items)  # type: ignore[union-attr]
        order = list(wanted)
        for place, item in enumerate(items):
            at = next(index for index, letter in enumerate(order) if texts[letter] == item)
            await press(pilot, order[at], "space", *["up"] * (at - place), "space")
            order.insert(place, order.pop(at))
        await press(pilot, "enter")
        assert panel.sitting.right
        assert "✓" in seen(app)


async def test_pairs_are_made_by_letters(make_app: MakeApp, store: Store) -> None:
    app = make_app("exercise", "cifar-split")
    async with app.run_test(size=(80, 24)) as pilot:
        panel = panel_of(app)
        posed = panel.sitting.posed
        letters = {option.text: option.letter for option in posed.options}
        for place, pair in enumerate(posed.question.pairs):  # type: ignore[union-attr]
            await press(pilot, letters[pair.right], *(("down",) if place + 1 < len(posed.fields) else ()))
        assert isinstance(app.screen.focused, AnswerInput)
        await press(pilot, "enter")
        assert panel.sitting.right


async def test_the_wrong_line_then_the_reason(make_app: MakeApp, store: Store) -> None:
    app = make_app("exercise", "two-scales")
    async with app.run_test(size=(80, 24)) as pilot:
        panel = panel_of(app)
        reason = next(choice.letter for choice in panel.sitting.posed.choices if choice.right)
        await press(pilot, "down", "down", "enter", reason, "enter")
        assert panel.sitting.grade is not None
        assert panel.sitting.grade.fields["line"].verdict == "wrong"
        assert "255 is the largest pixel" in seen(app)
        await press(pilot, "up", "enter")
        assert panel.sitting.right
        assert "Mended" in seen(app)


async def test_code_is_run_and_compared(
    make_app: MakeApp, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Request] = []

    async def ask(_tasks: Tasks, request: Request) -> Reply:
        asked.append(request)
        return Reply(fault=Fault(kind="exception", line=3, text="NameError: name 'layer' is not defined"))

    monkeypatch.setattr(Tasks, "ask", ask)
    app = make_app("exercise", "kata-first-conv")
    async with app.run_test(size=(80, 24)) as pilot:
        panel = panel_of(app)
        editor = app.screen.query_one(PythonArea)
        assert app.screen.focused is editor
        await press(pilot, "down", "down", "end", "enter", "x")
        assert editor.document.get_line(3) == "    x"
        assert not asked
        await press(pilot, "f9")
        await until(pilot, lambda: panel.sitting.grade is not None)
        assert "NameError" in seen(app)
        await press(pilot, "escape")
        assert not editor.has_focus
