"""Tasks in real processes: what a learner's code may not do ends it with a reply, and hurts nothing else.

Keras is imported only where a model is built; the walls are the same without.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cnntutor.lab.tasks import Cancelled, TaskProcess
from cnntutor.needs import BuildTask, CodeTask, Fault, FaultKind, Limits, Reply
from cnntutor.worker.tasks.landlock import version

SHORT = Limits(seconds=3, memory_mb=300, printed_bytes=200_000, file_bytes=2_000_000)


HOARD = (
    "import os, mmap; held = []\n"
    "for i in range(9):\n"
    "    file = open(str(i), 'w+b'); file.write(bytes(1_000_000)); file.flush()\n"
    "    os.remove(str(i))\n"
    "    held.append(file)\n"
    "file = None\n"
)
"""Files that are in no folder any more and still take their place on the disk."""
MAPPED = "held.append(mmap.mmap(file.fileno(), 0)); file.close()"


def run(source: str, limits: Limits = SHORT, before: str = "", after: str = "") -> Reply:
    process = TaskProcess.start(lazy=True)
    return process.ask(CodeTask(source=source, before=before, after=after, limits=limits))


def fault(source: str, before: str = "", after: str = "") -> Fault:
    reply = run(source, before=before, after=after)
    assert reply.fault is not None
    return reply.fault


@pytest.mark.parametrize(
    ("source", "kind", "line"),
    [
        ("x = 1\nwhile True:\n    x += 1", "time", (2, 3)),
        ("import re\nre.match('(a+)+b', 'a' * 60)", "time", (2,)),
        ("x = bytearray(10 * 2**30)", "memory", (1,)),
        ("x = []\nwhile True:\n    x.append(bytearray(2**20))", "memory", (3,)),
        ("import os\nwhile True:\n    os.fork()", "processes", (3,)),
        ("import subprocess\nsubprocess.run(['true'])", "processes", (2,)),
        ("import os\nos.execv('/bin/true', ['true'])", "processes", (2,)),
        ("import os\nos.kill(os.getppid(), 9)", "processes", (2,)),
        ("import urllib.request as r\n\nr.urlopen('http://192.0.2.1/')", "network", (3,)),
        ("import socket\nsocket.socket()", "network", (2,)),
        (
            "import urllib.request as r\ntry:\n    r.urlopen('http://192.0.2.1/')\n"
            "except OSError:\n    raise Exception('no data')",
            "network",
            (5,),
        ),
        ("import socket\nsocket.getaddrinfo('example.org', 80)", "network", (2,)),
        ("\nimport sys\nsys.exit('bye')", "exit", (3,)),
        ("import os\nos._exit(0)", "exit", (None,)),
        ("while True:\n    print('again ' * 100)", "output", (2,)),
        ("open('large', 'wb').write(bytes(3_000_000))", "output", (1,)),
        ("for i in range(9): open(str(i), 'wb').write(bytes(1_000_000))\nwhile True: pass", "output", (2,)),
        (HOARD + "while True: pass", "output", (7,)),
        (HOARD.replace("held.append(file)", MAPPED) + "while True: pass", "output", (7,)),
        ("import keras\nmodel = (", "syntax", (2,)),
        ("model = 1\n  x = 2", "syntax", (2,)),
        ("\x00", "exception", (None,)),
        ("x = {}\n\nx['key']", "exception", (3,)),
        ("def f():\n    return f()\nf()", "exception", (2,)),
        ("input()", "exception", (1,)),
        ("raise KeyboardInterrupt", "exception", (1,)),
        ("x = 1", "no-model", (None,)),
        ("model = []", "no-model", (None,)),
        ("import ctypes\nctypes.string_at(0)", "crash", (None,)),
    ],
)
def test_code_that_goes_wrong_is_ended_with_a_reply(
    source: str, kind: FaultKind, line: tuple[int | None, ...]
) -> None:
    found = fault(source)
    assert (found.kind, found.line in line) == (kind, True), found


def test_what_python_says_is_handed_on() -> None:
    assert fault("int('x')").text == "ValueError: invalid literal for int() with base 10: 'x'"
    assert fault("class E(Exception):\n    def __str__(self): raise E\nraise E").text == "E"
    assert fault("model = (").text == "'(' was never closed"


@pytest.mark.skipif(version() < 1, reason="this kernel has no Landlock")
@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.remove({file!r})",
        "import pathlib\npathlib.Path({file!r}).write_text('mine')",
        "import os\nos.truncate({file!r}, 0)",
        "import os\nos.rename({file!r}, 'here')",
        "import os\nos.link({file!r}, 'here')",
        "import os\nos.chmod({file!r}, 0)",
        "import shutil\nshutil.rmtree({folder!r})",
        "import os\nos.mkdir({folder!r} + '/new')",
        "open({file!r}).read()",
        "import os\nos.listdir({folder!r})",
        "import os\nos.symlink({file!r}, 'here')\nopen('here').read()",
        "import os\nos.chdir('/')\nopen({file!r}, 'w')",
    ],
)
def test_other_files_can_be_neither_changed_nor_read(source: str, tmp_path: Path) -> None:
    file = tmp_path / "work.txt"
    file.write_text("the learner's", encoding="utf-8")
    found = fault(source.format(file=str(file), folder=str(tmp_path)))
    assert found.kind == "files", found
    assert file.read_text(encoding="utf-8") == "the learner's"
    assert file.stat().st_mode & 0o777
    assert sorted(tmp_path.iterdir()) == [file]


def test_its_own_folder_is_free_and_gone_afterwards() -> None:
    reply = run(
        "import os, tempfile\n"
        "os.mkdir('a'); open('a/b', 'w').write('x'); os.remove('a/b'); os.rmdir('a')\n"
        "tempfile.TemporaryFile().write(b'x')\n"
        "print(os.getcwd(), os.environ['HOME'], sorted(os.environ))"
    )
    assert reply.fault is not None and reply.fault.kind == "no-model"
    folder, home = reply.printed.split()[:2]
    assert folder == home
    assert not Path(folder).exists()
    assert "CNNTUTOR_HOME" not in reply.printed


def test_what_it_prints_is_kept_and_what_keeps_it_apart_is_told() -> None:
    reply = run("print('one\\ntwo')")
    assert reply.printed == "one\ntwo\n"
    assert reply.isolation.network != "none"
    assert reply.isolation.processes != "none"
    assert (reply.isolation.files == "landlock") == (version() > 0)


def test_code_before_and_after_is_not_counted_in_lines() -> None:
    assert fault("def f():\n    return 1 / n", before="n = 0\n", after="f()").line == 2
    found = fault("def f(): pass", after="model = g()")
    assert (found.kind, found.line, found.text) == (
        "exception",
        None,
        "NameError: name 'g' is not defined",
    )


def test_what_it_starts_in_the_background_is_gone() -> None:
    reply = run(
        "import threading, time\n"
        "def forever():\n"
        "    while True: time.sleep(0.01)\n"
        "[threading.Thread(target=forever).start() for _ in range(5)]\n"
    )
    assert reply.fault is not None and reply.fault.kind == "no-model"


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def until(said: Callable[[], bool], seconds: float = 10) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if said():
            return True
        time.sleep(0.01)
    return False


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_giving_up_kills_it_at_once() -> None:
    process = TaskProcess.start(lazy=True)
    began = time.monotonic()
    inside: list[int] = []

    def given_up() -> bool:
        inside[:] = children(process.process.pid) if process.alive else []
        return time.monotonic() - began > 0.5

    with pytest.raises(Cancelled):
        process.ask(CodeTask(source="while True: pass"), given_up)
    assert time.monotonic() - began < 4
    assert all(gone(pid) for pid in inside)
    assert not process.alive


def test_it_ends_when_the_program_that_started_it_is_killed() -> None:
    code = (
        "import sys, time\n"
        "from cnntutor.lab.tasks import TaskProcess\n"
        "process = TaskProcess.start(lazy=True)\n"
        "process.process.stdout.readline()\n"
        "print(process.process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        supervisor = int(program.stdout.readline())
        inside = children(supervisor)
        assert len(inside) == 1
        program.send_signal(signal.SIGKILL)
        program.wait()
    assert until(lambda: gone(supervisor) and gone(inside[0]))


def test_the_one_that_works_ends_when_its_supervisor_is_killed() -> None:
    process = TaskProcess.start(lazy=True)
    assert process.process.stdout is not None
    process.process.stdout.read(6)
    inside = children(process.process.pid)
    process.process.kill()
    assert until(lambda: gone(inside[0]))
    process.end()
    folders = set(Path(tempfile.gettempdir()).glob("cnntutor-task-*"))
    assert folders
    assert until(lambda: run("x = 1").fault is not None and not all(each.exists() for each in folders))


def test_a_model_is_described_as_keras_counts_it() -> None:
    source = (
        "import keras\n"
        "base = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(4, 3, name='conv'),\n"
        "                         keras.layers.BatchNormalization(name='norm')], name='base')\n"
        "base.trainable = False\n"
        "inputs = keras.Input((8, 8, 3))\n"
        "flat = keras.layers.Flatten(name='flat')(base(inputs))\n"
        "dense = keras.layers.Dense(5, name='dense')\n"
        "model = keras.Model(inputs, keras.layers.Add(name='sum')([dense(flat), dense(flat)]))\n"
    )
    reply = run(source, Limits(seconds=60, memory_mb=2_000))
    assert reply.model is not None, reply
    rows = {
        row.name: (row.output_shape, row.trainable_params, row.non_trainable_params)
        for row in reply.model.layers
    }
    assert rows == {
        "base.conv": ((6, 6, 4), 0, 112),
        "base.norm": ((6, 6, 4), 0, 16),
        "flat": ((144,), 0, 0),
        "dense": ((5,), 725, 0),
        "dense_1": ((5,), 0, 0),
        "sum": ((5,), 0, 0),
    }
    assert (reply.model.total_params, reply.model.trainable_params) == (853, 725)
    assert reply.peak_mb > 100


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "model.keras"
    broken.write_bytes(b"no archive")
    reply = TaskProcess.start().ask(BuildTask(file=str(broken)))
    assert reply.fault is not None and reply.fault.kind == "unreadable"
