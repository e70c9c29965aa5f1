"""Asks the quiz every question: right answers must be accepted, wrong ones rejected with a reason."""

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from cnntutor.classroom.checker_named import check_recipes_named, names_file
from cnntutor.classroom.checker_pack import Pack, problem_of
from cnntutor.classroom.checker_texts import check_texts
from cnntutor.course.questions import (
    ChoiceQuestion,
    CodeLineQuestion,
    CodeQuestion,
    MatchQuestion,
    MultiChoiceQuestion,
    NumberQuestion,
    OrderQuestion,
    PredictionQuestion,
    Question,
)
from cnntutor.errors import NotUnderstood
from cnntutor.i18n import Message, Text, decimal, msg
from cnntutor.quiz.collisions import collisions
from cnntutor.quiz.grade import grade
from cnntutor.quiz.graded import FieldGrade, Grade, Value
from cnntutor.quiz.hints import hints
from cnntutor.quiz.pose import pose
from cnntutor.quiz.posed import ANSWER, Field, PosedQuestion
from cnntutor.quiz.rules.networks import candidates
from cnntutor.quiz.solution import right_answers, solution
from cnntutor.quiz.table import asked_in_cells

SEEDS = range(12)
"""Seeds each question is asked with, where the seed makes a difference."""
MOST_JUDGED = 40
"""About so many of a question's computed mistakes are graded."""
NONSENSE = "?!"
SHUFFLED = (ChoiceQuestion, MultiChoiceQuestion, OrderQuestion, MatchQuestion, CodeLineQuestion)
"""The kinds whose order on screen is drawn from the seed."""


def check_question(pack: Pack, question: Question) -> None:
    """Check a question's texts, and pose and grade it with several seeds."""
    path = pack.root / "questions" / f"{question.slug}.toml"
    check_texts(pack, path, question, resolve=False)
    if names_file(pack, path, question):
        return
    check_recipes_named(pack, path, question)
    drawn = bool(question.vary) or isinstance(question, SHUFFLED)
    for seed in SEEDS if drawn else SEEDS[:1]:
        found = list({str(fault[1]): fault for fault in _faults(pack, path, question, seed)}.values())
        for key, what in found:
            where = msg("seed {seed}: {what}", seed=str(seed), what=what) if question.vary else what
            pack.report(path, where, key=key)
        if found:
            return


Fault = tuple[str, Message]


def _faults(pack: Pack, path: Path, question: Question, seed: int) -> Iterator[Fault]:
    """Yield what is wrong with a question as this seed draws it: the key at fault, and the sentence."""
    try:
        posed = pose(question, seed)
        if not isinstance(question, CodeQuestion):  # code is graded by running it, in the tests
            yield from _collided(posed)
            yield from _right_refused(posed)
            yield from _wrong_accepted(posed)
            yield from _unread(posed)
        yield from _unhelped(posed)
    except NotUnderstood as refusal:
        inner = refusal.message.values.get("what")
        yield problem_of(refusal, path).key, inner if isinstance(inner, Message) else refusal.message
    except Exception as crash:  # a question must not be able to stop the check of all others
        yield "", msg("the question cannot be asked ({error}); correct its numbers.", error=repr(crash)[:200])


def _collided(posed: PosedQuestion) -> Iterator[Fault]:
    """Yield the numbers that stand for two mistakes although other numbers could have been drawn."""
    for collision in collisions(posed) if posed.question.vary else ():
        yield (
            "vary",
            msg(
                "{slugs} all come to {value}; give [vary] more numbers to draw from.",
                slugs=", ".join(collision.slugs),
                value=typed(collision.value),
            ),
        )


def _right_refused(posed: PosedQuestion) -> Iterator[Fault]:
    """Yield the right answers that are not accepted."""
    answers = right_answers(posed)
    grades = grade(posed, answers)
    if grades.verdict != "right":
        odd = [f"{name} = {answers[name]}" for name, each in grades.fields.items() if each.verdict != "right"]
        yield "right", msg("the right answer is refused ({answers}).", answers=", ".join(odd) or str(answers))
    for also in posed.key.right[1:] if posed.key else ():
        also_grade = grade(posed, {ANSWER: typed(also.value)})
        if also_grade.verdict != "right":
            yield "also_right", msg("{value} is refused, but it is also right.", value=typed(also.value))
        elif not _said(also_grade.feedback):
            yield "also_right", msg("{value} is accepted without a reason.", value=typed(also.value))


def _wrong_accepted(posed: PosedQuestion) -> Iterator[Fault]:
    """Yield the wrong answers that are accepted, or rejected without a reason."""
    if posed.options:
        yield from _wrong_letters(posed)
        return
    if posed.choices:
        yield from _wrong_choices(posed)
        return
    yield from _known_wrong(posed)
    answers = right_answers(posed)
    for name, value, slug in _mistaken(posed):
        yield from _judged(posed, answers, name, typed(value), slug)
    for field in posed.fields:
        nearby = _nearby(posed, field, answers[field.id])
        verdict = _grade_of(grade(posed, answers | {field.id: nearby}), field.id).verdict
        if verdict == "right":
            yield field.id, msg("{value} is accepted, but it is wrong.", value=nearby)


def _known_wrong(posed: PosedQuestion) -> Iterator[Fault]:
    """Yield the wrong answers written in the file that are right, accepted, or taken for another mistake."""
    if posed.key is None:
        return
    right = {answer.value for answer in posed.key.right}
    for wrong in posed.key.wrong:
        value = typed(wrong.value)
        if wrong.value in right:
            yield "known_wrong", msg("{value} is the right answer; take it out of known_wrong.", value=value)
            continue
        judged = grade(posed, {ANSWER: value})
        if judged.verdict != "wrong":
            yield "known_wrong", msg("{value} is accepted, but it is wrong.", value=value)
        elif not _said(judged.feedback):
            yield "known_wrong", msg("{value} is rejected without a reason.", value=value)
        elif wrong.known.mistake is not None and judged.mistake != wrong.known.mistake:
            yield (
                "known_wrong",
                msg(
                    "{value} is taken for {found}, not for {wanted}.",
                    value=value,
                    found=judged.mistake or "–",
                    wanted=wrong.known.mistake,
                ),
            )


def _mistaken(posed: PosedQuestion) -> Iterator[tuple[str, Value, str]]:
    """Yield (field, value, mistake) of wrong answers that rules compute, each value once.

    Every mistake is among them at least once; of a large network not every layer it can be made in.
    """
    found: dict[tuple[str, Value], str] = {}
    right: set[tuple[str, Value]] = set()
    if posed.key is not None:
        for _, candidate in posed.key.mistaken():
            found.setdefault((ANSWER, candidate.value), candidate.slug)
        right |= {(ANSWER, answer.value) for answer in posed.key.right}
        right |= {(ANSWER, answer.value) for answer in posed.key.wrong}
    for field, asked in asked_in_cells(posed).items():
        for candidate in candidates(asked):
            found.setdefault((field, candidate.value), candidate.slug)
        right.add((field, asked.right()))
    wrong = {place: slug for place, slug in found.items() if place not in right}
    every = max(1, len(wrong) // MOST_JUDGED)
    seen: set[tuple[str, str]] = set()
    for index, ((field, value), slug) in enumerate(wrong.items()):
        if index % every == 0 or (field, slug) not in seen:
            seen.add((field, slug))
            yield field, value, slug


def _judged(
    posed: PosedQuestion, answers: dict[str, str], field: str, value: str, slug: str
) -> Iterator[Fault]:
    """Yield what is wrong with the grade of a mistake a rule computes."""
    judged = _grade_of(grade(posed, answers | {field: value}), field)
    if judged.verdict != "wrong":
        yield field, msg("{value} is accepted, but it is wrong.", value=value)
    elif judged.mistake is None or not _said(judged.feedback):
        yield (
            field,
            msg("{value} is rejected without a reason; it comes from {slug}.", value=value, slug=slug),
        )


def _wrong_letters(posed: PosedQuestion) -> Iterator[Fault]:
    """Yield wrong orders and pairs that are accepted, or rejected without a reason."""
    answers = right_answers(posed)
    for field in posed.fields:
        if field.kind == "order":
            letters = answers[field.id].split(", ")
            swapped = [
                ", ".join([*letters[:at], letters[at + 1], letters[at], *letters[at + 2 :]])
                for at in range(len(letters) - 1)
            ]
        else:
            swapped = [option.letter for option in posed.options if option.letter != answers[field.id]]
        for wrong in swapped:
            judged = _grade_of(grade(posed, answers | {field.id: wrong}), field.id)
            if judged.verdict != "wrong":
                yield field.id, msg("{value} is accepted, but it is wrong.", value=wrong)
            elif not _said(judged.feedback):
                yield field.id, msg("{value} is rejected without a reason.", value=wrong)


def _wrong_choices(posed: PosedQuestion) -> Iterator[Fault]:
    """Yield the wrong choices that are accepted, or rejected without a reason."""
    right = [choice.letter for choice in posed.choices if choice.right]
    several = isinstance(posed.question, MultiChoiceQuestion)
    for choice in posed.choices:
        if choice.right and (not several or len(right) == 1):
            continue
        chosen = {*right} ^ {choice.letter} if several else {choice.letter}
        field = posed.fields[-1].id
        if grade(posed, right_answers(posed) | {field: ", ".join(sorted(chosen))}).verdict != "wrong":
            text = f'"{str(choice.text)[:40]}"'
            yield "choices", msg("{value} is accepted, but it is wrong.", value=text)
    for choice in posed.choices:
        if not choice.right and not _said(choice.why):
            yield (
                "choices",
                msg('"{text}" is wrong without a reason; give it why.', text=str(choice.text)[:40]),
            )


def _unread(posed: PosedQuestion) -> Iterator[Fault]:
    """Yield the fields that take nonsense or nothing for an answer."""
    for field in posed.fields:
        for text in ("", NONSENSE):
            verdict = grade(posed, right_answers(posed) | {field.id: text}).verdict
            if verdict != "not_understood":
                yield field.id, msg("{value} is taken for an answer.", value=f'"{text}"')


def _unhelped(posed: PosedQuestion) -> Iterator[Fault]:
    """Yield missing hints and a missing solution."""
    if not all(_said(hint) for hint in hints(posed)):
        yield "hints", msg("a hint is empty; write three.")
    elif posed.question.hints is None and _tells_itself(posed):
        yield "hints", msg("the numbers put in are the answer itself; write three hints.")
    if not solution(posed):
        yield "explanation", msg("there is no worked solution; write an explanation.")


def _tells_itself(posed: PosedQuestion) -> bool:
    """Return whether the working of a number or a shape written out is nothing but the answer."""
    if posed.key is None or posed.key.right[0].asked is not None:
        return False
    plain = posed.key.right[0].working.replace(" ", "").replace("×", "x")
    return plain == typed(posed.key.right[0].value) or re.fullmatch(r"[0-9.x]+", plain) is not None


def typed(value: Value) -> str:
    """Return a value as a learner could type it."""
    if isinstance(value, tuple):
        return "x".join(typed(each) for each in value)
    if isinstance(value, Fraction):
        return decimal(float(value), 6, "en")
    return str(value)


def _nearby(posed: PosedQuestion, field: Field, right: str) -> str:
    """Return an answer just beside the right one."""
    if field.kind in ("shape", "field"):
        first, cross, rest = right.replace("×", "x").partition("x")
        return f"{int(first) + 1}{cross}{rest}"
    if isinstance(posed.question, PredictionQuestion):
        return f"{posed.question.high} + 1"
    tolerance = posed.question.tolerance if isinstance(posed.question, NumberQuestion) else 0
    return f"{right} + {max(1, round(3 * tolerance))}"


def _grade_of(judged: Grade, field: str) -> FieldGrade | Grade:
    """Return the grade of one field."""
    return judged.fields.get(field, judged)


def _said(words: Message | Text | None) -> bool:
    """Return whether something is said in both languages."""
    if isinstance(words, Text):
        return bool(words.en.strip() and words.vi.strip())
    return words is not None and bool(str(words).strip())
