"""The walls around a learner's code: what is said at each, what a system may lack, what they hide."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from cnntutor.lab.tasks import TaskProcess
from cnntutor.needs import CodeTask
from cnntutor.quiz.code_judge import judge_code
from cnntutor.worker.tasks import sandbox
from cnntutor.worker.tasks.landlock import version
from tests.worker.test_tasks import SHORT, children, fault

NEVER_ENDING = "while True: pass"


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (
            NEVER_ENDING,
            "Line 1: it was still running after 3 seconds and was ended; look for a loop without end.",
        ),
        (
            "x = bytearray(10 * 2**30)",
            "Line 1: it needed more than 300 MB of memory and was ended; look for a layer or an array that is"
            " too large.",
        ),
        (
            "import os\nwhile True: os.fork()",
            "Line 2: it tried to start or stop another program, which is not allowed here; leave that out.",
        ),
        (
            "import os\nos.remove({work!r})",
            "Line 2: it tried to reach {work} outside its own folder, which is not allowed here;"
            " leave that out.",
        ),
        (
            "open({home!r} + '/.ssh/id_rsa').read()",
            "Line 1: it tried to reach {home}/.ssh/id_rsa outside its own folder, which is not allowed here;"
            " leave that out.",
        ),
        (
            "import urllib.request as web\nweb.urlopen('http://192.0.2.1/')",
            "Line 2: it tried to reach the network, which is not allowed here; leave that out.",
        ),
        (
            "import sys\nsys.exit()",
            "Line 2: the program ended itself; leave out exit() and let the code run to its end.",
        ),
        (
            "while True: print('again ' * 100)",
            "Line 1: it printed or wrote too much and was ended; print less.",
        ),
    ],
)
@pytest.mark.skipif(version() < 1, reason="this kernel has no Landlock")
def test_each_thing_that_is_not_allowed_is_said_in_a_sentence_and_the_tutor_goes_on(
    source: str, sentence: str, tmp_path: Path
) -> None:
    """The process that asks is this one: it and its files are as before, and the next task is answered."""
    home, work = tmp_path / "home", tmp_path / "work.txt"
    (home / ".ssh").mkdir(parents=True)
    (home / ".ssh" / "id_rsa").write_text("the learner's secret", encoding="utf-8")
    work.write_text("the learner's work", encoding="utf-8")
    before = set(children(os.getpid()))
    task = CodeTask(source=source.format(work=str(work), home=str(home)), limits=SHORT)
    judged = judge_code(TaskProcess.start(lazy=True).ask(task), task)
    assert judged.verdict == "wrong"
    assert [str(each.message) for each in judged.problems] == [sentence.format(work=work, home=home)]
    assert judged.note is None
    assert work.read_text(encoding="utf-8") == "the learner's work"
    assert set(children(os.getpid())) <= before
    assert fault("x = 1").kind == "no-model"


WITHOUT = """
import sys
from pathlib import Path

from cnntutor import locations
from cnntutor.worker.tasks import landlock, seccomp, supervisor, system


def refused(*_):
    raise OSError(1, "not here")


for name in sys.argv[1:]:
    if name.startswith("/"):
        locations.content_dir = lambda: Path(name)
        continue
    module, function = name.split(".")
    setattr({"system": system, "landlock": landlock, "seccomp": seccomp}[module], function, refused)
raise SystemExit(supervisor.supervise(0, 1, lazy=True))
"""


def lacking(*names: str) -> TaskProcess:
    """A process on a system without some of the walls; a path says where its course is."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-P", "-c", WITHOUT, *names]
    return TaskProcess(subprocess.Popen(command, stdin=pipe, stdout=pipe, bufsize=0, start_new_session=True))


def test_where_there_are_no_namespaces_a_filter_keeps_the_network_away() -> None:
    reply = lacking("system.unshare").ask(CodeTask(source="import socket\nsocket.socket()", limits=SHORT))
    assert reply.fault is not None and (reply.fault.kind, reply.fault.line) == ("network", 2)
    assert reply.isolation.network == "filter"
    assert reply.isolation.complete == (version() > 0)


def test_what_a_system_lacks_is_told() -> None:
    reply = lacking("system.unshare", "landlock.restrict", "seccomp.restrict").ask(
        CodeTask(source="x = 1", limits=SHORT)
    )
    assert (reply.isolation.network, reply.isolation.files) == ("none", "none")
    assert reply.isolation.processes == ("none" if os.getuid() == 0 else "limit")
    assert not reply.isolation.complete
    reply = lacking("landlock.restrict").ask(CodeTask(source="open('/etc/hostname').read()", limits=SHORT))
    assert reply.fault is not None and reply.fault.kind == "no-model"
    assert reply.isolation.files == "none"


@pytest.mark.skipif(version() < 1, reason="this kernel has no Landlock")
def test_the_course_with_its_solutions_cannot_be_read_where_it_is_installed() -> None:
    """In a wheel it lies beside the modules that must be read."""
    course = Path(msgspec.__file__).parent
    beside, within = next(course.parent.glob("msgspec-*/METADATA")), course / "__init__.py"
    for source in (
        f"open({str(beside)!r}).read(40)\nopen({str(within)!r}).read()",
        f"import os; os.listdir({str(course.parent)!r})\nos.open({str(within)!r}, os.O_RDONLY)",
    ):
        reply = lacking(str(course)).ask(CodeTask(source=source, limits=SHORT))
        assert reply.fault is not None and (reply.fault.kind, reply.fault.line) == ("files", 2), reply


def test_a_folder_is_left_out_of_those_around_it(tmp_path: Path) -> None:
    for name in ("lib/site/package/_content/questions", "lib/site/other", "lib/plain", "elsewhere"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "lib/site/package/module.py").touch()
    (tmp_path / "lib/site/up").symlink_to(tmp_path)
    hidden = tmp_path / "lib/site/package/_content"
    listed, readable = sandbox._around(
        hidden, [tmp_path / "lib", tmp_path / "elsewhere", hidden / "questions"]
    )
    names = [sorted(str(each.relative_to(tmp_path)) for each in found) for found in (listed, readable)]
    assert names == [
        ["lib", "lib/site", "lib/site/package"],
        ["elsewhere", "lib/plain", "lib/site/other", "lib/site/package/module.py"],
    ]


@pytest.mark.parametrize("flags", ["os.O_RDONLY", "os.O_WRONLY | os.O_RDWR"])
def test_the_filter_keeps_files_from_being_cut_short(flags: str, tmp_path: Path) -> None:
    """Before Linux 6.2 Landlock does not see to it."""
    file = tmp_path / "work.txt"
    file.write_text("the learner's", encoding="utf-8")
    source = f"import os\nos.open({str(file)!r}, os.O_TRUNC | {flags})"
    reply = lacking("landlock.restrict").ask(CodeTask(source=source, limits=SHORT))
    assert reply.fault is not None and (reply.fault.kind, reply.fault.line) == ("files", 2)
    assert file.read_text(encoding="utf-8") == "the learner's"
    source = "import os\nopen('a', 'w').write('x')\nopen('a', 'w+').close()\nos.memfd_create('b')"
    reply = lacking("landlock.restrict").ask(CodeTask(source=source, limits=SHORT))
    assert reply.fault is not None and (reply.fault.kind, reply.fault.line) == ("files", 4)
