"""Two networks compared layer by layer: what is missing, too much, or otherwise than asked, and where.

Both are gone through from the inputs on; each step asked for is looked for on the steps that stand for its
inputs. Names do not matter.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cnntutor.calc.layers.base import layer_arguments
from cnntutor.calc.layers.registry import LAYER_KINDS
from cnntutor.calc.network import Network
from cnntutor.i18n import Message, msg
from cnntutor.quiz.code_align import distance, first_edit, row_from
from cnntutor.quiz.code_steps import COMMUTATIVE, Arguments, Step, Steps, steps_of

MOST_DIFFERENCES = 6
"""More would not help anybody."""


@dataclass(frozen=True, slots=True)
class CodeProblem:
    """One thing that is not as asked."""

    layer: str
    """The learner's layer it is about, or the one before the gap; empty for the whole model."""
    message: Message


def compare_networks(wanted: Network, got: Network) -> tuple[CodeProblem, ...]:
    """Return how a network differs from the one that was asked for; nothing where it does not.

    Args:
        wanted: What was asked for.
        got: What was built.
    """
    return _Comparison(steps_of(wanted), steps_of(got)).problems()[:MOST_DIFFERENCES]


class _Comparison:
    """The way through both networks."""

    def __init__(self, wanted: Steps, got: Steps) -> None:
        self.wanted, self.got = wanted, got
        self.got_steps = got.by_key()
        self.wanted_next, self.got_next = wanted.consumers(), got.consumers()
        self.wanted_below = _signatures(wanted, self.wanted_next)
        self.got_below = _signatures(got, self.got_next)
        self.stands_for: dict[str, str] = {}
        """Key of a step asked for → key of the step found for it; for a missing one, of what it stood on."""
        self.used: set[str] = set()
        self.missed: set[str] = set()
        """Keys of the steps asked for that are not there."""
        self.found: list[CodeProblem] = []

    def problems(self) -> tuple[CodeProblem, ...]:
        """Return what differs."""
        for step in self.wanted.steps:
            if step.inputs:
                self._match(step, tuple(self.stands_for[each] for each in step.inputs))
            else:
                self._match_input(step)
        self._leftovers()
        if not self.found:
            wanted = {self.stands_for[each] for each in self.wanted.outputs}
            if wanted != set(self.got.outputs):
                names = ", ".join(self.got_steps[each].name for each in sorted(wanted))
                self._say("", msg("The model must end with {layers}, nothing else.", layers=names))
        return tuple(self.found)

    def _say(self, layer: str, message: Message) -> None:
        """Take down a difference."""
        self.found.append(CodeProblem(layer, message))

    def _match_input(self, step: Step) -> None:
        """Find the input that stands for one asked for: the next one."""
        inputs = [each for each in self.got.steps if not each.inputs and each.key not in self.used]
        if not inputs:
            self.stands_for[step.key] = next(each.key for each in self.got.steps if not each.inputs)
            self._say("", msg("The model needs one more input."))
            return
        found = inputs[0]
        self.stands_for[step.key] = found.key
        self.used.add(found.key)
        if found.same != step.same:
            shapes = (dict(each.arguments).get("shape") for each in (step, found))
            asked, here = (_shown(each) for each in shapes)
            self._say(
                found.name, msg("The input shape is {got}; asked for is {wanted}.", got=here, wanted=asked)
            )

    def _match(self, step: Step, inputs: tuple[str, ...]) -> None:
        """Find the step that stands for one asked for, on steps that stand for its inputs."""
        candidates = self._standing_on(inputs, step.kind in COMMUTATIVE)
        best = self._best(step, candidates)
        if best is not None and best.same != step.same:
            edit = first_edit(row_from(step, self.wanted_next), row_from(best, self.got_next))
            if edit == "missing":
                best = None
            elif edit == "extra":
                self._take_extra(best)
                self._match(step, (best.key,))
                return
        if best is None and len(inputs) > 1:
            best = self._elsewhere(step)
        if best is None:
            self._miss(step, inputs)
            return
        self.stands_for[step.key] = best.key
        self.used.add(best.key)
        self._differ(step, best, inputs)

    def _best(self, step: Step, candidates: list[Step]) -> Step | None:
        """Return the candidate for a step: one like it, else the one that fewest edits make so."""
        like = [each for each in candidates if each.same == step.same]
        if like:
            return max(like, key=lambda each: self._likeness(step, each))
        row = row_from(step, self.wanted_next)
        free = [each for each in candidates if not self._wanted_elsewhere(step, each)]
        return min(free, key=lambda each: distance(row, row_from(each, self.got_next)), default=None)

    def _wanted_elsewhere(self, step: Step, candidate: Step) -> bool:
        """Return whether a candidate is just what another step, not found yet, asks for in its place."""
        return any(
            other.same == candidate.same
            and tuple(self.stands_for.get(each) for each in other.inputs) == candidate.inputs
            for other in self.wanted.steps
            if other.key != step.key and other.key not in self.stands_for
        )

    def _standing_on(self, inputs: tuple[str, ...], any_order: bool) -> list[Step]:
        """Return the free steps that read these."""
        asked = sorted(inputs) if any_order else list(inputs)
        found = {each.key: each for source in inputs for each in self.got_next[source]}
        return [
            each
            for each in found.values()
            if each.key not in self.used
            and (sorted(each.inputs) if any_order and each.kind in COMMUTATIVE else list(each.inputs))
            == asked
        ]

    def _likeness(self, step: Step, other: Step) -> tuple[bool, ...]:
        """Return how much a step looks like the one asked for; to be compared."""
        return (
            other.same == step.same,
            self.got_below[other.key] == self.wanted_below[step.key],
            other.kind == step.kind,
            other.trainable == step.trainable,
        )

    def _take_extra(self, extra: Step) -> None:
        """Take down a step that was not asked for."""
        self.used.add(extra.key)
        self._say(
            extra.name,
            msg("{layer}: {what} was not asked for here.", layer=extra.name, what=_described(extra)),
        )

    def _elsewhere(self, step: Step) -> Step | None:
        """Return a free step of the same kind on other inputs: a merge of something else."""
        free = [each for each in self.got.steps if each.key not in self.used and each.kind == step.kind]
        return max(free, key=lambda each: self._likeness(step, each), default=None)

    def _miss(self, step: Step, inputs: tuple[str, ...]) -> None:
        """Take down a step that is not there; of one whose layer is missing too, the layer alone."""
        self.stands_for[step.key] = inputs[0]
        self.missed.add(step.key)
        if step.name != step.key and step.inputs[0] in self.missed:
            return  # the activation of a missing layer
        behind = self._named(inputs)
        after = [each for each in self.wanted_next[step.key] if each.name == step.name]
        what = _described(step, after[0].arguments if after else ())
        self._say(
            self.got_steps[inputs[0]].name,
            msg("After {layer} there is no {what}.", layer=behind, what=what),
        )

    def _named(self, keys: tuple[str, ...]) -> Message | str:
        """Return the names of steps; of an only input, that it is one: nobody has given it a name."""
        steps = [self.got_steps[each] for each in dict.fromkeys(keys)]
        if len(steps) == 1 and not steps[0].inputs:
            return msg("the input")
        return ", ".join(dict.fromkeys(each.name for each in steps))

    def _differ(self, step: Step, found: Step, inputs: tuple[str, ...]) -> None:
        """Take down how a step differs from the one asked for."""
        if found.kind != step.kind:
            self._say(
                found.name,
                msg(
                    "{layer}: here stands {got}; asked for is {wanted}.",
                    layer=found.name,
                    got=_described(found),
                    wanted=_described(step),
                ),
            )
            return
        have = dict(found.arguments)
        for name, value in step.arguments:
            if have.get(name) != value:
                self._say(
                    found.name,
                    msg(
                        "{layer} ({kind}): {argument} is {got}; asked for is {wanted}.",
                        layer=found.name,
                        kind=found.kind,
                        argument=name,
                        got=_shown(have.get(name)),
                        wanted=_shown(value),
                    ),
                )
        self._differ_in_wiring(step, found, inputs)

    def _differ_in_wiring(self, step: Step, found: Step, inputs: tuple[str, ...]) -> None:
        """Take down other inputs, other weights, and what is frozen or not."""
        here, asked = self._named(found.inputs), self._named(inputs)
        whole = self.missed.isdisjoint(step.inputs)  # what is not there cannot be read, and is told already
        if whole and sorted(found.inputs) != sorted(inputs) and here != asked:
            message = msg(
                "{layer} ({kind}) reads {got}; it should read {wanted}.",
                layer=found.name,
                kind=found.kind,
                got=here,
                wanted=asked,
            )
            self._say(found.name, message)
        words = {"layer": found.name, "kind": found.kind}
        if step.shares and not found.shares:
            again = msg("{layer} ({kind}) has weights of its own; it should be a layer used before.", **words)
            self._say(found.name, again)
        elif found.shares and not step.shares:
            own = msg("{layer} ({kind}) is a layer used before; it should have weights of its own.", **words)
            self._say(found.name, own)
        if step.trainable and not found.trainable:
            trained = msg("{layer} ({kind}) is frozen; it should be trained: trainable = True.", **words)
            self._say(found.name, trained)
        elif found.trainable and not step.trainable:
            frozen = msg("{layer} ({kind}) is trained; it should be frozen: trainable = False.", **words)
            self._say(found.name, frozen)

    def _leftovers(self) -> None:
        """Take down the steps that stand for none asked for and lead to an output."""
        if len(self.found) >= MOST_DIFFERENCES:
            return
        useful = _leading_to(self.got, self.got_steps)
        for step in self.got.steps:
            if step.inputs and step.key not in self.used and step.key in useful:
                self._take_extra(step)


def _signatures(steps: Steps, following: Mapping[str, list[Step]]) -> dict[str, int]:
    """Return for each step a number for it and all that is built upon it."""
    found: dict[str, int] = {}
    outputs = set(steps.outputs)
    for step in reversed(steps.steps):
        below = sorted(found[each.key] for each in following[step.key])
        found[step.key] = hash((step.kind, repr(step.arguments), step.key in outputs, tuple(below)))
    return found


def _leading_to(steps: Steps, by_key: Mapping[str, Step]) -> set[str]:
    """Return the keys of the steps that the outputs stand on."""
    waiting, seen = list(steps.outputs), set(steps.outputs)
    while waiting:
        for source in by_key[waiting.pop()].inputs:
            if source not in seen:
                seen.add(source)
                waiting.append(source)
    return seen


def _described(step: Step, activation: Arguments = ()) -> str:
    """Return a layer as it is written in Keras code, with what tells it from its default."""
    telling = (*_telling(step.kind, step.arguments), *activation)
    shown = [f"{name}={_shown(value)}" for name, value in telling]
    return f"{step.kind}({', '.join(shown)})"


def _telling(kind: str, arguments: Arguments) -> Arguments:
    """Return the arguments that are worth showing: those not at their defaults, and a pool_size."""
    defaults = layer_arguments(LAYER_KINDS[kind]) if kind in LAYER_KINDS else {}
    given = dict(arguments)
    usual = (
        {**defaults, "strides": given["pool_size"], "pool_size": None} if "pool_size" in given else defaults
    )
    return tuple(
        (name, value)
        for name, value in arguments
        if value is not None and name != "data_format" and usual.get(name) != value
    )


def _shown(value: object) -> str:
    """Return an argument as Python writes it."""
    return repr(value)
