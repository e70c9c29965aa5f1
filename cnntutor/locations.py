"""Every path the program uses; tests point them elsewhere with CNNTUTOR_HOME."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from platformdirs import PlatformDirs

_DIRS = PlatformDirs("cnntutor", appauthor=False)
_CONTENT: ContextVar[Path | None] = ContextVar("content", default=None)


def content_dir() -> Path:
    """Return the folder of the course: content/ of a checkout, else the copy inside the wheel."""
    chosen = _CONTENT.get()
    if chosen is not None:
        return chosen
    package = Path(__file__).resolve().parent
    checkout = package.parent / "content"
    if (checkout / "course.toml").is_file():
        return checkout
    return package / "_content"


@contextmanager
def content_at(folder: Path) -> Iterator[None]:
    """Let another folder be the course for a while, as the check of a content pack does."""
    token = _CONTENT.set(folder)
    try:
        yield
    finally:
        _CONTENT.reset(token)


def home_dir() -> Path:
    """Return the folder of all that belongs to the learner; CNNTUTOR_HOME moves it."""
    override = os.environ.get("CNNTUTOR_HOME")
    return Path(override).expanduser().absolute() if override else Path(_DIRS.user_data_dir)


def progress_file() -> Path:
    """Return the SQLite file that holds the learner's record."""
    return home_dir() / "progress.sqlite3"


def settings_file() -> Path:
    """Return the JSON file that holds language, theme and data folder."""
    return home_dir() / "settings.json"


def runs_dir() -> Path:
    """Return the folder that holds one folder a training run."""
    return home_dir() / "runs"


def data_store() -> Path:
    """Return the folder that holds the data sets the program downloaded or took in, one folder each."""
    return home_dir() / "data"


def code_dir() -> Path:
    """Return the folder of the code the learner writes in an editor of his own, one file an exercise."""
    return home_dir() / "code"


def cache_dir() -> Path:
    """Return the folder for what can be made again."""
    override = os.environ.get("CNNTUTOR_HOME")
    return home_dir() / "cache" if override else Path(_DIRS.user_cache_dir)
