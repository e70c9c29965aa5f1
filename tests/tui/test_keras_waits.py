"""A process waits with Keras imported only where code is written, and not where the learner wants none."""

import pytest

from cnntutor import settings
from cnntutor.lab.tasks import Tasks
from cnntutor.tui.app import CnntutorApp
from tests.tui.conftest import MakeApp
from tests.tui.seeing import until


@pytest.fixture
def warmed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked of the tasks, in a program that believes it has a terminal."""
    asked: list[str] = []
    monkeypatch.setattr(CnntutorApp, "_warm_up", lambda _app: None)
    monkeypatch.setattr(CnntutorApp, "is_headless", property(lambda _app: False))
    monkeypatch.setattr(Tasks, "warm", lambda _tasks: asked.append("warm"))
    monkeypatch.setattr(Tasks, "cool", lambda _tasks: asked.append("cool"))
    return asked


async def test_it_waits_where_code_is_written_and_nowhere_else(make_app: MakeApp, warmed: list[str]) -> None:
    app = make_app("exercise", "lenet5-rgb")
    async with app.run_test(size=(80, 30)) as pilot:
        await pilot.pause()
        await app.workers.wait_for_complete()
    assert warmed == []
    app = make_app("exercise", "kata-first-conv")
    async with app.run_test(size=(80, 30)) as pilot:
        await until(pilot, lambda: warmed == ["warm"])


async def test_who_wants_none_has_none(make_app: MakeApp, warmed: list[str]) -> None:
    app = make_app("map")
    async with app.run_test(size=(80, 30)):
        await app.run_action("keras_waits")
        assert warmed == ["cool"]
        assert not settings.keras_waits()
        app.let_keras_wait()
        await app.workers.wait_for_complete()
        assert warmed == ["cool"]
        await app.run_action("keras_waits")
        app.let_keras_wait()
        await app.workers.wait_for_complete()
        assert warmed == ["cool", "warm"]
