"""The memory of the network on the bench: by dtype, and an estimate of what training it takes."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from cnntutor.calc.analysis import NetworkReport
from cnntutor.calc.memory import LARGEST_BATCH, network_memory
from cnntutor.calc.optimizers import OPTIMIZERS, derive_after_fit, optimizer_of
from cnntutor.calc.precision import PRECISIONS
from cnntutor.i18n import Message, msg, storage, t
from cnntutor.tui.bench_view import BenchView
from cnntutor.tui.keys import key
from cnntutor.tui.screens.base import TutorDialogue
from cnntutor.tui.widgets.argument_field import ArgumentField

FIELDS = ("dtype", "optimizer", "batch")


class MemoryScreen(TutorDialogue[BenchView]):
    """Returns the conventions chosen; Esc keeps them too, for nothing is lost.

    Args:
        report: The numbers of the network.
        view: The conventions at first.
    """

    AUTO_FOCUS = ""
    CSS_PATH = "memory.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("down", "step(1)", msg("Next field")),
        key("up", "step(-1)", msg("Field before"), shown=False),
        key("pagedown", "scroll_figures(6)", msg("Page down")),
        key("pageup", "scroll_figures(-6)", msg("Page up"), shown=False),
    ]

    def __init__(self, report: NetworkReport, view: BenchView) -> None:
        super().__init__()
        self._report = report
        self._view = view

    def body(self) -> ComposeResult:
        """Lay out the fields and the figures."""
        with Vertical(id="memory"):
            for name in FIELDS:
                yield ArgumentField(id=f"memory-{name}")
            with VerticalScroll(id="memory-scroll", can_focus=False):
                yield Static(id="memory-figures")

    def on_mount(self) -> None:
        """Begin in the first field."""
        self.retext()
        self._field("dtype").input.focus()

    def _field(self, name: str) -> ArgumentField:
        return self.query_one(f"#memory-{name}", ArgumentField)

    def about(self) -> Message | None:
        """Explain the dtype."""
        return msg(
            "The dtype is Keras's policy: under mixed_float16 weights stay in float32 and the outputs are"
            " float16. A beginning is enough: mixed_b for mixed_bfloat16."
        )

    def retext(self) -> None:
        """Write everything in the language now in force."""
        self.query_one("#memory").border_title = t("Memory")
        view = self._view
        self._field("dtype").show("dtype", view.dtype, "float32", "dtype")
        self._field("optimizer").show("optimizer", view.optimizer, "adam", t("optimizer"))
        self._field("batch").show("batch", str(view.batch), "32", t("batch size"))
        self.query_one("#memory-figures", Static).update(Content("\n").join(self._lines()))

    def _lines(self) -> list[Content]:
        """Return the figures, one a line, the assumptions, and why summary() counts more after fit."""
        view, report = self._view, self._report
        memory, training = network_memory(report, view.dtype), view.training(report)
        rows = [
            (t("weights"), memory.weights),
            (t("outputs of one sample"), memory.activations),
            (t("most at a time when predicting one sample"), memory.peak),
            ("", 0),
            (t("training: weights"), training.weights),
            (t("training: gradients"), training.gradients),
            (t("training: optimizer slots"), training.slots),
            (t("training: one batch of inputs"), training.inputs),
            (t("training: outputs of one batch"), training.activations),
            (t("training: for a moment at a time"), training.working),
            (t("training: together"), training.total),
        ]
        width = max(len(name) for name, _bytes in rows)
        lines = []
        for name, count in rows:
            figure = storage(count).rjust(12) if name else ""
            lines.append(Content.assemble(name.ljust(width), "  ", (figure, "bold")))
        lines.append(Content(""))
        lines += [Content.styled(str(sentence), "$quiet") for sentence in training.assumptions]
        fit = derive_after_fit(report, optimizer_of(view.optimizer), training.precision)
        lines += [
            Content(""),
            Content.styled(str(fit.rule), "$quiet"),
            Content(f"   {fit.formula}"),
            Content(f" = {fit.numbers}"),
            Content.assemble(" = ", (t("{count} numbers", count=_whole(fit.result)), "bold $success")),
        ]
        return lines

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        for name in FIELDS:
            field = self._field(name)
            if field.input is event.input:
                field.problem(self._take(name, event.value.strip().casefold()))
        self.query_one("#memory-figures", Static).update(Content("\n").join(self._lines()))

    def _take(self, name: str, text: str) -> str:
        """Take what is typed into a field; returns what is wrong with it."""
        view = self._view
        if name == "batch":
            count = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
            if not 1 <= count <= LARGEST_BATCH:
                allowed = msg(
                    "a whole number from {minimum} to {maximum}", minimum="1", maximum=str(LARGEST_BATCH)
                )
                return t("must be {allowed}", allowed=allowed)
            self._view = BenchView(view.cost, view.dtype, count, view.optimizer)
            return ""
        known = PRECISIONS if name == "dtype" else OPTIMIZERS
        found = [slug for slug in known if slug == text] or [
            slug for slug in known if text and slug.startswith(text)
        ]
        if not found:
            return t("must be {allowed}", allowed=msg("one of {words}", words=", ".join(known)))
        if name == "dtype":
            self._view = BenchView(view.cost, found[0], view.batch, view.optimizer)
        else:
            self._view = BenchView(view.cost, view.dtype, view.batch, found[0])
        return ""

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(self._view)

    def action_close(self) -> None:
        """Close with what was chosen so far."""
        self.dismiss(self._view)

    def action_scroll_figures(self, lines: int) -> None:
        """Scroll the figures."""
        self.query_one("#memory-scroll").scroll_relative(y=lines, animate=False)

    def action_step(self, fields: int) -> None:
        """Go to the next field, or the one before."""
        at = [place for place, name in enumerate(FIELDS) if self._field(name).input.has_focus]
        if at:
            self._field(FIELDS[min(max(at[0] + fields, 0), len(FIELDS) - 1)]).input.focus()


def _whole(result: object) -> int:
    return result if isinstance(result, int) else 0
