"""Opens the program on screen, after making sure that there is a screen it can be drawn on."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from cnntutor import locations, settings
from cnntutor.errors import CnntutorError, ExitCode, NotUnderstood
from cnntutor.i18n import Message, msg

if TYPE_CHECKING:
    from cnntutor.lab.lab import Lab

_MENDED = "CNNTUTOR_UTF8"
"""Set in the environment of the second try, so that there is no third."""


def start() -> int:
    """Open the course for the bare command; importing the command line would delay the first paint.

    Returns:
        The exit code; errors with a sentence are printed to stderr, without a traceback.
    """
    try:
        settings.apply_language()
        return open_screen()
    except CnntutorError as problem:
        sys.stderr.write(f"cnntutor: {problem}\n")
        return problem.exit_code
    except KeyboardInterrupt:
        return ExitCode.STOPPED
    except ValueError:
        from cnntutor.cli.main import run

        return run([])  # which says what is wrong with the language asked for


def open_screen(screen: str = "", argument: str = "") -> int:
    """Open the course in the terminal.

    Args:
        screen: The kind of place to begin at; empty for where the learner left off.
        argument: What it shows.

    Returns:
        The exit code: 2 with a sentence on stderr where there is no terminal to draw on.

    Raises:
        CnntutorError: the course cannot be read.
    """
    refusal = _refusal()
    if refusal is not None:
        sys.stderr.write(f"cnntutor: {refusal}\n")
        return ExitCode.NOT_UNDERSTOOD
    if not _is_utf8(sys.stdout) or not _is_utf8(sys.stderr):
        _again_in_utf8()
    return _run(screen, argument)


def demand_terminal() -> None:
    """Refuse before anything is begun where there is no terminal to draw on; mend its encoding.

    Raises:
        NotUnderstood: there is none.
    """
    refusal = _refusal()
    if refusal is not None:
        raise NotUnderstood(refusal)
    if not _is_utf8(sys.stdout) or not _is_utf8(sys.stderr):
        _again_in_utf8()


def _refusal() -> Message | None:
    """Return why the screen cannot be opened here, or None."""
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        return msg(
            "The course needs a terminal, and this is none (a pipe, a file or a timer job). "
            "Without a screen use: {commands}; see cnntutor --help.",
            commands="cnntutor calc, cnntutor exercise, cnntutor run, cnntutor runs, cnntutor check",
        )
    if os.environ.get("TERM", "") in ("dumb", "unknown"):
        return msg(
            "The terminal says it is “{term}” and cannot be drawn on; set TERM, for example "
            "TERM=xterm-256color, or use cnntutor calc, exercise and run, which only print.",
            term=os.environ["TERM"],
        )
    charset = _locale_charset()
    if charset is not None and charset not in ("utf8", "usascii", "ascii", "ansix341968"):
        return msg(
            "This terminal is set to {charset}, and the course is drawn in UTF-8; if the window can show "
            "UTF-8, start it with: LC_ALL=C.UTF-8 cnntutor",
            charset=charset,
        )
    return None


def _locale_charset() -> str | None:
    """Return the character set the locale names, in small letters and digits; None without one."""
    for variable in ("LC_ALL", "LC_CTYPE", "LANG"):
        value = os.environ.get(variable, "")
        if value:
            _, dot, charset = value.partition(".")
            plain = charset.partition("@")[0].lower().replace("-", "").replace("_", "")
            return plain if dot else None
    return None


def _is_utf8(stream: object) -> bool:
    encoding = str(getattr(stream, "encoding", "") or "")
    return encoding.lower().replace("-", "").replace("_", "") == "utf8"


def _again_in_utf8() -> NoReturn:
    """Start this very program once more with its streams in UTF-8.

    Raises:
        NotUnderstood: this is the second try already.
    """
    if os.environ.get(_MENDED):
        raise NotUnderstood(
            msg("The output is not UTF-8 and cannot be made so; start it with: LC_ALL=C.UTF-8 cnntutor")
        )
    environment = os.environ | {_MENDED: "1", "PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8"}
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(sys.executable, [sys.executable, "-m", "cnntutor", *sys.argv[1:]], environment)


def _run(screen: str, argument: str) -> int:
    """Build the program with what it works on, and run it."""
    gc.disable()  # importing makes no garbage; looking for some is a tenth of the time to the first paint
    from cnntutor.course.loader import load_course
    from cnntutor.progress.store import Store
    from cnntutor.tui.app import CnntutorApp
    from cnntutor.tui.context import Context, Place

    course = load_course()
    gc.freeze()
    gc.enable()
    with Store.open_or_in_memory(locations.progress_file()) as store:
        context = Context(course, store, _open_lab, notice=store.notice)
        app = CnntutorApp(context, Place(screen, argument) if screen else None)
        try:
            app.run()
        finally:
            context.close()
    return app.return_code or ExitCode.OK


def _open_lab() -> Lab:
    from cnntutor.lab.lab import Lab

    return Lab()
