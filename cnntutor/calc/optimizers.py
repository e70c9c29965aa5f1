"""What an optimizer keeps beside the weights: why summary() shows three times as many after fit.

Keras's summary() of a compiled model that has been trained counts the optimizer's variables among the total:
for each trainable parameter its slots (momentum, velocity, …), and a few single numbers, at least the
iteration and the learning rate. The counts are those of Keras's optimizer.variables, exactly.
"""

from dataclasses import dataclass

from cnntutor.calc.analysis import NetworkReport
from cnntutor.calc.layers.base import Weight
from cnntutor.calc.precision import Precision
from cnntutor.calc.working import Derivation, Symbol, substitute
from cnntutor.i18n import Message, msg

COMMON = ("iteration", "learning_rate")
"""What every optimizer of Keras keeps, one number each."""
LOSS_SCALING = ("step_counter", "dynamic_scale", *COMMON)
"""What Keras adds under mixed_float16, where compile() puts a LossScaleOptimizer around the optimizer."""


@dataclass(frozen=True, slots=True)
class Optimizer:
    """An optimizer of Keras with the arguments that decide what it keeps."""

    slug: str
    code: str
    """As it is written in Keras."""
    slots: tuple[str, ...]
    """What it keeps for each trainable parameter."""
    singles: tuple[str, ...] = ()
    """Single numbers beyond iteration and learning rate."""
    factored: bool = False
    """Adafactor: also a row and a column of means for every array of two axes or more."""
    but_matrices: str = ""
    """Muon: a slot that is kept for every array but a matrix; a table of embeddings counts as none."""

    def extra(self, layer: str, weight: Weight) -> int:
        """Return how many numbers it keeps for one trainable array beyond its slots.

        Args:
            layer: The layer's name; Keras looks for "embedding" in it too.
            weight: The array.
        """
        if self.but_matrices:
            table = "embedding" in f"{layer}/{weight.name}".lower()
            return weight.size if len(weight.shape) != 2 or table else 0
        if not self.factored:
            return 0
        if len(weight.shape) < 2:
            return 2
        return weight.size // weight.shape[-1] + weight.size // weight.shape[-2]


OPTIMIZERS: dict[str, Optimizer] = {
    each.slug: each
    for each in (
        Optimizer("sgd", "SGD()", ()),
        Optimizer("sgd-momentum", "SGD(momentum=0.9)", ("momentum",)),
        Optimizer("rmsprop", "RMSprop()", ("velocity",)),
        Optimizer("adagrad", "Adagrad()", ("accumulator",)),
        Optimizer("adadelta", "Adadelta()", ("accumulated_grad", "accumulated_delta_var")),
        Optimizer("adam", "Adam()", ("momentum", "velocity")),
        Optimizer("adam-amsgrad", "Adam(amsgrad=True)", ("momentum", "velocity", "velocity_hat")),
        Optimizer("adamw", "AdamW()", ("momentum", "velocity")),
        Optimizer("adamax", "Adamax()", ("momentum", "norm")),
        Optimizer("nadam", "Nadam()", ("momentum", "velocity"), ("u_product",)),
        Optimizer("ftrl", "Ftrl()", ("accumulator", "linear")),
        Optimizer("lion", "Lion()", ("momentum",)),
        Optimizer("lamb", "Lamb()", ("momentum", "velocity")),
        Optimizer("adafactor", "Adafactor()", ("velocity",), factored=True),
        Optimizer("muon", "Muon()", ("momentum",), but_matrices="velocity"),
        Optimizer("schedule-free-adamw", "ScheduleFreeAdamW()", ("momentum", "velocity")),
    )
}
"""Every optimizer the calculator knows, by slug."""
NO_OPTIMIZERS: dict[str, Message] = {
    "Optimizer": msg("the class all others derive from"),
    "LossScaleOptimizer": msg("wraps another one; counted under mixed_float16"),
    "MultiOptimizer": msg("holds several others, each for layers of its own"),
    "OptimizerMap": msg("says which layers an optimizer of a MultiOptimizer has"),
}
"""Classes in keras.optimizers that have no count of their own, with the reason."""


@dataclass(frozen=True, slots=True)
class OptimizerState:
    """What an optimizer keeps for one network."""

    optimizer: Optimizer
    trainable_params: int
    model_params: int
    """Trainable or not: what summary() shows before the optimizer is built."""
    slots: int
    """Numbers kept for the trainable parameters."""
    singles: tuple[str, ...]
    """The single numbers by name."""

    @property
    def optimizer_params(self) -> int:
        """What summary() calls "Optimizer params"."""
        return self.slots + len(self.singles)

    @property
    def total_params(self) -> int:
        """What summary() calls "Total params" after fit."""
        return self.model_params + self.optimizer_params


def optimizer_of(slug: str) -> Optimizer:
    """Return an optimizer by its slug.

    Raises:
        ValueError: there is none of this slug.
    """
    if slug not in OPTIMIZERS:
        raise ValueError(f"optimizer must be one of {', '.join(OPTIMIZERS)}, received {slug!r}")
    return OPTIMIZERS[slug]


def optimizer_state(
    report: NetworkReport, optimizer: Optimizer, precision: Precision | None = None
) -> OptimizerState:
    """Return what an optimizer keeps once the network is compiled and has taken a first step.

    Args:
        report: The numbers of the network.
        optimizer: One of OPTIMIZERS.
        precision: Under mixed_float16 Keras adds the numbers of loss scaling; None is float32.
    """
    slots = len(optimizer.slots) * report.trainable_params
    if optimizer.factored or optimizer.but_matrices:
        slots += sum(optimizer.extra(layer, weight) for layer, weight in _trainable(report))
    singles = (*COMMON, *optimizer.singles)
    if precision is not None and precision.name == "mixed_float16":
        singles = (*singles, *LOSS_SCALING)
    return OptimizerState(optimizer, report.trainable_params, report.total_params, slots, singles)


def derive_after_fit(
    report: NetworkReport, optimizer: Optimizer, precision: Precision | None = None
) -> Derivation:
    """Return the working of the total that summary() shows after fit, from the total before it.

    Args:
        report: The numbers of the network.
        optimizer: One of OPTIMIZERS.
        precision: As for optimizer_state.
    """
    state = optimizer_state(report, optimizer, precision)
    symbols = [
        Symbol("params", msg("parameters of the layers, trainable or not"), report.total_params),
        Symbol("trainable", msg("trainable parameters"), report.trainable_params),
        Symbol("slots", msg("numbers kept for each of them"), len(optimizer.slots)),
    ]
    terms = ["params", "slots · trainable"]
    extra = state.slots - len(optimizer.slots) * report.trainable_params
    if optimizer.factored:
        symbols.append(Symbol("factors", msg("means of rows and columns"), extra))
        terms.append("factors")
    if optimizer.but_matrices:
        meaning = msg("the same again for arrays that are no matrices, or are embeddings")
        symbols.append(Symbol(optimizer.but_matrices, meaning, extra))
        terms.append(optimizer.but_matrices)
    meaning = msg("single numbers: {names}", names=", ".join(dict.fromkeys(state.singles)))
    symbols.append(Symbol("singles", meaning, len(state.singles)))
    terms.append("singles")
    formula = " + ".join(terms)
    rule = msg(
        "After fit, Keras's summary() counts the optimizer's numbers too. {optimizer} keeps for every"
        " trainable parameter: {slots}.",
        optimizer=optimizer.code,
        slots=", ".join(optimizer.slots) or msg("nothing"),
    )
    return Derivation(
        "total_params",
        rule,
        tuple(symbols),
        formula,
        substitute(formula, tuple(symbols)),
        state.total_params,
        msg("numbers, the optimizer's included"),
    )


def _trainable(report: NetworkReport) -> list[tuple[str, Weight]]:
    """Return every trainable array once, with its layer's name; shared and frozen layers bring none."""
    found: list[tuple[str, Weight]] = []
    for layer in report.layers:
        node = report.network.node(layer.name)
        if layer.trainable and not node.shares:
            found += [
                (node.name, weight) for weight in node.layer.weights(layer.input_shapes) if weight.trainable
            ]
    return found
