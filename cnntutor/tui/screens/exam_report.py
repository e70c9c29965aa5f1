"""The report of an exam that is over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll

from cnntutor import locations
from cnntutor.classroom.exam import report_of
from cnntutor.i18n import Message, language, msg, t
from cnntutor.tui.context import Place
from cnntutor.tui.keys import key
from cnntutor.tui.screens.base import TutorScreen
from cnntutor.tui.screens.pick import Choice, PickScreen
from cnntutor.tui.widgets.lines_view import LinesView
from cnntutor.tui.widgets.report_lines import head_lines, question_lines

if TYPE_CHECKING:
    from cnntutor.progress.records import Exam
    from cnntutor.quiz.exam_report import ExamReport, QuestionReport
    from cnntutor.tui.widgets.lines_view import Lines


class ReportScroll(VerticalScroll, can_focus=True, inherit_bindings=False):
    """The pages of the report."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("down,j", "scroll_down", msg("Down"), shown=False),
        key("up,k", "scroll_up", msg("Up"), shown=False),
        key("pagedown,space", "page_down", msg("Page down")),
        key("pageup", "page_up", msg("Page up"), shown=False),
        key("home", "scroll_home", msg("First"), shown=False),
        key("end", "scroll_end", msg("Last"), shown=False),
        key("right,l", "screen.question(1)", msg("Next question")),
        key("left,h", "screen.question(-1)", msg("Question before"), shown=False),
    ]
    DEFAULT_CSS = """
    ReportScroll { height: 1fr; padding: 1 2; background: $background; scrollbar-gutter: stable; }
    ReportScroll > LinesView { margin-bottom: 1; }
    """


class ExamReportScreen(TutorScreen[None]):
    """Score, skills, mistakes, and every question.

    Args:
        exam: An exam that is over.
    """

    AUTO_FOCUS = "ReportScroll"
    BINDINGS: ClassVar[list[BindingType]] = [key("e,x", "export", msg("Export"))]

    def __init__(self, exam: Exam) -> None:
        super().__init__()
        self._exam = exam
        self._report: ExamReport | None = None

    def body(self) -> ComposeResult:
        """Lay out the head and one block a question."""
        with ReportScroll():
            yield LinesView(id="head")
            for at in range(len(self._exam.questions)):
                yield LinesView(id=f"question-{at}")

    def where(self) -> str:
        """Name the report."""
        return t("Exam report") + f"  ·  {self._exam.started:%Y-%m-%d %H:%M}"

    def place(self) -> Place | None:
        """Come back here."""
        return Place("exam", self._exam.id)

    def about(self) -> Message | None:
        """Explain the signs."""
        return msg(
            "✓ right · ✗ wrong · ~ follows rightly from a slip before · ? not understood · – not answered. "
            "A table half right is worth half a point. Every answer is in the record of your skills."
        )

    def on_mount(self) -> None:
        """Write the report."""
        self.retext()

    def retext(self) -> None:
        """Write the report in the language now in force."""
        report = self._report = report_of(self.context.course, self._exam)
        self.query_one("#head", LinesView).show(lambda width: head_lines(report, width))
        for at, question in enumerate(report.questions):
            self.query_one(f"#question-{at}", LinesView).show(_lines_of(question))

    def action_question(self, steps: int) -> None:
        """Scroll to the question after or before the one at the top."""
        scroll = self.query_one(ReportScroll)
        top = scroll.scroll_y
        starts = sorted({view.virtual_region.y for view in self.query(LinesView)})
        if steps > 0:
            target = next((start for start in starts if start > top + 1), None)
        else:
            target = next((start for start in reversed(starts) if start < top - 1), 0)
        if target is not None:
            scroll.scroll_to(y=target, animate=False)

    def action_export(self) -> None:
        """Write the report into a file."""
        self.app.push_screen(
            PickScreen(
                lambda: t("Export the report"),
                lambda: [
                    Choice("html", "HTML", t("A page to be printed or sent on; it needs nothing else.")),
                    Choice("md", "Markdown", t("Plain text with marks, as for a notebook or a wiki.")),
                    Choice("json", "JSON", t("For another program: one object with everything.")),
                ],
            ),
            self._export,
        )

    def _export(self, form: str | None) -> None:
        if form is None or self._report is None:
            return
        from cnntutor.quiz.exam_export import as_markdown, as_object
        from cnntutor.quiz.exam_html import as_html

        if form == "json":
            text = json.dumps(as_object(self._report), ensure_ascii=False, indent=2) + "\n"
        else:
            text = as_html(self._report, language()) if form == "html" else as_markdown(self._report)
        path = report_file(self._exam, form)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.notify(t("The report is in {file}.", file=path), timeout=10, markup=False)


def _lines_of(question: QuestionReport) -> Lines:
    return lambda width: question_lines(question, width)


def report_file(exam: Exam, form: str) -> Path:
    """Return the file a report is written to."""
    return locations.home_dir() / "exports" / f"exam-{exam.id}.{form}"
