"""Asking for a layer: which kind to add, and what a layer is to stand on."""

from __future__ import annotations

from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.registry import LAYER_KINDS
from cnntutor.calc.problems import LayerError
from cnntutor.i18n import shape, t
from cnntutor.tui import network_wiring
from cnntutor.tui.bench import Bench
from cnntutor.tui.layer_words import kind_words
from cnntutor.tui.new_layer import addable_kinds
from cnntutor.tui.screens.inputs import InputsScreen
from cnntutor.tui.screens.pick import Choice
from cnntutor.tui.screens.search import SearchScreen
from cnntutor.tui.widgets.workbench import Workbench, field_sentence


def ask_new_layer(bench: Workbench, after: str) -> None:
    """Ask for a kind and put such a layer behind another; a kind that joins branches asks for them next."""

    def choices() -> list[Choice]:
        return [Choice(kind, kind, str(kind_words(kind))) for kind in addable_kinds()]

    def chosen(kind: str | None) -> None:
        if kind is None:
            return
        if LAYER_KINDS[kind].fewest_inputs > 1 or kind == "Concatenate":
            _ask_branches(bench, after, kind)
        else:
            bench.change(lambda present: network_wiring.with_new_layer(present, after, kind), kind)

    bench.app.push_screen(
        SearchScreen(lambda: t("New layer behind {name}", name=after), choices, "Conv2D"), chosen
    )


def _ask_branches(bench: Workbench, after: str, kind: str) -> None:
    """Ask what a layer that joins branches takes, the layer under the cursor first."""

    def change(present: Bench, inputs: tuple[str, ...]) -> tuple[Bench, str]:
        last = max(inputs, key=[node.name for node in present.network.nodes].index)
        made, name = network_wiring.with_new_layer(present, last, kind, tuple(n for n in inputs if n != last))
        return network_wiring.with_inputs(made, name, inputs), name

    def refuse(inputs: tuple[str, ...]) -> str:
        if not inputs:
            return t("Choose at least one layer.")
        try:
            change(bench.bench, inputs)
        except LayerError as problem:
            return str(problem.message)
        return ""

    def chosen(inputs: tuple[str, ...] | None) -> None:
        if inputs:
            bench.change(lambda present: change(present, inputs), kind)

    names = tuple(node.name for node in bench.bench.network.nodes)
    screen = InputsScreen(
        lambda: t("What {name} joins", name=kind), _with_shapes(bench.bench, names), (after,), refuse
    )
    bench.app.push_screen(screen, chosen)


def ask_inputs(bench: Workbench, name: str) -> None:
    """Ask what a layer is to stand on."""
    node = bench.bench.network.node(name)
    if isinstance(node.layer, Input):
        bench.notify(t("An Input stands on nothing."), timeout=2)
        return

    def refuse(inputs: tuple[str, ...]) -> str:
        if not inputs:
            return t("Choose at least one layer.")
        try:
            network_wiring.with_inputs(bench.bench, name, inputs)
        except LayerError as problem:
            return field_sentence(problem, name)
        return ""

    def chosen(inputs: tuple[str, ...] | None) -> None:
        if inputs:
            bench.change(lambda present: (network_wiring.with_inputs(present, name, inputs), name), name)

    allowed = network_wiring.possible_inputs(bench.bench.network, name)
    screen = InputsScreen(
        lambda: t("What {name} stands on", name=name), _with_shapes(bench.bench, allowed), node.inputs, refuse
    )
    bench.app.push_screen(screen, chosen)


def _with_shapes(bench: Bench, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return names with the shapes that come out of them."""
    shapes = {layer.name: layer.output_shape for layer in bench.report.layers}
    for node in bench.network.nodes:
        if isinstance(node.layer, Input):
            shapes[node.name] = node.layer.shape
    return tuple((name, shape(shapes[name])) for name in names)
