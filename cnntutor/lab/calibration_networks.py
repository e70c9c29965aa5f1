"""The small networks a machine is measured with: each is dear in another way, so that the costs can be told
apart. Those that a long run would compile with XLA are timed so too."""

from dataclasses import dataclass

from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.layers.core import Dense, ReLU
from cnntutor.calc.layers.normalization import BatchNormalization
from cnntutor.calc.layers.pooling import MaxPooling2D
from cnntutor.calc.layers.reshaping import Flatten
from cnntutor.calc.network import Network, sequential
from cnntutor.lab.pace import Pace


@dataclass(frozen=True, slots=True)
class Probe:
    """One network and the batch it is trained with."""

    network: Network
    batch_size: int
    pace: Pace
    """On a CPU; a GPU has one of its own."""


def _probe(name: str, shape: tuple[int, ...], batch_size: int, pace: Pace, *layers: Layer) -> Probe:
    named = [(f"layer{number}", layer) for number, layer in enumerate(layers, start=1)]
    end = [("flatten", Flatten()), ("classes", Dense(10, activation="softmax"))]
    return Probe(sequential(name, shape, [*named, *end]), batch_size, pace)


def probes() -> tuple[Probe, ...]:
    """Return the networks: overhead of a step, many layers, multiply-adds, outputs, and weights."""
    plain, called, compiled = Pace(False, 1), Pace(False, 12), Pace(True, 12)
    return (
        _probe("step", (28, 28, 1), 32, plain),
        _probe("call", (28, 28, 1), 32, called),
        _probe("layers", (8, 8, 4), 16, called, *_convolutions(12, 8)),
        _probe("lenet", (28, 28, 1), 32, called, *_lenet()),
        _probe("macs", (16, 16, 3), 32, plain, *_convolutions(3, 96)),
        _probe("outputs", (32, 32, 3), 32, plain, *_normalized(4)),
        _probe("weights", (32, 32, 3), 32, plain, Flatten(), *_dense(1024, 2)),
        _probe("compiled-step", (28, 28, 1), 32, compiled),
        _probe("compiled-layers", (28, 28, 1), 32, compiled, Flatten(), *_dense(64, 6)),
        _probe("compiled-lenet", (28, 28, 1), 32, compiled, *_lenet()),
        _probe("compiled-batch", (28, 28, 1), 256, compiled, Flatten(), *_dense(512, 2)),
        _probe("compiled-weights", (32, 32, 3), 32, compiled, Flatten(), *_dense(1024, 2)),
    )


def _convolutions(count: int, filters: int) -> list[Layer]:
    return [Conv2D(filters, (3, 3), padding="same", activation="relu") for _ in range(count)]


def _dense(units: int, count: int) -> list[Layer]:
    return [Dense(units, activation="relu") for _ in range(count)]


def _normalized(count: int) -> list[Layer]:
    return [
        layer
        for _ in range(count)
        for layer in (Conv2D(16, (3, 3), padding="same"), BatchNormalization(), ReLU())
    ]


def _lenet() -> list[Layer]:
    return [
        Conv2D(6, (5, 5), padding="same", activation="relu"),
        MaxPooling2D((2, 2)),
        Conv2D(16, (5, 5), activation="relu"),
        MaxPooling2D((2, 2)),
        Flatten(),
        Dense(120, activation="relu"),
        Dense(84, activation="relu"),
    ]
