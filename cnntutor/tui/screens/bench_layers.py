"""Asking about a layer: which kind to add, where it is to go, what it stands on, what else it is used on."""

from __future__ import annotations

from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.registry import LAYER_KINDS
from cnntutor.calc.problems import LayerError
from cnntutor.i18n import shape, t
from cnntutor.tui import network_moving, network_sharing, network_wiring
from cnntutor.tui.bench import Bench
from cnntutor.tui.layer_words import kind_words
from cnntutor.tui.new_layer import addable_kinds
from cnntutor.tui.screens.inputs import InputsScreen
from cnntutor.tui.screens.pick import Choice
from cnntutor.tui.screens.search import SearchScreen
from cnntutor.tui.widgets.workbench import Workbench, field_sentence, refusal


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


def ask_place(bench: Workbench, name: str) -> None:
    """Ask where a layer is to go, and move it there."""
    network = bench.bench.network
    try:
        gaps = network_moving.gaps_for(network, name)
    except LayerError as problem:
        bench.app.notify(refusal(problem, name), timeout=5, markup=False)
        return

    def choices() -> list[Choice]:
        shapes = dict(_with_shapes(bench.bench, tuple(node.name for node in network.nodes)))
        return [
            Choice(
                str(number),
                t("behind {after}, before {before}", after=gap.after, before=gap.before)
                if gap.before
                else t("behind {after}", after=gap.after),
                shapes[gap.after],
            )
            for number, gap in enumerate(gaps)
        ]

    def chosen(number: str | None) -> None:
        if number is not None:
            gap = gaps[int(number)]
            bench.change(lambda present: (network_moving.placed(present, name, gap), name), name)

    here = next(
        (str(number) for number, gap in enumerate(gaps) if gap.after == network.node(name).inputs[0]), "0"
    )
    bench.app.push_screen(SearchScreen(lambda: t("Move {name}", name=name), choices, here), chosen)


def ask_again(bench: Workbench, name: str) -> None:
    """Ask what a layer is used on once more, with the same weights."""
    node = bench.bench.network.node(name)
    if isinstance(node.layer, Input):
        bench.notify(t("An Input stands on nothing."), timeout=2)
        return

    def refuse(inputs: tuple[str, ...]) -> str:
        if not inputs:
            return t("Choose at least one layer.")
        try:
            network_sharing.used_again(bench.bench, name, inputs)
        except LayerError as problem:
            return str(problem.message)
        return ""

    def chosen(inputs: tuple[str, ...] | None) -> None:
        if inputs:
            bench.change(lambda present: network_sharing.used_again(present, name, inputs), name)

    names = tuple(each.name for each in bench.bench.network.nodes)
    screen = InputsScreen(
        lambda: t("{name} once more, with the same weights, on", name=name),
        _with_shapes(bench.bench, names),
        node.inputs,
        refuse,
    )
    bench.app.push_screen(screen, chosen)


def _with_shapes(bench: Bench, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return names with the shapes that come out of them."""
    shapes = {layer.name: layer.output_shape for layer in bench.report.layers}
    for node in bench.network.nodes:
        if isinstance(node.layer, Input):
            shapes[node.name] = node.layer.shape
    return tuple((name, shape(shapes[name])) for name in names)
