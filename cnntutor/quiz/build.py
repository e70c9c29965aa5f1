"""Builds the network a question stands on, and what is asked of it."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from cnntutor.calc.analysis import analyse
from cnntutor.calc.arithmetic import ArithmeticProblem, evaluate
from cnntutor.calc.network import Network, replace_layer, with_input_shape
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.course.question_parts import Varied
from cnntutor.course.questions import Ask, Question, QuestionOnNetwork
from cnntutor.errors import NotUnderstood
from cnntutor.formats.library import find_network
from cnntutor.formats.network_reader import read_document
from cnntutor.i18n import Message, msg
from cnntutor.quiz.draw import Drawn, UnknownName, expression, put_in
from cnntutor.quiz.graded import Value
from cnntutor.quiz.rules.asked import Asked

TOTALS: tuple[Ask, ...] = ("total_params", "total_macs")
"""What is asked of all layers together."""


def problem(question: Question, what: Message) -> NotUnderstood:
    """Return the refusal of a question's file.

    Args:
        question: The question.
        what: What is wrong with which key, and the mend.
    """
    return NotUnderstood(msg("questions/{slug}.toml: {what}", slug=question.slug, what=what))


def build(question: QuestionOnNetwork, drawn: Drawn) -> Network | None:
    """Return the network of a question with the drawn numbers in it; None where it has none.

    Raises:
        NotUnderstood: the file says something that cannot be.
        LayerError: with these numbers a layer cannot stand on its inputs.
    """
    if question.network is None and not question.layers:
        if question.input_shape is not None or question.change:
            raise problem(question, msg("name a network, or write out its [[layers]]."))
        return None
    if question.network is not None and question.layers:
        raise problem(question, msg("give network or [[layers]], not both."))
    try:
        shape = None if question.input_shape is None else _shape(question, drawn)
        network = _written_out(question, drawn, shape) if question.layers else _named(question, shape)
        for name, arguments in question.change.items():
            network = _changed(question, network, name, put_in(arguments, drawn))
    except UnknownName as unknown:
        raise problem(question, unknown_name(unknown)) from None
    except ArithmeticProblem as wrong:
        raise problem(question, no_arithmetic(wrong.text)) from None
    analyse(network)
    return network


def asked_of(question: QuestionOnNetwork, network: Network, ask: Ask, layer: str | None) -> Asked:
    """Return what is asked, checked against the network.

    Raises:
        NotUnderstood: there is no such layer, or a total names one.
    """
    names = [node.name for node in network.nodes]
    if ask in TOTALS:
        if layer is not None:
            raise problem(question, msg("a total is of all layers; leave layer out."))
        return Asked(network, ask)
    if layer is None or layer not in names:
        raise problem(
            question,
            msg(
                "layer must be one of {names}, received {layer}.", names=", ".join(names), layer=layer or "–"
            ),
        )
    return Asked(network, ask, layer)


def value_of(question: Question, written: Varied, drawn: Drawn) -> Value:
    """Return a value written out in a question's file: a number, arithmetic, or a shape such as 28x28x6.

    Raises:
        NotUnderstood: it is neither.
    """
    try:
        text = expression(str(written), drawn)
        parts = [evaluate(part, real=True) for part in text.replace("×", "x").split("x")]
    except UnknownName as unknown:
        raise problem(question, unknown_name(unknown)) from None
    except ArithmeticProblem:
        raise problem(question, no_arithmetic(str(written))) from None
    return parts[0] if len(parts) == 1 else tuple(parts)


def unknown_name(unknown: UnknownName) -> Message:
    """Return the sentence for a {name} that stands for nothing."""
    return msg(
        "{name} stands for nothing; use one of {names}, or add it to [vary].",
        name="{" + unknown.name + "}",
        names=", ".join(unknown.known) or "–",
    )


def no_arithmetic(text: str) -> Message:
    """Return the sentence for a value that is no arithmetic."""
    return msg("{text} is no whole number; write arithmetic with + - * / ( ).", text=f'"{text[:60]}"')


def _shape(question: QuestionOnNetwork, drawn: Drawn) -> Shape:
    """Return the input shape with the drawn numbers in it."""
    shape = put_in(question.input_shape, drawn)
    if isinstance(shape, tuple) and all(isinstance(side, int) for side in shape):
        return shape
    raise problem(question, msg("input_shape must be whole numbers, such as [32, 32, 3]."))


def _written_out(question: QuestionOnNetwork, drawn: Drawn, shape: Shape | None) -> Network:
    """Return the network of the question's own layers."""
    if shape is None:
        raise problem(question, msg("[[layers]] need an input_shape above them, such as [32, 32, 3]."))
    document: Mapping[str, object] = {
        "format_version": 1,
        "name": question.slug,
        "title": {"en": "", "vi": ""},
        "input_shape": list(shape),
        "layers": [_as_file(put_in(layer, drawn)) for layer in question.layers],
    }
    return read_document(document, f"questions/{question.slug}.toml").network


def _as_file(value: object) -> object:
    """Return a value with lists for tuples, as a parsed file has them."""
    if isinstance(value, tuple):
        return [_as_file(each) for each in value]
    return {key: _as_file(each) for key, each in value.items()} if isinstance(value, dict) else value


def _named(question: QuestionOnNetwork, shape: Shape | None) -> Network:
    """Return the network of a name."""
    try:
        network = find_network(question.network or "").network
    except NotUnderstood as unknown:
        raise problem(question, unknown.message) from None
    return network if shape is None else with_input_shape(network, shape)


def _changed(question: QuestionOnNetwork, network: Network, name: str, arguments: object) -> Network:
    """Return the network with other arguments for one layer."""
    try:
        layer = network.node(name).layer
        changed = replace(layer, **arguments)  # type: ignore[type-var, arg-type]
    except KeyError:
        names = ", ".join(node.name for node in network.nodes)
        raise problem(
            question,
            msg("[change.{layer}]: there is no such layer; it has {names}.", layer=name, names=names),
        ) from None
    except (TypeError, ValueError) as wrong:
        if isinstance(wrong, LayerError):
            raise
        raise problem(
            question, msg("[change.{layer}]: {kind} has no such argument.", layer=name, kind=layer.kind)
        ) from None
    return replace_layer(network, name, changed)


def as_fraction(value: float) -> Fraction:
    """Return the exact decimal a float was written as."""
    return Fraction(repr(value))
