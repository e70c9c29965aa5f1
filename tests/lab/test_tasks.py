"""The lab's side of tasks: one process waits, each is used once, and giving up ends it."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from cnntutor.errors import Failed, Missing
from cnntutor.i18n import msg
from cnntutor.lab import tasks
from cnntutor.lab.tasks import Cancelled, TaskProcess, Tasks, run_task
from cnntutor.needs import CodeTask, Limits

QUICK = CodeTask(source="", limits=Limits(seconds=5, memory_mb=100))
ANSWERS = (
    "import sys; print('ready', flush=True); sys.stdin.readline(); print('{\"seconds\": 1.5}', flush=True)"
)
NEVER = "import sys; sys.stdin.read()"
DIES = "import sys; sys.stdin.readline(); raise SystemExit(1)"
BABBLES = "import sys; sys.stdin.readline(); print('no json', flush=True)"


class Programs:
    """Starts programs that play the worker's part, and keeps them."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.started: list[TaskProcess] = []

    def __call__(self) -> TaskProcess:
        pipe = subprocess.PIPE
        program = subprocess.Popen([sys.executable, "-c", self.code], stdin=pipe, stdout=pipe, bufsize=0)
        self.started.append(TaskProcess(program))
        return self.started[-1]

    def end(self) -> None:
        for each in self.started:
            each.end()


@pytest.fixture
def playing() -> Iterator[Callable[[str], Programs]]:
    made: list[Programs] = []

    def play(code: str) -> Programs:
        made.append(Programs(code))
        return made[-1]

    yield play
    for each in made:
        each.end()


def test_one_waits_and_each_answers_once(playing: Callable[[str], Programs]) -> None:
    programs = playing(ANSWERS)
    shelf = Tasks(programs)
    shelf.warm()
    shelf.warm()
    assert len(programs.started) == 1
    assert [shelf.run(QUICK).seconds for _ in range(2)] == [1.5, 1.5]
    assert [each.alive for each in programs.started] == [False, False, True]
    shelf.close()
    programs.started[-1].process.wait(5)
    shelf.warm()
    assert len(programs.started) == 3


def test_one_that_waits_long_is_let_go(playing: Callable[[str], Programs]) -> None:
    programs = playing(ANSWERS)
    shelf = Tasks(programs, waits=0.05)
    shelf.warm()
    programs.started[0].process.wait(5)
    assert shelf.run(QUICK).seconds == 1.5
    assert len(programs.started) == 2
    shelf.close()


def test_one_that_waits_can_be_sent_away(playing: Callable[[str], Programs]) -> None:
    programs = playing(ANSWERS)
    shelf = Tasks(programs)
    shelf.warm()
    shelf.cool()
    programs.started[0].process.wait(5)
    assert shelf.run(QUICK).seconds == 1.5
    assert [each.alive for each in programs.started] == [False, False]
    shelf.close()


def test_a_process_that_died_while_waiting_is_replaced(playing: Callable[[str], Programs]) -> None:
    programs = playing(ANSWERS)
    shelf = Tasks(programs)
    shelf.warm()
    programs.started[0].process.kill()
    programs.started[0].process.wait()
    assert shelf.run(QUICK).seconds == 1.5
    shelf.close()


@pytest.mark.parametrize("code", [DIES, BABBLES])
def test_a_process_that_dies_is_said(code: str, playing: Callable[[str], Programs]) -> None:
    with pytest.raises(Failed, match="has died"):
        playing(code)().ask(QUICK)


def test_giving_up_ends_the_process(playing: Callable[[str], Programs]) -> None:
    programs = playing(NEVER)
    with pytest.raises(Cancelled):
        Tasks(programs).run(QUICK, lambda: True)
    assert not programs.started[0].alive


def test_closing_gives_up_what_is_at_work(playing: Callable[[str], Programs]) -> None:
    programs = playing(NEVER)
    shelf = Tasks(programs)
    asked = threading.Event()
    ended: list[BaseException] = []

    def given_up() -> bool:
        asked.set()
        return False

    def work() -> None:
        try:
            shelf.run(QUICK, given_up)
        except Cancelled as end:
            ended.append(end)

    thread = threading.Thread(target=work)
    thread.start()
    asked.wait(5)
    shelf.close()
    thread.join(5)
    assert len(ended) == 1


async def test_cancelling_the_coroutine_ends_the_process(playing: Callable[[str], Programs]) -> None:
    programs = playing(NEVER)
    shelf = Tasks(programs)
    waiting = asyncio.create_task(shelf.ask(QUICK))
    while not programs.started:
        await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.to_thread(programs.started[0].process.wait, 5)
    shelf.close()


def test_no_process_waits_where_memory_is_short(
    monkeypatch: pytest.MonkeyPatch, playing: Callable[[str], Programs]
) -> None:
    monkeypatch.setattr(tasks, "_free_mb", lambda: 100)
    programs = playing(ANSWERS)
    shelf = Tasks(programs)
    shelf.warm()
    assert programs.started == []
    assert shelf.run(QUICK).seconds == 1.5


def test_without_tensorflow_the_command_that_mends_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = msg(
        "{library} is not installed, and training needs it; install it with: {command}",
        library="keras",
        command="pip install keras",
    )
    monkeypatch.setattr(tasks, "missing_library", lambda: lacking)
    with pytest.raises(Missing, match=r"keras is not installed, and checking with Keras.*pip install keras"):
        run_task(QUICK)
    shelf = Tasks()
    shelf.warm()
    with pytest.raises(Missing):
        shelf.run(QUICK)
