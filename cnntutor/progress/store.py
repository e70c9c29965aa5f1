"""The learner's record in one SQLite file; the only module that opens it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from cnntutor.errors import Failed
from cnntutor.i18n import Message
from cnntutor.progress.records import Attempt, Draft, LessonProgress, Place, Progress, SkillSummary


class NotSaved(Failed):
    """Something could not be written now; it is kept in memory and written with the next that can be."""


def utc_now() -> datetime:
    """Return the time of the wall clock in UTC."""
    return datetime.now(UTC)


class Store:
    """Everything the learner did. Every method that writes is one transaction and may raise NotSaved.

    A context manager: `with Store.open(path) as store`.
    """

    notice: Message | None
    """What happened at opening that the learner should know: a damaged file set aside, nothing being kept."""

    @classmethod
    def open(cls, path: Path, clock: Callable[[], datetime] = utc_now) -> Self:
        """Open the record, made or brought up to date where needed.

        A damaged file is kept under another name beside it, and `notice` says so.

        Raises:
            Failed: the file cannot be opened or made; the sentence says how to mend it.
        """
        raise NotImplementedError

    @classmethod
    def in_memory(cls, clock: Callable[[], datetime] = utc_now, notice: Message | None = None) -> Self:
        """Return an empty record that is forgotten at the end."""
        raise NotImplementedError

    @classmethod
    def open_or_in_memory(cls, path: Path, clock: Callable[[], datetime] = utc_now) -> Self:
        """Open the record, or go on without one; `notice` then says that nothing is kept, and the mend."""
        raise NotImplementedError

    def close(self) -> None:
        """Write what could not be written before, if that is possible now, and close the file."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def record(self, attempt: Attempt) -> None:
        """Keep an attempt and bring the review card of its skill up to date."""
        raise NotImplementedError

    def attempts(self, question: str | None = None, limit: int | None = None) -> tuple[Attempt, ...]:
        """Return attempts, the latest first; of one question where one is named."""
        raise NotImplementedError

    def solved(self) -> frozenset[str]:
        """Return the questions answered rightly at least once."""
        raise NotImplementedError

    def lesson(self, slug: str) -> LessonProgress:
        """Return how far a lesson has been read."""
        raise NotImplementedError

    def lessons(self) -> Mapping[str, LessonProgress]:
        """Return every lesson that has been opened."""
        raise NotImplementedError

    def read_lesson(self, slug: str, block: int, state: Progress = "started") -> None:
        """Keep where a lesson was left; a lesson that is done stays done."""
        raise NotImplementedError

    def draft(self, question: str, seed: int | None = None) -> Draft | None:
        """Return the half-filled answer of a question; the latest one where no seed is named."""
        raise NotImplementedError

    def save_draft(self, draft: Draft) -> None:
        """Keep a half-filled answer."""
        raise NotImplementedError

    def drop_draft(self, question: str, seed: int) -> None:
        """Forget a half-filled answer, once it is right."""
        raise NotImplementedError

    def place(self) -> Place | None:
        """Return where the learner left off; None the first time."""
        raise NotImplementedError

    def leave_at(self, place: Place) -> None:
        """Keep where the learner is."""
        raise NotImplementedError

    def skills(self) -> tuple[SkillSummary, ...]:
        """Return how every skill that was tried stands, by name."""
        raise NotImplementedError

    def due(self, now: datetime | None = None) -> tuple[str, ...]:
        """Return the skills whose review is due, the longest overdue first."""
        raise NotImplementedError
