"""Two records put together: in any order and as often as one likes, the same comes out."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cnntutor.progress.exchange import (
    Exported,
    ExportedAttempt,
    ExportedDraft,
    ExportedExam,
    ExportedLesson,
    ExportedMark,
    as_json,
    from_json,
)
from cnntutor.progress.records import ExamAnswer
from cnntutor.progress.store import Store

START = datetime(2026, 11, 21, 8, tzinfo=UTC)
LATER = START + timedelta(days=400)

times = st.integers(0, 300).map(lambda minutes: START + timedelta(minutes=minutes))
slugs = st.sampled_from(["a", "b", "c"])
seeds = st.integers(0, 2)
answers = st.dictionaries(st.sampled_from(["answer", "total"]), st.sampled_from(["1", "=2", "3×3"]))
verdicts = st.sampled_from(["right", "wrong"])
mistakes = st.lists(st.sampled_from(["no-bias", "one-bias"]), max_size=2).map(tuple)
attempts = st.builds(
    ExportedAttempt, slugs, seeds, slugs, answers, verdicts, times, mistakes, st.integers(0, 3), st.booleans()
)
lessons = st.builds(ExportedLesson, slugs, st.sampled_from(["started", "done"]), st.integers(0, 5))
drafts = st.builds(
    ExportedDraft,
    slugs,
    seeds,
    answers,
    st.integers(0, 3),
    st.booleans(),
    times.map(lambda at: at.isoformat()),
)
asked = st.lists(
    st.builds(ExamAnswer, slugs, seeds, slugs, answers, st.sampled_from(["open", "right", "wrong"])),
    max_size=2,
).map(tuple)
exams = st.builds(
    ExportedExam,
    st.sampled_from(["e1", "e2"]),
    st.just(START),
    st.just(4),
    st.just(20),
    st.just("all"),
    asked,
    st.none() | times,
)
marks = st.builds(
    ExportedMark, st.sampled_from(["lesson", "skill"]), slugs, times, st.sampled_from(["", "5/5"])
)
records = st.builds(
    Exported,
    attempts=st.lists(attempts, max_size=6).map(tuple),
    lessons=st.lists(lessons, max_size=3).map(tuple),
    drafts=st.lists(drafts, max_size=3).map(tuple),
    exams=st.lists(exams, max_size=2).map(tuple),
    marks=st.lists(marks, max_size=3).map(tuple),
)


def merged(parts: Sequence[Exported]) -> tuple[Exported, tuple[str, ...], list[tuple[str, int, int]]]:
    """Return what comes of putting records together: the record, what is due, the counts."""
    with Store.in_memory() as store:
        for part in parts:
            store.merge(part)
        tallies = [(each.question, each.attempts, each.rights) for each in store.tallies()]
        return store.export(), store.due(LATER), sorted(tallies)


def _alone(skill: str) -> Exported:
    """Return a record of one attempt, told as one of a skill."""
    attempt = ExportedAttempt("a", 0, skill, {}, "right", START, (), 0, False)
    return Exported(attempts=(attempt,), lessons=(), drafts=(), exams=(), marks=())


@settings(max_examples=150, deadline=None)
@example(_alone("a"), _alone("b"))
@given(records, records)
def test_the_order_of_merging_does_not_matter(one: Exported, two: Exported) -> None:
    assert merged([one, two]) == merged([two, one])


@settings(max_examples=75, deadline=None)
@given(records, records, records)
def test_neither_does_what_is_merged_first(one: Exported, two: Exported, three: Exported) -> None:
    pair, _, _ = merged([two, three])
    assert merged([one, pair]) == merged([one, two, three])


@settings(max_examples=75, deadline=None)
@given(records, records)
def test_merging_again_changes_nothing_and_nothing_is_lost(one: Exported, two: Exported) -> None:
    once = merged([one, two])
    assert merged([one, two, two, one]) == once
    assert merged([from_json(as_json(once[0]), "file")]) == once
    kept = {(each.question, each.seed, each.when, each.verdict, str(sorted(each.answers.items()))) for each in
            once[0].attempts}  # fmt: skip
    for part in (one, two):
        for each in part.attempts:
            key = (each.question, each.seed, each.when, each.verdict, str(sorted(each.answers.items())))
            assert key in kept
        assert {each.slug for each in part.lessons} <= {each.slug for each in once[0].lessons}
        assert {each.id for each in part.exams} <= {each.id for each in once[0].exams}
        assert {(each.kind, each.slug) for each in part.marks} <= {
            (each.kind, each.slug) for each in once[0].marks
        }


def test_a_half_filled_answer_given_since_does_not_come_back() -> None:
    draft = ExportedDraft("a", 1, {"answer": "4"}, 0, False, START.isoformat())
    given_later = ExportedAttempt("a", 1, "s", {"answer": "456"}, "right", START + timedelta(minutes=2))
    for parts in ([0, 1], [1, 0]):
        both = [Exported(drafts=(draft,)), Exported(attempts=(given_later,))]
        record, _, _ = merged([both[part] for part in parts])
        assert record.drafts == ()
