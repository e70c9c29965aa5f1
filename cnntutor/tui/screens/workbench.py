"""The calculator on a screen of its own, over any network of the course, a file, or a new one."""

from __future__ import annotations

import random
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer

from cnntutor.calc.analysis import NetworkReport
from cnntutor.errors import CnntutorError, NotUnderstood
from cnntutor.i18n import Message, msg, t
from cnntutor.tui.app import app_of
from cnntutor.tui.bench import Bench
from cnntutor.tui.bench_desk import Desk
from cnntutor.tui.bench_source import NEW, keep_desk, open_desk
from cnntutor.tui.bench_view import BenchView
from cnntutor.tui.context import Place
from cnntutor.tui.keys import key
from cnntutor.tui.screens.base import TutorScreen
from cnntutor.tui.screens.bench_layers import ask_again, ask_inputs, ask_new_layer, ask_place
from cnntutor.tui.screens.bench_networks import CARD, FILE, comparable_networks, network_choices
from cnntutor.tui.screens.import_network import Imported, ImportScreen
from cnntutor.tui.screens.search import SearchScreen
from cnntutor.tui.widgets.workbench import Workbench

KEPT_AFTER = 0.5
"""Seconds after the last change until it is written into the learner's record."""


class WorkbenchScreen(TutorScreen[None]):
    """A network to change.

    Args:
        network_name: Slug, alias, the path of a file, or NEW.

    Raises:
        NotUnderstood: there is no such network.
    """

    CSS_PATH = "workbench.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("n", "networks", msg("Network")),
        key("d", "graph", msg("Draw")),
        key("q", "quiz", msg("Quiz me")),
        key("x", "export", msg("Export")),
        key("i", "import", msg("Import")),
        key("c", "compare", msg("Compare")),
        key("v", "verify", msg("Verify with Keras")),
        key("t", "memory", msg("Memory"), shown=False),
    ]

    def __init__(self, network_name: str) -> None:
        super().__init__()
        self._network = network_name
        self._desk: Desk | None = None
        self._waiting: Timer | None = None
        self._always = False
        if network_name != NEW and not Path(network_name).suffix:
            from cnntutor.formats.library import find_network

            find_network(network_name)  # an unknown name is refused before the screen is there

    @property
    def desk(self) -> Desk:
        """The network with its changes."""
        if self._desk is None:
            self._desk = open_desk(self._network, self.record, self.context.benches)
        return self._desk

    @property
    def bench(self) -> Workbench:
        """The workbench."""
        return self.query_one(Workbench)

    def body(self) -> ComposeResult:
        """Lay out the workbench, with the changes of earlier visits."""
        try:
            desk = self.desk
        except CnntutorError as problem:
            app_of(self).tell(problem)
            self._network = NEW
            desk = self.desk
        yield Workbench(desk, self.context.bench_view or BenchView())

    def where(self) -> str:
        """Name the calculator and the network."""
        return t("Calculator · {network}", network=self._called)

    @property
    def _called(self) -> str:
        """What the network is called in titles: its slug, or its file."""
        return Path(self._network).name if "/" in self._network else self.desk.entry.slug

    def place(self) -> Place | None:
        """Come back to this network."""
        return Place("workbench", self._network)

    def about(self) -> Message | None:
        """Explain the workbench."""
        return msg(
            "Change any layer and every number follows; below stands how the number under the cursor comes"
            " about. The batch is left out, channels come last, and one multiply-add counts one MAC; bias,"
            " pooling and normalisation are left out of the MACs. * marks a layer you changed, colour"
            " and slant a number that differs from the network as it was opened. Changes are kept until you"
            " take them back. m counts FLOPs, t chooses dtype, batch and optimizer for the memory."
        )

    def retext(self) -> None:
        """Follow a change of language."""
        self.bench.retext()

    # Keeping

    def on_workbench_changed(self, event: Workbench.Changed) -> None:
        """Keep the changes for the next visit, and in the record once the keys rest."""
        event.stop()
        self.context.benches[self._network] = self.desk.history
        self.context.bench_view = self.bench.view
        if self._waiting is not None:
            self._waiting.stop()
        self._waiting = self.set_timer(KEPT_AFTER, self._keep)

    def _keep(self) -> None:
        """Write the changes into the record."""
        if self._waiting is None:
            return
        self._waiting.stop()
        self._waiting = None
        keep_desk(self._network, self.desk, self.record, self._always)

    def on_unmount(self) -> None:
        """Keep what is not written yet."""
        self._keep()

    def action_back(self) -> None:
        """Leave the fields first, then the screen."""
        if not self.bench.close_form():
            self._keep()
            super().action_back()

    # Layers

    def on_workbench_add_asked(self, event: Workbench.AddAsked) -> None:
        """Ask which kind of layer is wanted."""
        event.stop()
        ask_new_layer(self.bench, event.after)

    def on_workbench_inputs_asked(self, event: Workbench.InputsAsked) -> None:
        """Ask what a layer is to stand on."""
        event.stop()
        ask_inputs(self.bench, event.name)

    def on_workbench_place_asked(self, event: Workbench.PlaceAsked) -> None:
        """Ask where a layer is to go."""
        event.stop()
        ask_place(self.bench, event.name)

    def on_workbench_again_asked(self, event: Workbench.AgainAsked) -> None:
        """Ask what a layer is used on once more."""
        event.stop()
        ask_again(self.bench, event.name)

    # Networks

    def action_networks(self) -> None:
        """Choose another network."""

        def chosen(slug: str | None) -> None:
            if slug is not None and slug.startswith(CARD):
                app_of(self).open_place(Place("card", slug.removeprefix(CARD)))
            elif slug is not None:
                self._open(slug)

        first = self.desk.entry.slug
        self.app.push_screen(SearchScreen(lambda: t("Networks"), network_choices, first), chosen)

    def action_import(self) -> None:
        """Open a network from a file."""

        def chosen(imported: Imported | None) -> None:
            if imported is not None:
                self._open(str(imported.path), imported)

        self.app.push_screen(ImportScreen(), chosen)

    def _open(self, name: str, imported: Imported | None = None) -> None:
        """Put another network on the bench; the present one keeps its changes."""
        self._keep()
        self.run_worker(self._change_to(name, imported), group="change-network", exclusive=True)

    async def _change_to(self, name: str, imported: Imported | None) -> None:
        if imported is None:
            desk = open_desk(name, self.record, self.context.benches)
        else:
            self.context.benches.pop(name, None)
            shape, entry = imported.input_shape, imported.entry
            desk = open_desk(name, self.record, self.context.benches, shape, entry)
        self._network, self._desk = name, desk
        self._always = imported is not None and imported.input_shape is not None
        if self._always:
            keep_desk(name, desk, self.record, always=True)
        old = self.bench
        with self.app.batch_update():
            await self.mount(Workbench(desk, old.view), after=old)
            await old.remove()
        self.refresh_where()
        app_of(self).remember(Place("workbench", name))

    def action_export(self) -> None:
        """Write the network into a file or the clipboard."""
        from cnntutor.tui.screens.export_network import ExportScreen

        def written(path: Path | None) -> None:
            if path is not None:
                self.notify(t("Written: {path}", path=str(path)), timeout=4, markup=False)

        self.app.push_screen(ExportScreen(self.desk.present_entry), written)

    # Looking at the network

    def action_graph(self) -> None:
        """Draw the network."""
        from cnntutor.tui.screens.graph import GraphScreen

        def chosen(name: str | None) -> None:
            if name is not None:
                self.bench.show(name)

        bench = self.bench
        self.app.push_screen(GraphScreen(self._called, bench.bench.report, bench.layer_at), chosen)

    def action_memory(self) -> None:
        """Choose dtype, batch and optimizer, and see the memory they take."""
        from cnntutor.tui.screens.memory import MemoryScreen

        def chosen(view: BenchView | None) -> None:
            if view is not None and view != self.bench.view:
                self.bench.set_view(view)

        self.app.push_screen(MemoryScreen(self.bench.bench.report, self.bench.view), chosen)

    def action_compare(self) -> None:
        """Put another network beside the one on the bench."""

        def chosen(name: str | None) -> None:
            if name == FILE:
                self.app.push_screen(ImportScreen(), read)
            elif name == self._network:
                self._compare(name, self.desk.opened.report)
            elif name is not None:
                self._compare(name, open_desk(name, self.record, self.context.benches).bench.report)

        def read(imported: Imported | None) -> None:
            if imported is not None:
                self._compare(imported.path.name, Bench.of(imported.entry.network).report)

        title = t("Compare {network} with", network=self._called)
        self.app.push_screen(SearchScreen(lambda: title, comparable_networks, self._network), chosen)

    def _compare(self, name: str, second: NetworkReport) -> None:
        """Show the network on the bench beside another."""
        from cnntutor.tui.screens.compare import CompareScreen

        bench = self.bench
        self.app.push_screen(CompareScreen((self._called, name), bench.bench.report, second, bench.view))

    def action_verify(self) -> None:
        """Hold the network against the installed Keras."""
        from cnntutor.tui.screens.verify import VerifyScreen

        same_file = "/" in self._network and not self.desk.changed and not self._always
        file = Path(self._network) if same_file else None
        self.app.push_screen(VerifyScreen(self.desk.bench.network, file))

    def action_quiz(self) -> None:
        """Make exercises from the network as it is now."""
        from cnntutor.tui.bench_quiz import quiz_on
        from cnntutor.tui.screens.bench_quiz import BenchQuizScreen

        skills = frozenset(
            skill for lesson in self.context.course.lessons.values() for skill in lesson.skills
        )
        entry, report = self.desk.present_entry, self.desk.bench.report
        questions = quiz_on(entry, report, random.randrange(1, 10_000), skills)
        if not questions:
            raise NotUnderstood(msg("There is nothing to ask about this network."))
        self.app.push_screen(BenchQuizScreen(self._called, questions))
