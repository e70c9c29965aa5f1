"""The Vietnamese catalogues: every text in the code has its entry, every entry its text, none twice."""

from cnntutor import locations
from cnntutor.classroom.checker_catalogues import PACKAGE, check_catalogues, texts_in_code


def _demand_none(faults: list[str]) -> None:
    assert not faults, "\n".join(["", *faults])


def test_texts_are_literals() -> None:
    _demand_none(
        [
            f"{each.file.relative_to(PACKAGE.parent)}:{each.line}"
            for each in texts_in_code()
            if each.text is None
        ]
    )


def test_catalogues_are_complete() -> None:
    problems = check_catalogues(locations.content_dir() / "ui" / "vi")
    _demand_none([f"{each.file.name}: {each.key!r}: {each.what}" for each in problems])
