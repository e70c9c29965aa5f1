"""The report of an exam that is over."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message as TextualMessage

from cnntutor import locations
from cnntutor.classroom.exam import report_of
from cnntutor.i18n import Message, language, msg, t
from cnntutor.tui.context import Place
from cnntutor.tui.keys import key
from cnntutor.tui.messages import Problem
from cnntutor.tui.mistakes import sentence_of
from cnntutor.tui.screens.base import TutorScreen
from cnntutor.tui.screens.pick import Choice, PickScreen
from cnntutor.tui.widgets.lines_view import WIDEST, LinesView
from cnntutor.tui.widgets.report_lines import head_lines, question_lines

if TYPE_CHECKING:
    from cnntutor.progress.records import Exam
    from cnntutor.quiz.exam_report import ExamReport, QuestionReport
    from cnntutor.tui.widgets.lines_view import Lines


_BESIDE = 6
"""Columns of the terminal that its lines do not have."""


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

    @dataclass
    class Written(TextualMessage):
        """The report is written."""

        report: ExamReport
        lang: str
        """The language it is in."""
        lines: list[Lines]
        """Of the head and of every question."""

    @dataclass
    class Exported(TextualMessage):
        """The report is in a file."""

        file: Path

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
        if self._report is None:
            self.query_one("#head", LinesView).show(
                lambda width: [Content(t("The report is being written."))]
            )
        self._write(language(), min(WIDEST, self.app.size.width - _BESIDE))

    @work(thread=True, exclusive=True, group="exam-report", exit_on_error=False)
    def _write(self, lang: str, width: int) -> None:
        """Grade every question again and set the lines, away from the keys: sixty take a third of a second.

        Args:
            lang: The language it is for.
            width: Of the lines, most likely.
        """
        try:
            report = report_of(self.context.course, self._exam)
            lines: list[Lines] = [cache(lambda columns: head_lines(report, columns))]
            lines += [_lines_of(question) for question in report.questions]
            for each in lines:
                each(WIDEST)
                each(width)
        except Exception as problem:  # whatever it was, the waiting ends with a sentence
            self.post_message(Problem(sentence_of(problem)))
        else:
            self.post_message(self.Written(report, lang, lines))

    @on(Written)
    def _written(self, event: Written) -> None:
        """Show the report, unless the language has changed since; then another is on its way."""
        event.stop()
        if event.lang != language():
            return
        self._report = event.report
        for view, lines in zip(self.query_one(ReportScroll).query(LinesView), event.lines, strict=True):
            view.show(lines)

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
        if form is not None:
            self._write_file(form)

    @work(thread=True, group="exam-export", exit_on_error=False)
    def _write_file(self, form: str) -> None:
        """Write the report to its file, whole or not at all."""
        from cnntutor.lab.text_file import write_text_file
        from cnntutor.quiz.exam_export import as_markdown, as_object
        from cnntutor.quiz.exam_html import as_html

        try:
            report = self._report or report_of(self.context.course, self._exam)
            if form == "json":
                text = json.dumps(as_object(report), ensure_ascii=False, indent=2) + "\n"
            else:
                text = as_html(report, language()) if form == "html" else as_markdown(report)
            path = report_file(self._exam, form)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_text_file(path, text)
        except Exception as problem:  # whatever it was, the waiting ends with a sentence
            self.post_message(Problem(sentence_of(problem)))
        else:
            self.post_message(self.Exported(path))

    @on(Exported)
    def _exported(self, event: Exported) -> None:
        event.stop()
        self.notify(t("The report is in {file}.", file=event.file), timeout=10, markup=False)


def _lines_of(question: QuestionReport) -> Lines:
    """Return the lines of a question, made once for each width."""
    return cache(lambda columns: question_lines(question, columns))


def report_file(exam: Exam, form: str) -> Path:
    """Return the file a report is written to."""
    return locations.home_dir() / "exports" / f"exam-{exam.id}.{form}"
