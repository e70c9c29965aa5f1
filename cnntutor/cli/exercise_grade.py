"""cnntutor exercise grade: an answer to a question nobody wrote down, about any layer of any network."""

from typing import TYPE_CHECKING

from cnntutor.cli.exercise_json import one_line
from cnntutor.cli.exercise_text import wrapped
from cnntutor.course.questions import Ask
from cnntutor.errors import NotUnderstood
from cnntutor.i18n import msg, t

if TYPE_CHECKING:
    from cnntutor.quiz.graded import FieldGrade
    from cnntutor.quiz.rules.asked import Asked

ASKS: dict[str, tuple[Ask, Ask | None]] = {
    "params": ("params", "total_params"),
    "output_shape": ("output_shape", None),
    "macs": ("macs", "total_macs"),
    "receptive_field": ("receptive_field", None),
}
"""What may be asked of a layer, and what that is of a whole network."""

_SIGNS = {"right": "✓", "wrong": "✗", "not_understood": "?"}


def ask_network(network: str, layer: str | None, ask: str) -> "Asked":
    """Return what is asked of a network.

    Args:
        network: A name the calculator knows, or a file.
        layer: The layer; None for the total.
        ask: One of ASKS.

    Raises:
        NotUnderstood: there is no such network or layer, or the layer has no such number.
    """
    from cnntutor.calc.layers.input import Input
    from cnntutor.calc.problems import LayerError
    from cnntutor.formats.library import find_network
    from cnntutor.quiz.rules.asked import Asked

    found = find_network(network).network
    names = [node.name for node in found.nodes if not isinstance(node.layer, Input)]
    of_layer, of_all = ASKS[ask]
    if layer is None:
        if of_all is None:
            raise NotUnderstood(
                msg(
                    "--ask {ask} is of one layer; give --layer, one of {names}.",
                    ask=ask,
                    names=", ".join(names),
                )
            )
        return Asked(found, of_all)
    if layer not in names:
        raise NotUnderstood(
            msg(
                "There is no layer {layer}; give one of {names}.",
                layer=f'"{layer[:60]}"',
                names=", ".join(names),
            )
        )
    asked = Asked(found, of_layer, layer)
    try:
        asked.right()
    except LayerError as problem:
        raise NotUnderstood(problem.message) from None
    return asked


def grade_json(asked: "Asked", answer: str, given: "FieldGrade") -> str:
    """Return the grade as one line of JSON."""
    return one_line(
        {
            "network": asked.network.name,
            "layer": asked.layer,
            "ask": asked.quantity,
            "answer": answer,
            "verdict": given.verdict,
            "mistake": given.mistake,
            "also": list(given.also),
            "together": list(given.together),
            "feedback": None if given.feedback is None else str(given.feedback),
            "working": [
                {
                    "where": step.where,
                    "right": str(step.working),
                    "yours": None if step.slipped is None else str(step.slipped),
                }
                for step in given.steps
            ],
        }
    )


def grade_lines(given: "FieldGrade") -> list[str]:
    """Return the grade as lines of text."""
    lines = list(wrapped(str(given.feedback or ""), f"{_SIGNS[given.verdict]} "))
    if given.mistake:
        names = ", ".join((given.mistake, *given.also))
        lines.append(t("  mistake: {names}", names=names))
    return lines
