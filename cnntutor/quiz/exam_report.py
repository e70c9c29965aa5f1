"""What an exam came to: points, skills, mistakes, and every question with its answers and its working."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from cnntutor.course.questions import Question
from cnntutor.errors import CnntutorError
from cnntutor.i18n import t
from cnntutor.quiz.exam import judge
from cnntutor.quiz.graded import SolutionLine
from cnntutor.quiz.pose import pose
from cnntutor.quiz.posed import Field, PosedQuestion
from cnntutor.quiz.solution import right_answers, solution


class Answered(Protocol):
    """One question of an exam that is over."""

    @property
    def question(self) -> str:
        """Its slug."""

    @property
    def seed(self) -> int:
        """Its numbers."""

    @property
    def skill(self) -> str:
        """What it trains."""

    @property
    def answers(self) -> Mapping[str, str]:
        """What was typed, by field."""

    @property
    def verdict(self) -> str:
        """right, wrong, not_understood or open."""

    @property
    def mistakes(self) -> Sequence[str]:
        """The mistakes recognised."""

    @property
    def points(self) -> float:
        """From 0 to 1."""

    @property
    def seconds(self) -> float:
        """How long it was on screen."""


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One field: what was asked for, what was given, what is right."""

    label: str
    given: str
    right: str
    verdict: str
    """right, wrong, carried, not_understood, or open."""


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """One question of the report, in the language now in force."""

    number: int
    question: str
    seed: int
    skill: str
    verdict: str
    points: float
    mistakes: tuple[str, ...]
    seconds: float
    title: str = ""
    prompt: str = ""
    listing: str = ""
    answers: tuple[AnswerLine, ...] = ()
    feedback: tuple[str, ...] = ()
    """What is said about the answers."""
    working: tuple[SolutionLine, ...] = ()
    changed: bool = False
    """Whether the course has changed since, so that the answer would be graded otherwise today."""


@dataclass(frozen=True, slots=True)
class SkillScore:
    """The points of one skill."""

    skill: str
    points: float
    count: int


@dataclass(frozen=True, slots=True)
class ExamHead:
    """Which exam a report is about."""

    id: str
    seed: int
    scope: str
    """In words, in the language now in force."""
    minutes: int
    started: datetime
    ended: datetime
    by_time: bool
    """Whether the clock ended it, and not the learner."""
    command: str
    """Draws the same exam again."""

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.ended - self.started).total_seconds()


@dataclass(frozen=True, slots=True)
class ExamReport:
    """The report of an exam that is over."""

    head: ExamHead
    points: float
    count: int
    skills: tuple[SkillScore, ...]
    """The weakest first."""
    mistakes: tuple[tuple[str, int], ...]
    """Slugs with how often they were made, the most frequent first."""
    questions: tuple[QuestionReport, ...]

    @property
    def percent(self) -> float:
        """The share of the points, 0 to 100."""
        return 100 * self.points / self.count if self.count else 0.0


def exam_report(
    head: ExamHead, questions: Mapping[str, Question], answered: Sequence[Answered]
) -> ExamReport:
    """Return the report of the answers of an exam that is over, in the language now in force.

    Args:
        head: Which exam it is.
        questions: Of the course, by slug.
        answered: In the order they were asked.
    """
    made = Counter(slug for each in answered for slug in each.mistakes)
    return ExamReport(
        head,
        points=sum(each.points for each in answered),
        count=len(answered),
        skills=_skills(answered),
        mistakes=tuple(sorted(made.items(), key=lambda pair: (-pair[1], pair[0]))),
        questions=tuple(_question(questions, each, at) for at, each in enumerate(answered, start=1)),
    )


def _skills(answered: Iterable[Answered]) -> tuple[SkillScore, ...]:
    points: dict[str, list[float]] = {}
    for each in answered:
        points.setdefault(each.skill, []).append(each.points)
    scores = [SkillScore(skill, sum(of), len(of)) for skill, of in points.items()]
    return tuple(sorted(scores, key=lambda score: (score.points / score.count, score.skill)))


def _question(questions: Mapping[str, Question], answered: Answered, number: int) -> QuestionReport:
    mistakes = tuple(answered.mistakes)
    told = QuestionReport(
        number, answered.question, answered.seed, answered.skill, answered.verdict, answered.points, mistakes,
        answered.seconds,
    )  # fmt: skip
    told = replace(told, title=answered.question)
    try:
        posed = pose(questions[answered.question], answered.seed)
    except (CnntutorError, KeyError):
        gone = tuple(
            AnswerLine(field, text, "", answered.verdict) for field, text in answered.answers.items()
        )
        return replace(
            told, prompt=t("This question is no longer in the course."), answers=gone, changed=True
        )
    judged = judge(posed, answered.answers)
    right = right_answers(posed)
    fields = {} if judged.grade is None else judged.grade.fields
    lines: list[AnswerLine] = []
    feedback: list[str] = []
    for field in posed.fields:
        given = answered.answers.get(field.id, "").strip()
        graded = fields.get(field.id)
        verdict = "open" if graded is None or not given else "carried" if graded.carried else graded.verdict
        lines.append(
            AnswerLine(
                str(field.label),
                shown_answer(posed, field, given),
                shown_answer(posed, field, right[field.id]),
                verdict,
            )
        )
        if graded is not None and given and graded.verdict != "right" and graded.feedback is not None:
            label = f"{field.label}: " if posed.several else ""
            feedback.append(f"{label}{graded.feedback}")
    return replace(
        told,
        title=str(posed.question.title or answered.question),
        prompt=str(posed.prompt),
        listing=posed.listing,
        answers=tuple(lines),
        feedback=tuple(feedback),
        working=solution(posed, judged.grade),
        changed=judged.verdict != answered.verdict,
    )


def shown_answer(posed: PosedQuestion, field: Field, text: str) -> str:
    """Return an answer as it is read: what its letters stand for in place of the letters."""
    if not text:
        return ""
    if field.kind in ("choice", "choices"):
        texts = {choice.letter: str(choice.text) for choice in posed.choices}
    elif field.kind in ("order", "letter"):
        texts = {option.letter: str(option.text) for option in posed.options}
    else:
        return text
    letters = [letter.strip().lower() for letter in text.replace(",", " ").split()]
    if not all(letter in texts for letter in letters):
        return text
    return (" → " if field.kind == "order" else "; ").join(texts[letter] for letter in letters)
