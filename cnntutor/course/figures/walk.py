"""A walk through a network, layer by layer: shape in, shape out, parameters and their share."""

from dataclasses import dataclass, replace

from cnntutor.calc.analysis import NetworkReport


@dataclass(frozen=True, slots=True)
class Step:
    """One layer on the way."""

    name: str
    kind: str
    """Keras's class name."""
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    params: int
    macs: int
    receptive_field: tuple[int, ...] | None
    """Input pixels one output sees, per axis; None after Flatten."""
    params_so_far: int
    """Parameters of this layer and all before it."""
    params_share: float
    """Part of the network's parameters that sit in this layer, 0 to 1."""
    macs_share: float


@dataclass(frozen=True, slots=True)
class Walk:
    """Where one stands in a network; every method returns a new Walk."""

    network: str
    """The network's name."""
    input_shape: tuple[int, ...]
    steps: tuple[Step, ...]
    total_params: int
    total_macs: int
    position: int = 0
    """0 is the input, i is steps[i - 1]."""

    @property
    def step(self) -> Step | None:
        """The layer stood at; None at the input."""
        return self.steps[self.position - 1] if self.position else None

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of what comes out here."""
        return self.steps[self.position - 1].output_shape if self.position else self.input_shape

    def next(self) -> "Walk":
        """One layer on; stays at the last."""
        return self.go(self.position + 1)

    def previous(self) -> "Walk":
        """One layer back; stays at the input."""
        return self.go(self.position - 1)

    def go(self, position: int) -> "Walk":
        """Stand at this position, cut to what there is."""
        return replace(self, position=min(max(position, 0), len(self.steps)))


def walk_through(report: NetworkReport, name: str) -> Walk:
    """Return a walk that begins at the input of a network.

    Args:
        report: The network's numbers.
        name: What to call the network.
    """
    steps: list[Step] = []
    so_far = 0
    for layer in report.layers:
        so_far += layer.params
        steps.append(
            Step(
                name=layer.name,
                kind=layer.kind,
                input_shape=layer.input_shapes[0],
                output_shape=layer.output_shape,
                params=layer.params,
                macs=layer.macs,
                receptive_field=layer.receptive_field.size if layer.receptive_field else None,
                params_so_far=so_far,
                params_share=_share(layer.params, report.total_params),
                macs_share=_share(layer.macs, report.macs),
            )
        )
    return Walk(name, report.input_shape, tuple(steps), report.total_params, report.macs)


def _share(part: int, whole: int) -> float:
    """Return which part of the whole this is, 0 of nothing."""
    return part / whole if whole else 0.0
