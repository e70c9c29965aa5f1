"""The calculator to play with: change a network and see every number follow, with its working below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.events import DescendantBlur
from textual.message import Message as TextualMessage
from textual.widgets import Input as TextField

from cnntutor.calc.problems import LayerError
from cnntutor.i18n import msg, t
from cnntutor.tui import network_edit, network_moving
from cnntutor.tui.bench import Bench
from cnntutor.tui.bench_view import BenchView
from cnntutor.tui.keys import key
from cnntutor.tui.messages import Problem
from cnntutor.tui.network_edit import NAME
from cnntutor.tui.widgets.argument_field import ArgumentField
from cnntutor.tui.widgets.bench_pane import BenchPane
from cnntutor.tui.widgets.layer_form import LayerForm
from cnntutor.tui.widgets.layer_table import LayerTable


class Workbench(BenchPane):
    """A network to change.

    Args:
        desk: The network with its states.
        view: The conventions to count by.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("a", "ask_add", msg("Add")),
        key("delete,backspace", "remove", msg("Remove")),
        key("y", "duplicate", msg("Duplicate"), shown=False),
        key("left_square_bracket,shift+up", "shift(False)", msg("Layer up"), shown=False),
        key("right_square_bracket,shift+down", "shift(True)", msg("Layer down"), shown=False),
        key("p", "ask_place", msg("Place"), shown=False),
        key("b", "ask_inputs", msg("Inputs"), shown=False),
        key("w", "ask_again", msg("Use again"), shown=False),
        key("u,ctrl+z", "undo", msg("Undo")),
        key("r,ctrl+y", "redo", msg("Redo"), shown=False),
        key("s", "input_size", msg("Input size"), shown=False),
        key("m", "cost", msg("MACs or FLOPs"), shown=False),
        key("o", "original", msg("As opened"), shown=False),
    ]

    @dataclass
    class Changed(TextualMessage):
        """The network is another now, or what it is counted by."""

        bench: Bench

    @dataclass
    class AddAsked(TextualMessage):
        """A new layer is wanted behind this one."""

        after: str

    @dataclass
    class InputsAsked(TextualMessage):
        """Other inputs are wanted for this layer."""

        name: str

    @dataclass
    class PlaceAsked(TextualMessage):
        """Another place is wanted for this layer."""

        name: str

    @dataclass
    class AgainAsked(TextualMessage):
        """This layer is to be used once more, with the same weights."""

        name: str

    def set_view(self, view: BenchView) -> None:
        """Count by other conventions."""
        self.view = view
        self.show()
        self.post_message(self.Changed(self.bench))

    # Changing a layer

    @on(LayerTable.EditAsked)
    def _edit(self, event: LayerTable.EditAsked) -> None:
        event.stop()
        self.open_form()

    @on(LayerForm.Left)
    def _left(self, event: LayerForm.Left) -> None:
        event.stop()
        self.close_form()

    @on(DescendantBlur)
    def _blurred(self, event: DescendantBlur) -> None:
        """A field that is left shows the value that holds; with the last one the form folds."""
        field = event.widget
        if not isinstance(field, TextField):
            return
        self.desk.settle()
        row = next((each for each in field.ancestors if isinstance(each, ArgumentField)), None)
        if row is not None and row.argument == NAME:
            self._rename(self.form.node, field.value)
        self.call_after_refresh(self._settle_form)

    def _rename(self, node: str, text: str) -> None:
        """Take a new name once its field is left; one that is refused is said and forgotten."""
        try:
            renamed = self.desk.rename(node, text)
        except LayerError as problem:
            self._say(refusal(problem, node))
            return
        if renamed:
            self.form.forget()
            self._done(text.strip())

    def _settle_form(self) -> None:
        if not self.form.has_focus_within:
            self.remove_class("-editing")
        self.show_form()

    @on(LayerForm.Edited)
    def _edited(self, event: LayerForm.Edited) -> None:
        event.stop()
        try:
            self.desk.type(event.node, event.argument, event.text)
        except LayerError as problem:
            self.show()
            self.form.problem(event.argument, field_sentence(problem, event.node))
            return
        self.form.problem(event.argument, "")
        if event.argument != NAME:
            self._done()

    def action_input_size(self) -> None:
        """Change the size of the input."""
        self.table.show(self.table.rows, self.desk.first_input)
        self.open_form()

    # Adding, removing, moving layers

    def action_ask_add(self) -> None:
        """Ask which kind of layer to put behind the one under the cursor."""
        self.post_message(self.AddAsked(self.layer_at))

    def action_ask_inputs(self) -> None:
        """Ask what the layer under the cursor is to stand on."""
        if self.node_at is not None:
            self.post_message(self.InputsAsked(self.node_at.name))

    def action_ask_place(self) -> None:
        """Ask where the layer under the cursor is to go."""
        if self.node_at is not None:
            self.post_message(self.PlaceAsked(self.node_at.name))

    def action_ask_again(self) -> None:
        """Ask what the layer under the cursor is used on once more."""
        if self.node_at is not None:
            self.post_message(self.AgainAsked(self.node_at.name))

    def action_duplicate(self) -> None:
        """Put a copy of the layer under the cursor behind it."""
        if self.node_at is not None:
            name = self.node_at.name
            self.change(lambda bench: network_edit.duplicated(bench, name), name)

    def action_remove(self) -> None:
        """Take out the layer under the cursor."""
        if self.node_at is None:
            return
        name = self.node_at.name
        names = [row.name for row in self.table.rows]
        neighbour = names[max(0, names.index(name) - 1)]
        self.change(lambda bench: (network_edit.without_layer(bench, name), neighbour), name)

    def action_shift(self, down: bool) -> None:
        """Move the layer under the cursor one place up or down."""
        if self.node_at is not None:
            name = self.node_at.name
            self.change(lambda bench: (network_moving.moved(bench, name, down), name), name)

    def change(self, change: Callable[[Bench], tuple[Bench, str]], subject: str) -> bool:
        """Make a change, or say why the network cannot stand that way; the network stays as it was then.

        Args:
            change: Returns the new network and the layer to look at.
            subject: What the change is about, to say it.
        """
        try:
            name = self.desk.change(change)
        except LayerError as problem:
            self._say(refusal(problem, subject))
            return False
        self._done(name)
        return True

    def _done(self, name: str = "") -> None:
        self.show(name)
        self.post_message(self.Changed(self.bench))

    # Undo, conventions

    def action_undo(self) -> None:
        """Take back the last change."""
        self._travelled(self.desk.undo, t("Nothing to undo."))

    def action_redo(self) -> None:
        """Make the change again that was taken back."""
        self._travelled(self.desk.redo, t("Nothing to redo."))

    def action_original(self) -> None:
        """Return to the network as it was opened; a step like any other, so it can be undone."""
        self._travelled(self.desk.as_opened, t("Nothing is changed."))

    def _travelled(self, travel: Callable[[], bool], otherwise: str) -> None:
        """Go to another state; the cursor stays on its layer, where that is still there."""
        at = self.table.name_at
        if not travel():
            self.notify(otherwise, timeout=2, markup=False)
            return
        self.form.forget()
        self._done(at)

    def action_cost(self) -> None:
        """Count multiply-adds, or the operations in them."""
        self.set_view(self.view.other_cost())

    def _say(self, sentence: str) -> None:
        self.post_message(Problem(sentence))


def refusal(problem: LayerError, subject: str) -> str:
    """Return the sentence for a change that cannot be made."""
    return t("Not possible with {name}: {problem}.", name=subject, problem=str(problem.message))


def field_sentence(problem: LayerError, node: str) -> str:
    """Return a problem for its field: without the names that stand there already."""
    if problem.node == node:
        return t("must be {allowed}", allowed=problem.allowed)
    return str(problem.message)
