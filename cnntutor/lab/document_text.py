"""A report as Markdown and as HTML; figures are files beside it, in HTML they are inside."""

import base64
import html
from collections.abc import Callable, Iterator

from cnntutor.lab.document import FIGURES, Answer, Block, Document, Figure, Heading, Items, Paragraph, Table

STYLE = """
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #22262b; background: #fff;
  font: 16px/1.55 "DejaVu Sans", "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.25; margin-bottom: .2rem; }
h2 { font-size: 1.3rem; margin-top: 2.2rem; border-bottom: 1px solid #c4c0b6; }
h3 { font-size: 1.05rem; margin-top: 1.6rem; }
.subtitle { color: #636a73; margin-top: 0; }
table { border-collapse: collapse; font-size: .85rem; margin: 1rem 0; font-variant-numeric: tabular-nums; }
th { text-align: left; border-bottom: 2px solid #636a73; padding: .2rem .7rem .2rem 0; }
td { border-bottom: 1px solid #e3e0d8; padding: .15rem .7rem .15rem 0; overflow-wrap: anywhere; }
.number { text-align: right; overflow-wrap: normal; }
tr.strong td { font-weight: bold; }
figure { margin: 1.2rem 0; } figure img { max-width: 100%; }
figcaption { color: #636a73; font-size: .85rem; }
dt { font-weight: bold; margin-top: .6rem; } dd { margin-left: 0; }
"""


def markdown(document: Document) -> str:
    """Return a report as Markdown; figures are named as figures/NAME.png."""
    lines = [f"# {_plain(document.title)}", "", document.subtitle, ""]
    for block in document.blocks:
        lines += [*_markdown(block), ""]
    return "\n".join(lines).rstrip() + "\n"


def _markdown(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"{'#' * (block.level + 1)} {_plain(block.text)}"
    elif isinstance(block, Paragraph):
        yield _plain(block.text)
    elif isinstance(block, Items):
        yield from (f"- {_plain(item)}" for item in block.items)
    elif isinstance(block, Answer):
        yield f"**{_plain(block.question)}** {_plain(block.answer)}"
    elif isinstance(block, Table):
        yield _row(block.head)
        yield _row(tuple("---" if place < block.left else "---:" for place in range(len(block.head))))
        for place, row in enumerate(block.rows):
            strong = place >= len(block.rows) - block.strong
            yield _row(tuple(f"**{cell}**" if strong and cell else cell for cell in row))
    else:
        yield f"![{_plain(block.caption)}](figures/{block.name}.png)"
        yield ""
        yield f"*{_plain(block.caption)}*"


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _plain(text: str) -> str:
    """Return text that Markdown takes literally where it could mistake it."""
    return " ".join(text.replace("<", "&lt;").replace("*", "\\*").split())


def html_page(document: Document, svg: Callable[[str], bytes]) -> str:
    """Return a report as one HTML file.

    Args:
        document: The report.
        svg: From a figure's name to its drawing.
    """
    body = "\n".join(_html(block, svg) for block in document.blocks)
    return (
        f'<!doctype html>\n<html lang="{document.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{html.escape(document.title)}</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n<h1>{html.escape(document.title)}</h1>\n"
        f'<p class="subtitle">{html.escape(document.subtitle)}</p>\n{body}\n</body>\n</html>\n'
    )


def _html(block: Block, svg: Callable[[str], bytes]) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level + 1}>{html.escape(block.text)}</h{block.level + 1}>"
    if isinstance(block, Paragraph):
        return f"<p>{html.escape(block.text)}</p>"
    if isinstance(block, Items):
        return "<ul>" + "".join(f"<li>{html.escape(item)}</li>" for item in block.items) + "</ul>"
    if isinstance(block, Answer):
        return f"<dl><dt>{html.escape(block.question)}</dt><dd>{html.escape(block.answer)}</dd></dl>"
    if isinstance(block, Table):
        return _html_table(block)
    drawing = base64.b64encode(svg(block.name)).decode("ascii")
    caption = html.escape(block.caption)
    return (
        f'<figure><img src="data:image/svg+xml;base64,{drawing}" alt="{caption}">'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def _html_table(table: Table) -> str:
    def cells(row: tuple[str, ...], kind: str) -> str:
        return "".join(
            f"<{kind}{'' if place < table.left else ' class=number'}>{html.escape(cell)}</{kind}>"
            for place, cell in enumerate(row)
        )

    rows = "".join(
        f"<tr{' class=strong' if place >= len(table.rows) - table.strong else ''}>{cells(row, 'td')}</tr>"
        for place, row in enumerate(table.rows)
    )
    return f"<table><thead><tr>{cells(table.head, 'th')}</tr></thead><tbody>{rows}</tbody></table>"


def figures_of(document: Document) -> tuple[Figure, ...]:
    """Return the figures of a report in their order."""
    return tuple(block for block in document.blocks if isinstance(block, FIGURES))
