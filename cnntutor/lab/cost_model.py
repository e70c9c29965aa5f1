"""Seconds as a sum of costs: how long a step takes, from what a few small networks took here.

A training step costs so much for itself, for each layer, and for each trained weight, and in each image so
much for a multiply-add and for each value that layers put out. The five rates are the non-negative ones that
come nearest to the measured steps, each weighed by its own length.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cnntutor.lab.calibration import Calibration, Cost, probe_costs

_ROUNDS = 2_000
"""Rounds of coordinate descent; far more than five rates need."""
_STILL = 1e-9
"""A round that changes every rate by less, relatively, is the last."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Seconds for each unit of a row of costs."""

    values: tuple[float, ...]

    def seconds(self, row: Sequence[float]) -> float:
        """Return what a row of costs takes."""
        return sum(rate * count for rate, count in zip(self.values, row, strict=True))


@dataclass(frozen=True, slots=True)
class CostModel:
    """What a network takes on one device."""

    training: Rates
    testing: Rates
    preparing: Rates
    started: float
    """Seconds until Keras is imported."""

    def step(self, cost: Cost, batch: int) -> float:
        """Return the seconds of one training step of so many images."""
        return self.training.seconds(_step_row(cost, batch))

    def tested(self, cost: Cost, batch: int) -> float:
        """Return the seconds of one step of evaluation."""
        return self.testing.seconds(_step_row(cost, batch))

    def prepared(self, cost: Cost) -> float:
        """Return the seconds from the imported Keras to the first step."""
        return self.preparing.seconds((1.0, cost.layers))


def cost_model(calibration: Calibration) -> CostModel:
    """Return the model of a measured device."""
    costs = probe_costs()
    steps = [_step_row(cost, batch) for cost, batch in costs]
    timings = calibration.timings
    return CostModel(
        fit(steps, [timing.step for timing in timings]),
        fit(steps, [timing.tested for timing in timings]),
        fit([(1.0, cost.layers) for cost, _ in costs], [timing.first for timing in timings]),
        calibration.started,
    )


def _step_row(cost: Cost, batch: int) -> tuple[float, ...]:
    """Return how often each rate counts in a step: itself, layers, weights, outputs, multiply-adds."""
    return (1.0, cost.layers, cost.params, batch * cost.activations, batch * cost.macs)


def fit(rows: Sequence[Sequence[float]], seconds: Sequence[float]) -> Rates:
    """Return the non-negative rates whose sums come nearest to the measured seconds.

    The sum of the squares of the relative errors is made least, one rate after the other.

    Args:
        rows: Counts of each unit, all above 0 somewhere.
        seconds: What each row took, above 0.
    """
    largest = [max(row[column] for row in rows) for column in range(len(rows[0]))]
    shares = [
        [count / most / took for count, most in zip(row, largest, strict=True)]
        for row, took in zip(rows, seconds, strict=True)
    ]
    rates = [0.0] * len(largest)
    left = [1.0] * len(shares)
    for _ in range(_ROUNDS):
        before = tuple(rates)
        for column in range(len(rates)):
            squares = sum(row[column] ** 2 for row in shares)
            step = sum(row[column] * rest for row, rest in zip(shares, left, strict=True)) / squares
            changed = max(0.0, rates[column] + step)
            change, rates[column] = changed - rates[column], changed
            left = [rest - change * row[column] for row, rest in zip(shares, left, strict=True)]
        if all(abs(now - then) <= _STILL * now for now, then in zip(rates, before, strict=True)):
            break
    return Rates(tuple(rate / most for rate, most in zip(rates, largest, strict=True)))
