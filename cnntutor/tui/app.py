"""The program on screen: opens places, keeps where the learner is, switches language and look.

Every screen is imported when it is first opened, so that the first paint waits for one screen only.
"""

from __future__ import annotations

import gc
import importlib
import traceback
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, ClassVar, cast

from rich.text import Text
from textual import on, work
from textual.binding import BindingType
from textual.events import Resize
from textual.message import Message as TextualMessage
from textual.screen import Screen
from textual.worker import WorkerFailed

from cnntutor import i18n, locations, settings
from cnntutor.errors import CnntutorError
from cnntutor.i18n import msg, t
from cnntutor.tui import messages, theme
from cnntutor.tui.context import Context, Place
from cnntutor.tui.key_order import KeyOrderApp
from cnntutor.tui.keys import key
from cnntutor.tui.leaving import heed_the_system
from cnntutor.tui.mistakes import of_system, sentence_of
from cnntutor.tui.record import Record
from cnntutor.tui.screens.base import TutorDialogue, TutorScreen
from cnntutor.tui.screens.too_small import SMALLEST, TooSmallScreen

if TYPE_CHECKING:
    from cnntutor.tui.destinations import Destination

_WARM_UP_AFTER = 0.5
"""Seconds the first screen has for itself before what is opened next is imported."""

_COPIED_EVERY = 60.0
"""Seconds between two copies of the record, where it changed."""

_OPENED_NEXT = (
    "cnntutor.tui.screens.lesson",
    "cnntutor.tui.screens.exercise",
    "cnntutor.tui.screens.workbench",
    "cnntutor.tui.screens.lab",
    "cnntutor.tui.screens.run",
    "cnntutor.tui.screens.practice",
    "cnntutor.tui.screens.review",
    "cnntutor.tui.screens.skills",
    "cnntutor.quiz.grade",
    "cnntutor.quiz.solution",
)


class CnntutorApp(KeyOrderApp):
    """The course in the terminal.

    Args:
        context: Course, store, lab and clock.
        start: The place to open on top of the map, at once; None opens where the learner left off, as soon as
            the frame is painted.
        strict: Let an unexpected error end the program (tests); else it becomes a notification too.
    """

    CSS_PATH: ClassVar[list[str | PurePath]] = ["app.tcss", "screens/map.tcss"]
    """The map's sheet is here because Textual reads none for the screen at the bottom."""
    TITLE = "cnntutor"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        key("f1", "help", msg("Help"), priority=True),
        key("ctrl+p", "palette", msg("Go to"), priority=True),
        key("f2", "language", msg("Language"), shown=False, priority=True),
        key("ctrl+q", "quit", msg("Quit"), shown=False, priority=True),
    ]

    def __init__(self, context: Context, start: Place | None = None, *, strict: bool = False) -> None:
        super().__init__()
        self.context = context
        self.record = Record(context, self.tell)
        place = start or self.record.place()
        self._start = None if place is None or place.screen == "map" else place
        self._at_once = start is not None
        self._strict = strict
        for look in theme.THEMES:
            self.register_theme(look)
        chosen = settings.load().theme
        self.theme = chosen if chosen in {look.name for look in theme.THEMES} else theme.DARK

    def get_default_screen(self) -> Screen[Any]:
        """The course map lies at the bottom of everything."""
        from cnntutor.tui.screens.map import MapScreen

        return MapScreen()

    def on_mount(self) -> None:
        """Open the place of the last time, and say what there is to say."""
        if self.context.notice is not None:
            self.notify(str(self.context.notice), severity="warning", timeout=20, markup=False)
        if settings.broken():
            self.notify(
                t(
                    "Your choices in {file} cannot be read, so none is in force; correct the file, or choose "
                    "anew with F2 and Ctrl+P: it is then kept as settings.damaged.json.",
                    file=str(locations.settings_file()),
                ),
                severity="warning",
                timeout=20,
                markup=False,
            )
        if self._at_once:
            self._open_start()
        elif self._start is not None:
            self.call_after_refresh(self._open_start)
        if not self.is_headless:
            heed_the_system(self)
            self.set_timer(_WARM_UP_AFTER, self._warm_up)
            self.set_interval(_COPIED_EVERY, self._copy_record)

    @property
    def opening(self) -> bool:
        """Whether the frame alone is painted, before the place of the last time is opened over the map."""
        return self._start is not None

    def _open_start(self) -> None:
        place, self._start = self._start, None
        if place is None:
            return
        try:
            self.open_place(place)
        except CnntutorError as problem:
            self.tell(problem)
            if isinstance(self.screen, TutorScreen):
                self.screen.on_screen_resume()

    @work(thread=True, group="warm-up", exit_on_error=False)
    def _warm_up(self) -> None:
        """Import what the learner opens next, then take it all out of the collector's rounds.

        A round over every module and style sheet would hold up a key for a tenth of a second.
        """
        for name in _OPENED_NEXT:
            importlib.import_module(name)
        self.context.read_headings()
        gc.freeze()
        self.context.store.keep_copy()

    @work(thread=True, group="copy", exit_on_error=False)
    def _copy_record(self) -> None:
        """Copy the record to where it is found again should its file be damaged."""
        self.context.store.keep_copy()

    def let_keras_wait(self) -> None:
        """Have a process wait with Keras imported, for what is likely to be built with it soon."""
        if not self.is_headless and settings.keras_waits():
            self.run_worker(self.context.tasks.warm, group="keras", thread=True, exit_on_error=False)

    def action_keras_waits(self) -> None:
        """Let a process wait with Keras imported where it is likely needed, or none ever."""
        wanted = not settings.keras_waits()
        self._keep(keras_waits="yes" if wanted else "no")
        if settings.keras_waits():
            self.notify(t("A process waits with Keras imported while you write code; it takes 600 MB."))
        else:
            self.context.tasks.cool()
            self.notify(t("No process waits with Keras imported: each check of code takes seconds more."))

    # Places

    def remember(self, place: Place) -> None:
        """Keep the place for the next start."""
        self.record.leave_at(place)

    def open_place(self, place: Place) -> None:
        """Open a place over the present screen; one that lies open already comes up again.

        Raises:
            CnntutorError: there is no such place, or an exam that goes on keeps it shut.
        """
        if self.context.store.open_exam() is not None:
            from cnntutor.tui.exam_places import demand_open

            demand_open(self, place)
        stack = self.screen_stack
        for depth, screen in enumerate(stack):
            if isinstance(screen, TutorScreen) and screen.shows(place):
                for _ in stack[depth + 1 :]:
                    self.pop_screen()
                screen.arrive(place)
                return
        self.push_screen(self.make_screen(place))

    def make_screen(self, place: Place) -> Screen[Any]:
        """Return a new screen for a place; its module is imported here and not before.

        Raises:
            CnntutorError: there is no such place.
        """
        from cnntutor.tui.places import make_screen

        return make_screen(self, place)

    @on(messages.GoTo)
    def _go_to(self, message: messages.GoTo) -> None:
        self.open_place(message.place)

    def go_back(self) -> None:
        """Leave the present screen; at the map stay there and name the key that quits."""
        if len(self.screen_stack) > 1:
            self.pop_screen()
        else:
            self.notify(t("This is the course map. Press Ctrl+Q to leave; everything is kept."), timeout=3)

    def action_help_quit(self) -> None:
        """Ctrl+C leaves nothing by accident; it names the key that does."""
        self.notify(t("Press Ctrl+Q to leave; everything is kept."), timeout=3)

    # Errors

    def tell(self, problem: Exception) -> bool:
        """Show an error as a notification.

        Returns:
            False where it should end the program all the same: an unexpected error in a test.
        """
        foreseen = isinstance(problem, CnntutorError | OSError)
        if self._strict and not foreseen:
            return False
        self.notify(sentence_of(problem), severity="error", timeout=12 if foreseen else 15, markup=False)
        return True

    async def _dispatch_message(self, message: TextualMessage) -> None:
        try:
            await super()._dispatch_message(message)
        except Exception as problem:
            if not self.tell(problem):
                raise

    def _handle_exception(self, error: Exception) -> None:
        """Show what goes wrong outside a handler as a sentence too; end only at a mistake of the program."""
        cause = error.error if isinstance(error, WorkerFailed) else error
        if isinstance(cause, CnntutorError | OSError) and self.is_running:
            self.tell(cause)
        else:
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End with a sentence in place of a traceback, which goes to a file for a report."""
        if self._strict or self.is_headless:
            super()._fatal_error()
            return
        kept = locations.home_dir() / "last-error.txt"
        written = traceback.format_exc()
        try:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(written, encoding="utf-8")
        except OSError:
            self._exit_renderables.append(Text(written))
        self._exit_renderables.append(
            Text(
                t(
                    "The program made a mistake and had to end ({problem}). Your work is kept and "
                    "training goes on; please report what {file} says.",
                    problem=written.strip().rpartition("\n")[2][:160],
                    file=str(kept),
                )
            )
        )
        self._close_messages_no_wait()

    @on(messages.Problem)
    def _problem(self, message: messages.Problem) -> None:
        self.notify(message.sentence, severity="error", timeout=12, markup=False)

    # Language, look, size

    def action_language(self) -> None:
        """Switch between English and Vietnamese, everywhere and at once."""
        i18n.set_language("vi" if i18n.language() == "en" else "en")
        for screen in self.screen_stack:
            if isinstance(screen, TutorScreen | TutorDialogue):
                screen.language_changed()
        self._keep(language=i18n.language())

    def action_look(self) -> None:
        """Switch between the dark and the light look."""
        self.theme = theme.LIGHT if self.theme == theme.DARK else theme.DARK
        self._keep(theme=self.theme)

    def _keep(self, **choices: str) -> None:
        """Save choices for the next start; an unwritable folder is told once a change, nothing more."""
        try:
            settings.save(replace(settings.load(), **choices))
        except OSError as problem:
            self.notify(
                t("This choice is not kept: {problem}.", problem=of_system(problem)),
                severity="warning",
                markup=False,
            )

    def on_resize(self, event: Resize) -> None:
        """Cover everything with a plain message while the terminal is too small."""
        width, height = SMALLEST
        small = event.size.width < width or event.size.height < height
        covered = isinstance(self.screen, TooSmallScreen)
        if small and not covered:
            self.push_screen(TooSmallScreen())
        elif covered and not small:
            self.pop_screen()

    # Everywhere

    def action_help(self) -> None:
        """Show what the keys of this screen do."""
        from cnntutor.tui.screens.help import HelpScreen

        screen = self.screen
        if not isinstance(screen, HelpScreen | TooSmallScreen):
            about = screen.about() if isinstance(screen, TutorScreen | TutorDialogue) else None
            self.push_screen(HelpScreen(screen, about))

    def action_palette(self) -> None:
        """Offer every place and every choice by name."""
        from cnntutor.tui.screens.palette import PaletteScreen

        if not isinstance(self.screen, TutorDialogue | TooSmallScreen):
            self.push_screen(PaletteScreen(), self._palette_chose)

    async def _palette_chose(self, chosen: Destination | None) -> None:
        if chosen is None:
            return
        if chosen.place is not None:
            self.open_place(chosen.place)
        else:
            await self.run_action(chosen.action)


def app_of(node: Any) -> CnntutorApp:
    """Return the app of a screen or a widget, typed."""
    return cast(CnntutorApp, node.app)
