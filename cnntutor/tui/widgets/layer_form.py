"""The arguments of one layer as fields; what is wrong with a value stands under its field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message as TextualMessage
from textual.widgets import Input, Static

from cnntutor.calc.network import Node
from cnntutor.i18n import msg, t
from cnntutor.tui.keys import key
from cnntutor.tui.widgets.argument_field import ArgumentField
from cnntutor.tui.widgets.layer_fields import fields_of

_MOST_FIELDS = 21
"""ConvLSTM2D has sixteen arguments; name, inputs, weights of and trainable come to them."""


class LayerForm(VerticalScroll, can_focus=False):
    """Fields for a layer. The fields are made once and used for every layer, so that moving on is quick."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("down", "step(1)", msg("Next field")),
        key("up", "step(-1)", msg("Field before"), shown=False),
    ]
    DEFAULT_CSS = """
    LayerForm {
        height: auto;
        max-height: 100%;
        padding: 0 1 1 1;
        & #form-title { height: auto; margin-bottom: 1; }
        & #form-note { height: auto; color: $quiet; }
    }
    """

    @dataclass
    class Edited(TextualMessage):
        """A person typed into a field."""

        node: str
        argument: str
        text: str

    @dataclass
    class Left(TextualMessage):
        """Enter was pressed in a field: back to the table."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.node = ""
        self._fields = [ArgumentField() for _ in range(_MOST_FIELDS)]
        self._title = Static(id="form-title")
        self._note = Static(id="form-note", markup=False)

    def compose(self) -> ComposeResult:
        """Lay out the title, the fields and a note."""
        yield self._title
        yield from self._fields
        yield self._note

    def on_mount(self) -> None:
        """Begin empty."""
        for field in self._fields:
            field.display = False
            field.problem("")

    def show(self, node: Node | None, weights: bool = False) -> None:
        """Show the fields of a layer; None for a row that is no layer.

        Args:
            node: The layer with its name and inputs.
            weights: Whether it has parameters that can be frozen.
        """
        name = node.name if node is not None else ""
        if name != self.node:
            self.forget()
        self.node = name
        kind = node.layer.kind if node is not None else t("sum of all layers")
        title = Content.assemble((name or t("total"), "bold"), ("  ·  ", "$rule"), (kind, "$primary"))
        if title != self._title.content:
            self._title.update(title)
        shown = fields_of(node, weights) if node is not None else ()
        for place, field in enumerate(self._fields):
            if place < len(shown):
                each = shown[place]
                field.show(each.argument, each.text, str(each.expected), str(each.label or ""))
            else:
                field.display = False
                field.argument = ""
        note = ""
        if node is None:
            note = t("Choose a layer to change it.")
        elif node.shares:
            note = t("Uses the weights of {name}; a change is made there too.", name=node.shares)
        if note != self._note.content:
            self._note.update(note)
        self._note.display = bool(note)

    def forget(self) -> None:
        """Let the next `show` overwrite even the field that is being typed in."""
        for field in self._fields:
            field.argument = ""

    def action_step(self, fields: int) -> None:
        """Go to the next field, or the one before."""
        shown = [field for field in self._fields if field.display]
        at = [place for place, field in enumerate(shown) if field.input.has_focus]
        if at:
            shown[min(max(at[0] + fields, 0), len(shown) - 1)].input.focus()

    def problem(self, argument: str, sentence: str) -> None:
        """Show what is wrong with one argument, and nothing at the others."""
        for field in self._fields:
            field.problem(sentence if field.argument == argument else "")

    def focus_field(self, argument: str = "") -> bool:
        """Put the cursor into a field, the first unless one is named.

        Returns:
            False where there is none.
        """
        for field in self._fields:
            if field.display and argument in ("", field.argument):
                field.input.focus()
                return True
        return False

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        field = event.input.parent
        if isinstance(field, ArgumentField) and field.argument:
            self.post_message(self.Edited(self.node, field.argument, event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Left())
