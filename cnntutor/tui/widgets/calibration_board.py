"""The calibration: how often the network is right when it is so and so sure, and what its outputs are."""

from __future__ import annotations

from textual.content import Content

from cnntutor.i18n import Message, decimal, msg, number, t
from cnntutor.lab.outputs_words import outputs_sentences
from cnntutor.lab.tested_record import CalibrationBin
from cnntutor.tui.widgets.board import Board
from cnntutor.tui.wrapping import hanging

LABELS = 39
"""Cells before the bar."""


class CalibrationBoard(Board):
    """A bar for each step of confidence, with a mark where it should end."""

    def about(self) -> Message:
        """Explain the bars."""
        return msg(
            "Bar: part of right answers; │ the mean confidence. A bar that ends before its mark: the"
            " network is surer than it should be. The calibration error is the mean distance of the two."
        )

    def lines(self, width: int, height: int) -> list[Content]:
        """Return the bars, then the outputs in words."""
        outputs = self.after.outputs
        if outputs is None:
            return hanging(
                t("Nothing is known of the outputs: this run was tested by an older version."), width
            )
        words: list[Content] = []
        for sentence in outputs_sentences(outputs):
            words += hanging(str(sentence), min(width, 100))
        if outputs.calibration is None:
            return words
        head = t("confidence").ljust(14) + t("images").rjust(8) + t("right answers").rjust(15)
        bar = min(50, max(10, width - LABELS - 2))
        bins = outputs.calibration.bins
        if len(bins) + 2 + len(words) > height:
            bins = tuple(each for each in bins if each.count)
        return [Content.styled(head, "$quiet"), *(_line(each, bar) for each in bins), Content(""), *words]


def _line(each: CalibrationBin, bar: int) -> Content:
    """Return one bin."""
    label = f"{decimal(each.low, 1)}–{decimal(each.high, 1)}".ljust(14) + number(each.count).rjust(8)
    if not each.count:
        return Content.styled(label, "$quiet")
    filled, mark = round(each.accuracy * bar), min(bar - 1, round(each.confidence * bar))
    cells = ["█"] * filled + ["─"] * (bar - filled)
    pieces: list[tuple[str, str]] = []
    for place, cell in enumerate(cells):
        if place == mark:
            pieces.append(("│", "bold $accent"))
        else:
            pieces.append((cell, "$primary" if cell == "█" else "$rule"))
    right = f"{decimal(100 * each.accuracy, 1)} %".rjust(15)
    return Content.assemble(label, right, "  ", *pieces)
