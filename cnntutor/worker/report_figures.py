"""The figures of a report as PNG and SVG; lines differ by mark and dash as well as by colour."""

import math
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

from cnntutor.lab.document import Curves, Figure, Gallery, Matrix, Reliability

mpl.use("Agg")
from matplotlib import pyplot
from matplotlib.ticker import ScalarFormatter

COLOURS = ("#1f6f78", "#b4540a", "#3c5a86", "#7a3b78")
MARKS = ("o", "s", "^", "D")
DOTS = 200
"""Per inch, of the PNG."""
NUMBERED = 25
"""With more classes the cells of a matrix have no numbers."""
STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#636a73",
    "axes.grid": True,
    "grid.color": "#e3e0d8",
    "svg.hashsalt": "cnntutor",
    "figure.constrained_layout.use": True,
}


class CommaFormatter(ScalarFormatter):
    """Writes numbers at an axis with the decimal comma."""

    def __call__(self, value: float, place: int | None = None) -> str:
        """Return a number as it stands at the axis."""
        return str(super().__call__(value, place)).replace(".", ",")


def draw(figure: Figure, folder: Path, language: str = "en") -> Path:
    """Write a figure as PNG and SVG and return the PNG.

    Args:
        figure: The figure.
        folder: Where to.
        language: en or vi, for the decimal mark.

    Raises:
        OSError: it cannot be written.
    """
    with pyplot.rc_context(STYLE):
        if isinstance(figure, Curves):
            drawn = _curves(figure)
        elif isinstance(figure, Matrix):
            drawn = _matrix(figure)
        elif isinstance(figure, Gallery):
            drawn = _gallery(figure)
        else:
            drawn = _reliability(figure)
        if language == "vi" and isinstance(figure, Curves | Reliability):
            for axes in drawn.axes:
                axes.yaxis.set_major_formatter(CommaFormatter())
                if isinstance(figure, Reliability):
                    axes.xaxis.set_major_formatter(CommaFormatter())
        path = folder / f"{figure.name}.png"
        drawn.savefig(path, dpi=DOTS)
        drawn.savefig(folder / f"{figure.name}.svg", metadata={"Date": None})
        pyplot.close(drawn)
    return path


def _curves(figure: Curves) -> Any:
    """Draw lines over the epochs."""
    drawn, axes = pyplot.subplots(figsize=(6.3, 3.1))
    for place, curve in enumerate(figure.curves):
        mark = MARKS[(place + place // len(COLOURS)) % len(MARKS)]  # other than that of the same colour
        values = [math.nan if value is None else value for value in curve.values]
        axes.plot(
            range(1, len(values) + 1),
            values,
            "--" if curve.dashed else "-",
            color=COLOURS[place % len(COLOURS)],
            marker=mark if len(values) <= 60 else None,
            markerfacecolor="white" if curve.dashed else COLOURS[place % len(COLOURS)],
            markersize=4,
            linewidth=1.4,
            label=curve.label,
        )
    if figure.marked is not None:
        label = f"{figure.marked_label} {figure.marked}"
        axes.axvline(figure.marked, color="#636a73", linewidth=0.8, linestyle=":", label=label)
    axes.set_xlabel(figure.epoch_label)
    axes.set_ylabel(figure.axis)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend(frameon=False, ncols=1 + len(figure.curves) // 5)
    return drawn


def _matrix(figure: Matrix) -> Any:
    """Draw a heat map, the shares of each row from white to dark."""
    counts = np.array(figure.counts, dtype=float)
    sums = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, sums, out=np.zeros_like(counts), where=sums > 0)
    size = len(figure.classes)
    side = min(7.0, max(3.6, 1.6 + 0.42 * size))
    drawn, axes = pyplot.subplots(figsize=(side, side * 0.94))
    axes.grid(visible=False)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    step = max(1, size // 25)
    axes.set_xticks(
        range(0, size, step), figure.classes[::step], rotation=90 if size > 10 else 45, ha="right"
    )
    axes.set_yticks(range(0, size, step), figure.classes[::step])
    axes.set_xlabel(figure.predicted_label)
    axes.set_ylabel(figure.true_label)
    if size <= NUMBERED:
        for row, column in np.argwhere(counts > 0):
            dark = shares[row, column] > 0.55
            axes.text(
                column,
                row,
                f"{int(counts[row, column])}",
                ha="center",
                va="center",
                fontsize=7.5,
                color="white" if dark else "#22262b",
            )
    return drawn


def _gallery(figure: Gallery) -> Any:
    """Draw images in rows of six."""
    across = min(6, len(figure.photos))
    down = -(-len(figure.photos) // across)
    drawn, grid = pyplot.subplots(down, across, figsize=(1.15 * across, 1.4 * down), squeeze=False)
    for place, axes in enumerate(grid.flat):
        axes.axis("off")
        if place < len(figure.photos):
            photo = figure.photos[place]
            pixels = np.frombuffer(photo.pixels, dtype=np.uint8).reshape(photo.shape)
            grey = photo.shape[2] == 1
            axes.imshow(pixels[..., 0] if grey else pixels, cmap="gray" if grey else None, vmin=0, vmax=255)
            axes.set_title(photo.words.replace(" → ", "\n→ "), fontsize=7)
    return drawn


def _reliability(figure: Reliability) -> Any:
    """Draw a bar for each bin beside the line on which accuracy and confidence are one."""
    drawn, axes = pyplot.subplots(figsize=(4.6, 3.2))
    edges = np.array(figure.edges)
    heights = [0.0 if value is None else value for value in figure.accuracy]
    axes.bar(
        edges[:-1],
        heights,
        width=np.diff(edges),
        align="edge",
        color="#8fb8bc",
        edgecolor="white",
        linewidth=1,
    )
    axes.plot([0, 1], [0, 1], color="#b4540a", linewidth=1, linestyle="--")
    for low, high, height, count in zip(edges[:-1], edges[1:], heights, figure.counts, strict=True):
        if count:
            axes.text((low + high) / 2, height + 0.01, f"{count}", ha="center", fontsize=6.5, color="#636a73")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.08)
    axes.set_xlabel(figure.confidence_label)
    axes.set_ylabel(figure.accuracy_label)
    return drawn
