"""What every screen works with: the course, the learner's record, the lab and the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnntutor.course.headings import QuestionHeading
    from cnntutor.course.loader import Course
    from cnntutor.i18n import Message
    from cnntutor.lab.lab import Lab
    from cnntutor.lab.tasks import Tasks
    from cnntutor.progress.store import Store
    from cnntutor.tui.bench import Bench
    from cnntutor.tui.bench_view import BenchView
    from cnntutor.tui.edit_history import History
    from cnntutor.tui.runs_watch import RunsWatch


def utc_now() -> datetime:
    """Return the time of the wall clock in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Context:
    """The collaborators of the screens; tests pass their own."""

    course: Course
    store: Store
    open_lab: Callable[[], Lab]
    """Makes the lab; called once, when a screen first asks for it, so that the first paint does not wait."""
    clock: Callable[[], datetime] = utc_now
    notice: Message | None = None
    """Something to say at the start, such as that progress is not kept."""
    benches: dict[str, History[Bench]] = field(default_factory=dict)
    """The networks changed in the workbench since the program began, by slug, with their undo steps."""
    bench_view: BenchView | None = None
    """What the workbench counts by, once it was chosen."""
    _lab: Lab | None = field(default=None, init=False)
    _runs_watch: RunsWatch | None = field(default=None, init=False)
    _tasks: Tasks | None = field(default=None, init=False)
    _headings: tuple[QuestionHeading, ...] | None = field(default=None, init=False)

    def read_headings(self) -> tuple[QuestionHeading, ...]:
        """Return what every question says of itself for lists; the files are read the first time."""
        if self._headings is None:
            from cnntutor.course.headings import read_headings

            self._headings = read_headings(self.course.root)
        return self._headings

    @property
    def lab(self) -> Lab:
        """The training lab."""
        if self._lab is None:
            self._lab = self.open_lab()
        return self._lab

    @property
    def runs_watch(self) -> RunsWatch:
        """The one watch of the run at work, for the badges of all screens."""
        if self._runs_watch is None:
            from cnntutor.tui.runs_watch import RunsWatch

            self._runs_watch = RunsWatch(lambda: self.lab)
        return self._runs_watch

    @property
    def tasks(self) -> Tasks:
        """Work that needs Keras: `await context.tasks.ask(request)`; a process may wait with it imported."""
        if self._tasks is None:
            from cnntutor.lab.tasks import Tasks

            self._tasks = Tasks()
        return self._tasks

    def close(self) -> None:
        """End what works for the screens alone; runs go on."""
        if self._tasks is not None:
            self._tasks.close()


@dataclass(frozen=True, slots=True)
class Place:
    """Where the learner is: the kind of screen and what it shows."""

    screen: str
    """map, lesson, exercise, workbench, lab, run or compare."""
    argument: str = ""
    """The slug of the lesson or the question, the name of the network or of the run, the names of runs with
    spaces between; empty without one."""
