"""A learner's code, run; the model it leaves under the name `model`, described; what went wrong, at its line.

The judge is elsewhere: nothing of what was asked for is in this process, so that the code can neither read
nor forge it.
"""

import errno
import os
import sys
from collections.abc import Iterator
from difflib import get_close_matches
from types import TracebackType
from typing import Any

from cnntutor.needs import CodeTask, Fault, FaultKind, Reply
from cnntutor.worker.tasks.source import SOURCE

LONGEST_TEXT = 300
"""Characters of what Python says that are kept."""

_NETWORK_EVENTS = ("socket.", "urllib.", "http.", "ftplib.", "smtplib.")
_PROCESS_EVENTS = ("os.fork", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "subprocess.", "pty.")
_SIGNAL_EVENTS = ("os.kill", "os.killpg")
_NETWORK_ERRORS = ("URLError", "gaierror", "ConnectionError", "ConnectionRefusedError", "TimeoutError")
_REFUSED = (errno.EPERM, errno.EACCES, errno.EROFS, errno.EXDEV)
_FULL = (errno.EFBIG, errno.ENOSPC, errno.EDQUOT)

_tried: list[FaultKind] = []
"""What the code tried last of network and processes; that shows in the exception under many names."""


def run_code(task: CodeTask) -> Reply:
    """Run the code of a task and describe its model."""
    names: dict[str, Any] = {"__name__": "__main__", "__builtins__": __builtins__}
    for text, file in ((task.before, "<before>"), (task.source, SOURCE), (task.after, "<after>")):
        try:
            exec(compile(text, file, "exec", dont_inherit=True), names)
        except BaseException as trouble:
            return Reply(fault=_explain(trouble, file))
    model = names.get("model")
    if model is None or "keras" not in sys.modules:
        return Reply(fault=Fault(kind="no-model", text="" if model is None else type(model).__name__))
    from cnntutor.worker.tasks.describe import NotAModel, describe_model

    try:
        return Reply(model=describe_model(model))
    except NotAModel as trouble:
        return Reply(fault=Fault(kind=trouble.kind, text=str(trouble)))
    except BaseException as trouble:
        return Reply(fault=_explain(trouble, SOURCE))


def watch() -> None:
    """Take note from here on of what the code tries; there is no end to it."""
    sys.addaudithook(_watch)


def _watch(event: str, _arguments: tuple[object, ...]) -> None:
    """Take note of tries that the walls refuse; an audit hook."""
    if event.startswith(_NETWORK_EVENTS):
        _tried.append("network")
    elif event.startswith(_PROCESS_EVENTS) or event in _SIGNAL_EVENTS:
        _tried.append("processes")
    del _tried[:-1]


def _explain(trouble: BaseException, file: str) -> Fault:
    """Return what ended the code."""
    if isinstance(trouble, SyntaxError) and trouble.filename == SOURCE:
        return Fault(kind="syntax", line=trouble.lineno, text=_short(trouble.msg))
    line = _line(trouble.__traceback__)
    if isinstance(trouble, SystemExit):
        return Fault(kind="exit", line=line)
    if isinstance(trouble, MemoryError) or type(trouble).__name__ == "ResourceExhaustedError":
        return Fault(kind="memory", line=line)
    if isinstance(trouble, OSError) and trouble.errno in _FULL:
        return Fault(kind="output", line=line, text=_short(str(trouble.filename or "")))
    if _tried and any(_is_refusal(each) for each in _chain(trouble)):
        return Fault(kind=_tried[-1], line=line, text=_said(trouble))
    if isinstance(trouble, OSError) and trouble.errno in _REFUSED:
        return Fault(kind="files", line=line, text=_short(os.fsdecode(trouble.filename or "")))
    if file != SOURCE and line is None:
        return Fault(kind="exception", text=_said(trouble))
    return Fault(kind="exception", line=line, text=_said(trouble))


def _chain(trouble: BaseException) -> Iterator[BaseException]:
    """Yield an exception and those it came of; libraries raise others in the place of the system's."""
    seen: set[int] = set()
    found: BaseException | None = trouble
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        yield found
        found = found.__cause__ or found.__context__


def _is_refusal(trouble: BaseException) -> bool:
    """Whether the system refused something; errors of look-ups have no number of the system's."""
    return isinstance(trouble, OSError) and (
        trouble.errno in _REFUSED or type(trouble).__name__ in _NETWORK_ERRORS
    )


def _line(trace: TracebackType | None) -> int | None:
    """Return the last line of the learner's code on the way to where an exception was raised."""
    found = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == SOURCE:
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


def _said(trouble: BaseException) -> str:
    """Return the kind and the first lines of what an exception says."""
    try:
        said = str(trouble).strip()
    except BaseException:  # a learner's own exception may fail to say what it is
        said = ""
    name = type(trouble).__name__
    return _short((f"{name}: {said}" if said else name) + _meant(trouble))


def _meant(trouble: BaseException) -> str:
    """Return the name that was perhaps meant by one that is not there: Conv2D for Conv2d."""
    if not isinstance(trouble, AttributeError) or not trouble.name or trouble.obj is None:
        return ""
    try:
        known = [each for each in dir(trouble.obj) if not each.startswith("_")]
    except BaseException:  # an object of the learner's may fail to say what it has
        return ""
    alike = {each.lower(): each for each in known}
    near = alike.get(trouble.name.lower()) or next(iter(get_close_matches(trouble.name, known, 1)), "")
    return f". Did you mean: {near!r}?" if near else ""


def _short(text: str) -> str:
    """Return a text in one line of bounded length that can be printed."""
    joined = " ".join(str(text).split())[:LONGEST_TEXT]
    return "".join(letter if letter.isprintable() else "?" for letter in joined)
