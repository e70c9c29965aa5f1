"""The settings file: kept, replaced whole, never in the way."""

from pathlib import Path

import pytest

from cnntutor import locations, settings
from cnntutor.settings import Settings


def test_what_is_saved_is_read_back() -> None:
    chosen = Settings(language="vi", theme="textual-light", data_dir="/data")
    settings.save(chosen)
    assert settings.load() == chosen
    assert [path.name for path in locations.home_dir().iterdir()] == ["settings.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe\x00", b'{"language": 3, "unknown": "x"}'])
def test_a_broken_file_counts_as_nothing_chosen(content: bytes) -> None:
    locations.settings_file().parent.mkdir(parents=True)
    locations.settings_file().write_bytes(content)
    assert settings.load() == Settings()


def test_the_data_folder_is_absolute_and_the_variable_goes_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert settings.data_dir() is None
    settings.save(Settings(data_dir="/saved"))
    assert settings.data_dir() == Path("/saved")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CNNTUTOR_DATA", "mine")
    assert settings.data_dir() == tmp_path / "mine"


@pytest.mark.parametrize(
    ("variable", "chosen", "waits"),
    [(None, None, True), (None, "no", False), ("0", "yes", False), ("No", None, False), ("yes", "no", True)],
)
def test_whether_a_process_waits_is_chosen_and_the_variable_goes_first(
    monkeypatch: pytest.MonkeyPatch, variable: str | None, chosen: str | None, waits: bool
) -> None:
    settings.save(Settings(keras_waits=chosen))
    if variable is not None:
        monkeypatch.setenv("CNNTUTOR_KERAS_WAITS", variable)
    assert settings.keras_waits() is waits
