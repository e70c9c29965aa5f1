"""The process a person looks at never imports what only the worker may: every screen is walked, then asked.

A static contract misses importlib and a re-export; a fresh interpreter that has drawn every screen does not.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tui.scripted import ScriptedRun
from tests.tui.test_after_screen import leave, whole

FORBIDDEN = ("tensorflow", "keras", "numpy", "sklearn", "matplotlib", "h5py", "pandas", "mlxtend", "scipy")

WALK = """
import asyncio, json, sys
from pathlib import Path

from cnntutor import settings
from cnntutor.course.loader import load_course
from cnntutor.lab.lab import Lab
from cnntutor.progress.store import Store
from cnntutor.tui.app import CnntutorApp
from cnntutor.tui.context import Context, Place

PLACES = [
    ("map", ""),
    *(("lesson", slug) for slug in ("layers-of-a-cnn", "local-connectivity", "weight-sharing",
                                    "lenet5-end-to-end")),
    *(("exercise", slug) for slug in ("lenet5-rgb", "conv-output-shape", "lenet5-table", "pooling-truth",
                                      "layers-with-weights")),
    ("workbench", "lenet5"),
    ("workbench", "alexnet"),
    ("lab", ""),
    ("review", ""),
    ("skills", "counting"),
    ("practice", ""),
    *(("run", name) for name in json.loads(sys.argv[1])),
    ("after", json.loads(sys.argv[1])[0]),
]


async def walk() -> list[str]:
    seen = []
    settings.apply_language("vi")
    with Store.in_memory() as store:
        app = CnntutorApp(Context(load_course(), store, Lab), strict=True)
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            for screen, argument in PLACES:
                app.open_place(Place(screen, argument))
                await pilot.pause()
                seen.append(f"{screen} {argument} {type(app.screen).__name__}")
                for key in ("tab", "down", "space", "f1", "escape", "f2", "ctrl+p", "escape", "g", "escape"):
                    await pilot.press(key)
                    await pilot.pause()
    return seen


seen = asyncio.run(walk())
print(json.dumps({"seen": seen, "modules": sorted(sys.modules)}))
"""


def loaded_by(code: str, home: Path, *arguments: str) -> dict[str, list[str]]:
    """Run code in a fresh interpreter; it prints one JSON object last."""
    result = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=os.environ | {"CNNTUTOR_HOME": str(home), "TEXTUAL_ANIMATIONS": "none"},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert result.returncode == 0, result.stderr[-4000:]
    reply: dict[str, list[str]] = json.loads(result.stdout.splitlines()[-1])
    return reply


def heavy(modules: list[str]) -> list[str]:
    """Return which of the modules only the worker may import."""
    return [name for name in modules if name.split(".")[0] in FORBIDDEN]


def test_no_screen_imports_what_only_the_worker_may(tmp_path: Path) -> None:
    home = tmp_path / "home"
    over, at_work = (ScriptedRun(home / "runs", epochs="2") for _ in range(2))
    over.begin()
    over.epoch(1)
    over.epoch(2)
    over.end()
    leave(over.folder, whole())
    at_work.begin()
    at_work.epoch(1)
    reply = loaded_by(WALK, home, json.dumps([over.name, at_work.name]))
    assert {line.rsplit(" ", 1)[1] for line in reply["seen"]} == {
        "MapScreen",
        "LessonScreen",
        "ExerciseScreen",
        "PracticeScreen",
        "ReviewScreen",
        "SkillsScreen",
        "WorkbenchScreen",
        "LabScreen",
        "RunScreen",
        "AfterScreen",
    }
    assert heavy(reply["modules"]) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["calc", "lenet5"],
        ["calc", "lenet5", "--verify"],
        ["exercise", "list"],
        ["runs", "list"],
        ["recipe", "list"],
        ["check"],
        ["--help"],
    ],
)
def test_no_command_imports_what_only_the_worker_may(tmp_path: Path, arguments: list[str]) -> None:
    code = """
import contextlib, io, json, sys
from cnntutor.cli.main import run
with contextlib.redirect_stdout(io.StringIO()):
    run(sys.argv[1:])
print(json.dumps({"modules": sorted(sys.modules)}))
"""
    assert heavy(loaded_by(code, tmp_path / "home", *arguments)["modules"]) == []


def test_the_map_is_painted_without_calculator_quiz_and_markdown(tmp_path: Path) -> None:
    code = """
import json, sys
import cnntutor.cli.screen, cnntutor.course.loader, cnntutor.progress.store
import cnntutor.tui.app, cnntutor.tui.screens.map
print(json.dumps({"modules": sorted(sys.modules)}))
"""
    modules = loaded_by(code, tmp_path / "home")["modules"]
    early = ("cnntutor.calc", "cnntutor.quiz", "cnntutor.lab", "markdown_it", "fsrs", "click", "plotext")
    assert [name for name in modules if name.startswith(early)] == []
