"""The command cnntutor: starts the program on screen, or one of the groups of commands."""

import codecs
import contextlib
import importlib
import io
import os
import sys
from collections.abc import Sequence
from typing import TextIO

import click

from cnntutor import settings
from cnntutor.errors import CnntutorError, ExitCode, NotUnderstood
from cnntutor.i18n import msg, t

COMMANDS = {
    "calc": "cnntutor.cli.calc:calc",
    "calibrate": "cnntutor.cli.calibrate:calibrate",
    "check": "cnntutor.cli.check:check",
    "data": "cnntutor.cli.data:data",
    "exam": "cnntutor.cli.exam:exam",
    "exercise": "cnntutor.cli.exercise:exercise",
    "progress": "cnntutor.cli.progress:progress",
    "run": "cnntutor.cli.run:run",
    "runs": "cnntutor.cli.runs:runs",
    "review": "cnntutor.cli.review:review",
    "recording": "cnntutor.cli.recording:recording",
    "recipe": "cnntutor.cli.recipe:recipe",
    "doctor": "cnntutor.cli.doctor:doctor",
}


class LazyGroup(click.Group):
    """A group that imports a command only when it is called, so that each starts quickly."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command and return it."""
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, attribute = target.split(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{target} is no click command")
        return command


@click.group(
    cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option("--lang", type=click.Choice(["en", "vi"]), help="Language of every text; else the saved one.")
@click.version_option(package_name="cnntutor")
@click.pass_context
def cnntutor(ctx: click.Context, lang: str | None) -> None:
    """Learn convolutional neural networks in the terminal.

    Without a command it opens the course. The commands do the same work without a screen.
    """
    try:
        settings.apply_language(lang)
    except ValueError as problem:
        raise NotUnderstood(msg("CNNTUTOR_LANG: {problem}; set it to en or vi.", problem=problem)) from None
    if ctx.invoked_subcommand is None:
        from cnntutor.cli.screen import open_screen

        ctx.exit(open_screen())
    _print_in_utf8()


def _print_in_utf8() -> None:
    """Let the commands print ⌊, × and Vietnamese where the locale asks for another encoding than UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and codecs.lookup(stream.encoding).name != "utf-8":
            stream.reconfigure(encoding="utf-8")


def run(arguments: Sequence[str]) -> int:
    """Run the command line.

    Returns:
        The exit code; errors with a sentence are printed to stderr, without a traceback.
    """
    try:
        result = cnntutor.main(args=list(arguments), prog_name="cnntutor", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.Abort:
        return ExitCode.STOPPED
    except click.ClickException as problem:
        problem.show()
        return problem.exit_code
    except CnntutorError as problem:
        click.echo(f"cnntutor: {problem}", err=True)
        return problem.exit_code
    except KeyboardInterrupt:
        return ExitCode.STOPPED
    except BrokenPipeError:
        # The reader of our output left (cnntutor calc … | head); nothing is wrong.
        _to_nowhere(sys.stdout)
        return ExitCode.OK
    except OSError as problem:
        _to_nowhere(sys.stdout)
        where = f" ({problem.filename})" if problem.filename else ""
        click.echo(
            "cnntutor: "
            + t("The system refused: {problem}.", problem=f"{problem.strerror or problem}{where}"),
            err=True,
        )
        return ExitCode.FAILED
    return result if isinstance(result, int) else ExitCode.OK


def _to_nowhere(stream: TextIO) -> None:
    """Let what is still to be written to a stream that refuses go nowhere, without another word."""
    with contextlib.suppress(io.UnsupportedOperation):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
