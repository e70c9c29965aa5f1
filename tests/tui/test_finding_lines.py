"""The lines of findings below the curves of a run: what they leave out is marked."""

import pytest

from cnntutor.i18n import msg
from cnntutor.lab.finding import Finding
from cnntutor.tui.widgets.finding_lines import finding_lines


@pytest.mark.parametrize(
    ("words", "end"),
    [
        ((4,), "word"),
        ((4, 4, 4), "word"),
        ((4, 4, 4, 4), "word +1"),
        ((40,), "word …"),
        ((4, 40, 4), " … +1"),
    ],
)
def test_what_the_lines_of_findings_leave_out_is_marked(words: tuple[int, ...], end: str) -> None:
    findings = []
    for count in words:
        told = msg("{after}", after=" ".join(["word"] * count))
        findings.append(
            Finding("overfitting", True, msg("Overfitting since epoch {epoch}", epoch="2"), told, told)
        )
    lines = finding_lines(tuple(findings), 60)
    assert len(lines) <= 3
    assert lines[-1].plain.rstrip().endswith(end)
