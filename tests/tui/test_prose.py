"""Markdown set into lines: widths, lists, tables, links."""

import pytest

from cnntutor.course.blocks import MarkdownBlock
from cnntutor.course.loader import Course
from cnntutor.i18n import Language
from cnntutor.tui.prose import inline, lay_out, links


def plain(source: str, width: int) -> list[str]:
    return [line.plain for line in lay_out(source, width)]


def test_paragraphs_are_wrapped_at_words() -> None:
    assert plain("one two three four", 9) == ["one two", "three", "four"]


def test_lists_hang() -> None:
    assert plain("- one two three\n- four", 11) == ["· one two", "  three", "· four"]
    assert plain("9. nine is long\n10. ten", 12) == ["9. nine is", "   long", "10. ten"]


def test_quotes_and_listings() -> None:
    assert plain("> a b", 20) == ["▌ a b"]
    assert plain("```\nx  = 1\n```", 20) == ["│ x  = 1"]


def test_tables_have_numbers_at_the_right() -> None:
    lines = plain("| name | params |\n|---|---|\n| conv1 | 156 |\n| dense | 48,120 |", 40)
    assert lines == ["name   params", "─" * 13, "conv1     156", "dense  48,120"]


def test_marks_become_styles_and_links_are_found() -> None:
    source = "A **bold** word, `code`, [weight sharing](term:weight-sharing) and [next](lesson:x)."
    assert inline(source).plain == "A bold word, code, weight sharing and next."
    assert [(link.kind, link.target, link.text) for link in links(source)] == [
        ("term", "weight-sharing", "weight sharing"),
        ("lesson", "x", "next"),
    ]


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("width", [50, 72])
def test_no_line_of_any_lesson_is_too_long(course: Course, lang: Language, width: int) -> None:
    for slug in course.lessons:
        for block in course.blocks(slug, lang):
            if isinstance(block, MarkdownBlock):
                for line in lay_out(block.source, width):
                    assert line.cell_length <= width, (slug, block.index, line.plain)
