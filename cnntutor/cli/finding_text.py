"""What is wrong with a run, as lines for people."""

from collections.abc import Iterator

from cnntutor.i18n import t
from cnntutor.lab.diagnosis import diagnose
from cnntutor.lab.finding_pages import page_of
from cnntutor.lab.record import RunRecord
from cnntutor.lab.run_spec import RunSpec


def finding_lines(spec: RunSpec, record: RunRecord) -> Iterator[str]:
    """Yield each finding below an empty line: its evidence, its mend and where the course explains it."""
    for finding in diagnose(spec, record):
        yield ""
        yield f"{'!' if finding.problem else '·'} {finding.title}"
        yield f"  {finding.evidence}"
        yield f"  {finding.mend}"
        kind, slug = page_of(finding.name)
        if kind == "exercise":
            yield f"  {t('See: {command}', command=f'cnntutor exercise show {slug}')}"
