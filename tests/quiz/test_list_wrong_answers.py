"""Every wrong answer of the list of exercises: met by a rule, by a question's own words, or left out for a reason.

Most numbers are in test_list_of_exercises; here are the others, item by item, and the proof that none is
missing: with the list itself at hand (beside the test data) every wrong answer in it has its row.
"""

# ruff: noqa: E501 (a table is read line by line)

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from cnntutor.calc.layers.base import Layer
from cnntutor.calc.network import sequential
from cnntutor.course.loader import Course
from cnntutor.course.questions import Ask
from cnntutor.formats.library import find_network
from cnntutor.quiz.grade import grade
from cnntutor.quiz.grade_typed import grade_asked
from cnntutor.quiz.pose import pose
from cnntutor.quiz.posed import ANSWER, PosedQuestion
from cnntutor.quiz.rules.asked import Asked
from cnntutor.quiz.rules.data import find_in
from cnntutor.quiz.solution import right_answers
from tests.quiz.test_list_of_exercises import BY_QUESTION, IN_NETWORK, ON_LAYER, SEEDS, conv, layer

LIST = Path(os.environ.get("CNNTUTOR_TEST_DATA", "../shared/data")).parent / "facts" / "exercises.yaml"


@dataclass(frozen=True, slots=True)
class Choice:
    """A wrong choice of a question that covers the item; the words are some of its own."""

    question: str
    words: str


@dataclass(frozen=True, slots=True)
class Typed:
    """An answer typed to a question that covers the item, for some of its numbers."""

    question: str
    answer: str
    mistake: str


@dataclass(frozen=True, slots=True)
class Rule:
    """An answer about a layer or a network, whatever question asks it."""

    place: Layer | str
    """A layer alone, or network/layer."""
    ask: Ask
    answer: str
    mistake: str
    inputs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """A wrong order: the item of the first number, as the file counts, put before that of the second."""

    question: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Match:
    """A right put to the wrong left; the numbers are the pairs' in the file."""

    question: str
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Data:
    """A number found in data."""

    find: str
    data: dict[str, object]
    value: int
    mistake: str


Proof = Choice | Typed | Rule | Order | Match | Data | str
"""A text is the reason why no question asks for what this answers."""

PROOFS: list[tuple[str, str, Proof]] = [
    ("X002", "18.5", Rule(conv(20, 5, strides=2), "output_side", "18.5", "same-for-valid", (37, 37, 10))),
    ("X003", "370 / 340", Rule(conv(10, 3), "output_values", "370", "side-once", (39, 39, 3))),
    ("X006", "f=3,s=2 for the second", Choice("find-filter-and-stride", "f = 3, s = 1; then f = 3, s = 2")),
    ("X006", "f=4,s=2", Choice("find-filter-and-stride", "then f = 4, s = 2")),
    ("X007", "1", Typed("pool-side", "1", "global-pooling")),
    ("X008", "[[3.5,2],[2.5,5.5]]", Choice("max-pool-matrix", "3.5 2 / 2.5 5.5")),
    ("X008", "[[6,6,5],[7,8,8],[7,8,9]]", Choice("max-pool-matrix", "6 6 5 / 7 8 8 / 7 8 9")),
    ("X009", "[[14,8],[10,22]]", Choice("average-pool-matrix", "14 8 / 10 22")),
    ("X010", "[1,4,0,1,2,2,0,1,1]", Choice("flatten-by-rows", "1 4 0 1 2 2 0 1 1")),
    ("X010", "9x1x1 matrix", Choice("flatten-by-rows", "9×1×1")),
    ("X011", "4", Rule(layer("MaxPooling2D"), "params", "4", "pooling-has-weights", (28, 28, 6))),
    ("X011", "24", Rule(layer("MaxPooling2D"), "params", "24", "pooling-has-weights", (28, 28, 6))),
    ("X013", "4,704", Rule("lenet5/conv1", "params", "4,704", "values-for-params")),
    ("X019", "784 for CONV1", Rule("lenet5/conv1", "output_values", "784", "maps-forgotten")),
    ("X021", "another number", Choice("inputs-not-multiplied", "The larger pictures need more")),
    ("X023", "it is right", Choice("conv2-caption", "the row is right as printed")),
    ("X023", "f=5, s=2", Choice("conv2-caption", "f = 5, s = 2")),
    ("X024", "2p should be p", Choice("index-in-formula", "2p should be p")),
    ("X025", "POOL too", Choice("layers-with-weights", "Max pooling")),
    ("X025", "Flatten too", Choice("layers-with-weights", "Flatten")),
    ("X026", "always", Choice("dense-holds-most", "LeNet-5")),
    ("X027", "p=f/2", "f/2 is no whole number where f is odd, and only odd f are drawn: said of any answer that is none"),
    ("X027", "p=f-1", Typed("padding-that-keeps-size", "10", "full-padding")),
    ("X028", "because even is impossible", Choice("why-odd-filters", "Even filters are not possible")),
    ("X029", "1", Typed("inputs-seen", "5*5", "no-input-channels")),
    ("X029", "16", Typed("inputs-seen", "5*5*16", "filters-for-channels")),
    ("X030", "4,816,896 for (a)", Typed("wiring-dense", "4,816,896", "no-bias")),
    ("X032", "the same weights for all filters", Choice("meaning-of-sharing", "All filters of the layer have the same")),
    ("X033", "Flatten after Dense 120", Order("order-lenet-lines", 6, 5)),
    ("X034", "valid", Choice("which-padding-keeps-28", "`valid` on both")),
    ("X035", "400", Typed("lenet-valid-on-28", "(400+1)*120", "same-for-valid")),
    ("X036", "compile builds the weights", Choice("compile-without-arguments", "compile() has built nothing")),
    ("X041", "28x28x6", Typed("volume-of-a-batch", "28x28x6", "batch-forgotten")),
    ("X042", "25, ...", Rule("lenet5/conv2", "receptive_field", "25", "kernels-multiplied")),
    ("X047", "5.5x5.5", Typed("pool-odd-map", "5.5x5.5x64", "not-floored")),
    ("X051", "960 for conv1", Rule(conv(32, 3), "params", "960", "biases-multiplied", (28, 28, 3))),
    ("X052", "halves it", Typed("dropout-adds-nothing", "17,413", "dropout-halves")),
    ("X053", "800 at test time too", Typed("dropout-survivors", "1,600", "inference-for-training")),
    ("X054", "10", Typed("softmax-sum", "10", "sum-of-ones")),
    ("X054", "the number of classes", Typed("softmax-sum", "100", "sum-of-ones")),
    ("X055", "1", Choice("sigmoid-sum", "Always 1")),
    ("X056", "3x3", Choice("which-kernel-alexnet28", "3×3")),
    ("X057", "stride 4 valid", Choice("stride-of-28-to-7", "stride 4, `valid`")),
    ("X058", "3, 1, 0", Typed("alexnet28-pool", "3", "valid-for-same")),
    ("X062", "7x7, 3 channels", Choice("zfnet-kernel", "7×7 on 3 channels")),
    ("X062", "4x4x3", Choice("zfnet-kernel", "4×4 on 3 channels")),
    ("X063", "stride 2 same", Choice("zfnet-28-to-11", "stride 2, `same`")),
    ("X064", "1", Choice("zfnet-6-to-1", "1")),
    ("X065", "192 / 512", Rule(layer("BatchNormalization"), "params", "192", "bn-two", (6, 6, 96))),
    ("X065", "96*6*6*4", Rule(layer("BatchNormalization"), "params", "96*6*6*4", "per-value", (6, 6, 96))),
    ("X069", "nothing", Choice("summary-of-another-network", "Nothing: the channels do not show")),
    ("X071", "235 steps", Data("steps_per_epoch", {"images": 60_000, "split": 10, "batch": 256}, 235, "split-ignored")),
    ("X071", "128", Choice("batch-from-steps", "128")),
    ("X073", "2 and 2", Typed("stopped-after", "2", "stop-epoch-for-best-epoch")),
    ("X073", "30", Typed("stopped-after", "30", "last-epoch")),
    ("X074", "0 or 2", Choice("which-patience", "2")),
    ("X075", "AlexNet learns MNIST in one epoch", Choice("suspicious-first-epoch", "learn MNIST in one epoch")),
    ("X076", "CIFAR-10 is too hard for a CNN", Choice("ten-percent", "CIFAR-10 is too hard for a CNN")),
    ("X077", "accuracy above 98.85 by rounding of the network", Choice("why-98-85000000000001", "a little better than 98.85")),
    ("X078", "yes, 97.46 > 97.3", Choice("tanh-better-than-relu", "97.46 is more than 97.3")),
    ("X079", "more parameters = better", Order("order-reported-accuracies", 6, 1)),
    ("X081", "9 LeNets", Choice("notebook-counters", "9 LeNets")),
    ("X085", "one run decides", "no answer to a question but a way of working; predict-base-cnn shows three runs, the lab runs several seeds"),
    ("X090", "accept 75.69", Typed("predict-fashion", "75.69", "")),
    ("X092", "110", Typed("dense-mnist-total", "615440+110", "input-shape-believed")),
    ("X093", "10", Choice("input-shape-in-the-middle", "really has 10 inputs")),
    ("X094", "1,049,600 for layer 1", Typed("dense-cifar", "(1024+1)*3072+1573376+5130", "no-input-channels")),
    ("X096", "number of training points", Choice("none-and-784", "the number of training pictures")),
    ("X096", "784 = input size", Choice("none-and-784", "784: the inputs of this layer")),
    ("X099", "469", Data("steps_per_epoch", {"images": 60_000, "split": 20, "batch": 128}, 469, "split-ignored")),
    ("X099", "312", Typed("steps-with-split", "312", "steps-floor")),
    ("X100", "more, because it has 623,290 parameters", Choice("linear-of-linear", "far more parameters")),
    ("X101", "no activation = no learning", Choice("why-9-95", "Without activation nothing can be learned")),
    ("X102", "2.3026", Typed("bce-stuck-one", "2.3026", "softmax-for-sigmoid")),
    ("X103", "it cannot work", Choice("sigmoid-with-bce", "It cannot work")),
    ("X106", "sigmoid is better", Choice("confounded-comparison", "sigmoid is better than ReLU")),
    ("X111", "class 1", Choice("class-with-980", "155 pictures were lost")),
    ("X112", "class 4", Choice("worst-class", "The fours, for they come first")),
    ("X114", "accuracy of the class", Choice("recall-or-precision", "The accuracy")),
    ("X114", "precision", Choice("recall-or-precision", "The precision of class 0")),
    ("X115", "car/truck", Match("cifar-confusions", 1, 2)),
    ("X118", "train longer", Choice("flat-validation", "train longer")),
    ("X124", "60,000 train", Match("cifar-split", 1, 2)),
    ("X125", "no effect", Choice("two-scales", "It has no effect")),
    ("X127", "one-hot", Choice("one-hot-and-integers", "for sparse_categorical_crossentropy")),
    ("X131", "7x7x512", Typed("vgg-on-32", "7*7*512", "input-ignored")),
    ("X133", "harmless", Choice("relu-before-softmax", "It is harmless")),
    ("X134", "16", Choice("vgg19-comments", "16")),
    ("X137", "the same receptive field costs the same", Typed("two-3x3-for-5x5", "25*64*64", "one-large-kernel")),
    ("X138", "1%", Choice("tenth-is-ten-percent", "1 %")),
    ("X139", "2.3026 is a good loss", "an opinion about the number that uniform-loss asks for; its explanation says that it is mere guessing"),
    ("X142", "CIFAR-10 is too hard", Choice("why-vgg-sits", "CIFAR-10 is too hard")),
    ("X148", "it is a residual block because it is called so", Choice("residual-never-added", "the class is called ResidualBlock")),
    ("X152", "a high but normal loss", Typed("loss-3-809", "2.3026", "uniform-for-clipped")),
    ("X154", "fractions", Choice("sides-stay-one", "0.5, …")),
    ("X163", "28x28x192", Typed("inception-3a-output", "28x28x192", "channels-kept")),
    ("X170", "it fails", Choice("thousand-outputs", "It fails")),
    ("X172", "a printing error", Choice("loss-five-accuracy-74", "One of them is a misprint")),
    ("X173", "34, the last", Choice("best-epoch-two-ways", "34, the last")),
    ("X179", "the seed answer mixes both under local connectivity", Choice("local-or-shared", "tried at many positions")),
    ("X182", "- / 663,936 / 442,624", Typed("alexnet-conv-ungrouped", "663,936", "grouped-count")),
    ("X187", "62,378,344", "the total of the ungrouped network, which the question states; it asks for the difference"),
    ("X191", "lower error is worse", Choice("lower-or-higher-error", "a lower accuracy is meant")),
    ("X198", "none", "choosing none is no answer: the choice says that at least one letter is wanted"),
    ("X203", "1 and 0", Typed("normalised-red", "1", "normalize-forgotten")),
    ("X210", "AlexNet cannot learn this", Choice("wrecked-features", "AlexNet cannot tell these things apart")),
    ("X218", "yes, double softmax", Choice("softmax-of-log-softmax", "Yes: softmax is applied twice")),
    ("X221", "hello -> hello", Choice("next-character-target", "[5, 8, 3, 3, 6] and [5, 8, 3, 3, 6]")),
    ("X226", "the network learned a language", Choice("tarta-and-eello", "learned a language")),
    ("X231", "nothing changed between versions", Choice("training-not-handed-down", "Nothing: this is how it has always been")),
    ("X232", "it is always ln 10", Choice("sign-of-a-blind-network", "always has exactly ln 10")),
    ("X235", "replace, freeze", Order("transfer-order", 3, 2)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("item", "answer", "proof"), PROOFS, ids=lambda each: each if isinstance(each, str) else ""
)
def test_a_wrong_answer_of_the_list_is_met(item: str, answer: str, proof: Proof, course: Course) -> None:
    match proof:
        case Rule(place, ask, typed, mistake, inputs):
            given = grade_asked(_asked(place, ask, inputs), typed)
            assert given.verdict == "wrong"
            assert mistake in (given.mistake, *given.also)
        case Data(find, data, value, mistake):
            assert (mistake, value) in find_in(find, data, percent=False).wrong
        case Typed(slug, typed, mistake):
            assert item in course.questions[slug].covers
            _typed(course, slug, typed, mistake)
        case Choice(slug, words):
            assert item in course.questions[slug].covers
            _choose(pose(course.questions[slug]), words)
        case Order(slug, before, after):
            assert item in course.questions[slug].covers
            _order(pose(course.questions[slug]), before - 1, after - 1)
        case Match(slug, left, right):
            assert item in course.questions[slug].covers
            _match(pose(course.questions[slug]), left - 1, right - 1)
        case _:
            assert len(proof.split()) > 8, "a reason of its own"


def _asked(place: Layer | str, ask: Ask, inputs: tuple[int, ...]) -> Asked:
    """Return what is asked of a layer alone, or of one of a network."""
    if isinstance(place, str):
        network, _, name = place.partition("/")
        return Asked(find_network(network).network, ask, name)
    return Asked(sequential("alone", inputs, [("layer", place)]), ask, "layer")


def _typed(course: Course, slug: str, typed: str, mistake: str) -> None:
    """The answer gets its mistake for some of the question's numbers, and words in any case."""
    question = course.questions[slug]
    found = [grade(pose(question, seed), {ANSWER: typed}) for seed in (SEEDS if question.vary else SEEDS[:1])]
    named = [
        each for each in found if each.verdict == "wrong" and mistake in (each.mistake or "", *each.also)
    ]
    assert named, f"{slug}: {typed} is nowhere {mistake}"
    assert all(str(each.feedback) for each in named)


def _choose(posed: PosedQuestion, words: str) -> None:
    """The choice with these words is wrong, says why, and is graded so."""
    (choice,) = [each for each in posed.choices if words == str(each.text)] or [
        each for each in posed.choices if words in str(each.text) and not each.right
    ][:1]
    assert not choice.right
    assert str(choice.why)
    answers = right_answers(posed) | {posed.fields[-1].id: choice.letter}
    given = grade(posed, answers)
    assert given.verdict == "wrong"
    fields = [given.feedback, *(each.feedback for each in given.fields.values())]
    assert any(str(choice.why) in str(said) for said in fields if said is not None)


def _order(posed: PosedQuestion, before: int, after: int) -> None:
    """The order with one item put before another is wrong, and its own words are said."""
    letters = right_answers(posed)[ANSWER].split(", ")
    moved = letters.pop(before)
    letters.insert(letters.index(_letter(posed, after)), moved)
    given = grade(posed, {ANSWER: ", ".join(letters)})
    assert given.verdict == "wrong"
    assert str(given.feedback)


def _letter(posed: PosedQuestion, item: int) -> str:
    """Return the letter of the item that the file has at this place."""
    return right_answers(posed)[ANSWER].split(", ")[item]


def _match(posed: PosedQuestion, left: int, right: int) -> None:
    """A right put to another left is wrong, and something is said to it."""
    answers = right_answers(posed)
    fields = [field.id for field in posed.fields]
    given = grade(posed, answers | {fields[left]: answers[fields[right]]})
    assert given.verdict == "wrong"
    assert str(given.fields[fields[left]].feedback or given.feedback)


@pytest.mark.skipif(not LIST.is_file(), reason=f"the list of exercises is not here: {LIST}")
def test_no_wrong_answer_of_the_list_is_missing() -> None:
    listed = {
        (each["id"], str(wrong["answer"]))
        for each in yaml.safe_load(LIST.read_text(encoding="utf-8"))
        for wrong in each.get("wrong", ())
    }
    proved = {(item, answer) for item, answer, _ in PROOFS} | set(BY_QUESTION)
    proved |= {(row[0], row[-2]) for row in (*ON_LAYER, *IN_NETWORK)}
    assert len(listed) == 187
    assert sorted(listed - proved) == []
    assert sorted({each for each in {(item, answer) for item, answer, _ in PROOFS}} - listed) == []
