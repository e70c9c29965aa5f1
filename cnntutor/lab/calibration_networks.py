"""The small networks a machine is measured with: each is dear in another way, so that the costs can be told
apart."""

from dataclasses import dataclass

from cnntutor.calc.layers.base import Layer
from cnntutor.calc.layers.convolution import Conv2D
from cnntutor.calc.layers.core import Dense, ReLU
from cnntutor.calc.layers.normalization import BatchNormalization
from cnntutor.calc.layers.pooling import MaxPooling2D
from cnntutor.calc.layers.reshaping import Flatten
from cnntutor.calc.network import Network, sequential


@dataclass(frozen=True, slots=True)
class Probe:
    """One network and the batch it is trained with."""

    network: Network
    batch_size: int


def _probe(name: str, shape: tuple[int, ...], batch_size: int, *layers: Layer) -> Probe:
    named = [(f"layer{number}", layer) for number, layer in enumerate(layers, start=1)]
    end = [("flatten", Flatten()), ("classes", Dense(10, activation="softmax"))]
    return Probe(sequential(name, shape, [*named, *end]), batch_size)


def probes() -> tuple[Probe, ...]:
    """Return the networks: overhead of a step, many layers, multiply-adds, outputs, and weights."""
    wide = [Conv2D(96, (3, 3), padding="same", activation="relu") for _ in range(3)]
    small = [Conv2D(8, (3, 3), padding="same", activation="relu") for _ in range(12)]
    return (
        _probe("step", (28, 28, 1), 32),
        _probe("layers", (8, 8, 4), 16, *small),
        _probe(
            "lenet",
            (28, 28, 1),
            128,
            Conv2D(6, (5, 5), padding="same", activation="relu"),
            MaxPooling2D((2, 2)),
            Conv2D(16, (5, 5), activation="relu"),
            MaxPooling2D((2, 2)),
            Flatten(),
            Dense(120, activation="relu"),
        ),
        _probe("macs", (16, 16, 3), 32, *wide),
        _probe(
            "outputs",
            (32, 32, 3),
            32,
            *(
                layer
                for _ in range(4)
                for layer in (Conv2D(16, (3, 3), padding="same"), BatchNormalization(), ReLU())
            ),
        ),
        _probe("weights", (32, 32, 3), 32, Flatten(), Dense(1024, activation="relu"), Dense(1024)),
    )
