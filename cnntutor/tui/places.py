"""The screen of every place; each is imported when it is first opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnntutor.errors import NotUnderstood
from cnntutor.i18n import msg
from cnntutor.tui.context import Place

if TYPE_CHECKING:
    from textual.screen import Screen

    from cnntutor.tui.app import CnntutorApp


def make_screen(app: CnntutorApp, place: Place) -> Screen[Any]:
    """Return a new screen for a place.

    Raises:
        CnntutorError: there is no such place.
    """
    name = place.argument
    match place.screen:
        case "lesson":
            slug, _, exercise = name.partition(" ")
            if slug not in app.context.course.lessons:
                raise NotUnderstood(msg("There is no lesson {name}; Ctrl+P lists all.", name=slug))
            from cnntutor.tui.screens.lesson import LessonScreen

            blocks = app.context.course.blocks(slug)
            return LessonScreen(slug, blocks, app.record.lesson(slug).block, exercise)
        case "exercise":
            if name not in app.context.course.questions:
                raise NotUnderstood(msg("There is no exercise {name}; Ctrl+P lists all.", name=name))
            from cnntutor.tui.screens.exercise import ExerciseScreen

            return ExerciseScreen(name)
        case "workbench":
            from cnntutor.tui.screens.workbench import WorkbenchScreen

            return WorkbenchScreen(name)
        case "card":
            from cnntutor.tui.screens.card import CardScreen

            return CardScreen(name)
        case "lab":
            from cnntutor.tui.screens.lab import LabScreen

            return LabScreen(name)
        case "data":
            from cnntutor.tui.data_subject import named_subject
            from cnntutor.tui.screens.data import DataScreen

            return DataScreen(named_subject(name))
        case "run":
            from cnntutor.tui.screens.run import RunScreen

            return RunScreen(app.context.lab.find(name))
        case "after":
            from cnntutor.tui.screens.after import AfterScreen

            return AfterScreen(app.context.lab.find(name))
        case "recording":
            from cnntutor.lab.recording import find_recording
            from cnntutor.tui.screens.recording import RecordingScreen

            return RecordingScreen(find_recording(name))
        case "compare":
            from cnntutor.tui.screens.runs_compare import RunsCompareScreen

            return RunsCompareScreen(tuple(name.split()))
        case "review":
            from cnntutor.tui.screens.review import ReviewScreen

            return ReviewScreen()
        case "skills":
            from cnntutor.tui.screens.skills import SkillsScreen

            return SkillsScreen(name)
        case "practice":
            from cnntutor.tui.screens.practice import PracticeScreen

            return PracticeScreen(name)
        case "exam":
            from cnntutor.tui.exam_places import exam_screen

            return exam_screen(app, name)
        case "exams":
            from cnntutor.tui.exam_places import exams_screen

            return exams_screen(app)
        case "placement":
            from cnntutor.tui.screens.placement import PlacementScreen

            return PlacementScreen()
        case "placement-quiz":
            from cnntutor.tui.screens.placement_quiz import PlacementQuizScreen

            return PlacementQuizScreen()
        case _:
            raise NotUnderstood(msg("There is no screen {name}; Ctrl+P lists all.", name=place.screen))
