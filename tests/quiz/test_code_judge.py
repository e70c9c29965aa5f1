"""Judging learners' models: what is missing, too much or otherwise is said at its layer, and nothing else."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from cnntutor.calc.layers.activations import Softmax
from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.layers.core import Activation, Dense, Dropout, ReLU
from cnntutor.calc.layers.input import Input
from cnntutor.calc.layers.merging import Add, Concatenate
from cnntutor.calc.layers.pooling import MaxPooling2D
from cnntutor.calc.layers.reshaping import Flatten
from cnntutor.calc.network import Network, Node, remove_layer, sequential
from cnntutor.course.code_checks import CodeChecks, NeededLayer
from cnntutor.errors import NotUnderstood
from cnntutor.formats.keras_json_writer import write_keras_json
from cnntutor.formats.library import find_network
from cnntutor.i18n import set_language
from cnntutor.needs import BuiltModel, CodeTask, Fault, FaultKind, Isolation, Limits, Reply
from cnntutor.quiz.code_compare import compare_networks
from cnntutor.quiz.code_faults import fault_sentence
from cnntutor.quiz.code_judge import code_task, judge_code

TASK = CodeTask(source="")
APART = Isolation(network="namespace", files="landlock", processes="filter")
LAYERS: list[tuple[str, Layer]] = [
    ("conv1", Conv2D(6, (5, 5), activation="relu")),
    ("pool1", MaxPooling2D((2, 2))),
    ("conv2", Conv2D(16, (5, 5), activation="relu")),
    ("pool2", MaxPooling2D((2, 2))),
    ("flatten", Flatten()),
    ("dense", Dense(10, activation="softmax")),
]


def small(layers: list[tuple[str, Layer]]) -> Network:
    return sequential("small", (28, 28, 1), layers)


def said(wanted: Network, got: Network) -> list[str]:
    return [str(each.message) for each in compare_networks(wanted, got)]


def reply_of(network: Network) -> Reply:
    model = BuiltModel(
        name="m",
        layers=(),
        total_params=0,
        trainable_params=0,
        non_trainable_params=0,
        config=write_keras_json(network),
        keras_version="3",
    )
    return Reply(model=model, isolation=APART)


@pytest.mark.parametrize(
    "slug", ["lenet5", "alexnet", "resnet50", "googlenet", "mobilenet-v2", "densenet121", "u-net"]
)
def test_a_network_is_itself_whatever_its_layers_are_called(slug: str) -> None:
    network = find_network(slug).network
    names = {node.name: f"n{number}" for number, node in enumerate(network.nodes)}
    called = Network(
        "other",
        tuple(
            replace(
                node,
                name=names[node.name],
                inputs=tuple(names[each] for each in node.inputs),
                shares=names.get(node.shares, ""),
            )
            for node in network.nodes
        ),
        tuple(names[each] for each in network.outputs),
    )
    assert said(network, called) == []


def test_activations_may_be_layers() -> None:
    layers: list[tuple[str, Layer]] = [
        ("a", Conv2D(6, (5, 5))),
        ("b", ReLU()),
        ("c", MaxPooling2D((2, 2))),
        ("d", Conv2D(16, (5, 5), activation="linear")),
        ("e", Activation("relu")),
        ("f", MaxPooling2D((2, 2), strides=(2, 2))),
        ("g", Flatten()),
        ("h", Dense(10)),
        ("i", Softmax()),
    ]
    assert said(small(LAYERS), small(layers)) == []


def changed(at: int, layer: Layer) -> list[tuple[str, Layer]]:
    return [*LAYERS[:at], (LAYERS[at][0], layer), *LAYERS[at + 1 :]]


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        (
            changed(0, Conv2D(8, (5, 5), activation="relu")),
            ["conv1 (Conv2D): filters is 8; asked for is 6."],
        ),
        (
            changed(2, Conv2D(16, (3, 3), padding="same", activation="relu")),
            [
                "conv2 (Conv2D): kernel_size is (3, 3); asked for is (5, 5).",
                "conv2 (Conv2D): padding is 'same'; asked for is 'valid'.",
            ],
        ),
        (
            changed(0, Conv2D(6, (5, 5), activation="tanh")),
            ["conv1 (Activation): activation is 'tanh'; asked for is 'relu'."],
        ),
        (changed(0, Conv2D(6, (5, 5))), ["After conv1 there is no Activation(activation='relu')."]),
        ([*LAYERS[:1], *LAYERS[2:]], ["After conv1 there is no MaxPooling2D(pool_size=(2, 2))."]),
        ([*LAYERS[:4], *LAYERS[5:]], ["After pool2 there is no Flatten()."]),
        (LAYERS[:-1], ["After flatten there is no Dense(units=10, activation='softmax')."]),
        ([*LAYERS[:5], ("drop", Dropout(0.5)), *LAYERS[5:]], ["drop: Dropout(rate=0.5) was not asked for"]),
        ([*LAYERS, ("more", Dense(3))], ["more: Dense(units=3) was not asked for here."]),
        (
            LAYERS[2:],
            ["After the input there is no Conv2D(filters=6, kernel_size=(5, 5), activation='relu')."],
        ),
    ],
)
def test_a_difference_is_said_at_its_layer(layers: list[tuple[str, Layer]], expected: list[str]) -> None:
    problems = said(small(LAYERS), small(layers))
    assert len(problems) >= len(expected)
    for problem, sentence in zip(problems, expected, strict=False):
        assert problem.startswith(sentence)


def block(merge: Layer, inputs: tuple[str, ...] = ("input", "conv_b"), frozen: str = "") -> Network:
    nodes = (
        Node("input", Input((16, 16, 8))),
        Node("conv_a", Conv2D(8, (3, 3), padding="same", activation="relu"), ("input",)),
        Node("conv_b", Conv2D(8, (3, 3), padding="same"), ("conv_a",)),
        Node("merge", merge, inputs),
        Node("relu", Activation("relu"), ("merge",)),
    )
    return Network("block", tuple(replace(node, trainable=node.name != frozen) for node in nodes))


def test_a_merge_may_read_its_branches_in_any_order_but_not_others() -> None:
    assert said(block(Add()), block(Add(), ("conv_b", "input"))) == []
    assert said(block(Add()), block(Add(), ("conv_a", "conv_b"))) == [
        "merge (Add) reads conv_a, conv_b; it should read input, conv_b."
    ]
    assert said(block(Add()), block(Concatenate()))[0].startswith("merge: here stands Concatenate(")


def test_frozen_layers_count() -> None:
    assert said(block(Add(), frozen="conv_a"), block(Add())) == [
        "conv_a (Conv2D) is trained; it should be frozen: trainable = False."
    ]
    assert said(block(Add()), block(Add(), frozen="conv_b")) == [
        "conv_b (Conv2D) is frozen; it should be trained: trainable = True."
    ]


def test_shared_weights_count() -> None:
    def siamese(shares: str) -> Network:
        nodes = (
            Node("left", Input((8,))),
            Node("right", Input((8,))),
            Node("dense", Dense(4), ("left",)),
            Node("again", Dense(4), ("right",), shares),
            Node("sum", Add(), ("dense", "again")),
        )
        return Network("siamese", nodes)

    assert said(siamese("dense"), siamese("dense")) == []
    assert said(siamese("dense"), siamese("")) == [
        "again (Dense) has weights of its own; it should be a layer used before."
    ]


@pytest.mark.parametrize(
    ("network", "right"),
    [
        (lambda: block(Add()), True),
        (lambda: block(Add(), ("conv_b", "input")), True),
        (lambda: block(Add(), ("conv_b", "conv_b")), False),
        (lambda: block(Add(), ("conv_a", "conv_b")), False),
        (lambda: block(Concatenate()), False),
        (lambda: small(LAYERS), False),
        (lambda: find_network("resnet18").network, True),
    ],
)
def test_a_residual_block_must_really_add(network: Callable[[], Network], right: bool) -> None:
    judged = judge_code(reply_of(network()), TASK, checks=CodeChecks(residual=2))
    assert (judged.verdict == "right") is right
    assert len(judged.problems) == (0 if right else 1)


def test_checks_say_what_is_lacking() -> None:
    checks = CodeChecks(
        input_shape=(32, 32, 3),
        output_shape=(5,),
        most_params=1000,
        without=("Flatten",),
        needs=(
            NeededLayer(kind="Conv2D", count=2, arguments={"kernel_size": [5, 5]}),
            NeededLayer(kind="Conv2D", count=1, arguments={"kernel_size": 5, "filters": 6}),
            NeededLayer(kind="BatchNormalization"),
            NeededLayer(kind="Dense", trainable=False),
        ),
    )
    judged = judge_code(reply_of(small(LAYERS)), TASK, checks=checks)
    assert [str(each.message) for each in judged.problems] == [
        "The input shape is 28×28×1; asked for is 32×32×3.",
        "dense gives 10; the model must give 5.",
        "The model has 5,142 parameters; at most 1,000 are allowed.",
        "flatten: do without Flatten here.",
        "The model needs a layer BatchNormalization().",
        "dense (Dense) is trained; it should be frozen: trainable = False.",
    ]


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_every_fault_has_a_sentence_with_its_line(lang: str) -> None:
    set_language(lang)
    sentences = {kind: str(fault_sentence(Fault(kind=kind, line=7, text="x"), LIMITS)) for kind in FAULTS}
    assert len(set(sentences.values())) == len(FAULTS)
    assert all("7" in each and "{" not in each for each in sentences.values())


FAULTS: tuple[FaultKind, ...] = (
    *("syntax", "exception", "exit", "time", "memory", "output", "processes", "files", "network"),
    *("no-model", "not-built", "crash", "missing"),
)
LIMITS = Limits(seconds=30, memory_mb=2000)


def test_only_what_python_cannot_read_costs_no_attempt() -> None:
    free = [kind for kind in FAULTS if judge_code(Reply(fault=Fault(kind=kind)), TASK).verdict != "wrong"]
    assert free == ["syntax", "missing"]


def test_what_the_system_could_not_do_is_said() -> None:
    model = reply_of(small(LAYERS)).model
    judged = judge_code(Reply(model=model, isolation=Isolation(files="landlock")), TASK, small(LAYERS))
    assert judged.verdict == "right"
    assert str(judged.note) == (
        "This system could not keep your code from the network and starting other programs while it ran."
    )


def test_every_wall_that_is_missing_is_said_of_code_that_failed_as_well() -> None:
    ended = judge_code(Reply(fault=Fault(kind="time", line=3), isolation=Isolation()), TASK)
    assert str(ended.note) == (
        "This system could not keep your code from the network, your other files and starting other programs"
        " while it ran."
    )
    one = judge_code(
        Reply(fault=Fault(kind="exit"), isolation=Isolation(network="filter", processes="filter")), TASK
    )
    assert str(one.note) == "This system could not keep your code from your other files while it ran."
    kept = judge_code(Reply(fault=Fault(kind="exit"), isolation=APART), TASK)
    assert kept.note is None


@pytest.mark.parametrize("kind", ["syntax", "missing", "crash"])
def test_of_code_that_never_ran_no_wall_is_said_to_be_missing(kind: FaultKind) -> None:
    assert judge_code(Reply(fault=Fault(kind=kind), isolation=Isolation()), TASK).note is None


def test_code_that_is_too_long_is_refused() -> None:
    assert code_task("model = 1").request.limits.seconds == 30
    with pytest.raises(NotUnderstood):
        code_task("x" * 100_000)


@pytest.mark.parametrize("slug", ["lenet5", "resnet18", "inception-3a", "mobilenet"])
def test_no_layer_can_be_taken_out_unseen(slug: str) -> None:
    network = find_network(slug).network
    for node in network.nodes:
        if node.inputs:
            assert said(network, remove_layer(network, node.name)), node.name
            assert said(remove_layer(network, node.name), network), node.name
