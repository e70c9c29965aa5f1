"""Katas as learners write them, run by the worker with the real Keras and judged outside of it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from cnntutor.calc.network import Network
from cnntutor.course.code_checks import CodeChecks, NeededLayer
from cnntutor.course.loader import load_course
from cnntutor.course.questions import CodeQuestion
from cnntutor.formats.library import find_network
from cnntutor.lab.tasks import Tasks
from cnntutor.needs import CodeTask
from cnntutor.quiz.code_judge import CodeJudgement, code_task, judge_code
from cnntutor.quiz.grade_kinds import code_needed, grade_needed
from cnntutor.quiz.pose import pose
from cnntutor.worker.tasks.code_task import run_code

LENET = """
import keras
from keras import layers

model = keras.Sequential([keras.Input((28, 28, 1))])
model.add(layers.Conv2D(6, 5, padding="same"))
model.add(layers.Activation("sigmoid"))
model.add(layers.AveragePooling2D(2))
model.add(layers.Conv2D(16, (5, 5), activation="sigmoid"))
model.add(layers.AveragePooling2D(pool_size=2, strides=2))
model.add(layers.Flatten())
model.add(layers.Dense(120, activation="sigmoid"))
model.add(layers.Dense(84, activation="sigmoid"))
model.add(layers.Dense(10, activation="softmax"))
"""
RESIDUAL = """
import keras
from keras import layers

def block(x, filters):
    y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    y = layers.BatchNormalization()(y)
    y = layers.ReLU()(y)
    y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
    y = layers.BatchNormalization()(y)
    return layers.ReLU()({joined})

inputs = keras.Input((16, 16, 8))
model = keras.Model(inputs, block(inputs, 8))
"""
BASE = """
import keras
from keras import layers
base = keras.Sequential([keras.Input((32, 32, 3)), layers.Conv2D(8, 3, activation="relu"),
                         layers.BatchNormalization(), layers.GlobalAveragePooling2D()], name="base")
"""
HEAD = """
{frozen}
model = keras.Sequential([base, layers.Dense(5, activation="softmax")])
"""
FROZEN = CodeChecks(
    output_shape=(5,),
    needs=(
        NeededLayer(kind="Conv2D", count=1, trainable=False),
        NeededLayer(kind="BatchNormalization", count=1, trainable=False),
        NeededLayer(kind="Dense", count=1, trainable=True, arguments={"units": 5}),
    ),
)


@pytest.fixture(scope="module")
def shelf() -> Iterator[Tasks]:
    tasks = Tasks()
    tasks.warm()
    yield tasks
    tasks.close()


def judged(
    shelf: Tasks,
    source: str,
    before: str = "",
    wanted: Network | None = None,
    checks: CodeChecks | None = None,
) -> CodeJudgement:
    task = code_task(source, before).request
    assert isinstance(task, CodeTask)
    return judge_code(shelf.run(task), task, wanted, checks)


def said(judgement: CodeJudgement) -> list[str]:
    return [str(each.message) for each in judgement.problems]


def lenet() -> Network:
    """LeNet-5 with the activations of the kata."""
    network = find_network("lenet5-28").network
    layers = {
        node.name: replace(node.layer, activation="sigmoid")  # type: ignore[type-var]
        for node in network.nodes
        if getattr(node.layer, "activation", None) not in (None, "softmax")
    }
    return Network(
        "kata", tuple(replace(node, layer=layers.get(node.name, node.layer)) for node in network.nodes)
    )


def test_lenet_written_layer_by_layer(shelf: Tasks) -> None:
    right = judged(shelf, LENET, wanted=lenet())
    assert said(right) == []
    assert right.verdict == "right"


def test_a_residual_block_that_really_adds(shelf: Tasks) -> None:
    checks = CodeChecks(residual=2)
    assert said(judged(shelf, RESIDUAL.format(joined="y + x"), checks=checks)) == []
    stacked = judged(shelf, RESIDUAL.format(joined="layers.Concatenate()([x, y])"), checks=checks)
    assert said(stacked) == ["Concatenate puts channels beside one another; a residual block adds: use Add."]


def test_freeze_then_replace_the_head(shelf: Tasks) -> None:
    frozen = judged(shelf, HEAD.format(frozen="base.trainable = False"), BASE, checks=FROZEN)
    assert said(frozen) == []
    thawed = judged(shelf, HEAD.format(frozen=""), BASE, checks=FROZEN)
    assert said(thawed) == [
        "base.conv2d (Conv2D) is trained; it should be frozen: trainable = False.",
        "base.batch_normalization (BatchNormalization) is trained; it should be frozen: trainable = False.",
    ]


def test_code_in_a_layer_is_said(shelf: Tasks) -> None:
    own = "import keras\nmodel = keras.Sequential([keras.Input((4,)), keras.layers.Lambda(lambda x: 2 * x)])"
    assert "Lambda holds code" in said(judged(shelf, own))[0]


KATAS = tuple(each for each in load_course().questions.values() if isinstance(each, CodeQuestion))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("question", KATAS, ids=lambda question: question.slug)
def test_the_solution_of_each_kata_is_right_and_its_beginning_is_not(question: CodeQuestion) -> None:
    posed = pose(question, 0)
    for source, right in ((question.solution, True), (question.starter, False)):
        request = code_needed(question, source).request
        assert isinstance(request, CodeTask)
        grade = grade_needed(posed, request, run_code(request))  # the course's own code needs no walls
        assert (grade.verdict == "right") is right, str(grade.feedback)
