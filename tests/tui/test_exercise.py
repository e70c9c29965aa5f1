"""The exercise: every kind is answered with keys, mistakes are named, nothing typed is lost."""

import re

import pytest
from textual.events import Key, Paste

from cnntutor.course.questions import CodeQuestion
from cnntutor.progress.records import Draft
from cnntutor.progress.store import Store
from cnntutor.quiz.pose import pose
from cnntutor.quiz.solution import right_answers
from cnntutor.tui.app import CnntutorApp
from cnntutor.tui.context import Context
from cnntutor.tui.screens.exercise import ExerciseScreen
from cnntutor.tui.screens.map import MapScreen
from cnntutor.tui.screens.workbench import WorkbenchScreen
from cnntutor.tui.widgets.answer_fields import AnswerInput
from cnntutor.tui.widgets.choice_list import ChoiceList
from cnntutor.tui.widgets.exercise_panel import ExercisePanel
from cnntutor.tui.widgets.text_field import LONGEST_PASTE
from tests.tui.conftest import MakeApp
from tests.tui.seeing import flat, last_line, press, seen, told, until, write


def panel_of(app: CnntutorApp) -> ExercisePanel:
    return app.screen.query_one(ExercisePanel)


async def test_a_right_number_is_kept_and_the_working_shown(make_app: MakeApp, store: Store) -> None:
    app = make_app("exercise", "lenet5-rgb")
    async with app.run_test(size=(80, 30)) as pilot:
        await pilot.pause()
        await write(pilot, "62006")
        await press(pilot, "enter")
        shown = flat(app)
        assert "✓ Right" in shown
        assert "(5 · 5 · 3 + 1) · 6 = 456" in shown
        (attempt,) = store.attempts()
        assert (attempt.verdict, attempt.answers, attempt.hints) == ("right", {"answer": "62006"}, 0)
        assert store.draft("lenet5-rgb") is None


@pytest.mark.parametrize("text", ["62,006", "62.006", "62_006", "(5*5*3+1)*6+2416+48120+10164+850"])
async def test_a_number_may_be_written_in_many_ways(make_app: MakeApp, store: Store, text: str) -> None:
    app = make_app("exercise", "lenet5-rgb")
    async with app.run_test(size=(80, 30)) as pilot:
        await pilot.pause()
        await write(pilot, text)
        await press(pilot, "enter")
        assert store.solved() == {"lenet5-rgb"}


async def test_a_wrong_number_names_the_mistake(make_app: MakeApp, store: Store) -> None:
    app = make_app("exercise", "lenet5-rgb")
    async with app.run_test(size=(80, 30)) as pilot:
        await pilot.pause()
        await write(pilot, "61706")
        await press(pilot, "enter")
        shown = flat(app)
        assert "✗ Not right yet" in shown
        assert "That is the grey-scale network." in shown
        assert store.attempts()[0].mistakes == ("no-input-channels",)
        assert isinstance(app.focused, AnswerInput)


async def test_what_is_not_understood_costs_no_attempt(make_app: MakeApp, store: Store) -> None:
    app = make_app("exercise", "lenet5-rgb")
    async with app.run_test(size=(80, 30)) as pilot:
        await pilot.pause()
        await press(pilot, "enter")
        assert "this costs no attempt" in flat(app)
        await write(pilot, "about 60000")
        await press(pilot, "enter")
        assert "? Not understood; this costs no attempt." in flat(app)
        assert store.attempts() == ()


async def test_the_field_keeps_every_printable_key(make_app: MakeApp) -> None:
    app = make_app("exercise", "lenet5-rgb")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await write(pilot, "iwnchjkl ?q")
        entry = app.screen.query_one(AnswerInput)
        assert entry.value == "iwnchjkl ?q"
        assert "F3 Hint" in last_line(app)
        assert panel_of(app).sitting.hints == 0


async def test_commands_are_on_letters_after_escape(make_app: MakeApp) -> None:
    app = make_app("exercise", "lenet5-rgb")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await write(pilot, "62")
        await press(pilot, "escape")
        assert app.focused is panel_of(app)
        assert "i Hint" in last_line(app)
        await press(pilot, "i", "i", "i", "i")
        assert panel_of(app).sitting.hints == 3
        assert "Hint 3/3" in seen(app)
        assert "Hint" not in last_line(app)
        await press(pilot, "enter")
        assert isinstance(app.focused, AnswerInput)
        assert app.focused.value == "62"
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, MapScreen)


async def test_hints_and_working_are_on_function_keys_in_a_field(make_app: MakeApp, store: Store) -> None:
    app = make_app("exercise", "lenet5-rgb")
    async with app.run_test(size=(80, 40)) as pilot:
        await press(pilot, "f3", "f4")
        assert "Hint 1/3" in seen(app)
        assert "(5 · 5 · 3 + 1) · 6 = 456" in flat(app)
        assert isinstance(app.focused, AnswerInput)
        await write(pilot, "62006")
        await press(pilot, "enter")
        (attempt,) = store.attempts()
        assert (attempt.hints, attempt.solution_seen) == (1, True)


async def test_typing_is_kept_in_one_go_soon_after(
    make_app: MakeApp, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[dict[str, str]] = []
    keep = store.save_draft

    def counted(draft: Draft) -> None:
        saved.append(dict(draft.answers))
        keep(draft)

    monkeypatch.setattr(Store, "save_draft", lambda _store, draft: counted(draft))
    app = make_app("exercise", "lenet5-rgb")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for digit in "6200":
            app.post_message(Key(digit, digit))
        await until(pilot, lambda: bool(saved))
        assert saved == [{"answer": "6200"}]


async def test_what_was_typed_last_is_kept_when_the_program_ends(make_app: MakeApp, store: Store) -> None:
    app = make_app("exercise", "lenet5-rgb")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press(*"6200")
        await pilot.press("ctrl+q")
    draft = store.draft("lenet5-rgb")
    assert draft is not None and draft.answers == {"answer": "6200"}


async def test_what_was_typed_is_kept_before_another_exercise(make_app: MakeApp, store: Store) -> None:
    app = make_app("exercise", "lenet5-rgb")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press(*"62", "f7")
        await pilot.pause()
        draft = store.draft("lenet5-rgb")
        assert draft is not None and draft.answers == {"answer": "62"}


async def test_keys_that_arrive_together_take_effect_in_their_order(make_app: MakeApp) -> None:
    app = make_app("exercise", "lenet5-rgb")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        field = app.screen.query_one(AnswerInput)
        for name in ("6", "1", "backspace", "2", "6", "left", "0", "0"):
            app.post_message(Key(name, name if len(name) == 1 else None))
        await pilot.pause()
        assert field.value == "62006"


async def test_what_is_pasted_is_one_line_of_text(make_app: MakeApp) -> None:
    app = make_app("exercise", "lenet5-rgb")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        field = app.screen.query_one(AnswerInput)
        app.post_message(Paste("\n\n  62\x1b[31m006\t\nrm -rf\n"))
        await pilot.pause()
        assert field.value == "62[31m006"
        field.value = ""
        app.post_message(Paste("9" * 100_000))
        await pilot.pause()
        assert len(field.value) == LONGEST_PASTE
        await press(pilot, "enter")
        assert "Not understood" in seen(app)


async def test_hints_are_about_the_cell_that_is_being_filled(make_app: MakeApp, store: Store) -> None:
    app = make_app("exercise", "lenet5-table")
    async with app.run_test(size=(100, 50)) as pilot:
        await pilot.pause()
        fields = [entry.field.id for entry in app.screen.query(AnswerInput)]
        await press(pilot, "f3")
        assert f"Hint 1/3 {fields[0].partition('/')[0]}:" in flat(app)
        await press(pilot, "down")
        assert "Hint" not in flat(app).replace("F3 Hint", "")
        await press(pilot, "f3", "f3")
        assert f"Hint 2/3 {fields[1].partition('/')[0]}:" in flat(app)
        draft = store.draft("lenet5-table")
        assert draft is not None and draft.hints == 2
        await press(pilot, "up")
        assert f"Hint 1/3 {fields[0].partition('/')[0]}:" in flat(app)
        assert "Hint 2/3" not in flat(app)


async def test_a_half_filled_answer_is_gone_on_with(make_app: MakeApp, store: Store) -> None:
    store.save_draft(Draft("conv-params", 4182, {"answer": "45"}, hints=2, solution_seen=False))
    app = make_app("exercise", "conv-params")
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.pause()
        assert app.screen.query_one(AnswerInput).value == "45"
        shown = flat(app)
        assert "variant 4182" in shown
        assert "Hint 2/3" in shown and "Hint 3/3" not in shown


async def test_the_numbers_drawn_are_there_again_though_nothing_was_typed(make_app: MakeApp) -> None:
    seeds: list[int] = []
    for _start in range(3):
        app = make_app("exercise", "conv-params")
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            seeds.append(panel_of(app).sitting.posed.seed)
    assert len(set(seeds)) == 1


async def test_new_numbers(make_app: MakeApp, context: Context) -> None:
    app = make_app("exercise", "conv-params")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        first = panel_of(app).sitting.posed
        await write(pilot, "12")
        await press(pilot, "f5")
        second = panel_of(app).sitting.posed
        assert second.seed != first.seed
        assert app.screen.query_one(AnswerInput).value == ""
        answer = right_answers(pose(context.course.questions["conv-params"], second.seed))["answer"]
        await write(pilot, answer)
        await press(pilot, "enter")
        assert panel_of(app).sitting.right


async def test_new_numbers_are_not_offered_where_there_are_none(make_app: MakeApp) -> None:
    app = make_app("exercise", "lenet5-rgb")
    async with app.run_test(size=(120, 24)) as pilot:
        await press(pilot, "escape")
        assert "New numbers" not in last_line(app)
        seed = panel_of(app).sitting.posed.seed
        await press(pilot, "n")
        assert panel_of(app).sitting.posed.seed == seed


async def test_the_calculator_counts_as_seeing_the_working(make_app: MakeApp, store: Store) -> None:
    app = make_app("exercise", "lenet5-rgb")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f6")
        assert isinstance(app.screen, WorkbenchScreen)
        draft = store.draft("lenet5-rgb")
        assert draft is not None and draft.solution_seen
        await press(pilot, "escape")
        assert isinstance(app.screen, ExerciseScreen)


async def test_from_one_exercise_to_the_next_and_back(make_app: MakeApp, context: Context) -> None:
    questions = context.course.lessons["lenet5-end-to-end"].questions
    app = make_app("exercise", questions[0])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for question in questions[1:]:
            await press(pilot, "f8")
            assert panel_of(app).question == question
        await press(pilot, "f8")
        assert "last exercise of the lesson" in told(app)
        await press(pilot, "f7")
        assert panel_of(app).question == questions[-2]
        for _ in questions:
            await press(pilot, "f7")
        assert "first exercise of the lesson" in told(app)


async def test_enter_after_a_right_answer_goes_on(make_app: MakeApp, context: Context) -> None:
    questions = context.course.lessons["lenet5-end-to-end"].questions
    app = make_app("exercise", "lenet5-rgb")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await write(pilot, "62006")
        await press(pilot, "enter")
        assert "Enter" in last_line(app) or "→" in last_line(app)
        await press(pilot, "enter")
        assert panel_of(app).question == questions[questions.index("lenet5-rgb") + 1]


# Shapes, tables, choices


async def test_a_shape(make_app: MakeApp, store: Store) -> None:
    app = make_app("exercise", "conv-output-shape")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        answer = right_answers(panel_of(app).sitting.posed)["answer"]
        await write(pilot, answer)
        await press(pilot, "enter")
        assert store.solved() == {"conv-output-shape"}


async def test_a_table_is_filled_cell_by_cell(make_app: MakeApp, store: Store) -> None:
    app = make_app("exercise", "lenet5-table")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        answers = right_answers(panel_of(app).sitting.posed)
        for field in panel_of(app).sitting.posed.fields:
            focused = app.focused
            assert isinstance(focused, AnswerInput) and focused.field.id == field.id
            await write(pilot, answers[field.id])
            await press(pilot, "enter")
        assert panel_of(app).sitting.right
        assert store.solved() == {"lenet5-table"}


async def test_a_wrong_cell_names_the_mistake_below_its_row(make_app: MakeApp, store: Store) -> None:
    app = make_app("exercise", "lenet5-table")
    async with app.run_test(size=(80, 30)) as pilot:
        await pilot.pause()
        await write(pilot, "150")
        await press(pilot, "enter")
        lines = seen(app).splitlines()
        row = next(number for number, line in enumerate(lines) if "conv1" in line)
        assert "✗" in lines[row]
        assert "You left out the biases" in lines[row + 1]
        assert "Fields still empty" in flat(app)
        assert store.attempts() == ()


async def test_arrows_go_from_field_to_field_in_a_table(make_app: MakeApp) -> None:
    app = make_app("exercise", "lenet5-table")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        visited = []
        for _ in range(4):
            focused = app.focused
            assert isinstance(focused, AnswerInput)
            visited.append(focused.field.id)
            await press(pilot, "down")
        assert visited == ["conv1/params", "pool1/params", "conv2/params", "dense1/params"]
        await press(pilot, "up")
        assert isinstance(app.focused, AnswerInput)
        assert app.focused.field.id == "dense1/params"


async def test_a_table_fits_into_80_columns(make_app: MakeApp) -> None:
    app = make_app("exercise", "lenet5-table")
    for keys in ((), ("f2",)):
        async with make_app("exercise", "lenet5-table").run_test(size=(80, 24)) as pilot:
            await press(pilot, *keys)
            app = pilot.app  # type: ignore[assignment]
            for field in app.screen.query(AnswerInput):
                assert field.region.right <= 78
                assert field.size.width == 12


async def test_a_choice_with_arrows(make_app: MakeApp, store: Store) -> None:
    app = make_app("exercise", "pooling-truth")
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.pause()
        choices = panel_of(app).sitting.posed.choices
        wrong = next(number for number, choice in enumerate(choices) if not choice.right)
        right = next(number for number, choice in enumerate(choices) if choice.right)
        await press(pilot, *["down"] * wrong, "enter")
        assert "✗ Not right yet" in flat(app)
        why = choices[wrong].why
        assert why is not None and " ".join(why.en.split())[:30] in flat(app)
        steps = right - wrong
        await press(pilot, *(["down"] * steps if steps > 0 else ["up"] * -steps), "enter")
        assert "✓ Right" in flat(app)
        assert [attempt.verdict for attempt in store.attempts()] == ["right", "wrong"]


async def test_a_choice_with_letters_and_the_draft_is_kept(make_app: MakeApp, store: Store) -> None:
    app = make_app("exercise", "pooling-truth")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "c")
        await until(pilot, lambda: store.draft("pooling-truth") is not None)
        draft = store.draft("pooling-truth")
        assert draft is not None and draft.answers == {"answer": "c"}
        assert "(•) c" in seen(app)
    again = make_app("exercise", "pooling-truth")
    async with again.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "(•) c" in seen(again)


async def test_several_choices(make_app: MakeApp, store: Store) -> None:
    app = make_app("exercise", "layers-with-weights")
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.pause()
        choices = panel_of(app).sitting.posed.choices
        for choice in choices:
            if choice.right:
                await press(pilot, choice.letter)
        await press(pilot, next(choice.letter for choice in choices if not choice.right))
        await press(pilot, "enter")
        assert "Not right yet" in flat(app)
        await press(pilot, "space", "enter")
        assert "✓ Right" in flat(app)


async def test_a_choice_is_clicked(make_app: MakeApp) -> None:
    app = make_app("exercise", "pooling-truth")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        row = next(number for number, line in enumerate(seen(app).splitlines()) if " b  " in line)
        await pilot.click(offset=(12, row))
        await pilot.pause()
        assert app.screen.query_one(ChoiceList).taken == frozenset("b")


@pytest.mark.parametrize("keys", [(), ("f2",)])
async def test_every_question_is_posed_answered_and_explained(
    make_app: MakeApp, context: Context, store: Store, keys: tuple[str, ...]
) -> None:
    app = make_app("exercise", "lenet5-rgb")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, *keys)
        panel = panel_of(app)
        asked = [
            slug
            for slug, question in context.course.questions.items()
            if not isinstance(question, CodeQuestion)  # graded by running it
        ]
        for slug in asked:
            await panel.open(slug)
            await press(pilot, "f3", "f4")
            for field, answer in right_answers(panel.sitting.posed).items():
                panel.sitting.type(field, answer)
            assert panel.sitting.check().verdict == "right", slug
            assert not re.search(r"\{\{\w+:|\[\[[a-z-]+(\||\]\])", seen(app)), slug
    assert store.solved() == set(asked)


async def test_an_example_is_shown_whole_in_both_languages(make_app: MakeApp) -> None:
    app = make_app("exercise", "lenet5-rgb")
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert "[such as 1234, 1,234 or (3*3*2+1)*4" in flat(app)
        await press(pilot, "f2")
        assert "[ví dụ 1234, 1.234 hoặc (3*3*2+1)*4" in flat(app)


async def test_the_total_of_a_table_has_a_name_in_both_languages(make_app: MakeApp) -> None:
    app = make_app("exercise", "lenet5-table")
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.pause()
        assert "total [" in flat(app)
        await press(pilot, "f2")
        assert "tổng [" in flat(app)
