"""A group of settings that folds: its name in one line, its fields below once it is opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult, RenderResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click
from textual.message import Message as TextualMessage
from textual.reactive import reactive
from textual.widget import Widget

from cnntutor.i18n import Message, msg, t
from cnntutor.tui.keys import key
from cnntutor.tui.widgets.setting_field import SettingField


class GroupHead(Widget, can_focus=True):
    """The line that opens and closes a group."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter,space", "turn", msg("Open or close")),
        key("right,l", "turn(True)", msg("Open"), shown=False),
        key("left,h", "turn(False)", msg("Close"), shown=False),
    ]
    DEFAULT_CSS = """
    GroupHead { height: 1; padding: 0 1; }
    GroupHead:focus { background: $panel; }
    """
    title: reactive[Message | None] = reactive(None)
    opened: reactive[bool] = reactive(False)
    changed: reactive[int] = reactive(0)
    """How many of its settings differ from the preset."""
    wrong: reactive[bool] = reactive(False)

    @dataclass
    class Turned(TextualMessage):
        """The group is to open or to close."""

        head: GroupHead
        opened: bool

    def render(self) -> RenderResult:
        """Draw the line."""
        if self.title is None:
            return ""
        line = Content.assemble(("▾ " if self.opened else "▸ ", "$primary bold"), str(self.title))
        if self.wrong:
            return Content.assemble(line, ("  ✗", "$error bold"))
        if self.changed:
            return Content.assemble(line, ("  " + t("{count} changed", count=self.changed), "$accent"))
        return line

    def action_turn(self, opened: bool | None = None) -> None:
        """Open or close the group."""
        self.post_message(self.Turned(self, not self.opened if opened is None else opened))

    def on_click(self, event: Click) -> None:
        """A click opens and closes."""
        event.stop()
        self.action_turn()


class SettingGroup(Vertical):
    """A head and the fields of the group; they are made when it is opened first.

    Args:
        title: The name of the group.
        settings: Keys of its settings.
    """

    DEFAULT_CSS = """
    SettingGroup { height: auto; }
    """

    @dataclass
    class Filled(TextualMessage):
        """The fields are there, and want their values."""

        group: SettingGroup

    def __init__(self, title: Message, settings: tuple[str, ...]) -> None:
        super().__init__()
        self.settings = settings
        self.head = GroupHead()
        self.head.title = title
        self.fields: list[SettingField] = []

    def compose(self) -> ComposeResult:
        """Lay out the head."""
        yield self.head

    @property
    def widgets(self) -> list[Widget]:
        """What can be gone to, from above."""
        return [self.head, *(field.input for field in self.fields if self.head.opened)]

    async def turn(self, opened: bool) -> None:
        """Open or close the group."""
        self.head.opened = opened
        if opened and not self.fields:
            self.fields = [SettingField(setting) for setting in self.settings]
            for field in self.fields:
                field.add_class("-wide")
            await self.mount_all(self.fields)
            self.post_message(self.Filled(self))
        for field in self.fields:
            field.display = opened
