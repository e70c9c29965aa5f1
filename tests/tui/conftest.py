"""Fixtures for the screens: the real course, a record in memory, a lab with a folder of its own."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cnntutor.course.loader import Course, load_course
from cnntutor.lab.lab import Lab
from cnntutor.progress.store import Store
from cnntutor.tui.app import CnntutorApp
from cnntutor.tui.context import Context, Place

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def course() -> Course:
    """The course of this checkout."""
    return load_course()


@pytest.fixture
def store() -> Iterator[Store]:
    """An empty record."""
    with Store.in_memory(lambda: NOW) as opened:
        yield opened


@pytest.fixture
def context(course: Course, store: Store, tmp_path: Path) -> Context:
    """What the screens work with."""
    return Context(course, store, lambda: Lab(tmp_path / "runs"), clock=lambda: NOW)


MakeApp = Callable[..., CnntutorApp]


@pytest.fixture
def make_app(context: Context) -> MakeApp:
    """Makes the program; an unexpected error fails the test."""

    def make(screen: str = "", argument: str = "", *, strict: bool = True) -> CnntutorApp:
        return CnntutorApp(context, Place(screen, argument) if screen else None, strict=strict)

    return make
