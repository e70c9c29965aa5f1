"""The learner's record as the screens use it; a disk that refuses is told once and stops nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from cnntutor.errors import CnntutorError, Failed
from cnntutor.tui.context import Context, Place

if TYPE_CHECKING:
    from cnntutor.progress.records import Attempt, Draft, LessonProgress, Mark


class Record:
    """Reads and writes through the store.

    Args:
        context: Holds the store.
        tell: Shows an error; called at the first write that fails, and again only after one that works;
            and when a damaged file was mended.
    """

    def __init__(self, context: Context, tell: Callable[[Exception], object]) -> None:
        self._context = context
        self._tell = tell
        self._told = False
        self._noticed = context.store.notice
        """What happened to the file that was told; at the start the program tells it itself."""

    def _write(self, writing: Callable[[], None]) -> None:
        try:
            writing()
        except CnntutorError as problem:
            if not self._told:
                self._told = True
                self._tell(problem)
        else:
            self._told = False
        notice = self._context.store.notice
        if notice is not None and notice is not self._noticed:
            self._noticed = notice
            self._tell(Failed(notice))

    # Places and lessons

    def place(self) -> Place | None:
        """Return where the learner left off."""
        kept = self._context.store.place()
        return Place(kept.screen, kept.argument) if kept is not None else None

    def leave_at(self, place: Place) -> None:
        """Keep where the learner is."""
        from cnntutor.progress.records import Place as KeptPlace

        self._write(lambda: self._context.store.leave_at(KeptPlace(place.screen, place.argument)))

    def lesson(self, slug: str) -> LessonProgress:
        """Return how far a lesson has been read."""
        return self._context.store.lesson(slug)

    def lessons(self) -> Mapping[str, LessonProgress]:
        """Return every lesson that has been opened."""
        return self._context.store.lessons()

    def reach(self, slug: str, block: int) -> None:
        """Keep which block of a lesson is at the top."""
        self._write(lambda: self._context.store.read_lesson(slug, block))

    def finish(self, slug: str) -> None:
        """Keep that a lesson has been read to its end."""
        block = self.lesson(slug).block
        self._write(lambda: self._context.store.read_lesson(slug, block, "done"))

    # Exercises

    def exercise_states(self, questions: tuple[str, ...]) -> list[str]:
        """Return new, started or done for each question."""
        store = self._context.store
        solved = store.solved()
        return [
            "done"
            if slug in solved
            else "started"
            if store.draft(slug) is not None or store.attempts(slug, limit=1)
            else "new"
            for slug in questions
        ]

    def draft(self, question: str, seed: int | None) -> Draft | None:
        """Return the half-filled answer of a question, the latest where no seed is named."""
        return self._context.store.draft(question, seed)

    def save_draft(self, draft: Draft) -> None:
        """Keep a half-filled answer."""
        self._write(lambda: self._context.store.save_draft(draft))

    def drop_draft(self, question: str, seed: int) -> None:
        """Forget a half-filled answer."""
        self._write(lambda: self._context.store.drop_draft(question, seed))

    def keep(self, attempt: Attempt) -> None:
        """Keep an attempt."""
        self._write(lambda: self._context.store.record(attempt))

    def answers_of(self, question: str) -> Mapping[str, str]:
        """Return what was answered to a question last; empty where nothing was."""
        latest = self._context.store.attempts(question, limit=1)
        return latest[0].answers if latest else {}

    def untouched(self) -> bool:
        """Whether nothing has been read or answered yet."""
        store = self._context.store
        return not store.lessons() and not store.attempts(limit=1)

    # What can be skipped

    def marked_lessons(self) -> dict[str, Mark]:
        """Return the lessons that can be skipped, with the evidence."""
        return {mark.slug: mark for mark in self._context.store.marks() if mark.kind == "lesson"}

    def mark_skipped(self, marks: Sequence[Mark]) -> None:
        """Keep that lessons can be skipped."""
        self._write(lambda: self._context.store.mark_skipped(marks))

    def drop_mark(self, lesson: str) -> None:
        """Take the mark of a lesson back."""
        self._write(lambda: self._context.store.drop_mark("lesson", lesson))
