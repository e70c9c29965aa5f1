"""How a number comes about: the rule in words, the formula, the numbers put in, the result."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from cnntutor.calc.working import Derivation, Symbol
from cnntutor.i18n import number, shape, t
from cnntutor.tui.bench_view import QUANTITY_NAMES
from cnntutor.tui.wrapping import hanging


class DerivationView(Widget, can_focus=False):
    """Shows one derivation; set `subject` and `derivation`."""

    ALLOW_SELECT = True
    DEFAULT_CSS = """
    DerivationView { height: 1fr; padding: 0 1; }
    """
    derivation: reactive[Derivation | None] = reactive(None)
    subject: reactive[str] = reactive("")
    """The layer's name, or "total"."""

    def render(self) -> RenderResult:
        """Write the working in as many lines as there are, the result before the explanations."""
        if self.derivation is None:
            return Content("")
        width, height = self.content_size
        tighter: tuple[dict[str, object], ...] = (
            {},
            {"symbols": False},
            {"symbols": False, "longest": 2 * width - 8},
            {"symbols": False, "longest": width - 8},
            {"symbols": False, "longest": width - 8, "rule": False},
        )
        for less in tighter:
            lines = derivation_lines(self.derivation, self.subject, width, **less)  # type: ignore[arg-type]
            if len(lines) <= height:
                break
        return Content("\n").join(lines[:height])


def derivation_lines(
    derivation: Derivation,
    subject: str,
    width: int,
    *,
    symbols: bool = True,
    rule: bool = True,
    longest: int = 400,
) -> list[Content]:
    """Return the working as lines.

    Args:
        derivation: What to show.
        subject: The layer's name.
        width: Cells of a line.
        symbols: Whether to explain the symbols.
        rule: Whether to give the rule in words.
        longest: Characters of a sum that are shown; a longer one ends in …
    """
    name = str(QUANTITY_NAMES[derivation.quantity])
    title = Content.assemble((subject, "bold"), ("  ·  ", "$rule"), (name, "$primary bold"))
    lines = [title]
    if rule:
        lines += hanging(Content.styled(str(derivation.rule), "$quiet"), width)
    result = _result(derivation)
    bare = derivation.formula in ("0", derivation.numbers) and not derivation.symbols
    if not bare:
        lines += hanging(_clipped(derivation.formula, longest), width, "   ")
        lines += hanging(_clipped(derivation.numbers, longest), width, " = ", "   ")
    unit = str(derivation.unit)
    lines += hanging(Content.assemble((result, "bold $success"), " ", (unit, "$quiet")), width, " = ")
    if symbols and derivation.symbols:
        lines += hanging(_explained(derivation.symbols), width, "   ")
    return lines


def _result(derivation: Derivation) -> str:
    """Return the result as it is read."""
    if derivation.result is None:
        return t("none")
    if isinstance(derivation.result, int):
        return number(derivation.result)
    return shape(derivation.result)


def _clipped(text: str, longest: int) -> str:
    """Return a formula; a long sum is cut behind one of its plus signs."""
    if len(text) <= longest or text.find(" + ", 0, longest) < 0 or "(" in text:
        return text
    return text[: text.rindex(" + ", 0, longest)] + " + …"


def _explained(symbols: tuple[Symbol, ...]) -> Content:
    """Return the symbols with their meanings, one after the other."""
    if len(symbols) > 9:
        return Content("")
    pieces = [Content.assemble(symbol.name, (f" {symbol.meaning}", "$quiet")) for symbol in symbols]
    return Content.styled(" · ", "$rule").join(pieces)
