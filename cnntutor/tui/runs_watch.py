"""The runs at work and in line, one of them in a few words for the line at the top of every screen.

One watch serves all screens: it reads a few small files, outside the screen's thread, about once a second.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from cnntutor.errors import CnntutorError
from cnntutor.lab.event_tail import EventTail
from cnntutor.lab.events import EpochEvent
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.history import last_result
from cnntutor.lab.lab import Lab
from cnntutor.lab.state import Observation, RunState

ACCURACIES_KEPT = 8


@dataclass(frozen=True, slots=True)
class RunGlance:
    """What there is to say about a run in half a line."""

    run: str
    """Its id."""
    recipe: str
    state: RunState
    epoch: int
    """Epochs done."""
    epochs: int
    accuracies: tuple[float, ...] = ()
    """Validation accuracy of the newest epochs, 0 to 1."""
    test_accuracy: float | None = None
    ahead: int = 0
    """How many runs it waits for, while it stands in line."""
    others: int = 0
    """How many other runs are at work or in line."""


@dataclass(frozen=True, slots=True)
class RunAtWork:
    """A run that is not over."""

    run: str
    """Its id."""
    recipe: str
    observation: Observation
    epochs: int
    """Epochs asked for."""


class RunsWatch:
    """Knows the runs at work, and the one that ended last since the program began until it was looked at.

    Args:
        lab: Gives the lab; called at the first poll.
    """

    def __init__(self, lab: Callable[[], Lab]) -> None:
        self._lab = lab
        self.glance: RunGlance | None = None
        """What `poll` found last of the run to show: the newest that runs, else the next in line."""
        self.at_work: tuple[RunAtWork, ...] = ()
        """All runs that `poll` found not over; those that run first, then the line, next first."""
        self._lock = threading.Lock()
        """Held while what is followed changes: `acknowledge` comes from another thread than `poll`."""
        self._followed: RunFolder | None = None
        self._tail: EventTail | None = None
        self._epochs: list[EpochEvent] = []

    def poll(self) -> RunGlance | None:
        """Look at the runs and return what to show; call it from one thread at a time."""
        lab = self._lab()
        working = {run.name: run for run in lab.at_work()}
        self.at_work = tuple(sorted(_seen(lab, working.values()), key=_order))
        followed = self._followed
        if self.at_work and (followed is None or self.at_work[0].run != followed.name):
            followed = working[self.at_work[0].run]
            self._follow(followed)
        if followed is not None and not followed.path.exists():
            self.acknowledge(followed.name)  # it was deleted, and there is nothing to look at
        elif followed is not None:
            try:
                found = self._look(lab, followed)
            except CnntutorError:
                self.acknowledge(followed.name)
            else:
                with self._lock:
                    if self._followed is followed:  # else it was looked at in the meantime
                        self.glance = found
        return self.glance

    def acknowledge(self, run: str) -> None:
        """Show a run no longer: it was looked at after its end."""
        with self._lock:
            if self._followed is not None and self._followed.name == run:
                self._followed = self._tail = self.glance = None

    def _follow(self, run: RunFolder) -> None:
        with self._lock:
            self._followed, self._tail, self._epochs = run, run.events(), []

    def _look(self, lab: Lab, run: RunFolder) -> RunGlance:
        seen = lab.observe(run)
        tail = self._tail
        fresh = tail.poll(1) if tail is not None else []
        for event in fresh:
            if isinstance(event, EpochEvent):
                self._epochs = [epoch for epoch in self._epochs if epoch.epoch < event.epoch] + [event]
        known = [epoch.val_accuracy for epoch in self._epochs if epoch.val_accuracy is not None]
        result = last_result(run) if seen.state.over else None
        return RunGlance(
            run=run.name,
            recipe=run.spec.recipe,
            state=seen.state,
            epoch=len(self._epochs),
            epochs=run.spec.settings.epochs,
            accuracies=tuple(known[-ACCURACIES_KEPT:]),
            test_accuracy=result.test_accuracy if result is not None else None,
            ahead=seen.ahead,
            others=sum(each.run != run.name for each in self.at_work),
        )


def _order(each: RunAtWork) -> tuple[bool, int]:
    """Return what puts running ones first and the line behind; those alike stay as they are, newest first."""
    return each.observation.state is not RunState.RUNNING, each.observation.ahead


def _seen(lab: Lab, working: Iterable[RunFolder]) -> Iterator[RunAtWork]:
    """Yield what is known of runs; one that cannot be read, or is over by now, is left out."""
    for run in working:
        try:
            seen, spec = lab.observe(run), run.spec
        except CnntutorError:
            continue
        if not seen.state.over:
            yield RunAtWork(run.name, spec.recipe, seen, spec.settings.epochs)
