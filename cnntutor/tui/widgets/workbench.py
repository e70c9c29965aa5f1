"""The calculator to play with: change a network and see every number follow, with its working below.

It stands on a screen of its own or beside a lesson; below WIDE columns the fields fold away until asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult, RenderResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import DescendantBlur, Resize
from textual.message import Message as TextualMessage
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input as TextField

from cnntutor.calc.derivation import derive, derive_total
from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.input import Input
from cnntutor.calc.problems import LayerError
from cnntutor.formats.library import NetworkEntry
from cnntutor.i18n import msg, t
from cnntutor.tui import network_edit
from cnntutor.tui.edit_history import History
from cnntutor.tui.keys import key
from cnntutor.tui.messages import Problem
from cnntutor.tui.network_edit import Bench
from cnntutor.tui.screens.pick import Choice, PickScreen
from cnntutor.tui.widgets.derivation import DerivationView
from cnntutor.tui.widgets.layer_form import LayerForm
from cnntutor.tui.widgets.layer_rows import TOTAL, rows_of
from cnntutor.tui.widgets.layer_table import LayerTable
from cnntutor.tui.widgets.share_bars import ShareBars

WIDE = 110
"""From so many columns on the fields stand beside the table all the time."""
LOW = 30
"""Below so many lines the table and the working share the height more tightly."""


class BenchHead(Widget, can_focus=False):
    """One line: the network's title, and which of its parameters are trained."""

    DEFAULT_CSS = """
    BenchHead { height: 1; padding: 0 1; text-wrap: nowrap; }
    """
    title: reactive[str] = reactive("")
    bench: reactive[Bench | None] = reactive(None)
    changed: reactive[bool] = reactive(False)

    def render(self) -> RenderResult:
        """Show the title on the left, the sums on the right; the title gives way."""
        if self.bench is None:
            return Content("")
        report = self.bench.report
        trained = t(
            "trainable {trainable} · not trainable {rest}",
            trainable=report.trainable_params,
            rest=report.non_trainable_params,
        )
        mark = t("changed") + " *   " if self.changed else ""
        width = self.content_size.width
        room = max(8, width - len(trained) - len(mark) - 2)
        title = Content.styled(self.title, "bold").truncate(room, ellipsis=True)
        gap = " " * max(2, width - title.cell_length - len(mark) - len(trained))
        return Content.assemble(title, gap, (mark, "$accent"), (trained, "$quiet"))


class Workbench(Vertical):
    """A network to change.

    Args:
        entry: The network and its title.
        history: The states of an earlier visit; None begins with the network as it is.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("left_square_bracket,shift+up", "shift(False)", msg("Layer up"), shown=False),
        key("right_square_bracket,shift+down", "shift(True)", msg("Layer down"), shown=False),
        key("i", "input", msg("Input size")),
        key("u,ctrl+z", "undo", msg("Undo")),
        key("a", "add", msg("Add")),
        key("x,delete", "remove", msg("Remove")),
        key("r,ctrl+y", "redo", msg("Redo"), shown=False),
        key("o", "original", msg("As opened"), shown=False),
    ]
    DEFAULT_CSS = """
    Workbench {
        & #bench-middle { height: 1fr; }
        & #bench-left { width: 1fr; }
        & DerivationView { border-top: solid $rule; }
        & #bench-side { width: 42; border-left: solid $rule; }
        & ShareBars { border-top: solid $rule; }
        &.-narrow #bench-side { width: 36; display: none; }
        &.-narrow.-editing #bench-side { display: block; }
        &.-low ShareBars { display: none; }
    }
    """

    @dataclass
    class Changed(TextualMessage):
        """The network is another now."""

        bench: Bench

    def __init__(
        self, entry: NetworkEntry, history: History[Bench] | None = None, *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self.entry = entry
        self.opened = Bench.of(entry.network)
        self.history = history or History(self.opened)

    @property
    def bench(self) -> Bench:
        """The network as it is now; always valid."""
        return self.history.present

    def compose(self) -> ComposeResult:
        """Lay out the title, the table with the working below, and the fields."""
        yield BenchHead()
        with Horizontal(id="bench-middle"):
            with Vertical(id="bench-left"):
                yield LayerTable()
                yield DerivationView()
            with Vertical(id="bench-side"):
                yield LayerForm()
                yield ShareBars()

    def on_mount(self) -> None:
        """Show the network."""
        self._show(first_layer(self.bench))
        self.query_one(LayerTable).focus()

    def on_resize(self, event: Resize) -> None:
        """Fold what does not fit."""
        self.set_class(event.size.width < WIDE, "-narrow")
        self.set_class(event.size.height < LOW, "-low")
        self._divide(event.size.height)

    def _divide(self, height: int) -> None:
        """Give the table the lines it needs and the working the rest, but never too few."""
        working = 7 if height < LOW else 11
        self._table.styles.height = max(5, min(self._table.full_height, height - 1 - working))

    def retext(self) -> None:
        """Follow a change of language; what is being typed stays."""
        self._show()
        self.query_one(LayerForm).show(self._node, self._layer)

    # What is shown

    @property
    def _table(self) -> LayerTable:
        return self.query_one(LayerTable)

    @property
    def _node(self) -> str:
        return self._table.name_at

    @property
    def _layer(self) -> Layer | None:
        return None if self._node == TOTAL else self.bench.network.node(self._node).layer

    def _show(self, name: str = "") -> None:
        """Show the present network everywhere."""
        head = self.query_one(BenchHead)
        head.title = str(self.entry.title)
        head.bench = self.bench
        head.changed = self.bench.network != self.opened.network
        head.refresh()
        self._table.show(rows_of(self.bench, self.opened), name)
        self._divide(self.size.height)
        self._explain()

    def _explain(self) -> None:
        """Show the working of the number under the cursor."""
        view = self.query_one(DerivationView)
        node, quantity = self._node, self._table.quantity
        if node == TOTAL:
            total = "macs" if quantity == "macs" else "params"
            view.derivation = derive_total(self.bench.network, "macs" if total == "macs" else "params")
        else:
            view.derivation = derive(self.bench.network, node, quantity)
        bars = self.query_one(ShareBars)
        bars.quantity = "macs" if quantity == "macs" else "params"
        bars.chosen = node
        bars.report = self.bench.report
        view.subject = t("total") if node == TOTAL else node
        view.refresh()

    @on(LayerTable.Moved)
    def _moved(self, event: LayerTable.Moved) -> None:
        event.stop()
        self._explain()
        form = self.query_one(LayerForm)
        if form.node != event.name and not form.has_focus_within:
            form.show(self._node, self._layer)

    # Changing a layer

    @on(LayerTable.EditAsked)
    def _edit(self, event: LayerTable.EditAsked) -> None:
        event.stop()
        self._open_form()

    def _open_form(self) -> None:
        """Go to the fields of the layer under the cursor, unless it has none."""
        form = self.query_one(LayerForm)
        form.show(self._node, self._layer)
        self.add_class("-editing")
        if not form.focus_field():
            self.remove_class("-editing")
            if self._layer is not None:
                self._say(t("{kind} has no arguments.", kind=self._layer.kind), severity="information")

    def close_form(self) -> bool:
        """Go back from the fields to the table.

        Returns:
            False where no field had the focus.
        """
        if not self.query_one(LayerForm).has_focus_within:
            return False
        self._table.focus()
        return True

    @on(LayerForm.Left)
    def _left(self, event: LayerForm.Left) -> None:
        event.stop()
        self.close_form()

    @on(DescendantBlur)
    def _blurred(self, event: DescendantBlur) -> None:
        """A field that is left shows the value that holds; with the last one the form folds."""
        if isinstance(event.widget, TextField):
            self.history = self.history.settle()
            self.call_after_refresh(self._settle_form)

    def _settle_form(self) -> None:
        form = self.query_one(LayerForm)
        focused = form.has_focus_within
        if not focused:
            self.remove_class("-editing")
        form.show(self._node, self._layer)

    @on(LayerForm.Edited)
    def _edited(self, event: LayerForm.Edited) -> None:
        event.stop()
        form = self.query_one(LayerForm)
        try:
            bench = network_edit.with_argument(self.bench, event.node, event.argument, event.text)
        except LayerError as problem:
            self.history = self.history.abandon(f"{event.node}.{event.argument}")
            self._show()
            form.show(event.node, self.bench.network.node(event.node).layer)
            form.problem(event.argument, _sentence(problem, event.node))
            return
        form.problem(event.argument, "")
        self._record(bench, f"{event.node}.{event.argument}")
        form.show(event.node, bench.network.node(event.node).layer)

    def action_input(self) -> None:
        """Change the size of the input."""
        names = [node.name for node in self.bench.network.nodes if isinstance(node.layer, Input)]
        self._table.show(self._table.rows, names[0])
        self._open_form()

    # Adding, removing, moving layers

    def action_add(self) -> None:
        """Choose a kind of layer to put behind the one under the cursor."""
        if self._node == TOTAL:
            self._table.action_move(-1)
        after = self._node

        def chosen(kind: str | None) -> None:
            if kind is not None:
                self._try(lambda: network_edit.with_new_layer(self.bench, after, kind), kind)

        choices = [Choice(kind, kind, str(KIND_WORDS[kind])) for kind in network_edit.addable_kinds()]
        self.app.push_screen(
            PickScreen(lambda: t("New layer behind {name}", name=after), lambda: choices), chosen
        )

    def action_remove(self) -> None:
        """Take out the layer under the cursor."""
        name = self._node
        if name == TOTAL:
            return
        names = [row.name for row in self._table.rows]
        neighbour = names[max(0, names.index(name) - 1)]
        self._try(lambda: (network_edit.without_layer(self.bench, name), neighbour), name)

    def action_shift(self, down: bool) -> None:
        """Exchange the layer under the cursor with its neighbour."""
        name = self._node
        if name != TOTAL:
            self._try(lambda: (network_edit.moved(self.bench, name, down), name), name)

    def _try(self, change: Callable[[], tuple[Bench, str]], subject: str) -> None:
        """Make a change, or say why the network cannot stand that way; the network stays as it was then."""
        try:
            bench, name = change()
        except LayerError as problem:
            self._say(t("Not possible with {name}: {problem}.", name=subject, problem=str(problem.message)))
            return
        self._record(bench)
        self._table.show(self._table.rows, name)
        self.query_one(LayerForm).show(self._node, self._layer)

    # Undo

    def action_undo(self) -> None:
        """Take back the last change."""
        self._travel(self.history.undo(), t("Nothing to undo."))

    def action_redo(self) -> None:
        """Make the change again that was taken back."""
        self._travel(self.history.redo(), t("Nothing to redo."))

    def action_original(self) -> None:
        """Return to the network as it was opened; a step like any other, so it can be undone."""
        self._travel(self.history.settle().record(self.opened), t("Nothing is changed."))

    def _travel(self, history: History[Bench], otherwise: str) -> None:
        if history.present is self.history.present:
            self._say(otherwise, severity="information")
            return
        self.history = history
        self._show()
        form = self.query_one(LayerForm)
        form.forget()
        form.show(self._node, self._layer)
        self.post_message(self.Changed(self.bench))

    def _record(self, bench: Bench, subject: str = "") -> None:
        self.history = self.history.record(bench, subject)
        self._show()
        self.post_message(self.Changed(self.bench))

    def _say(self, sentence: str, severity: str = "warning") -> None:
        if severity == "information":
            self.notify(sentence, timeout=2, markup=False)
        else:
            self.post_message(Problem(sentence))


KIND_WORDS = {
    "Conv2D": msg("Small kernels slide over the image, the same weights at every place."),
    "MaxPooling2D": msg("Keeps the largest value of each window; nothing to learn."),
    "AveragePooling2D": msg("Keeps the mean of each window; nothing to learn."),
    "GlobalAveragePooling2D": msg("The mean of each whole feature map: one value a channel."),
    "Flatten": msg("Puts all values in one row, for the dense layers."),
    "ZeroPadding2D": msg("Adds rows and columns of zeros around the image."),
    "Dense": msg("Every output is connected with every input."),
    "Activation": msg("A function of each value by itself."),
    "ReLU": msg("Negative values become 0."),
    "Dropout": msg("Sets a share of the values to 0 while training."),
    "BatchNormalization": msg(
        "Brings each channel to mean 0 and variance 1; four numbers a channel, two trained."
    ),
}
"""What each kind of layer does, in a sentence."""


def first_layer(bench: Bench) -> str:
    """Return the name of the first layer behind the inputs."""
    return next(node.name for node in bench.network.nodes if not isinstance(node.layer, Input))


def _sentence(problem: LayerError, node: str) -> str:
    """Return a problem for its field: without the names that stand there already."""
    if problem.node == node:
        return t("must be {allowed}", allowed=problem.allowed)
    return str(problem.message)
