"""The lab report: what it says, in both languages, and the texts it is written as."""

import itertools
import re
from pathlib import Path

import pytest

from cnntutor import i18n, locations
from cnntutor.errors import NotUnderstood
from cnntutor.lab.document import (
    Answer,
    Curve,
    Curves,
    Document,
    Gallery,
    Heading,
    Items,
    Matrix,
    Paragraph,
    Photo,
    Reliability,
    Table,
)
from cnntutor.lab.document_text import figures_of, html_page, markdown
from cnntutor.lab.recording import find_recording, unpack
from cnntutor.lab.report import MOST_EPOCHS, build_report
from cnntutor.lab.report_files import write_report
from tests.tui.scripted import ScriptedRun
from tests.tui.test_after_screen import leave, whole


@pytest.fixture
def run(own_home: Path) -> ScriptedRun:
    scripted = ScriptedRun(locations.runs_dir(), epochs="3")
    scripted.begin()
    for epoch in range(1, 4):
        scripted.epoch(epoch)
    scripted.end()
    leave(scripted.folder, whole())
    return scripted


def answers(document: Document) -> dict[str, str]:
    return {block.question: block.answer for block in document.blocks if isinstance(block, Answer)}


def test_the_questions_of_the_lab_are_answered(run: ScriptedRun) -> None:
    found = list(answers(build_report((run.folder,))).values())
    assert found[0] == "61,706, counted by Keras."
    assert found[1] == "98.10 %."
    assert found[2].startswith("The outputs of an image sum to 1: 0.9999998 to 1.0000002")
    assert found[3] == (
        "It stopped after epoch 3. The best weights are those of epoch 3, where val_loss is lowest: 0.1633."
    )


def test_the_summary_adds_up(run: ScriptedRun) -> None:
    tables = [block for block in build_report((run.folder,)).blocks if isinstance(block, Table)]
    rows = tables[0].rows
    assert rows[-1][-1] == "61,706"
    assert sum(int(row[-1].replace(",", "")) for row in rows[:-1]) == 61706
    assert rows[0] == ("conv1", "Conv2D", "28×28×6", "156")


def test_figures_have_the_run_s_own_numbers(run: ScriptedRun) -> None:
    loss, accuracy, matrix, gallery, reliability = figures_of(build_report((run.folder,)))
    assert isinstance(loss, Curves) and isinstance(accuracy, Curves)
    assert loss.curves[0].values == pytest.approx((0.5, 0.25, 0.5 / 3)) and loss.marked == 3
    assert accuracy.curves[1].values[0] == pytest.approx(80.0) and accuracy.curves[1].dashed
    after = whole()
    assert isinstance(matrix, Matrix) and after.confusion is not None
    assert matrix.counts == after.confusion.matrix
    assert isinstance(gallery, Gallery) and gallery.photos[0].words == "0 → 1"
    assert isinstance(reliability, Reliability) and reliability.accuracy[-1] == 0.9


def test_it_is_vietnamese_through_and_through(run: ScriptedRun) -> None:
    i18n.set_language("vi")
    text = markdown(build_report((run.folder,), "Nguyễn Văn Ánh"))
    assert "# Báo cáo thực hành: LeNet-5 trên MNIST" in text and "Nguyễn Văn Ánh" in text
    assert "61.706, do Keras đếm." in text and "0,9000" in text
    assert "| **Tổng** |  |  | **61.706** |" in text
    assert not re.search(r"\b(the|which|images)\b", re.sub(r"`[^`]*`|\([^)]*\)", "", text))


def test_several_runs_stand_side_by_side(run: ScriptedRun) -> None:
    other = ScriptedRun(locations.runs_dir(), epochs="5", learning_rate="0.01")
    other.begin()
    other.epoch(1)
    other.end(test_accuracy=None, test_interval=None, best_epoch=None)
    document = build_report((run.folder, other.folder))
    table = next(block for block in document.blocks if isinstance(block, Table))
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["epochs"] == ("3", "5") and rows["learning_rate"] == ("0.001", "0.01")
    assert rows["Test accuracy"] == ("98.10 %", "–")
    names = [figure.name for figure in figures_of(document)]
    assert len(set(names)) == len(names) and {"run1-loss", "run2-loss"} <= set(names)


def test_runs_of_several_seeds_have_their_spread_and_their_curves_in_one_figure(run: ScriptedRun) -> None:
    other = ScriptedRun(locations.runs_dir(), epochs="3", seed="1")
    other.begin()
    other.epoch(1)
    other.end(test_accuracy=0.961)
    document = build_report((run.folder, other.folder))
    said = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    # 98.1 and 96.1: mean 97.1, √(1² + 1²) = 1.41
    assert (
        "Runs 1, 2 differ in their seeds only: mean 97.10 %, spread 1.41 points, 96.10 % to 98.10 %." in said
    )
    figure = figures_of(document)[0]
    assert isinstance(figure, Curves) and figure.name == "compared-accuracy"
    assert [curve.label[:4] for curve in figure.curves] == ["1 · ", "2 · "]
    assert [len(curve.values) for curve in figure.curves] == [3, 1]


def test_many_runs_stand_in_several_tables(own_home: Path) -> None:
    runs = [ScriptedRun(locations.runs_dir(), epochs="3", seed=str(seed)).folder for seed in range(7)]
    blocks = build_report(tuple(runs)).blocks
    tables = [block for block in blocks if isinstance(block, Table) and not block.head[0]]
    assert [table.head for table in tables] == [("", "1", "2", "3", "4", "5"), ("", "6", "7")]
    seeds = [value for table in tables for row in table.rows if row[0] == "seed" for value in row[1:]]
    assert seeds == [str(seed) for seed in range(7)]


def test_pretrained_networks_have_a_table_of_their_errors(own_home: Path) -> None:
    document = build_report((unpack(find_recording("imagenet-topk")),))
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    assert table.rows[0] == (
        "mobilenet-0.25-128",
        "475,544",
        "57.00 %",
        "47.22 – 66.27",
        "29.00 %",
        "21.01 – 38.54",
    )
    assert "efficientnet-lite0: top-1 error 11.00 %, top-5 error 2.00 %." in answers(document).values()
    assert "What is the accuracy on the test set?" not in answers(document)


def test_a_long_run_has_a_short_table(run: ScriptedRun) -> None:
    long = ScriptedRun(locations.runs_dir(), epochs="400")
    long.begin()
    for epoch in range(1, 401):
        long.epoch(epoch)
    long.end()
    document = build_report((long.folder,))
    table = next(block for block in document.blocks if isinstance(block, Table) and "val_loss" in block.head)
    assert len(table.rows) <= MOST_EPOCHS + 2 and table.rows[-1][0].startswith("400")


def test_the_table_of_a_run_that_went_on_improving_has_its_best_epoch(run: ScriptedRun) -> None:
    long = ScriptedRun(locations.runs_dir(), epochs="400")
    long.begin()
    for epoch in range(1, 401):
        figures = {name: 1 / epoch for name in ("loss", "accuracy", "val_loss", "val_accuracy")}
        long.write("epoch", 1, epoch=epoch, epochs=400, seconds=1.0, best=epoch <= 393, **figures)
    long.end()
    document = build_report((long.folder,))
    table = next(block for block in document.blocks if isinstance(block, Table) and "val_loss" in block.head)
    shown = [int(row[0].removesuffix(" *")) for row in table.rows]
    assert "393 *" in [row[0] for row in table.rows]
    assert len(shown) <= MOST_EPOCHS + 2 and max(b - a for a, b in itertools.pairwise(shown)) <= 10


def test_a_run_that_tested_nothing_of_its_own_is_reported_too(own_home: Path) -> None:
    bare = ScriptedRun(locations.runs_dir())
    bare.begin()
    bare.end(test_accuracy=None, test_count=None, test_interval=None, best_epoch=None, epochs_done=0)
    document = build_report((bare.folder,))
    assert any(isinstance(block, Paragraph) and "No test" in block.text for block in document.blocks)


# Texts


DOCUMENT = Document(
    "en",
    "A <title>",
    "by & for",
    (
        Heading(1, "One"),
        Paragraph("5 * 5 < 30"),
        Items(("a", "b")),
        Answer("Why?", "Because."),
        Table(("name", "n"), (("a|b", "1"), ("Total", "1")), strong=1),
        Curves("loss", "Loss", "loss", (Curve("train", (1.0, None)),), "epoch"),
        Gallery("mistakes", "Worst", (Photo((1, 1, 1), b"\0", "1 → 2"),)),
    ),
    "Page",
)


def test_markdown_keeps_signs_apart() -> None:
    text = markdown(DOCUMENT)
    assert "# A &lt;title>" in text and "5 \\* 5 &lt; 30" in text
    assert "| a\\|b | 1 |\n| **Total** | **1** |" in text
    assert "**Why?** Because." in text and "- a\n- b" in text
    assert "![Loss](figures/loss.png)" in text


def test_html_is_one_file_with_its_figures() -> None:
    page = html_page(DOCUMENT, lambda name: f"<svg>{name}</svg>".encode())
    assert "<h1>A &lt;title&gt;</h1>" in page and "by &amp; for" in page
    assert page.count("data:image/svg+xml;base64,") == 2 and "http" not in page
    assert "<tr class=strong><td>Total</td><td class=number>1</td></tr>" in page


def test_a_folder_that_holds_something_stays(run: ScriptedRun, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "essay.txt").write_text("mine")
    with pytest.raises(NotUnderstood, match="is there already"):
        write_report(build_report((run.folder,)), folder)
    assert [path.name for path in tmp_path.iterdir() if "mine" in path.name] == ["mine"]
