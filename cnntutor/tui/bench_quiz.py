"""Exercises made from the network on the bench: its own layers, asked as the course asks."""

from __future__ import annotations

import hashlib
import random
import tomllib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cnntutor.calc.analysis import LayerReport, NetworkReport
from cnntutor.calc.layers.input import Input
from cnntutor.calc.network import INPUT
from cnntutor.course.questions import Ask, NumberQuestion, Question, ShapeQuestion, TableQuestion
from cnntutor.errors import CnntutorError
from cnntutor.formats.entry import NetworkEntry
from cnntutor.formats.network_toml import write_network
from cnntutor.i18n import Message, msg, shape
from cnntutor.quiz.describe import describe
from cnntutor.quiz.pose import pose
from cnntutor.tui.bench import Bench
from cnntutor.tui.network_edit import renamed

MOST_QUESTIONS = 8
_LONGEST_TABLE = 8
"""A table of more layers is no exercise but a punishment."""
_SKILLS: dict[str, str] = {
    "params": "counting",
    "total_params": "counting",
    "macs": "cost",
    "output_shape": "output-size",
    "receptive_field": "receptive-field",
}


def quiz_on(
    entry: NetworkEntry, report: NetworkReport, seed: int, skills: frozenset[str] = frozenset()
) -> tuple[Question, ...]:
    """Return exercises on a network: its layers drawn by the seed, a table where it is small, the total last.

    Args:
        entry: The network.
        report: Its numbers.
        seed: Draws the layers.
        skills: The skills of the course; what belongs to none of them counts as counting.
    """
    text = write_network(_with_input_named(entry))
    mark = hashlib.sha256(text.encode()).hexdigest()[:8]  # another network, another draft of an answer
    document = tomllib.loads(text) | {"skills": skills, "mark": mark}
    drawn = random.Random(seed)
    makers: list[tuple[Ask, Callable[[LayerReport], bool]]] = [
        ("params", lambda layer: layer.params > 0),
        ("output_shape", lambda layer: layer.input_shapes[0] != layer.output_shape),
        ("macs", lambda layer: layer.macs > 0),
        ("receptive_field", lambda layer: _sees_further(report, layer)),
        ("params", lambda layer: layer.params > 0),
        ("output_shape", lambda layer: layer.input_shapes[0] != layer.output_shape),
    ]
    asked: set[tuple[str, str]] = set()
    questions: list[Question] = []
    for ask, fits in makers:
        layers = [layer for layer in report.layers if fits(layer) and (ask, layer.name) not in asked]
        drawn.shuffle(layers)
        for layer in layers:
            asked.add((ask, layer.name))
            question = _of_layer(entry, document, report, layer, ask)
            if _can_be_posed(question):
                questions.append(question)
                break
    table = _table(entry, document, report)
    if table is not None and _can_be_posed(table):
        questions.append(table)
    total = _of_network(entry, document)
    if _can_be_posed(total):
        questions.append(total)
    return tuple(questions[:MOST_QUESTIONS])


def _with_input_named(entry: NetworkEntry) -> NetworkEntry:
    """Return the entry with its first input called as a question's own layers expect it."""
    network = entry.network
    first = next(node.name for node in network.nodes if isinstance(node.layer, Input))
    if first == INPUT or any(node.name == INPUT for node in network.nodes):
        return entry
    return replace(entry, network=renamed(Bench.of(network), first, INPUT).network)


def _sees_further(report: NetworkReport, layer: LayerReport) -> bool:
    """Whether a layer's receptive field is worth asking: it has one, and square."""
    field = layer.receptive_field
    return (
        field is not None
        and len(set(field.size)) == 1
        and field.size[0] > 1
        and report.network.node(layer.name).layer.kind.startswith(("Conv", "MaxPool", "AveragePool"))
    )


def _can_be_posed(question: Question) -> bool:
    """Whether the exercise can be put; a kind of layer the rules do not know is left out."""
    try:
        pose(question, 0)
    except CnntutorError:
        return False
    return True


def _common(entry: NetworkEntry, document: dict[str, Any], ask: str, where: str) -> dict[str, Any]:
    """Return what every question on this network has in common."""
    given = document.get("input_shape")
    skill = _SKILLS.get(ask, "counting")
    layers = document["layers"]
    if given is None:
        given = entry.network.input_shape
    slug = "".join(each if each.isascii() and each.isalnum() else "-" for each in where.lower()).strip("-")
    return {
        "format_version": 1,
        "slug": f"own-{document['mark']}-{slug or 'layer'}-{ask.replace('_', '-')}",
        "skill": skill if skill in document["skills"] else "counting",
        "input_shape": tuple(given),
        "layers": tuple(layers),
    }


def _of_layer(
    entry: NetworkEntry, document: dict[str, Any], report: NetworkReport, layer: LayerReport, ask: Ask
) -> Question:
    """Return a question about one layer."""
    words = {
        "name": layer.name,
        "what": describe(report.network.node(layer.name).layer),
        "input": " + ".join(shape(each) for each in layer.input_shapes),
        "network": entry.slug,
    }
    prompts: dict[str, Message] = {
        "params": msg(
            "{network}: layer {name} is {what} and reads {input}. How many parameters does it have?", **words
        ),
        "output_shape": msg(
            "{network}: layer {name} is {what} and reads {input}. What is the shape of its output?", **words
        ),
        "macs": msg(
            "{network}: layer {name} is {what} and reads {input}. How many multiply-adds does it take for one"
            " sample?",
            **words,
        ),
        "receptive_field": msg(
            "{network}: layer {name} is {what} and reads {input}. How large is its receptive field in the"
            " input of the network?",
            **words,
        ),
    }
    common = _common(entry, document, ask, layer.name)
    common |= {"prompt": prompts[ask].both(), "layer": layer.name, "ask": ask}
    return ShapeQuestion(**common) if ask == "output_shape" else NumberQuestion(**common)


def _of_network(entry: NetworkEntry, document: dict[str, Any]) -> Question:
    """Return the question about all parameters together."""
    prompt = msg("{network}: how many parameters does it have in all?", network=entry.slug)
    common = _common(entry, document, "total_params", "all")
    return NumberQuestion(**common, prompt=prompt.both(), ask="total_params", rounding=True)


def _table(entry: NetworkEntry, document: dict[str, Any], report: NetworkReport) -> Question | None:
    """Return a summary with blanks for a small network."""
    if len(report.layers) > _LONGEST_TABLE:
        return None
    blanks = [f"{layer.name}/output_shape" for layer in report.layers]
    blanks += [f"{layer.name}/params" for layer in report.layers if layer.params]
    prompt = msg("{network}: fill in the blanks of its summary.", network=entry.slug)
    common = _common(entry, document, "table", "summary")
    return TableQuestion(**common, prompt=prompt.both(), blanks=(*blanks, "total/params"))
