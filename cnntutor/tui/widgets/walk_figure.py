"""A walk through a network, layer by layer: shape in, shape out, parameters and their share."""

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from cnntutor.course.figures.walk import Walk
from cnntutor.i18n import decimal, msg, number, shape, t
from cnntutor.tui.keys import key
from cnntutor.tui.widgets.figure import FigureView
from cnntutor.tui.wrapping import hanging

_ROWS = 12
"""Layers shown at a time."""
_BAR = 10


class WalkFigure(FigureView):
    """The layers as a list with the present one marked, and what happens there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("down,j,right,l,space", "walk(1)", msg("Next layer")),
        key("up,k,left,h,backspace", "walk(-1)", msg("Layer before")),
        key("home", "go(0)", msg("Input"), shown=False),
        key("end", "go(100000)", msg("Output"), shown=False),
    ]

    def title(self) -> str:
        """Name the figure."""
        return t("a walk through {network}", network=self.state.network)

    def action_walk(self, steps: int) -> None:
        """Go one layer on or back."""
        self.state = self.state.next() if steps > 0 else self.state.previous()

    def action_go(self, position: int) -> None:
        """Go to a layer by number; 0 is the input."""
        self.state = self.state.go(min(position, len(self.state.steps)))

    def lines(self, width: int) -> list[Content]:
        """Draw the layers and the present one in words."""
        walk: Walk = self.state
        rows = [("input", "", shape(walk.input_shape), "", 0.0)]
        rows += [
            (step.name, step.kind, shape(step.output_shape), number(step.params), step.params_share)
            for step in walk.steps
        ]
        widths = [max(len(str(row[column])) for row in rows) for column in range(4)]
        first = min(max(0, walk.position - _ROWS // 2), max(0, len(rows) - _ROWS))
        drawn = [
            _row(row, widths, place == walk.position, place, width)
            for place, row in enumerate(rows[first : first + _ROWS], start=first)
        ]
        total = t(
            "{params} parameters and {macs} multiply-adds in all",
            params=walk.total_params,
            macs=walk.total_macs,
        )
        return [
            *(line.truncate(width, ellipsis=True) for line in drawn),
            Content(""),
            *hanging(self._words(walk), width),
            *hanging(Content.styled(total, "$quiet"), width),
        ]

    @staticmethod
    def _words(walk: Walk) -> str:
        step = walk.step
        if step is None:
            return t("The input, {shape}. Go down, layer by layer.", shape=shape(walk.input_shape))
        words = t(
            "{name}: {before} → {after}, {params} parameters ({so_far} so far), {macs} multiply-adds.",
            name=step.name,
            before=shape(step.input_shape),
            after=shape(step.output_shape),
            params=step.params,
            so_far=step.params_so_far,
            macs=step.macs,
        )
        if step.receptive_field is not None:
            words += " " + t("One value sees {field} input pixels.", field=shape(step.receptive_field))
        return words


def _row(
    row: tuple[str, str, str, str, float], widths: list[int], here: bool, place: int, width: int
) -> Content:
    """Return the line of a layer; where there is no room the bar goes first, then the kind."""
    name, kind, output, params, share = row
    numbers = f"{output.rjust(widths[2])}  {params.rjust(widths[3])}"
    percent = f"  {decimal(share * 100, 1).rjust(5)} %" if place else " " * 9
    filled = round(share * _BAR)
    bar = Content.assemble(
        "  ", ("▰" * filled, "$accent"), (("▱" if place else " ") * (_BAR - filled), "$rule")
    )
    named = f"{name.ljust(widths[0])}  "
    kinded = f"{named}{kind.ljust(widths[1])}  "
    left = kinded if 2 + len(kinded) + len(numbers) + len(percent) <= width else named
    if 2 + len(left) + len(numbers) + bar.cell_length + len(percent) > width:
        bar = Content("")
    style = "$accent bold" if here else ""
    pointer = "▸ " if here else "  "
    return Content.assemble((pointer, "$accent bold"), (left + numbers, style), bar, (percent, "$quiet"))
