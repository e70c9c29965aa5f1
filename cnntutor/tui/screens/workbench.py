"""The calculator on a screen of its own, over any network of the course or a file."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from cnntutor.formats.library import find_network, list_headings
from cnntutor.i18n import Message, msg, t
from cnntutor.tui.app import app_of
from cnntutor.tui.context import Place
from cnntutor.tui.keys import key
from cnntutor.tui.screens.base import TutorScreen
from cnntutor.tui.screens.pick import Choice, PickScreen
from cnntutor.tui.widgets.workbench import Workbench


class WorkbenchScreen(TutorScreen[None]):
    """A network to change.

    Args:
        network_name: Slug, alias, or the path of a .toml file.

    Raises:
        NotUnderstood: there is no such network.
    """

    CSS_PATH = "workbench.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [key("n", "networks", msg("Network"))]

    def __init__(self, network_name: str) -> None:
        super().__init__()
        self._entry = find_network(network_name)
        self._network = network_name

    def body(self) -> ComposeResult:
        """Lay out the workbench, with the changes of an earlier visit in this session."""
        yield Workbench(self._entry, self.context.benches.get(self._entry.slug))

    def where(self) -> str:
        """Name the calculator and the network."""
        return t("Calculator · {network}", network=self._entry.slug)

    def place(self) -> Place | None:
        """Come back to this network."""
        return Place("workbench", self._network)

    def about(self) -> Message | None:
        """Explain the workbench."""
        return msg(
            "Change any layer and every number follows; below stands how the number under the cursor comes"
            " about. The batch is left out, channels come last, and one multiply-add counts one MAC; bias,"
            " pooling and normalisation are left out of the MACs. * marks a layer you changed, colour a"
            " number that differs from the network as it was opened."
        )

    def retext(self) -> None:
        """Follow a change of language."""
        self.query_one(Workbench).retext()

    def on_workbench_changed(self, event: Workbench.Changed) -> None:
        """Keep the changes for the next visit."""
        event.stop()
        self.context.benches[self._entry.slug] = self.query_one(Workbench).history

    def action_back(self) -> None:
        """Leave the fields first, then the screen."""
        if not self.query_one(Workbench).close_form():
            super().action_back()

    def action_networks(self) -> None:
        """Choose another network."""

        def choices() -> list[Choice]:
            return [
                Choice(entry.slug, str(entry.title), f"{entry.slug}   {entry.note}")
                for entry in list_headings()
            ]

        def chosen(slug: str | None) -> None:
            if slug is not None:
                self.run_worker(self._change_to(slug), group="change-network", exclusive=True)

        self.app.push_screen(PickScreen(lambda: t("Networks"), choices, self._entry.slug), chosen)

    async def _change_to(self, slug: str) -> None:
        """Put another network on the bench; the present one keeps its changes."""
        self._entry = find_network(slug)
        self._network = slug
        old = self.query_one(Workbench)
        with self.app.batch_update():
            await self.mount(Workbench(self._entry, self.context.benches.get(slug)), after=old)
            await old.remove()
        self.refresh_where()
        app_of(self).remember(Place("workbench", slug))
