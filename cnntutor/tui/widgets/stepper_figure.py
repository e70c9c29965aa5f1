"""The convolution stepper: a kernel slides over an input, one sum at a time."""

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from cnntutor.course.figures.stepper import Stepper
from cnntutor.i18n import msg, t
from cnntutor.tui.keys import key
from cnntutor.tui.widgets.figure import FigureView, side_by_side
from cnntutor.tui.wrapping import hanging

_KERNELS = {
    "vertical-edge": msg("upright edges"),
    "horizontal-edge": msg("level edges"),
    "outline": msg("outlines"),
    "sharpen": msg("sharpening"),
    "sum": msg("sum"),
    "identity": msg("unchanged"),
    "small-vertical-edge": msg("upright edges"),
    "small-sum": msg("sum"),
}
"""What the named kernels look for or do."""

_PADDED = "·"
_TO_COME = "_"


class StepperFigure(FigureView):
    """Input with the window in brackets, kernel, output so far, and the sum written out."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("space", "step(1)", msg("Step")),
        key("right,l", "move(0, 1)", msg("One to the right"), shown=False),
        key("left,h", "move(0, -1)", msg("One to the left"), shown=False),
        key("down,j", "move(1, 0)", msg("One down"), shown=False),
        key("up,k", "move(-1, 0)", msg("One up"), shown=False),
        key("backspace", "step(-1)", msg("Step back"), shown=False),
        key("s", "change('stride')", msg("Stride")),
        key("d", "change('padding')", msg("Padding")),
        key("f", "change('kernel')", msg("Kernel")),
        key("home", "jump('first')", msg("First position"), shown=False),
        key("end", "jump('last')", msg("Whole output")),
    ]

    def title(self) -> str:
        """Name the figure."""
        return t("a convolution, step by step")

    def action_step(self, steps: int) -> None:
        """Go one position on or back."""
        self.state = self.state.next() if steps > 0 else self.state.previous()

    def action_move(self, rows: int, columns: int) -> None:
        """Move the window."""
        self.state = self.state.move(rows, columns)

    def action_change(self, what: str) -> None:
        """Take the next stride, padding or kernel."""
        changes = {
            "stride": self.state.next_stride,
            "padding": self.state.next_padding,
            "kernel": self.state.next_kernel,
        }
        self.state = changes[what]()

    def action_jump(self, where: str) -> None:
        """Go to the first position or to the last."""
        self.state = self.state.first() if where == "first" else self.state.last()

    def lines(self, width: int) -> list[Content]:
        """Draw the three grids, the sum, and the counters."""
        state: Stepper = self.state
        rows, columns = state.output_shape
        kernel = len(state.kernel)
        drawing = side_by_side(
            [
                [
                    _head(t("Input {size}", size=f"{len(state.values)}×{len(state.values[0])}")),
                    *_input(state),
                ],
                [
                    _head(t("Kernel {size}", size=f"{kernel}×{kernel}")),
                    *_kernel(state),
                    *(
                        [Content.styled(t("bias {bias}", bias=str(state.bias)), "$quiet")]
                        if state.bias
                        else []
                    ),
                ],
                [_head(t("Output {size}", size=f"{rows}×{columns}")), *_output(state)],
            ],
            gap=4,
        )
        kernel_name = (
            t("kernel: {name}", name=str(_KERNELS.get(state.kernel_name, state.kernel_name)))
            if state.kernel_name
            else ""
        )
        padding = (
            t("padding {padding} (each {sign} is a 0)", padding=state.padding, sign=_PADDED)
            if state.padding
            else t("no padding")
        )
        settings = " · ".join(filter(None, [kernel_name, t("stride {stride}", stride=state.stride), padding]))
        done = state.position + 1
        counters = t(
            "output {done} of {count} · {products} products so far · "
            "{weights} weights, the same ones everywhere",
            done=done,
            count=rows * columns,
            products=done * kernel * kernel,
            weights=kernel * kernel,
        )
        return [
            *hanging(Content.styled(settings, "$quiet"), width),
            Content(""),
            *drawing,
            Content(""),
            *hanging(state.sum_line, width, "= ", "  "),
            *hanging(Content.styled(counters, "$quiet"), width),
        ]


def _head(text: str) -> Content:
    return Content.styled(text, "bold")


def _grid(cells: list[list[str]], marked: set[tuple[int, int]], styles: dict[str, str]) -> list[Content]:
    """Return a grid with the marked cells between brackets, so that they are seen without colour too."""
    width = max(len(cell) for row in cells for cell in row)
    lines = []
    for row, values in enumerate(cells):
        parts: list[Content | tuple[str, str] | str] = []
        for column, value in enumerate(values):
            inside = (row, column) in marked
            before = (row, column - 1) in marked
            bar = "[" if inside and not before else "]" if before and not inside else " "
            parts.append((bar, "$accent bold") if bar != " " else bar)
            style = "$accent bold" if inside else styles.get(value, "")
            parts.append((value.rjust(width), style) if style else value.rjust(width))
        last = (row, len(values) - 1) in marked
        parts.append(("]", "$accent bold") if last else " ")
        lines.append(Content.assemble(*parts))
    return lines


def _input(state: Stepper) -> list[Content]:
    padding = state.padding
    height, width = len(state.values), len(state.values[0])
    cells = [
        [
            str(value)
            if padding <= row < padding + height and padding <= column < padding + width
            else _PADDED
            for column, value in enumerate(values)
        ]
        for row, values in enumerate(state.padded)
    ]
    window = {(product.row, product.column) for products in state.products for product in products}
    return _grid(cells, window, {_PADDED: "$quiet"})


def _kernel(state: Stepper) -> list[Content]:
    return _grid([[str(weight) for weight in row] for row in state.kernel], set(), {})


def _output(state: Stepper) -> list[Content]:
    cells = [[_TO_COME if value is None else str(value) for value in row] for row in state.output]
    return _grid(cells, {(state.output_row, state.output_column)}, {_TO_COME: "$quiet"})
