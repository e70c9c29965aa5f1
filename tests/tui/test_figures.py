"""Figures: every line fits, every key changes the state, the signs tell it without colour."""

from collections.abc import Mapping

import pytest

from cnntutor import i18n
from cnntutor.course.figures.connections import Connections
from cnntutor.course.figures.registry import Figure, open_figure
from cnntutor.course.figures.stepper import Stepper
from cnntutor.course.figures.walk import Walk
from cnntutor.tui.widgets.connections_figure import ConnectionsFigure
from cnntutor.tui.widgets.figure import FigureView
from cnntutor.tui.widgets.stepper_figure import StepperFigure
from cnntutor.tui.widgets.walk_figure import WalkFigure
from tests.tui.conftest import MakeApp
from tests.tui.seeing import last_line, press

FIGURES: list[tuple[str, Mapping[str, str]]] = [
    ("stepper", {}),
    ("stepper", {"stride": "2", "padding": "1", "bias": "-3"}),
    ("connections", {"input": "6x6x1", "kernel": "3"}),
    ("connections", {"input": "8x8x1", "kernel": "3", "wiring": "shared"}),
    ("connections", {"layer": "lenet5/conv1"}),
    ("connections", {"layer": "base-cnn/conv1"}),
    ("walk", {"network": "lenet5"}),
    ("walk", {"network": "vgg16"}),
]


def view_of(state: Figure) -> FigureView:
    if isinstance(state, Stepper):
        return StepperFigure(0, state)
    return ConnectionsFigure(0, state) if isinstance(state, Connections) else WalkFigure(0, state)


@pytest.mark.parametrize(("name", "options"), FIGURES)
@pytest.mark.parametrize("width", [54, 72])
@pytest.mark.parametrize("lang", ["en", "vi"])
def test_every_line_fits(name: str, options: Mapping[str, str], width: int, lang: str) -> None:
    i18n.set_language(lang)
    view = view_of(open_figure(name, options))
    for _ in range(40):
        for line in view.lines(width):
            assert line.cell_length <= width, line.plain
        state = view.state
        view.set_reactive(
            FigureView.state, state.move(1, 1) if isinstance(state, Connections) else state.next()
        )


def test_the_window_is_told_by_brackets() -> None:
    lines = [line.plain for line in view_of(open_figure("stepper", {})).lines(72)]
    assert any("[0 0 0]" in line for line in lines)
    assert any(line.startswith("= ") for line in lines)
    assert any("output 1 of 16" in line for line in lines)


def test_connections_count_three_wirings() -> None:
    text = "\n".join(
        line.plain for line in view_of(open_figure("connections", {"layer": "lenet5/conv1"})).lines(72)
    )
    assert "4,816,896" in text and "117,600" in text and "150" in text
    assert text.count("▸") == 1


def test_walk_tells_the_layer() -> None:
    state = open_figure("walk", {"network": "lenet5"})
    assert isinstance(state, Walk)
    view = view_of(state.next())
    text = "\n".join(line.plain for line in view.lines(72))
    assert "▸ conv1" in text
    assert "conv1: 32×32×1 → 28×28×6, 156 parameters" in text


async def focus_figure(app_screen: object, kind: type[FigureView]) -> FigureView:
    from textual.screen import Screen

    assert isinstance(app_screen, Screen)
    view = app_screen.query(kind).first()
    view.focus()
    return view


async def test_stepper_keys(make_app: MakeApp) -> None:
    app = make_app("lesson", "layers-of-a-cnn")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        view = await focus_figure(app.screen, StepperFigure)
        await press(pilot, "space", "right", "l")
        assert view.state.position == 3
        await press(pilot, "left", "h", "backspace")
        assert view.state.position == 0
        await press(pilot, "down", "j")
        assert view.state.output_row == 2
        await press(pilot, "up", "k", "end")
        assert view.state.is_last
        await press(pilot, "home")
        assert view.state.is_first
        before = view.state
        await press(pilot, "s")
        assert view.state.stride != before.stride
        await press(pilot, "d")
        assert view.state.padding != before.padding
        await press(pilot, "f")
        assert view.state.kernel != before.kernel


async def test_connections_keys(make_app: MakeApp) -> None:
    app = make_app("lesson", "local-connectivity")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        view = await focus_figure(app.screen, ConnectionsFigure)
        for key, wiring in (("1", "dense"), ("2", "local"), ("3", "shared")):
            await press(pilot, key)
            assert view.state.wiring == wiring
        await press(pilot, "space")
        assert view.state.wiring == "dense"
        await press(pilot, "l", "j", "right", "down")
        assert (view.state.row, view.state.column) == (2, 2)
        await press(pilot, "h", "k", "left", "up")
        assert (view.state.row, view.state.column) == (0, 0)


async def test_walk_keys(make_app: MakeApp) -> None:
    app = make_app("lesson", "lenet5-end-to-end")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        view = await focus_figure(app.screen, WalkFigure)
        await press(pilot, "down", "j", "right", "l")
        assert view.state.position == 4
        await press(pilot, "up", "k", "left", "h", "up")
        assert view.state.position == 0
        await press(pilot, "end")
        assert view.state.position == len(view.state.steps)
        await press(pilot, "home")
        assert view.state.position == 0


async def test_a_figure_says_how_to_use_it(make_app: MakeApp) -> None:
    app = make_app("lesson", "weight-sharing")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        view = app.screen.query(FigureView).first()
        assert "Tab" in str(view.border_subtitle)
        await press(pilot, "tab")
        assert view.has_focus
        assert "below" in str(view.border_subtitle)


@pytest.mark.parametrize("keys", [(), ("f2",)])
async def test_the_line_of_keys_has_room_for_the_figure_at_60_columns(
    make_app: MakeApp, keys: tuple[str, ...]
) -> None:
    app = make_app("lesson", "local-connectivity")
    async with app.run_test(size=(60, 20)) as pilot:
        await press(pilot, *keys)
        while not isinstance(app.focused, FigureView):
            await press(pilot, "tab")
        assert last_line(app).startswith(" Space ")
