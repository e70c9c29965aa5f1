"""Judging the model a learner's code built: the request that goes to the worker, and what its reply comes to.

    needed = code_task(source, before, after)         # a NeedsTask; the lab does it
    judgement = judge_code(reply, needed.request, wanted, checks)

The judge sits on this side: the process that runs the code never learns what was asked for.
"""

from dataclasses import dataclass
from typing import Literal

from cnntutor.calc.network import Network
from cnntutor.course.code_checks import CodeChecks
from cnntutor.errors import NotUnderstood
from cnntutor.formats.keras_json import parse_keras_json
from cnntutor.i18n import Message, msg
from cnntutor.needs import CodeTask, NeedsTask, Reply
from cnntutor.quiz.code_compare import CodeProblem, compare_networks
from cnntutor.quiz.code_faults import fault_sentence, note_of
from cnntutor.quiz.code_structure import check_structure

LONGEST_SOURCE = 50_000
"""Characters of a learner's code."""


@dataclass(frozen=True, slots=True)
class CodeJudgement:
    """What a learner's code comes to."""

    verdict: Literal["right", "wrong", "not_understood"]
    """not_understood: Python cannot read it, or Keras is missing; it costs no attempt."""
    problems: tuple[CodeProblem, ...] = ()
    """What is not as asked, the first of them first; or the one thing that ended the code."""
    network: Network | None = None
    """The model it built, as far as the calculator can read it."""
    note: Message | None = None
    """What the system could not keep the code from."""


def code_task(source: str, before: str = "", after: str = "") -> NeedsTask:
    """Return the task of running a learner's code.

    Args:
        source: The code; it must leave a model under the name `model`, or `after` must.
        before: Code that runs first.
        after: Code that runs last, such as `model = block(...)`.

    Raises:
        NotUnderstood: the code is too long.
    """
    if len(source) > LONGEST_SOURCE:
        raise NotUnderstood(msg("The code is longer than {count} letters; shorten it.", count=LONGEST_SOURCE))
    return NeedsTask(CodeTask(source=source, before=before, after=after))


def judge_code(
    reply: Reply, task: CodeTask, wanted: Network | None = None, checks: CodeChecks | None = None
) -> CodeJudgement:
    """Return what the reply to a task comes to.

    Args:
        reply: The worker's reply.
        task: The request it answers.
        wanted: The network the model should be; None where only the checks count.
        checks: What else is asked.
    """
    note = note_of(reply)
    if reply.fault is not None:
        sentence = fault_sentence(reply.fault, task.limits)
        verdict: Literal["wrong", "not_understood"] = (
            "not_understood" if reply.fault.kind in ("syntax", "missing") else "wrong"
        )
        return CodeJudgement(verdict, (CodeProblem("", sentence),), note=note)
    if reply.model is None:
        return CodeJudgement("not_understood", (CodeProblem("", msg("There is no reply; try again.")),))
    if not reply.model.config:
        own = msg("The model has layers of its own making; use layers of Keras.")
        return CodeJudgement("wrong", (CodeProblem("", own),), note=note)
    try:
        network = parse_keras_json(reply.model.config, "model").network
    except NotUnderstood as trouble:
        return CodeJudgement("wrong", (CodeProblem("", trouble.message),), note=note)
    problems = list(compare_networks(wanted, network)) if wanted is not None else []
    if checks is not None:
        problems += check_structure(network, checks)
    return CodeJudgement("wrong" if problems else "right", tuple(problems), network, note)
