"""Fixtures for every test: an own home folder, English, and a quiet, colourful terminal."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cnntutor import i18n, locations


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Point every path at tmp_path and every setting at its default."""
    home = tmp_path / "home"
    monkeypatch.setenv("CNNTUTOR_HOME", str(home))
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    for variable in ("CNNTUTOR_DATA", "CNNTUTOR_LANG", "NO_COLOR", "COLORTERM"):
        monkeypatch.delenv(variable, raising=False)
    i18n.use_catalogues(locations.content_dir() / "ui" / "vi")
    i18n.set_language("en")
    yield home
    i18n.set_language("en")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real test data; skips, saying so, where there is none."""
    import os

    folder = Path(os.environ.get("CNNTUTOR_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no test data in {folder}; set CNNTUTOR_TEST_DATA")
    return folder.absolute()
