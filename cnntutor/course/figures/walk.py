"""A walk through a network, layer by layer: shape in, shape out, parameters and their share."""

from dataclasses import dataclass


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
        raise NotImplementedError

    def previous(self) -> "Walk":
        """One layer back; stays at the input."""
        raise NotImplementedError

    def go(self, position: int) -> "Walk":
        """Stand at this position, cut to what there is."""
        raise NotImplementedError
