"""The plot: round axes, curves that differ without colour, gaps, and the best epoch."""

import math

import pytest
from textual.app import App, ComposeResult

from cnntutor import i18n
from cnntutor.tui import theme
from cnntutor.tui.widgets.plot import Plot
from cnntutor.tui.widgets.plot_canvas import Canvas
from cnntutor.tui.widgets.plot_chart import Chart, Series, draw_chart, sparkline
from cnntutor.tui.widgets.plot_scale import linear_scale, log_scale, tick_digits, whole_ticks

TRAIN = tuple((float(epoch), 0.5 * math.exp(-epoch / 4) + 0.03) for epoch in range(1, 8))
VALIDATION = tuple((float(epoch), 0.4 * math.exp(-epoch / 3) + 0.1 + 0.005 * epoch) for epoch in range(1, 8))
LOSS = Chart("loss (log)", (Series("train", TRAIN), Series("validation", VALIDATION)), 10, log=True, best=5)


def lines(chart: Chart, columns: int, rows: int, ascii_only: bool = False) -> list[str]:
    return ["".join(text for text, _ in row) for row in draw_chart(chart, columns, rows, ascii_only)]


def test_linear_axis_ends_on_round_values() -> None:
    assert linear_scale(0.03, 0.97, 6).ticks == (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    assert linear_scale(91.2, 98.7, 5, ceiling=100).ticks == (90.0, 92.0, 94.0, 96.0, 98.0, 100.0)


def test_an_axis_stays_below_its_ceiling() -> None:
    for low in (99.4, 99.9, 100.0, 97.3):
        scale = linear_scale(low, 100.0, 4, ceiling=100)
        assert scale.high == 100 and scale.low < 100 and max(scale.ticks) <= 100


@pytest.mark.parametrize(("low", "high"), [(0.05, 2.3), (1e-6, 12.0), (0.3, 0.3), (0.081, 0.0811)])
def test_log_axis_holds_its_values(low: float, high: float) -> None:
    scale = log_scale(low, high, 5)
    assert scale.low <= low * 1.0001 and scale.high >= high * 0.9999 and scale.low < scale.high
    assert 2 <= len(scale.ticks) <= 5
    assert scale.fraction(scale.low) == 0 and scale.fraction(scale.high) == 1


def test_epoch_numbers_are_round_and_have_both_ends() -> None:
    assert whole_ticks(1, 5) == (1,)
    assert whole_ticks(4, 9) == (1, 2, 3, 4)
    assert whole_ticks(10, 8) == (1, 2, 4, 6, 8, 10)
    assert whole_ticks(100, 6) == (1, 20, 40, 60, 80, 100)
    assert whole_ticks(7, 2) == (1, 7)


def test_digits_tell_ticks_apart() -> None:
    assert tick_digits((0.0, 20.0)) == 0
    assert tick_digits((97.5, 100.0)) == 1


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize(("columns", "rows"), [(36, 8), (39, 11), (60, 14), (118, 30)])
def test_every_row_has_the_full_width_at_most(columns: int, rows: int, ascii_only: bool) -> None:
    drawn = lines(LOSS, columns, rows, ascii_only)
    assert len(drawn) == rows
    assert all(len(line) <= columns for line in drawn)


def test_curves_differ_without_colour() -> None:
    drawn = "\n".join(lines(LOSS, 60, 14))
    assert "─●─ train" in drawn and "┄○┄ validation" in drawn
    assert drawn.count("●") + drawn.count("◉") >= 7
    assert "★5" in drawn and "★ best epoch" in drawn


def test_ascii_has_no_other_character() -> None:
    drawn = "\n".join(lines(LOSS, 60, 14, ascii_only=True))
    assert drawn.isascii()
    assert "*" in drawn and "o" in drawn and "#5" in drawn


def test_the_legend_gives_way_to_the_title() -> None:
    assert lines(LOSS, 24, 9)[0].startswith("loss (log)")
    i18n.set_language("vi")
    assert "huấn luyện" in lines(LOSS, 60, 9)[0]


def test_an_empty_chart_says_so() -> None:
    drawn = "\n".join(lines(Chart("loss", (), 10), 40, 9))
    assert "no figures yet" in drawn and "10" in drawn


def test_a_nan_leaves_a_gap_and_zero_is_left_out_of_a_log_axis() -> None:
    points = ((1.0, 0.5), (2.0, math.nan), (3.0, 0.0), (4.0, math.inf), (5.0, 0.1))
    drawn = lines(Chart("loss", (Series("train", points),), 5, log=True), 40, 9)
    assert sum(line.count("●") for line in drawn[1:]) == 2


def test_only_nan_is_an_empty_chart() -> None:
    drawn = "\n".join(lines(Chart("loss", (Series("train", ((1.0, math.nan),)),), 5), 40, 9))
    assert "no figures yet" in drawn


def test_one_epoch_is_drawn() -> None:
    drawn = lines(Chart("loss", (Series("train", ((1.0, 0.2),)),), 1), 40, 9)
    assert sum(line.count("●") for line in drawn[1:]) == 1


def test_a_dashed_line_has_gaps_and_a_whole_one_has_none() -> None:
    canvas = Canvas(10, 2)
    canvas.line((0, 0), (19, 0), "train")
    canvas.line((0, 4), (19, 4), "validation")
    assert canvas.runs(0) == [("⠉" * 10, "train")]
    assert "".join(text for text, _ in canvas.runs(1)) == "⠉ ⠉ ⠉ ⠉ ⠉ "


def test_upright_lines_fill_whole_cells() -> None:
    canvas = Canvas(1, 3)
    canvas.line((1, 1), (1, 9), "faint")
    assert [canvas.runs(row)[0][0] for row in range(3)] == ["⢰", "⢸", "⠘"]


def test_a_curve_of_many_points_keeps_its_extremes() -> None:
    points = [(index / 100, 0.5) for index in range(1, 1001)]
    points[500] = (points[500][0], 5.0)
    drawn = lines(Chart("loss", (Series("faint", tuple(points)),), 10), 60, 12)
    assert any("⡇" in line or "⢸" in line for line in drawn[2:8])


def test_sparkline() -> None:
    assert sparkline([0.1, 0.5, 1.0], 8) == "▁▄▇"
    assert sparkline([1.0, math.nan, 1.0], 8) == "▄▄"
    assert sparkline([], 8) == ""
    assert len(sparkline([float(value) for value in range(50)], 8)) == 8
    assert sparkline([0, 1], 8, ascii_only=True).isascii()


class PlotApp(App[None]):
    def __init__(self) -> None:
        super().__init__()
        for look in theme.THEMES:
            self.register_theme(look)
        self.theme = theme.DARK

    def compose(self) -> ComposeResult:
        yield Plot(ascii_only=False)


async def test_the_widget_follows_its_chart_and_its_size() -> None:
    app = PlotApp()
    async with app.run_test(size=(60, 14)) as pilot:
        plot = app.query_one(Plot)
        assert plot.render_line(0).text.strip() == ""
        plot.chart = LOSS
        await pilot.pause()
        assert plot.render_line(0).text.startswith("loss (log)")
        assert len(plot.render_line(3).text) == 60
        await pilot.resize_terminal(40, 10)
        assert len(plot.render_line(3).text) == 40


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("value", [3.4e38, 1e308, 2.5e7, -1e308, 4e-7])
def test_figures_of_any_size_leave_room_for_the_curve(value: float, log: bool) -> None:
    points = ((1.0, 0.7), (2.0, value), (3.0, 0.5))
    series = (Series("train", points), Series("faint", points))
    drawn = lines(Chart("loss", series, 3, log=log), 40, 14)
    assert all(len(line) <= 40 for line in drawn)
    assert max(line.find("│") for line in drawn) <= 9, "\n".join(drawn)
    assert any("●" in line for line in drawn)
    if value == 3.4e38:
        assert any(line.startswith("5e31 ┤" if log else "4e38 ┤") for line in drawn)
