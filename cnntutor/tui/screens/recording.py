"""A recording on the screen of a run: the same curves and result, played, stepped and sought through."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from cnntutor.i18n import Message, decimal, msg, t
from cnntutor.lab.recording import Recording, unpack
from cnntutor.tui.context import Place
from cnntutor.tui.keys import key
from cnntutor.tui.messages import GoTo
from cnntutor.tui.playback import Playback
from cnntutor.tui.run_track import RunView
from cnntutor.tui.screens.run import RunScreen
from cnntutor.tui.widgets.run_head import RunHead, clock

FASTER = 2.0
TENTHS = 10


class RecordingScreen(RunScreen):
    """Plays a recording.

    Args:
        recording: What to play.

    Raises:
        Failed: it cannot be laid out in the cache.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("space", "play", msg("Play or pause"), priority=True),
        key("full_stop", "step(1)", msg("Next epoch")),
        key("comma", "step(-1)", msg("Epoch before")),
        key("x", "end", msg("To the end")),
        key("b", "begin", msg("From the beginning"), shown=False),
        key("right_square_bracket,shift+right", "seek(1)", msg("A tenth on"), shown=False),
        key("left_square_bracket,shift+left", "seek(-1)", msg("A tenth back"), shown=False),
        key("greater_than_sign", "speed(1)", msg("Faster"), shown=False),
        key("less_than_sign", "speed(-1)", msg("Slower"), shown=False),
    ]

    def __init__(self, recording: Recording) -> None:
        super().__init__(unpack(recording))
        self._playback = Playback(recording)

    def source(self) -> Playback:
        """Return what is shown instead of a run's folder."""
        return self._playback

    def where(self) -> str:
        """Name the recording and where it is."""
        play = self._playback
        sign = "▶" if play.playing else "❚❚"
        speed = decimal(play.speed, 0 if play.speed >= 3 else 1)
        return t(
            "Recording · {name} {sign} {at}/{end} ×{speed}",
            name=play.recording.slug,
            sign=sign,
            at=clock(play.position),
            end=clock(play.recording.seconds),
            speed=speed,
        )

    def place(self) -> Place | None:
        """Come back to this recording."""
        return Place("recording", self._playback.recording.slug)

    def about(self) -> Message | None:
        """Say where it comes from."""
        return msg(
            "This run happened on {day} on {machine} and is played from a recording: nothing is trained now."
            " Space plays and pauses, . and , step through the epochs, ] and [ go a tenth on and back, >"
            " and < change the pace, b goes to the beginning and x to the end.",
            day=self._playback.recording.day,
            machine=self._playback.recording.machine,
        )

    def origin(self) -> str:
        """Say where and when it happened."""
        recording = self._playback.recording
        return t(
            "A recording: it ran on {day} on {machine}.", day=recording.day, machine=str(recording.machine)
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What needs a run of one's own is not there."""
        if action in ("stop", "resume", "note", "device", "compare"):
            return False
        return super().check_action(action, parameters)

    def show_view(self, view: RunView) -> None:
        """Show the run by the clock of the recording."""
        super().show_view(view)
        self.query_one(RunHead).now = self._playback.position
        self.refresh_where()

    def action_play(self) -> None:
        """Play or pause."""
        self._playback.toggle()
        self.look_soon()

    def action_step(self, epochs: int) -> None:
        """Go to the end of the next epoch or of the one before."""
        self._playback.step(epochs)
        self.look_soon()

    def action_seek(self, tenths: int) -> None:
        """Go so many tenths of the recording on or back."""
        play = self._playback
        play.seek(play.position + tenths * play.recording.seconds / TENTHS)
        self.look_soon()

    def action_end(self) -> None:
        """Show the result."""
        self._playback.seek(self._playback.recording.seconds)
        self.look_soon()

    def action_begin(self) -> None:
        """Begin anew."""
        self._playback.seek(0.0)
        self.look_soon()

    def action_speed(self, direction: int) -> None:
        """Play faster or slower."""
        self._playback.faster(FASTER if direction > 0 else 1 / FASTER)
        self.look_soon()

    def action_again(self) -> None:
        """Go to the recipe in the lab, to run it oneself."""
        self.post_message(GoTo(Place("lab", self.spec.recipe)))
