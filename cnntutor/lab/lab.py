"""The lab as a screen or a command sees it: recipes and runs, and how to start, watch and stop one."""

import importlib.util
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from cnntutor import locations
from cnntutor.errors import Failed, Missing
from cnntutor.i18n import Message, msg
from cnntutor.lab import history, local
from cnntutor.lab.calibration import Calibration, calibrate, load_calibration
from cnntutor.lab.ended import EndedRuns, mark
from cnntutor.lab.estimate import estimate, one_after_the_other
from cnntutor.lab.folder import RunFolder, create_run_folder
from cnntutor.lab.headroom import crowding, processors
from cnntutor.lab.line import is_here
from cnntutor.lab.observer import Observer
from cnntutor.lab.recipe import Recipe, find_recipe, list_recipes, recipe_slugs, resolve
from cnntutor.lab.resume import cannot_go_on, start_next_attempt
from cnntutor.lab.run_spec import Estimate, RunSpec
from cnntutor.lab.state import Ahead, Observation, RunState

TICK_NS = 2_000_000_000
"""So long ago a folder must have changed before what was listed is trusted to be all; NFS counts seconds."""
TENSORFLOW_COMMAND = "pip install 'tensorflow>=2.21,<2.22' 'keras>=3.15,<4'"


def missing_library() -> Message | None:
    """Return what training needs and does not find, with the command that mends it; None when all is there.

    The libraries are looked for, never imported.
    """
    for library in ("tensorflow", "keras", "numpy"):
        spec = importlib.util.find_spec(library)
        if spec is None or spec.origin is None:
            return msg(
                "{library} is not installed, and training needs it; install it with: {command}",
                library=library,
                command=TENSORFLOW_COMMAND,
            )
    return None


class Lab:
    """The training lab over one folder of runs.

    Args:
        runs_dir: The folder of the runs; made when the first run is.
        clock: A monotonic clock in seconds; by it the lab judges a beat that stands still.
    """

    def __init__(self, runs_dir: Path | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.runs_dir = runs_dir or locations.runs_dir()
        self._clock = clock
        self._observers: dict[str, Observer] = {}
        self._over: dict[str, Observation] = {}
        """What was seen of the runs that are over; that does not change unless one is resumed."""
        self._ended = EndedRuns(self.runs_dir)
        self._listed: tuple[int, tuple[RunFolder, ...]] | None = None
        """When the folder of the runs had changed last, and what was in it then."""

    def recipes(self) -> tuple[Recipe, ...]:
        """Return all recipes, by slug.

        Raises:
            NotUnderstood: a recipe file is malformed.
        """
        return list_recipes()

    def recipe_slugs(self) -> tuple[str, ...]:
        """Return the names of all recipes, whether their files can be read or not."""
        return recipe_slugs()

    def recipe(self, slug: str) -> Recipe:
        """Return one recipe.

        Raises:
            NotUnderstood: there is none of that name, or its file is malformed.
        """
        return find_recipe(slug)

    def missing(self) -> Message | None:
        """Return what has to be installed before a run can start; None when nothing has."""
        return missing_library()

    def plan(
        self,
        slug: str,
        preset: str,
        overrides: Mapping[str, str] | None = None,
        predicted: int | None = None,
    ) -> RunSpec:
        """Return a run as it would be submitted now, with what it will take on this machine.

        Raises:
            NotUnderstood: the recipe, the preset or an override is not understood.
            Missing: the run needs a folder or a file that nobody named.
        """
        spec = resolve(find_recipe(slug), preset, overrides or {}, predicted)
        past = history.past_runs(self.runs_dir)
        found = estimate(spec, past, load_calibration(spec.settings.device), self._crowded())
        return msgspec.structs.replace(spec, estimate=found)

    def expected(self, slug: str, preset: str, runs: Sequence[Mapping[str, str]] = ({},)) -> Estimate | None:
        """Return what runs of a recipe will take on this machine, one after the other.

        Args:
            slug: The recipe.
            preset: One of its presets.
            runs: The settings to change for each run, as they were typed.

        Returns:
            None where nothing is known of this machine yet.

        Raises:
            NotUnderstood: the recipe, the preset or an override is not understood.
            Missing: a run needs a folder or a file that nobody named.
        """
        recipe, past, crowded = find_recipe(slug), history.past_runs(self.runs_dir), self._crowded()
        told = []
        for overrides in runs:
            spec = resolve(recipe, preset, overrides)
            found = estimate(spec, past, load_calibration(spec.settings.device), crowded)
            if found is None:
                return None
            told.append(found)
        return told[0] if len(told) == 1 else one_after_the_other(told)

    def _crowded(self) -> float:
        """Return how many times as long a run takes now; those that train here are over by its turn."""
        training = (RunState.STARTING, RunState.RUNNING)
        own = sum(self.observe(run).state in training for run in self.at_work() if is_here(run))
        return crowding(own * processors())

    def calibrate(self, device: str = "auto") -> Calibration:
        """Measure how fast this machine trains, which takes about a minute, and keep it.

        Raises:
            Missing: TensorFlow is not installed.
            Failed: it could not be measured or kept.
        """
        lacking = self.missing()
        if lacking is not None:
            raise Missing(lacking)
        return calibrate(device)

    def submit(
        self,
        slug: str,
        preset: str,
        overrides: Mapping[str, str] | None = None,
        *,
        force: bool = False,
        wait: bool = False,
        predicted: int | None = None,
    ) -> RunFolder:
        """Make a run folder and start its worker, which goes on when this program ends.

        Args:
            slug: The recipe.
            preset: One of its presets.
            overrides: Settings to change, as they were typed: {"epochs": "2"}.
            force: Start beside a run that is still at work.
            wait: Stand in line behind the runs that are at work on this machine.
            predicted: The choice made of the recipe's prediction, from 0.

        Raises:
            NotUnderstood: the recipe, the preset or an override is not understood.
            Missing: TensorFlow is not installed.
            Failed: another run is at work, or the folder cannot be written.
        """
        spec = self.plan(slug, preset, overrides, predicted)
        lacking = self.missing()
        if lacking is not None:
            raise Missing(lacking)
        run = create_run_folder(self.runs_dir, spec, self._ahead(force, wait))
        local.launch(run)
        return run

    def resume(self, run: RunFolder, *, force: bool = False, wait: bool = False) -> None:
        """Go on with a run that was stopped, killed or lost, from its last checkpoint.

        Args:
            run: The run.
            force: Start beside a run that is still at work.
            wait: Stand in line behind the runs that are at work on this machine.

        Raises:
            NotUnderstood: run.json cannot be read.
            Missing: TensorFlow is not installed.
            Failed: it is finished or at work, another run is, or its folder cannot be written.
        """
        _ = run.spec
        reason = cannot_go_on(run, self.observe(run))
        if reason is not None:
            raise Failed(reason)
        lacking = self.missing()
        if lacking is not None:
            raise Missing(lacking)
        start_next_attempt(run, self._ahead(force, wait))
        self._over.pop(run.name, None)
        mark(self.runs_dir)

    def _ahead(self, force: bool, wait: bool) -> tuple[Ahead, ...]:
        """Return the runs that one started now waits for, oldest first.

        Raises:
            Failed: another run is at work, and nobody asked to wait or for two at once.
        """
        if force:
            return ()
        busy = [run for run in reversed(self.at_work()) if is_here(run)]
        if busy and not wait:
            raise Failed(
                msg(
                    "The run {run} is still at work; follow it with `cnntutor runs attach {run}`, stop it"
                    " with `cnntutor runs stop {run}`, let the new one stand in line with --wait, or start it"
                    " beside with --force.",
                    run=busy[0].name,  # of a line, the one that trains
                )
            )
        return tuple(Ahead(run=run.name, attempt=self.observe(run).attempt) for run in busy)

    def runs(self) -> tuple[RunFolder, ...]:
        """Return all runs, newest first."""
        try:
            changed = self.runs_dir.stat().st_mtime_ns
        except OSError:
            return ()
        if self._listed is None or self._listed[0] != changed:
            found = history.list_runs(self.runs_dir)
            # A folder that changed only now may change again within the same tick of its clock.
            settled = time.time_ns() - changed > TICK_NS
            self._listed = (changed if settled else 0, found)
        return self._listed[1]

    def find(self, name: str) -> RunFolder:
        """Return the run called so: its id, a unique beginning or ending of it, or "last".

        Raises:
            NotUnderstood: none or more than one fits.
        """
        return history.find_run(self.runs_dir, name)

    def observe(self, run: RunFolder) -> Observation:
        """Return what can be said about a run now; ask again about once a second.

        The first to find a run lost writes that down in its folder.
        """
        local.reap()
        self._look_for_resumed()
        return self._observe(run)

    def _look_for_resumed(self) -> None:
        """Forget what was over when a run was resumed since, here or by another program."""
        if self._ended.refresh():
            self._over.clear()

    def _observe(self, run: RunFolder) -> Observation:
        if run.name in self._over:
            return self._over[run.name]
        observer = self._observers.get(run.name)
        if observer is None:
            observer = self._observers[run.name] = Observer(run, clock=self._clock)
        seen = observer.observe()
        if seen.state.over and run.path.exists():  # its disk may come back
            self._over[run.name] = seen
            self._observers.pop(run.name, None)  # another thread may have seen it too
        return seen

    def at_work(self) -> tuple[RunFolder, ...]:
        """Return the runs that are not over, newest first."""
        local.reap()
        self._look_for_resumed()
        working, over = [], []
        for run in self.runs():
            if run.name in self._ended:
                continue
            if self._observe(run).state.over:
                over.append(run.name)
            else:
                working.append(run)
        self._ended.add(over)
        return tuple(working)

    def request_stop(self, run: RunFolder) -> None:
        """Ask a run to stop; it ends with the result of what it reached.

        Raises:
            Failed: the request cannot be written.
        """
        local.request_stop(run)
