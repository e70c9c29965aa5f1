"""Every kata as learners get it wrong: a typical slip made in its solution, and what is said to it.

The code is the course's own with one change, so that it needs no walls; Keras builds it in this process and
numbers the names of its layers on from one kata to the next: they stand for # here.
"""

# ruff: noqa: E501 (a table is read line by line)

import re

import pytest

from cnntutor.course.loader import Course, load_course
from cnntutor.course.questions import CodeQuestion
from cnntutor.needs import CodeTask
from cnntutor.quiz.code_judge import judge_code
from cnntutor.quiz.grade_kinds import code_needed
from cnntutor.quiz.pose import pose
from cnntutor.worker.tasks.code_task import run_code

FLATTEN = "    layers.Flatten(),\n"
ADD = "x = layers.Add()([x, inputs])\n"
FIVE = 'five = layers.Conv2D(16, 1, activation="relu")(inputs)\nfive = layers.Conv2D(32, 5, padding="same", activation="relu")(five)'
FROZEN = "is trained; it should be frozen: trainable = False."

MISTAKES = [
    ("first-conv", "8, 3", "8, 5", "conv2d# (Conv2D): kernel_size is (5, 5); asked for is (3, 3)."),
    ("first-conv", "8, 3", "3, 8", "conv2d# (Conv2D): filters is 3; asked for is 8."),
    ("first-conv", ', activation="relu"', "", "After conv2d# there is no Activation(activation='relu')."),
    ("first-conv", "Conv2D(8, 3", "Dense(8", "dense#: here stands Dense(units=8); asked for is Conv2D(filters=8, kernel_size=(3, 3))."),
    ("first-conv", "28, 28, 1", "28, 28, 3", "The input shape is (28, 28, 3); asked for is (28, 28, 1)."),
    ("first-conv", "8, 3,", '8, 3, padding="same",', "conv2d# (Conv2D): padding is 'same'; asked for is 'valid'."),
    ("first-conv", "Conv2D(8", "Conv2d(8", "Line 3: Python stopped with AttributeError: module 'keras.layers' has no attribute 'Conv2d'. Did you mean: 'Conv2D'?"),
    ("first-conv", '    layers.Conv2D(8, 3, activation="relu"),\n', "", "Your code: the model has no layer yet;"),
    ("first-conv", "    Input((28, 28, 1)),\n", "", "Your code: the model knows no input shape yet; begin it with keras.Input."),
    ("padding-and-stride", ', padding="same"', "", "conv2d# (Conv2D): padding is 'valid'; asked for is 'same'."),
    ("padding-and-stride", ", strides=2", "", "conv2d# (Conv2D): strides is (1, 1); asked for is (2, 2)."),
    ("padding-and-stride", "strides=2", 'strides=2, padding="same"', "conv2d# (Conv2D): padding is 'same'; asked for is 'valid'."),
    ("lenet", FLATTEN, "", "After average_pooling2d# there is no Flatten()."),
    ("lenet", "AveragePooling2D", "MaxPooling2D", "max_pooling2d#: here stands MaxPooling2D(pool_size=(2, 2)); asked for is AveragePooling2D(pool_size=(2, 2))."),
    ("lenet", "Dense(120)", 'Dense(120, activation="relu")', "dense#: Activation(activation='relu') was not asked for here."),
    ("lenet", "Dense(84)", "Dense(120)", "dense# (Dense): units is 120; asked for is 84."),
    ("lenet", "    layers.Dense(84),\n", "", "After dense# there is no Dense(units=84)."),
    ("lenet", ', activation="softmax"', "", "After dense# there is no Activation(activation='softmax')."),
    ("base-cnn", "64, 3", "32, 3", "conv2d# (Conv2D): filters is 32; asked for is 64."),
    ("base-cnn", "softmax", "sigmoid", "dense# (Activation): activation is 'sigmoid'; asked for is 'softmax'."),
    ("base-cnn", '    layers.Dense(10, activation="softmax"),\n', "", "After flatten# there is no Dense(units=10, activation='softmax')."),
    ("char-rnn", ", return_sequences=True", "", "simple_rnn# (SimpleRNN): return_sequences is False; asked for is True."),
    ("char-rnn", "SimpleRNN", "LSTM", "lstm#: here stands LSTM(units=12, return_sequences=True); asked for is SimpleRNN(units=12, return_sequences=True)."),
    ("conv-bn-relu", ", use_bias=False", "", "conv2d# (Conv2D): use_bias is True; asked for is False."),
    ("conv-bn-relu", "    layers.BatchNormalization(),\n    layers.ReLU(),\n", "    layers.ReLU(),\n    layers.BatchNormalization(),\n", "After conv2d# there is no BatchNormalization()."),
    ("conv-bn-relu", "use_bias=False", 'use_bias=False, activation="relu"', "conv2d#: Activation(activation='relu') was not asked for here."),
    ("dropout", "0.5", "0.2", "dropout# (Dropout): rate is 0.2; asked for is 0.5."),
    ("dropout", "    layers.Dropout(0.5),\n", "", "After the input there is no Dropout(rate=0.5)."),
    ("global-pooling", "GlobalAveragePooling2D", "Flatten", "flatten#: here stands Flatten(); asked for is GlobalAveragePooling2D()."),
    ("global-pooling", "GlobalAverage", "GlobalMax", "global_max_pooling2d#: here stands GlobalMaxPooling2D(); asked for is GlobalAveragePooling2D()."),
    ("pool-and-flatten", FLATTEN, "", "After max_pooling2d# there is no Flatten()."),
    ("pool-and-flatten", "    layers.MaxPooling2D(2),\n" + FLATTEN, FLATTEN + "    layers.MaxPooling2D(2),\n", "Line 1: Python stopped with ValueError: Input 0"),
    ("pool-and-flatten", "MaxPooling2D(2)", "MaxPooling2D(3)", "max_pooling2d# (MaxPooling2D): pool_size is (3, 3); asked for is (2, 2)."),
    ("residual", ADD, "", "Nothing is added: a residual block adds its input to what its convolutions give."),
    ("residual", "Add", "Concatenate", "Concatenate puts channels beside one another; a residual block adds: use Add."),
    ("residual", ADD + "x = layers.ReLU()(x)\n", "x = layers.ReLU()(x)\n" + ADD, "add# (Add) reads re_lu#, input_layer#; it should read conv2d#, input_layer#."),
    ("residual", "[x, inputs]", "[x, x]", "add# adds a layer's output to itself."),
    ("residual", '32, 3, padding="same")', "32, 3)", "Line 4: Python stopped with ValueError: Inputs have incompatible shapes."),
    ("residual-projection", "32, 1, strides=2", '32, 1, strides=2, activation="relu"', "conv2d#: Activation(activation='relu') was not asked for here."),
    ("residual-projection", "32, 1, strides=2", '32, 3, strides=2, padding="same"', "conv2d# (Conv2D): kernel_size is (3, 3); asked for is (1, 1)."),
    ("separable", "Separable", "", "conv2d#: here stands Conv2D(filters=32, kernel_size=(3, 3), padding='same'); asked for is SeparableConv2D"),
    ("separable", ', padding="same"', "", "separable_conv2d# (SeparableConv2D): padding is 'valid'; asked for is 'same'."),
    ("two-branches", "Concatenate", "Add", "add#: here stands Add(); asked for is Concatenate()."),
    ("two-branches", 'padding="same")(inputs)', 'padding="same")(a)', "After the input there is no Conv2D(filters=8, kernel_size=(3, 3), padding='same')."),
    ("two-branches", "Concatenate()", "Concatenate(axis=1)", "concatenate# (Concatenate): axis is 1; asked for is -1."),
    ("upsample", "strides=2, ", "", "conv2d_transpose# (Conv2DTranspose): strides is (1, 1); asked for is (2, 2)."),
    ("upsample", "Transpose", "", "conv2d#: here stands Conv2D("),
    ("vgg-block", 'padding="same", ', "", "conv2d# (Conv2D): padding is 'valid'; asked for is 'same'."),
    ("vgg-block", "    layers.MaxPooling2D(2),\n", "", "After conv2d# there is no MaxPooling2D(pool_size=(2, 2))."),
    ("finish-the-inception-module", ', strides=1, padding="same")(inputs)', ', padding="same")(inputs)', "Line 12: Python stopped with ValueError: A `Concatenate` layer"),
    ("finish-the-inception-module", "[one, three, five, pooled]", "[one, three, five]", "After the input there is no MaxPooling2D(pool_size=(3, 3), strides=(1, 1), padding='same')."),
    ("finish-the-inception-module", FIVE, 'five = layers.Conv2D(32, 5, padding="same", activation="relu")(inputs)', "After the input there is no Conv2D(filters=16, kernel_size=(1, 1), activation='relu')."),
    ("finish-the-inception-module", "MaxPooling2D(3", "AveragePooling2D(3", "average_pooling2d#: here stands AveragePooling2D("),
    ("freeze-then-replace", "trained.trainable = False\n", "", f"conv2d# (Conv2D) {FROZEN}"),
    ("freeze-then-replace", "*trained.layers[:-1]", "trained", "The model has 2 layers Dense(); asked for is 1."),
    ("freeze-then-replace", "])\n", "])\nmodel.trainable = False\n", "dense# (Dense) is frozen; it should be trained: trainable = True."),
    ("freeze-then-replace", 'Dense(10, activation="softmax")', "Dense(10)", "The model has 0 layers Dense(units=10, activation='softmax', trainable=True); asked for is 1."),
]  # fmt: skip


@pytest.fixture(scope="module")
def course() -> Course:
    """The course itself."""
    return load_course()


def _slug(kata: str) -> str:
    """Return a kata's slug."""
    return kata if kata.startswith("finish-") else f"kata-{kata}"


def _said(question: CodeQuestion, source: str) -> tuple[str, list[str]]:
    """Return the verdict on some code, and the sentences; numbers of names stand for #."""
    posed = pose(question, 0)
    request = code_needed(question, source).request
    assert isinstance(request, CodeTask)
    judged = judge_code(run_code(request), request, posed.network, question.checks)
    named = re.compile(r"\b([a-z]+(?:_[a-z]+)*(?:2d(?:_transpose)?)?)(?:_\d+)?(?=[ :,.;])")
    kinds = {"conv2d", "dense", "flatten", "dropout", "lstm", "add", "concatenate"}
    kinds |= {"average_pooling2d", "max_pooling2d", "global_max_pooling2d", "separable_conv2d"}
    kinds |= {"conv2d_transpose", "simple_rnn", "re_lu", "input_layer", "depthwise_conv2d"}

    def plain(found: re.Match[str]) -> str:
        return f"{found[1]}#" if found[1] in kinds else found[0]

    return judged.verdict, [named.sub(plain, str(each.message)) for each in judged.problems]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("kata", "written", "instead", "expected"), MISTAKES)
def test_a_typical_mistake_is_said(
    kata: str, written: str, instead: str, expected: str, course: Course
) -> None:
    question = course.questions[_slug(kata)]
    assert isinstance(question, CodeQuestion)
    assert written in question.solution
    verdict, sentences = _said(question, question.solution.replace(written, instead))
    assert verdict == "wrong"
    assert any(each.startswith(expected) for each in sentences), sentences


def test_every_kata_has_its_mistakes(course: Course) -> None:
    katas = {slug for slug, each in course.questions.items() if isinstance(each, CodeQuestion)}
    assert katas == {_slug(kata) for kata, *_ in MISTAKES}
