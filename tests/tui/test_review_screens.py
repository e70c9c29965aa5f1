"""Review, skills and practice on screen: by keyboard alone, in both languages, at every size."""

import random
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from cnntutor.course.headings import read_headings
from cnntutor.course.loader import Course
from cnntutor.progress.records import Attempt, Exam, ExamAnswer, Mark, exam_id
from cnntutor.progress.store import Store
from cnntutor.quiz.pose import pose
from cnntutor.tui.app import CnntutorApp
from cnntutor.tui.context import Place
from cnntutor.tui.screens.exercise import ExerciseScreen
from cnntutor.tui.screens.map import MapScreen
from cnntutor.tui.screens.practice import PracticeScreen
from cnntutor.tui.screens.review import ReviewScreen
from cnntutor.tui.screens.skills import SkillsScreen
from cnntutor.tui.widgets.exercise_panel import ExercisePanel
from cnntutor.tui.widgets.review_panel import ReviewPanel
from tests.tui.conftest import NOW, MakeApp
from tests.tui.seeing import flat, press, seen, told, until, write

WRONG = "no-bias"


def record(
    store: Store, question: str, skill: str, verdict: str = "wrong", days: int = 5, **more: object
) -> None:
    """Record an answer so many days ago."""
    values: dict[str, object] = {"mistakes": (WRONG,) if verdict == "wrong" else ()}
    store.record(
        Attempt(question, 3, skill, {"answer": "450"}, verdict, NOW - timedelta(days=days), **(values | more))  # type: ignore[arg-type]
    )


async def shown(pilot: Pilot[None], app: CnntutorApp, text: str) -> None:
    """Wait until a text is on screen."""
    await until(pilot, lambda: text in flat(app))


def right_answer(panel: ExercisePanel) -> str:
    """Return the right answer to the question a panel shows."""
    key = panel.sitting.posed.key
    assert key is not None
    value = key.right[0].value
    return "x".join(map(str, value)) if isinstance(value, tuple) else str(value)


async def test_a_review_goes_from_what_is_due_to_what_came_of_it(
    make_app: MakeApp, store: Store, course: Course
) -> None:
    record(store, "conv-params", "counting")
    app = make_app("review")
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot, app, "1 skill is due")
        assert "Counting parameters" in seen(app) and "✗ no-bias" in seen(app)
        assert "Begin" in seen(app).splitlines()[-1]
        await press(pilot, "enter")
        await shown(pilot, app, "Review 1 of 1 · Counting parameters · lately: no-bias")
        panel = app.screen.query_one(ReviewPanel)
        posed = panel.sitting.posed
        assert posed.seed != 3
        assert pose(course.questions[posed.slug], posed.seed).key == posed.key
        await write(pilot, "1")
        await press(pilot, "enter")
        await shown(pilot, app, "✗")
        await press(pilot, "escape", "right")
        await shown(pilot, app, "Review 2 of 2 · Counting parameters · once more")
        await write(pilot, right_answer(app.screen.query_one(ReviewPanel)))
        await press(pilot, "enter", "enter")
        await shown(pilot, app, "Review done")
        assert "2 answered: 1 right without help, 0 with help, 1 wrong." in flat(app)
        assert "next tomorrow" in flat(app) and "Nothing is due now" in flat(app)
        assert store.due(NOW) == ()
        await press(pilot, "escape")
        assert isinstance(app.screen, MapScreen)


async def test_what_is_left_open_stays_due(make_app: MakeApp, store: Store) -> None:
    record(store, "conv-params", "counting")
    record(store, "field-lenet", "receptive-field", "right", days=40)
    app = make_app("review")
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot, app, "2 skills are due")
        await press(pilot, "enter")
        await shown(pilot, app, "Review 1 of 2")
        await press(pilot, "f8")
        await shown(pilot, app, "Review 2 of 2")
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, MapScreen)
        assert set(store.due(NOW)) == {"counting", "receptive-field"}


async def test_a_key_while_the_next_question_opens_leaves_none_out(
    make_app: MakeApp, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = ReviewPanel.open

    async def impatient(self: ReviewPanel, question: str, seed: int | None = None) -> None:
        self.post_message(ReviewPanel.GoOn())
        await opened(self, question, seed)

    monkeypatch.setattr(ReviewPanel, "open", impatient)
    record(store, "conv-params", "counting")
    record(store, "field-lenet", "receptive-field", "right", days=40)
    app = make_app("review")
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot, app, "2 skills are due")
        await press(pilot, "enter")
        await shown(pilot, app, "Review 1 of 2")
        app.screen.query_one(ReviewPanel).post_message(ReviewPanel.GoOn())
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "Review 2 of 2" in flat(app)


async def test_an_exam_begun_in_another_window_is_told_and_ends_nothing(
    make_app: MakeApp, store: Store
) -> None:
    record(store, "conv-params", "counting")
    app = make_app("review")
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot, app, "1 skill is due")
        answer = ExamAnswer("conv-params", 3, "counting")
        store.keep_exam(Exam(exam_id(NOW, 1), NOW, 1, 10, "all", (answer,)))
        await press(pilot, "enter")
        await until(pilot, lambda: "An exam goes on" in told(app))
        assert app.is_running and not app.screen.query(ReviewPanel)


async def test_help_counts_as_help_and_no_other_numbers_are_offered(make_app: MakeApp, store: Store) -> None:
    record(store, "conv-params", "counting")
    app = make_app("review")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter")
        await shown(pilot, app, "Review 1 of 1")
        panel = app.screen.query_one(ReviewPanel)
        seed = panel.sitting.posed.seed
        await press(pilot, "f5", "f3")
        assert panel.sitting.posed.seed == seed
        await write(pilot, right_answer(panel))
        await press(pilot, "enter", "enter")
        await shown(pilot, app, "0 right without help, 1 with help, 0 wrong.")
        assert store.skills()[0].recent_right == 0


async def test_a_review_without_anything_says_how_it_begins(make_app: MakeApp) -> None:
    app = make_app("review")
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot, app, "Nothing to review yet")
        assert "Begin" not in seen(app).splitlines()[-1]
        await press(pilot, "enter", "f2")
        await shown(pilot, app, "Chưa có gì để ôn")


async def test_skills_tell_what_was_answered_and_what_went_wrong(make_app: MakeApp, store: Store) -> None:
    record(store, "conv-params", "counting")
    record(store, "conv-params", "counting", "right", days=4)
    record(store, "conv-params", "counting", "right", days=3, hints=1)
    record(store, "conv-params", "counting", "right", days=2, solution_seen=True)
    store.mark_skipped([Mark("skill", "counting", NOW, "4/4")])
    app = make_app("skills", "counting")
    async with app.run_test(size=(120, 40)) as pilot:
        await shown(pilot, app, "1 of the latest 4 first tries right without help")
        text = flat(app)
        assert "answers: 4, the latest 2 days ago" in text
        assert "no-bias: You left out the biases" in text.replace("│ ", "")
        assert "Known already by the placement quiz (4/4)." in text
        await press(pilot, "f2")
        await shown(pilot, app, "Lỗi gần đây")


async def test_a_skill_is_practised_from_its_list(make_app: MakeApp, store: Store, course: Course) -> None:
    record(store, "conv-params", "counting")
    headings = read_headings(course.root)
    skilled = sum(heading.skill == "counting" for heading in headings)
    app = make_app("skills")
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot, app, "Kinds of layers")
        await press(pilot, "down", "down", "down")
        await shown(pilot, app, "lately")
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, ExerciseScreen))
        panel = app.screen.query_one(ExercisePanel)
        assert course.questions[panel.question].skill == "counting"
        await press(pilot, "escape", "right")
        assert course.questions[panel.question].skill == "counting"
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, SkillsScreen)
        await press(pilot, "p")
        assert isinstance(app.screen, PracticeScreen)
        await shown(pilot, app, f"{skilled} of {len(headings)} exercises")
        await press(pilot, "escape", "r")
        assert isinstance(app.screen, ReviewScreen)


async def test_the_list_is_narrowed_by_words_without_marks(make_app: MakeApp, course: Course) -> None:
    app = make_app("practice")
    count = len(read_headings(course.root))
    async with app.run_test(size=(120, 40)) as pilot:
        await shown(pilot, app, f"{count} of {count} exercises")
        await write(pilot, "tim loi hard")
        await shown(pilot, app, "find the bug")
        rows = [line for line in seen(app).splitlines() if "●" in line]
        assert rows and all("find the bug" in row and "●●●" in row for row in rows)
        await press(pilot, "f4")
        await shown(pilot, app, f"{count} of {count} exercises")
        await write(pilot, "zzzz")
        await shown(pilot, app, "No exercise of that sort.")
        await press(pilot, "enter")
        assert isinstance(app.screen, PracticeScreen)


async def test_the_next_exercise_stays_within_what_is_shown(make_app: MakeApp, course: Course) -> None:
    app = make_app("practice", "receptive")
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot, app, f"2 of {len(read_headings(course.root))} exercises")
        listed = [row.heading.slug for row in app.screen._shown]  # type: ignore[attr-defined]
        await press(pilot, "enter")
        panel = app.screen.query_one(ExercisePanel)
        assert panel.question == listed[0]
        await shown(pilot, app, "Exercise 1 of 2")
        await press(pilot, "escape", "right")
        assert panel.question == listed[1]
        await press(pilot, "escape", "right")
        assert "last of the list" in told(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, PracticeScreen)
        assert app.screen._slug() == listed[1]


async def test_marks_follow_the_record_and_narrow_the_list(make_app: MakeApp, store: Store) -> None:
    record(store, "conv-params", "counting", "wrong", days=9)
    record(store, "field-lenet", "receptive-field", "right", days=1)
    app = make_app("practice")
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot, app, "showing all")
        for only, row in (
            ("not tried", "○"),
            ("wrong last", "✗↻"),
            ("right last", "✓"),
            ("due for review", "✗↻"),
        ):
            await press(pilot, "f3")
            await shown(pilot, app, f"showing {only}")
            first = seen(app).splitlines()[5]
            assert first.lstrip().startswith(row)
        await shown(pilot, app, "1 of ")


async def test_nothing_is_asked_while_an_exam_goes_on(make_app: MakeApp, store: Store) -> None:
    record(store, "conv-params", "counting")
    app = make_app("practice", "receptive")
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot, app, "exercises")
        asked = (ExamAnswer("conv-params", 1, "counting"),)
        store.keep_exam(Exam(exam_id(NOW, 4), NOW, 4, 20, "all", asked))
        await press(pilot, "enter")
        await until(pilot, lambda: "An exam goes on" in told(app))
        assert isinstance(app.screen, PracticeScreen)


@pytest.mark.parametrize("screen", ["review", "skills", "practice"])
@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize("keys", [(), ("f2",)])
async def test_nothing_is_wider_than_the_terminal(
    make_app: MakeApp, store: Store, screen: str, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    for number, skill in enumerate(("counting", "output-size", "reading-networks", "transfer-learning")):
        record(store, "conv-params", skill, days=5 + number)
    app = make_app(screen)
    async with app.run_test(size=size) as pilot:
        await press(pilot, *keys)
        lines = seen(app).splitlines()
        assert len(lines) == size[1]
        assert "F1" in lines[-1]
        if screen == "practice":
            rows = [line for line in lines if "○ " in line[:5]]
            assert len(rows) > 3 and all(line.rstrip()[-1] in "○●▁▂▃▄▅▆▇█" for line in rows)


async def test_the_same_chance_draws_the_same_review(make_app: MakeApp, store: Store) -> None:
    record(store, "conv-params", "counting")
    drawn = set()
    for _ in range(2):
        app = make_app("map")
        async with app.run_test(size=(80, 24)) as pilot:
            app.push_screen(ReviewScreen(random.Random(5)))
            await pilot.pause()
            await press(pilot, "enter")
            await shown(pilot, app, "Review 1 of 1")
            posed = app.screen.query_one(ReviewPanel).sitting.posed
            drawn.add((posed.slug, posed.seed))
    assert len(drawn) == 1


async def test_the_palette_finds_all_three(make_app: MakeApp) -> None:
    for typed, kind in (("on tap", ReviewScreen), ("skills:", SkillsScreen), ("luyen tap", PracticeScreen)):
        app = make_app("map")
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "ctrl+p")
            await write(pilot, typed)
            await press(pilot, "enter")
            await until(pilot, lambda kind=kind, app=app: isinstance(app.screen, kind))  # type: ignore[misc]
            assert isinstance(app.record.place(), Place)
