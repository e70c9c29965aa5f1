"""What a person sees and types: the text on the screen, words letter by letter."""

from collections.abc import Callable

from textual.pilot import Pilot

from cnntutor.tui.app import CnntutorApp


def seen(app: CnntutorApp) -> str:
    """Return the text on the screen, line by line."""
    lines = app.screen._compositor.render_strips(app.size)
    return "\n".join("".join(segment.text for segment in line).rstrip() for line in lines)


def flat(app: CnntutorApp) -> str:
    """Return the text on the screen as one line with single spaces, so that wrapping does not matter."""
    return " ".join(seen(app).split())


def last_line(app: CnntutorApp) -> str:
    """Return the line of keys."""
    return seen(app).splitlines()[-1]


async def write(pilot: Pilot[None], text: str) -> None:
    """Type a text."""
    for letter in text:
        await pilot.press("space" if letter == " " else letter)
    await pilot.pause()


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys one after the other, letting each take effect."""
    for key in keys:
        await pilot.press(key)
        await pilot.pause()


async def until(pilot: Pilot[None], happened: Callable[[], bool]) -> None:
    """Let the program go on until something has happened; fail after a while."""
    for _ in range(500):
        if happened():
            return
        await pilot.pause(0.01)
    raise AssertionError("it did not happen")


def told(app: CnntutorApp) -> str:
    """Return the notifications given so far, one a line."""
    return "\n".join(str(notification.message) for notification in app._notifications)
