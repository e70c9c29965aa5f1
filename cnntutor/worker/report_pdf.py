"""A report as PDF, set by ReportLab in DejaVu Sans, which has every Vietnamese letter."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import matplotlib as mpl
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    CondPageBreak,
    Image,
    KeepTogether,
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    TableStyle,
)

from cnntutor.lab import document as parts
from cnntutor.lab.document_text import figures_of

WIDTH = 16.4 * cm
"""Of the text."""
TABLE_START = 5 * cm
"""So much of a table and its heading stands on the page it begins on."""
SMALL_TABLE = 9
"""Columns; a table with more has a smaller letter."""
_INK, _QUIET, _RULE = HexColor("#22262b"), HexColor("#636a73"), HexColor("#c4c0b6")


def _fonts() -> None:
    """Make the fonts known that come with Matplotlib."""
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    for name, file in (("Text", "DejaVuSans.ttf"), ("Bold", "DejaVuSans-Bold.ttf")):
        pdfmetrics.registerFont(TTFont(name, str(folder / file)))


def _styles() -> dict[str, Any]:
    """Return the styles of all paragraphs."""
    text = ParagraphStyle("text", fontName="Text", fontSize=9.5, leading=14, textColor=_INK, spaceAfter=5)

    def like(name: str, **changes: Any) -> Any:
        return ParagraphStyle(name, parent=text, **changes)

    return {
        "text": text,
        "title": like("title", fontName="Bold", fontSize=17, leading=22, spaceAfter=2),
        "subtitle": like("subtitle", textColor=_QUIET, spaceAfter=10),
        "h1": like("h1", fontName="Bold", fontSize=13, leading=17, spaceBefore=12, spaceAfter=5),
        "h2": like("h2", fontName="Bold", fontSize=10.5, leading=14, spaceBefore=9, spaceAfter=4),
        "cell": like("cell", fontSize=8, leading=10.5, spaceAfter=0),
        "number": like("number", fontSize=8, leading=10.5, spaceAfter=0, alignment=2),
        "caption": like("caption", fontSize=8, leading=11, textColor=_QUIET, spaceAfter=8),
        "item": like("item", leftIndent=10, bulletIndent=0),
    }


def write_pdf(document: parts.Document, figures: Path, target: Path) -> None:
    """Write a report.

    Args:
        document: The report.
        figures: The folder of its PNG files.
        target: The file to be written.

    Raises:
        OSError: it cannot be written.
    """
    _fonts()
    styles = _styles()
    story: list[Any] = [
        Paragraph(escape(document.title), styles["title"]),
        Paragraph(escape(document.subtitle), styles["subtitle"]),
    ]
    heading: list[Any] = []
    for block in document.blocks:
        made = list(_flow(block, styles, figures))
        if isinstance(block, parts.Heading):
            heading += made
            continue
        # A heading stays with what it heads; a table may break, but not at once.
        if heading and isinstance(block, parts.Table):
            story += [CondPageBreak(TABLE_START), *heading, *made]
        else:
            story += [KeepTogether([*heading, made[0]]), *made[1:]] if heading else made
        heading = []
    story += heading

    def footer(canvas: Any, page: Any) -> None:
        canvas.setFont("Text", 7.5)
        canvas.setFillColor(_QUIET)
        canvas.drawRightString(A4[0] - 2.3 * cm, 1.2 * cm, f"{document.page} {page.page}")

    SimpleDocTemplate(
        str(target),
        pagesize=A4,
        leftMargin=2.3 * cm,
        rightMargin=2.3 * cm,
        topMargin=2 * cm,
        bottomMargin=2 * cm,
        title=document.title,
        author=document.subtitle,
        lang=document.language,
    ).build(story, onFirstPage=footer, onLaterPages=footer)


def _flow(block: parts.Block, styles: dict[str, Any], figures: Path) -> Iterator[Any]:
    """Yield what one block is on paper."""
    if isinstance(block, parts.Heading):
        yield Paragraph(escape(block.text), styles["h1" if block.level == 1 else "h2"])
    elif isinstance(block, parts.Paragraph):
        yield Paragraph(escape(block.text), styles["text"])
    elif isinstance(block, parts.Items):
        for item in block.items:
            yield Paragraph(escape(item), styles["item"], bulletText="•")
    elif isinstance(block, parts.Answer):
        words = f'<font name="Bold">{escape(block.question)}</font><br/>{escape(block.answer)}'
        yield Paragraph(words, styles["text"])
    elif isinstance(block, parts.Table):
        yield _table(block, styles)
        yield Spacer(1, 8)
    else:
        yield KeepTogether(
            [
                _image(figures / f"{block.name}.png", block),
                Paragraph(escape(block.caption), styles["caption"]),
            ]
        )


def _image(path: Path, block: parts.Figure) -> Any:
    """Return a figure, as wide as the text or as its own size asks for."""
    wide, high = ImageReader(str(path)).getSize()
    width = min(WIDTH, wide / 200 * 2.54 * cm)
    return Image(str(path), width=width, height=width * high / wide, hAlign="LEFT")


def _table(table: parts.Table, styles: dict[str, Any]) -> Any:
    """Return a table that breaks over pages and repeats its head."""
    strong = len(table.rows) - table.strong
    size = 8.0 if len(table.head) <= SMALL_TABLE else 6.5

    def cell(text: str, column: int, bold: bool) -> Any:
        words = escape(text)
        style = styles["cell" if column < table.left else "number"]
        name = "Bold" if bold else "Text"
        return Paragraph(f'<font name="{name}" size="{size}">{words}</font>', style)

    rows = [[cell(text, column, True) for column, text in enumerate(table.head)]]
    rows += [
        [cell(text, column, place >= strong) for column, text in enumerate(row)]
        for place, row in enumerate(table.rows)
    ]
    return LongTable(
        rows,
        colWidths=_widths(table, size),
        repeatRows=1,
        hAlign="LEFT",
        style=TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, 0), 0.9, _QUIET),
                ("LINEBELOW", (0, 1), (-1, -1), 0.3, _RULE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 3),
                ("RIGHTPADDING", (0, 0), (-1, -1), 5),
                ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ]
        ),
    )


def _widths(table: parts.Table, size: float) -> list[float]:
    """Return the widths of the columns: as their texts need, shrunk together where that is too much."""
    wanted = []
    for column in range(len(table.head)):
        head = pdfmetrics.stringWidth(table.head[column], "Bold", size)
        cells = max((pdfmetrics.stringWidth(row[column], "Bold", size) for row in table.rows), default=0.0)
        wanted.append(min(max(min(head, 3.2 * cm), cells), 9 * cm) + 10)
    scale = min(1.0, WIDTH / sum(wanted))
    return [width * scale for width in wanted]


def draw_all(document: parts.Document, folder: Path) -> None:
    """Draw the figures of a report and write its PDF into a folder.

    Raises:
        OSError: something cannot be written.
    """
    from cnntutor.worker.report_figures import draw

    figures = folder / "figures"
    figures.mkdir(exist_ok=True)
    for figure in figures_of(document):
        draw(figure, figures, document.language)
    write_pdf(document, figures, folder / "report.pdf")
