"""What a layer is to stand on: one earlier layer, or several in an order."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from cnntutor.i18n import Message, msg, t
from cnntutor.tui.keys import key
from cnntutor.tui.screens.base import TutorDialogue
from cnntutor.tui.widgets.menu import Menu


class InputList(Menu, inherit_bindings=True):
    """The layers; Space takes one in or out, Enter is done."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("space", "screen.take", msg("In or out")),
        key("enter", "screen.done", msg("Done")),
        key("pagedown", "page_down", msg("Page down"), shown=False),
    ]


class InputsScreen(TutorDialogue[tuple[str, ...]]):
    """Returns the names chosen, in the order they were chosen in, or None.

    Args:
        title: Gives the title in the language now in force.
        layers: Names to choose from with what is shown behind them, such as their shapes.
        chosen: Those chosen at first.
        refuse: Says in a sentence why a choice will not do; empty where it will.
    """

    CSS_PATH = "inputs.tcss"

    def __init__(
        self,
        title: Callable[[], str],
        layers: tuple[tuple[str, str], ...],
        chosen: tuple[str, ...],
        refuse: Callable[[tuple[str, ...]], str],
    ) -> None:
        super().__init__()
        self._title = title
        self._layers = layers
        self._chosen = list(chosen)
        self._refuse = refuse

    def body(self) -> ComposeResult:
        """Lay out the list and what is wrong with the choice."""
        with Vertical(id="inputs"):
            yield InputList(id="inputs-list")
            yield Static(id="inputs-chosen", markup=False)
            yield Static(id="inputs-problem", markup=False)

    def on_mount(self) -> None:
        """Begin on the layer chosen last."""
        self.retext()
        names = [name for name, _shape in self._layers]
        last = self._chosen[-1] if self._chosen else ""
        listed = self.query_one(InputList)
        listed.highlighted = names.index(last) if last in names else len(names) - 1
        listed.focus()

    def about(self) -> Message | None:
        """Explain the order."""
        return msg("Space takes a layer in or out; the numbers are the order in which the layer gets them.")

    def retext(self) -> None:
        """Write everything in the language now in force."""
        self.query_one("#inputs").border_title = self._title()
        listed = self.query_one(InputList)
        at = listed.highlighted
        width = max((len(name) for name, _shape in self._layers), default=0)
        listed.set_options([Option(self._line(name, shape, width)) for name, shape in self._layers])
        listed.highlighted = at
        self.query_one("#inputs-chosen", Static).update(
            t("inputs: {names}", names=", ".join(self._chosen) or "–")
        )
        self._judge()

    def _line(self, name: str, shape: str, width: int) -> Content:
        place = str(self._chosen.index(name) + 1) if name in self._chosen else " "
        return Content.assemble((f"[{place}] ", "$accent"), name.ljust(width), "  ", (shape, "$quiet"))

    def _judge(self) -> bool:
        sentence = self._refuse(tuple(self._chosen))
        line = self.query_one("#inputs-problem", Static)
        line.display = bool(sentence)
        line.update(f"✗ {sentence}" if sentence else "")
        return not sentence

    def action_take(self) -> None:
        """Take the layer under the cursor in or out."""
        at = self.query_one(InputList).highlighted
        if at is None:
            return
        name = self._layers[at][0]
        if name in self._chosen:
            self._chosen.remove(name)
        else:
            self._chosen.append(name)
        self.retext()

    def action_done(self) -> None:
        """Close with the choice, if it will do."""
        if self._judge():
            self.dismiss(tuple(self._chosen))

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_take()
