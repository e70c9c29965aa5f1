"""Simulated learners: random layers of every family, answers with known mistakes, typed in many ways.

Run it to measure: python -m tests.quiz.learners [LAYERS] [SEED].

Every mistake that can be made is made once, likely or not. Where two mistakes give one number nobody can tell
which was made, so that the share named first has a ceiling below one: it is printed beside the share. Both
names are told then, and the share named at all counts those.
"""

import random
import sys
from collections import Counter
from dataclasses import dataclass, field

from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.registry import LAYER_KINDS
from cnntutor.calc.network import Network, Node, sequential
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.course.questions import Ask
from cnntutor.i18n import number, set_language
from cnntutor.quiz.grade_typed import grade_asked
from cnntutor.quiz.rules.asked import Asked
from cnntutor.quiz.rules.candidate import Scope
from cnntutor.quiz.rules.doubles import doubles
from cnntutor.quiz.rules.networks import candidates

ASKS: tuple[Ask, ...] = ("params", "output_shape", "macs", "receptive_field")
KINDS = (
    *("Conv1D", "Conv2D", "Conv2D", "Conv2D", "Conv3D", "Conv2DTranspose", "Conv1DTranspose"),
    *("DepthwiseConv2D", "SeparableConv2D", "MaxPooling2D", "AveragePooling2D", "MaxPooling1D"),
    *("Dense", "Dense", "Flatten", "BatchNormalization", "LayerNormalization", "SimpleRNN", "LSTM", "GRU"),
    *("Bidirectional", "Embedding", "ZeroPadding2D", "LocallyConnected2D"),
    *("Conv3DTranspose", "SeparableConv1D", "DepthwiseConv1D", "MaxPooling3D", "GlobalAveragePooling2D"),
    *("GroupNormalization", "RMSNormalization", "ZeroPadding1D", "LocallyConnected1D"),
)

ONE_ACT = (
    frozenset({"bn-two", "non-trainable-forgotten"}),
    frozenset({"one-filter", "no-input-channels"}),
)
"""Names that on some kinds mean one and the same act: of a BatchNormalization the moving vectors left out, of
a depthwise convolution all channels but one. Which of the two is told first is no question of right or wrong.
"""


def random_network(draw: random.Random) -> tuple[Network, str]:
    """Return a small network that ends in a layer of some family, and that layer's name."""
    while True:
        kind = draw.choice(KINDS)
        try:
            network = _network(draw, kind)
            Asked(network, "output_shape", "layer").right()
        except LayerError:
            continue
        return network, "layer"


def _network(draw: random.Random, kind: str) -> Network:
    axes = _axes(kind)
    side, depth = draw.randint(9, 40 if axes < 3 else 14), draw.choice((1, 3, 4, 6, 8, 12, 16, 20))
    shape: Shape = (*(side,) * axes, depth)
    before: list[tuple[str, Layer]] = []
    if kind in ("SimpleRNN", "LSTM", "GRU", "Bidirectional"):
        shape = (draw.randint(4, 20), draw.randint(2, 40))
    elif kind == "Embedding":
        shape = (draw.randint(5, 50),)
    elif kind in ("Dense", "LayerNormalization", "RMSNormalization") and draw.random() < 0.5:
        shape = (draw.randint(5, 2000),)
    elif kind == "Dense" or (kind == "Flatten" and draw.random() < 0.6):
        before = [("pool", _layer(draw, "MaxPooling2D", depth))]
        if kind == "Dense":
            before.append(("flatten", _layer(draw, "Flatten", depth)))
    elif axes == 2 and draw.random() < 0.4:
        before = [("before", _layer(draw, draw.choice(("Conv2D", "MaxPooling2D", "ZeroPadding2D")), depth))]
    layers = [*before, ("layer", _layer(draw, kind, depth))]
    network = sequential("random", shape, layers)
    if kind == "Conv2D" and not before:
        layer = network.node("layer").layer
        groups = draw.choice((1, 1, 1, 2))
        if groups == 2 and depth % 2 == 0 and getattr(layer, "filters", 1) % 2 == 0:
            import dataclasses

            grouped: Layer = dataclasses.replace(layer, groups=2)  # type: ignore[type-var]
            return Network("random", (network.nodes[0], Node("layer", grouped, network.nodes[1].inputs)))
    return network


def _axes(kind: str) -> int:
    return next((axes for axes in (1, 2, 3) if f"{axes}D" in kind), 2)


def _layer(draw: random.Random, kind: str, depth: int) -> Layer:
    arguments: dict[str, object] = {}
    axes = _axes(kind)
    if "Conv" in kind or kind.startswith("Locally"):
        arguments["kernel_size"] = (draw.choice((1, 2, 3, 3, 4, 5, 5, 7)),) * axes
        arguments["padding"] = draw.choice(("valid", "valid", "same"))
        arguments["use_bias"] = draw.random() < 0.85
        arguments["strides"] = (draw.choice((1, 1, 2, 3)),) * axes
        if kind.startswith("Locally"):
            arguments["padding"] = "valid"
        elif arguments["strides"] == (1,) * axes and draw.random() < 0.2:
            arguments["dilation_rate"] = (2,) * axes
        if "Depthwise" in kind:
            arguments["depth_multiplier"] = draw.choice((1, 1, 2))
        else:
            arguments["filters"] = draw.choice((2, 4, 6, 8, 10, 16, 20, 24, 32, 48, 64, 96))
    elif "Pooling" in kind and not kind.startswith("Global"):
        arguments["pool_size"] = (draw.choice((2, 2, 3)),) * axes
        arguments["strides"] = (draw.choice((1, 2, 2, 3)),) * axes
        arguments["padding"] = draw.choice(("valid", "valid", "same"))
    elif kind == "GroupNormalization":
        arguments["groups"] = 1
    elif kind.startswith("ZeroPadding"):
        arguments["padding"] = draw.choice((1, 2, 3))
    elif kind == "Embedding":
        arguments = {"input_dim": draw.randint(20, 5000), "output_dim": draw.randint(4, 128)}
    elif kind == "Bidirectional":
        arguments["layer"] = _layer(draw, draw.choice(("LSTM", "GRU", "SimpleRNN")), depth)
    elif kind in ("Dense", "SimpleRNN", "LSTM", "GRU"):
        arguments["units"] = draw.choice((5, 10, 12, 32, 64, 84, 100, 120, 256))
        if kind != "Dense":
            arguments["return_sequences"] = draw.random() < 0.3
    return LAYER_KINDS[kind](**arguments)


def typed(value: int | Shape, draw: random.Random) -> str:
    """Return a value as some learner types it."""
    if isinstance(value, tuple):
        style = draw.choice(("x", " x ", "×", ", ", "()", " "))
        sides = [str(side) for side in value]
        if len(value) == 1:
            return draw.choice((sides[0], f"({sides[0]},)"))
        return f"({', '.join(sides)})" if style == "()" else style.join(sides)
    spaced = number(value, "en").replace(",", " ")
    forms = [str(value), f" {value} ", number(value, "en"), number(value, "vi"), f"{value:_}", spaced]
    if value > 1:
        forms += [f"{value - 1}+1", f"{value}*1", f"({value})", f"{value} params", f"{value} tham số"]
    return draw.choice(forms)


@dataclass
class Measured:
    """How answers were graded."""

    singles: Counter[Scope] = field(default_factory=Counter)
    """Single mistakes, by where they were made."""
    named: Counter[Scope] = field(default_factory=Counter)
    """Those named first."""
    named_too: int = 0
    """Those named, first or beside others that give the same number."""
    one_act: int = 0
    """Mistakes in the layer asked about not named first, but by another name of the same act."""
    most: int = 0
    """How many any order of names could name first."""
    pairs: int = 0
    pairs_named: int = 0
    right: int = 0
    right_refused: int = 0
    wrong: int = 0
    wrong_accepted: int = 0
    missed: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(mistake made, mistake named first), where they differ."""

    @property
    def share(self) -> float:
        """The share of single mistakes that are named."""
        return self.named_too / max(1, self.singles.total())

    @property
    def first(self) -> float:
        """The share of single mistakes in the very layer asked about that are named first."""
        return (self.named["here"] + self.one_act) / max(1, self.singles["here"])

    def __str__(self) -> str:
        every = max(1, self.singles.total())
        elsewhere = every - self.singles["here"]
        named_elsewhere = self.named.total() - self.named["here"]
        return (
            f"single mistakes in the layer asked about {self.singles['here']}: named first {self.first:.2%} "
            f"({self.named['here'] / max(1, self.singles['here']):.2%} where two names of one act are two)\n"
            f"single mistakes before it or everywhere {elsewhere}: named first "
            f"{named_elsewhere / max(1, elsewhere):.2%}\n"
            f"single mistakes {every}: named first {self.named.total() / every:.2%} "
            f"(no order of names could do better than {self.most / every:.2%}), "
            f"named at all {self.share:.2%}\n"
            f"double mistakes {self.pairs}: both named {self.pairs_named / max(1, self.pairs):.2%}\n"
            f"right answers {self.right}: refused {self.right_refused}\n"
            f"wrong answers {self.wrong}: accepted {self.wrong_accepted}"
        )


def measure(layers: int, seed: int) -> Measured:
    """Return how the answers of simulated learners are graded on so many random layers."""
    draw, found = random.Random(seed), Measured()
    for _ in range(layers):
        network, name = random_network(draw)
        for ask in ASKS:
            asked = Asked(network, ask, name)
            try:
                right = asked.right()
            except LayerError:
                continue
            found.right += 1
            found.right_refused += grade_asked(asked, typed(right, draw)).verdict != "right"
            _singles(found, asked, right, draw)
            _pairs(found, asked, draw)
            _noise(found, asked, right, draw)
    return found


def _singles(found: Measured, asked: Asked, right: int | Shape, draw: random.Random) -> None:
    made = [each for each in candidates(asked) if each.value != right]
    ways: dict[int | Shape, Counter[str]] = {}
    for each in made:
        ways.setdefault(each.value, Counter())[each.slug] += 1
    found.most += sum(max(slugs.values()) for slugs in ways.values())
    for each in made:
        grade = grade_asked(asked, typed(each.value, draw))
        found.singles[each.scope] += 1
        found.wrong += 1
        found.wrong_accepted += grade.verdict == "right"
        found.named[each.scope] += grade.mistake == each.slug
        if each.scope == "here" and grade.mistake != each.slug:
            found.one_act += {grade.mistake, each.slug} in ONE_ACT
        found.named_too += each.slug in (grade.mistake, *grade.also)
        if grade.mistake != each.slug:
            found.missed[each.slug, grade.mistake or grade.verdict] += 1


def _pairs(found: Measured, asked: Asked, draw: random.Random) -> None:
    pairs = doubles(asked)
    for double in draw.sample(pairs, min(3, len(pairs))):
        grade = grade_asked(asked, typed(double.value, draw))
        found.pairs += 1
        found.wrong += 1
        found.wrong_accepted += grade.verdict == "right"
        found.pairs_named += set(grade.together) == set(double.slugs)


def _noise(found: Measured, asked: Asked, right: int | Shape, draw: random.Random) -> None:
    """Answers beside the right one, and slips of the keyboard."""
    if isinstance(right, tuple):
        place = draw.randrange(len(right)) if right else 0
        wrong: int | Shape = tuple(
            side + (draw.choice((1, 2, 10)) if at == place else 0) for at, side in enumerate(right)
        )
    else:
        wrong = draw.choice((right + 1, right * 10, right + 1000, right * 2 + 7))
    if wrong != right:
        found.wrong += 1
        found.wrong_accepted += grade_asked(asked, typed(wrong, draw)).verdict == "right"


if __name__ == "__main__":
    set_language("en")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    result = measure(count, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    print(result)
    for (made, named), times in result.missed.most_common(25):
        print(f"  {made} named {named}: {times}")
