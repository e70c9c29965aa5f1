"""What the diagnosis notices about a run, in a line or two below its curves; nothing on a healthy run."""

from __future__ import annotations

from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from cnntutor.i18n import t
from cnntutor.lab.finding import Finding
from cnntutor.lab.finding_pages import page_of
from cnntutor.tui.screens.pick import Choice
from cnntutor.tui.wrapping import hanging

MOST_LINES = 3


class FindingLines(Static, can_focus=False):
    """The findings, problems first; what does not fit is behind the key for all of it."""

    DEFAULT_CSS = """
    FindingLines { height: auto; max-height: 3; padding: 0 1; display: none; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.findings: tuple[Finding, ...] = ()

    def show(self, findings: tuple[Finding, ...]) -> None:
        """Show the findings."""
        changed = findings != self.findings
        self.findings = findings
        self.display = bool(findings)
        if changed:
            self._write()

    def retext(self) -> None:
        """Write them in the language now in force."""
        self._write()

    def on_resize(self, event: Resize) -> None:
        """Break the lines anew."""
        self._write()

    def _write(self) -> None:
        width = self.content_size.width or max(20, self.app.size.width - 2)
        self.update(Content("\n").join(finding_lines(self.findings, width)))


def finding_lines(findings: tuple[Finding, ...], width: int) -> list[Content]:
    """Return findings as lines: a problem as a sentence of evidence, a note by its name.

    Where they need more than three lines the last one ends in … and in the number of those not shown.

    Args:
        findings: In the order of their weight.
        width: Cells of a line.
    """
    lines: list[Content] = []
    for place, finding in enumerate(sorted(findings, key=lambda each: not each.problem), 1):
        sign, colour = ("!", "$warning") if finding.problem else ("·", "$quiet")
        title = Content.styled(f"{sign} {finding.title}", f"bold {colour}")
        text = Content.assemble(
            title, "  ", (str(finding.evidence), "$foreground" if finding.problem else "$quiet")
        )
        wrapped = hanging(text, width, "", "    ")
        room, left = MOST_LINES - len(lines), len(findings) - place
        cut = len(wrapped) > room
        if cut or (left and len(wrapped) == room):
            mark = (" …" if cut else "") + (f" +{left}" if left else "")
            last = wrapped[room - 1].rstrip().truncate(max(4, width - len(mark)), ellipsis=not cut)
            return [*lines, *wrapped[: room - 1], Content.assemble(last, (mark, "$quiet"))]
        lines += wrapped
    return lines


def finding_choices(findings: tuple[Finding, ...]) -> list[Choice]:
    """Return the findings as lines to choose from; the value is the page that explains one."""
    choices = []
    for finding in findings:
        text = Content.assemble(str(finding.evidence), "\n\n", (str(finding.mend), "bold"))
        text = Content.assemble(text, "\n\n", (t("Enter opens the page that explains it."), "$quiet"))
        sign = "!" if finding.problem else "·"
        choices.append(Choice(" ".join(page_of(finding.name)), f"{sign} {finding.title}", text))
    return choices
