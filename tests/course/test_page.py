"""Pages: cut into blocks, numbers and terms put in, whatever does not resolve gathered with its line."""

from pathlib import Path

import pytest

from cnntutor.course.blocks import CalculatorBlock, ExerciseBlock, FigureBlock, MarkdownBlock
from cnntutor.course.networks import Networks
from cnntutor.course.page import PageReader, parts
from cnntutor.course.schema import Term
from cnntutor.i18n import Language, Text

SHARING = Term("weight-sharing", "weight sharing", "chia sẻ trọng số", Text("…", "…"))


@pytest.fixture(scope="module")
def networks() -> Networks:
    return Networks()


def _reader(networks: Networks, lang: Language = "en") -> PageReader:
    return PageReader(Path("en.md"), lang, networks, {SHARING.slug: SHARING})


def test_a_page_is_cut_at_empty_lines_headings_and_directives() -> None:
    page = """\
First line
second line
## Heading
right below
::figure stepper size=6

| a |
|---|
| 1 |


Last."""
    assert [(part.source, part.line) for part in parts(page)] == [
        ("First line\nsecond line", 1),
        ("## Heading", 3),
        ("right below", 4),
        ("::figure stepper size=6", 5),
        ("| a |\n|---|\n| 1 |", 7),
        ("Last.", 12),
    ]


def test_listings_and_lists_stay_whole() -> None:
    page = """\
Text
```python
a = 1

# no heading
::figure none
```
- one

  more of one

- two

Text"""
    assert [(part.source, part.line, part.directive) for part in parts(page)] == [
        ("Text", 1, ""),
        ("```python\na = 1\n\n# no heading\n::figure none\n```", 2, ""),
        ("- one\n\n  more of one\n\n- two", 8, ""),
        ("Text", 14, ""),
    ]


def test_directives_become_blocks(networks: Networks) -> None:
    reader = _reader(networks)
    page = "# Title\n\n::figure stepper kernel=sum size=6\n\n::exercise conv-params\n\n::calc lenet5\n"
    blocks = reader.blocks(page)
    assert blocks == (
        MarkdownBlock(0, "# Title", 1),
        FigureBlock(1, "stepper", {"kernel": "sum", "size": "6"}),
        ExerciseBlock(2, "conv-params"),
        CalculatorBlock(3, "lenet5"),
    )
    assert isinstance(blocks[0], MarkdownBlock) and blocks[0].heading == "Title"
    assert reader.problems == []


def test_numbers_and_terms_are_put_in(networks: Networks) -> None:
    source = "LeNet has {{params:lenet5}} through [[weight-sharing]], [[weight-sharing|sharing]]."
    assert _reader(networks).text(source) == (
        "LeNet has 61,706 through [weight sharing](term:weight-sharing), [sharing](term:weight-sharing)."
    )
    assert _reader(networks, "vi").text("[[weight-sharing]]: {{params:lenet5}}") == (
        "[chia sẻ trọng số](term:weight-sharing): 61.706"
    )


def test_code_keeps_its_brackets_but_gets_its_numbers(networks: Networks) -> None:
    reader = _reader(networks)
    assert reader.text("`[[weight-sharing]]` and ``a ` [[x]]``") == "`[[weight-sharing]]` and ``a ` [[x]]``"
    assert reader.text("`Dense({{calc:60*2}})`") == "`Dense(120)`"
    assert reader.text("```python\nx = [[0]]\n```") == "```python\nx = [[0]]\n```"
    assert reader.problems == []


def test_a_working_alone_is_a_listing_and_within_a_sentence_code(networks: Networks) -> None:
    reader = _reader(networks)
    assert reader.text("{{explain:params:lenet5/dense2}}").splitlines() == [
        "```text",
        "  (inputs + 1) · units",
        "= (120 + 1) · 84",
        "= 10,164",
        "```",
    ]
    assert reader.text("So {{explain:params:lenet5/dense2}}.") == (
        "So `(inputs + 1) · units = (120 + 1) · 84 = 10,164`."
    )
    listing = reader.text("{{explain:params:vgg16}}").splitlines()
    assert max(len(line) for line in listing) <= 72 and listing[-2] == "= 138,357,544"


def test_what_does_not_resolve_is_gathered_with_its_line(networks: Networks) -> None:
    reader = _reader(networks)
    reader.blocks(
        "One {{params:nothing}}\ntwo [[no-term]]\n\n::figure\n\n::figure stepper size size=1 size=2\n\n"
        "::exercise two words\n\n::dance\n\n::figure walk 'x\n\n{{explain:params:lenet5/none}}\n"
    )
    found = [(problem.line, problem.key) for problem in reader.problems]
    assert found == [
        (1, "{{params:nothing}}"),
        (2, "[[no-term]]"),
        (4, "::figure"),
        (6, "size"),
        (6, "size=2"),
        (8, "::exercise two words"),
        (10, "::dance"),
        (12, "::figure walk 'x"),
        (14, "{{explain:params:lenet5/none}}"),
    ]
    assert str(reader.problems[1].message) == (
        "en.md, line 2: [[no-term]]: the glossary has no term no-term; add it to glossary.toml or correct it."
    )
