"""Seconds as a sum of costs: how long a step takes, from what a few small networks took here.

A training step costs so much for the call it is made by, for each layer, and for each trained weight, and in
each image so much for a multiply-add and for each value that layers put out. The five rates are the
non-negative ones that come nearest to the measured steps, each weighed by its own length. What any run takes
besides, and any epoch, is left over from the small run when its steps are taken away.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cnntutor.calc.analysis import analyse
from cnntutor.lab.calibration import Calibration, Cost, Timing, cost_of, probe_costs, small_run
from cnntutor.lab.devices import CPU
from cnntutor.lab.network_record import restore_network
from cnntutor.lab.pace import GPU_PACE, Pace, pace_of
from cnntutor.lab.parts import parts
from cnntutor.lab.run_spec import TrainingSettings

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
class PaceRates:
    """What training takes that is compiled in one way."""

    training: Rates
    testing: Rates
    preparing: Rates


@dataclass(frozen=True, slots=True)
class CostModel:
    """What a network takes on one device."""

    plain: PaceRates
    compiled: PaceRates
    """With XLA; on a GPU the same, for there Keras chooses."""
    fixed: float = 0.0
    """Seconds of any run, its network and its epochs apart."""
    epoch: float = 0.0
    """Seconds of any epoch, its steps apart."""

    def step(self, cost: Cost, batch: int, pace: Pace) -> float:
        """Return the seconds of one training step of so many images."""
        return self._rates(pace).training.seconds(_step_row(cost, batch, pace))

    def tested(self, cost: Cost, batch: int, pace: Pace) -> float:
        """Return the seconds of one step of evaluation."""
        return self._rates(pace).testing.seconds(_step_row(cost, batch, pace))

    def prepared(self, cost: Cost, pace: Pace) -> float:
        """Return the seconds from the built network to the first step."""
        return self._rates(pace).preparing.seconds((1.0, cost.layers))

    def trained(self, cost: Cost, settings: TrainingSettings, images: int, held: int, pace: Pace) -> float:
        """Return the seconds of one epoch, once the network is prepared."""
        batch = min(settings.batch_size, images)
        return (
            self.epoch
            + math.ceil(images / batch) * self.step(cost, batch, pace)
            + held / batch * self.tested(cost, batch, pace)
        )

    def _rates(self, pace: Pace) -> PaceRates:
        return self.compiled if pace.jit else self.plain


@lru_cache(maxsize=4)
def cost_model(calibration: Calibration) -> CostModel:
    """Return the model of a measured device."""
    gpu = calibration.device != CPU
    told = [
        (cost, probe.batch_size, GPU_PACE if gpu else probe.pace, timing)
        for (cost, probe), timing in zip(probe_costs(), calibration.timings, strict=True)
    ]
    plain = _pace_rates([each for each in told if not each[2].jit])
    compiled = plain if gpu else _pace_rates([each for each in told if each[2].jit])
    steps_only = CostModel(plain, compiled)
    spec = small_run()
    cost = cost_of(analyse(restore_network(spec.network)))
    images, held, _ = parts(spec.settings)
    pace = pace_of(spec, images, gpu)
    epoch = calibration.epoch - steps_only.trained(cost, spec.settings, images, held, pace)
    fixed = calibration.run - steps_only.prepared(cost, pace) - spec.settings.epochs * calibration.epoch
    return CostModel(plain, compiled, max(0.0, fixed), max(0.0, epoch))


def _pace_rates(told: Sequence[tuple[Cost, int, Pace, Timing]]) -> PaceRates:
    """Return the rates that explain what networks took which were all compiled in one way."""
    steps = [_step_row(cost, batch, pace) for cost, batch, pace, _ in told]
    return PaceRates(
        fit(steps, [timing.step for *_, timing in told]),
        fit(steps, [timing.tested for *_, timing in told]),
        fit([(1.0, cost.layers) for cost, *_ in told], [timing.first for *_, timing in told]),
    )


def _step_row(cost: Cost, batch: int, pace: Pace) -> tuple[float, ...]:
    """Return how often each rate counts in a step: calls, layers, weights, outputs, multiply-adds."""
    return (1.0 / pace.steps, cost.layers, cost.params, batch * cost.activations, batch * cost.macs)


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
