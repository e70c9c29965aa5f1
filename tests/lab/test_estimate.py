"""Estimates: rates recovered from costs, runs alike go before the model, errors correct what comes after."""

import math
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnntutor.calc.analysis import analyse
from cnntutor.lab.calibration import (
    Calibration,
    Cost,
    Timing,
    cost_of,
    load_calibration,
    machine,
    probe_costs,
    small_run,
)
from cnntutor.lab.cost_model import cost_model, fit
from cnntutor.lab.estimate import estimate, memory_warning, one_after_the_other
from cnntutor.lab.estimate_words import borne_out, duration, estimate_sentence
from cnntutor.lab.events import ResultEvent
from cnntutor.lab.headroom import crowding, free_memory, processors
from cnntutor.lab.history import PastRun
from cnntutor.lab.network_record import restore_network
from cnntutor.lab.pace import Pace
from cnntutor.lab.parts import parts
from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.lab.run_spec import Estimate, RunSpec

MAC, OUTPUT, CALL = 3e-11, 2e-9, 2e-3
"""Seconds for a multiply-add, a value put out, and a call."""


def _calibration(slowness: float = 1.0) -> Calibration:
    """Return what a machine of known rates would have measured."""
    timings = tuple(
        Timing(
            first=(2.0 if probe.pace.jit else 0.5) + 0.1 * cost.layers,
            step=slowness * (CALL / probe.pace.steps + _computed(cost, probe.batch_size)),
            tested=slowness * (CALL / probe.pace.steps + _computed(cost, probe.batch_size)) / 3,
        )
        for cost, probe in probe_costs()
    )
    return Calibration(
        format_version=2,
        machine=machine(),
        device="CPU",
        measured=0.0,
        run=8.0,
        epoch=0.3 * slowness,
        memory=600_000_000,
        timings=timings,
    )


def _computed(cost: Cost, batch: int) -> float:
    return batch * (cost.macs * MAC + cost.activations * OUTPUT)


def _spec(**changes: str) -> RunSpec:
    return resolve(find_recipe("lenet5-mnist"), "quick", changes)


def _past(spec: RunSpec, seconds: float, training: float | None = None, peak: int | None = None) -> PastRun:
    return PastRun(
        spec,
        ResultEvent(
            time=1.0,
            attempt=1,
            state="finished",
            test_loss=0.1,
            test_accuracy=0.9,
            test_count=10,
            test_correct=9,
            test_interval=(0.8, 1.0),
            best_epoch=1,
            epochs_done=spec.settings.epochs,
            seconds=seconds,
            data=None,
            training_seconds=training,
            peak_memory=peak,
        ),
    )


@settings(deadline=None)
@given(
    st.lists(st.floats(1e-3, 10), min_size=3, max_size=3),
    st.lists(st.lists(st.integers(1, 1000), min_size=3, max_size=3), min_size=4, max_size=6),
)
def test_a_fit_explains_what_its_rates_made(rates: list[float], rows: list[list[int]]) -> None:
    seconds = [sum(rate * count for rate, count in zip(rates, row, strict=True)) for row in rows]
    found = fit(rows, seconds)
    assert all(rate >= 0 for rate in found.values)
    for row, took in zip(rows, seconds, strict=True):
        assert found.seconds(row) == pytest.approx(took, rel=0.2)


def test_the_model_gives_back_the_measured_steps() -> None:
    model = cost_model(_calibration())
    for (cost, probe), timing in zip(probe_costs(), _calibration().timings, strict=True):
        assert model.step(cost, probe.batch_size, probe.pace) == pytest.approx(timing.step, rel=0.05)
        assert model.tested(cost, probe.batch_size, probe.pace) == pytest.approx(timing.tested, rel=0.05)
        assert model.prepared(cost, probe.pace) == pytest.approx(timing.first, rel=0.05)


def test_the_model_gives_back_the_small_run() -> None:
    spec = small_run()
    found = estimate(spec, (), _calibration())
    assert found is not None and found.modelled == pytest.approx(8.0, rel=0.05)


def test_a_gpu_compiles_in_one_way() -> None:
    model = cost_model(msgspec.structs.replace(_calibration(), device="NVIDIA H200"))
    assert model.plain == model.compiled


def test_nothing_is_said_of_an_unknown_machine() -> None:
    assert estimate(_spec()) is None
    assert load_calibration() is None


def test_from_the_machine_alone() -> None:
    found = estimate(_spec(epochs="5"), (), _calibration())
    longer = estimate(_spec(epochs="50"), (), _calibration())
    slower = estimate(_spec(epochs="50"), (), _calibration(2.0))
    assert found is not None and longer is not None and slower is not None
    assert found.basis == "machine" and found.runs == 0
    assert found.low < found.seconds < found.high
    model = cost_model(_calibration())
    fixed = model.fixed + model.prepared(cost_of(analyse(restore_network(_spec().network))), Pace(True))
    # The test at the end counts once.
    assert 8 < (longer.seconds - fixed) / (found.seconds - fixed) < 10.5
    assert 1.4 < slower.seconds / longer.seconds < 2
    assert found.memory is not None and found.memory > 600_000_000


def test_a_crowded_machine_is_reckoned_with() -> None:
    alone = estimate(_spec(epochs="2"), (), _calibration())
    beside = estimate(_spec(epochs="2"), (), _calibration(), 2.0)
    assert alone is not None and beside is not None
    assert beside.seconds == pytest.approx(2 * alone.seconds)
    assert beside.low == pytest.approx(alone.low) and beside.high == pytest.approx(2 * alone.high)


def test_what_runs_took_on_a_crowded_machine_is_not_what_they_take_on_a_quiet_one() -> None:
    spec = _spec(epochs="2")
    told = estimate(spec, (), _calibration(), 3.0)
    assert told is not None and told.modelled is not None and told.crowded == 3.0
    past = (_past(msgspec.structs.replace(spec, estimate=told), 3 * told.modelled, 2 * told.modelled),)
    for other in (_spec(epochs="2"), _spec(epochs="2", batch_size="31")):
        plain = estimate(other, (), _calibration())
        learned = estimate(other, past, _calibration())
        assert plain is not None and learned is not None
        assert learned.seconds == pytest.approx(plain.seconds, rel=0.01)


def test_few_runs_do_not_make_sure() -> None:
    def wide(count: int) -> float:
        spec = _spec(epochs="2")
        first = estimate(spec, (), _calibration())
        assert first is not None and first.modelled is not None
        told = msgspec.structs.replace(spec, estimate=first)
        past = [_past(told, first.modelled) for _ in range(count)]
        found = estimate(_spec(epochs="2", batch_size="64"), past, _calibration())
        assert found is not None and found.runs == min(count, 8)
        return math.log(found.high / found.seconds)

    widths = [wide(count) for count in (0, 1, 2, 8)]
    assert widths == sorted(widths, reverse=True) and widths[0] == pytest.approx(0.5)
    assert widths[2] > 0.3


def test_several_runs_take_the_sum_of_the_time_and_the_largest_memory() -> None:
    one = Estimate(seconds=10, low=8, high=15, memory=7, basis="runs", runs=3, modelled=9)
    other = Estimate(seconds=20, low=10, high=30, memory=5, basis="machine", runs=0, modelled=20)
    both = one_after_the_other([one, other])
    assert (both.seconds, both.low, both.high, both.memory) == (30, 18, 45, 7)
    assert (both.basis, both.runs) == ("machine", 0)
    assert one_after_the_other([one, one]).basis == "runs"


def test_a_run_alike_goes_before_the_model() -> None:
    written = msgspec.json.encode(_spec(epochs="2", learning_rate="0.1"))
    past = _past(msgspec.json.decode(written, type=RunSpec), 30.0, 20.0, 7_000_000)
    found = estimate(_spec(epochs="10"), (past,), _calibration())
    assert found is not None
    assert (found.basis, found.runs, found.memory) == ("runs", 1, 7_000_000)
    assert found.seconds == pytest.approx(10 + 100)
    other = estimate(_spec(epochs="10", batch_size="7"), (past,), _calibration())
    assert other is not None and other.basis == "machine"


def test_errors_correct_what_comes_after() -> None:
    spec = _spec(epochs="2")
    first = estimate(spec, (), _calibration())
    assert first is not None and first.modelled is not None
    told = msgspec.structs.replace(spec, estimate=first)
    past = (_past(told, 3 * first.modelled), _past(told, 3 * first.modelled))
    other = estimate(_spec(epochs="2", batch_size="64"), past, _calibration())
    plain = estimate(_spec(epochs="2", batch_size="64"), (), _calibration())
    assert other is not None and plain is not None
    assert other.seconds == pytest.approx(3 * plain.seconds)
    assert other.runs == 2 and math.log(other.high / other.seconds) < math.log(plain.high / plain.seconds)


def test_another_machine_does_not_count() -> None:
    spec = _spec(epochs="2")
    away = msgspec.structs.replace(spec, submitter=msgspec.structs.replace(spec.submitter, host="elsewhere"))
    assert estimate(spec, (_past(away, 100.0, 90.0),)) is None


def test_parts_of_the_data() -> None:
    few = _spec(train_images="1000", test_images="200", validation_fraction="0.2")
    assert parts(few.settings) == (800, 200, 200)
    assert parts(_spec(validation="test").settings) == (4000, 1000, 1000)
    assert parts(_spec(validation="none").settings) == (4000, 0, 1000)
    words = resolve(find_recipe("char-rnn"), "quick", {"words": "abc bcd cde def"})
    assert parts(words.settings) == (4, 0, 4)


def test_photos_are_counted_where_they_lie(tmp_path: Path) -> None:
    for part, count in (("train", 7), ("test", 3)):
        for label in ("cat", "dog"):
            (tmp_path / part / label).mkdir(parents=True)
            for number in range(count):
                (tmp_path / part / label / f"{number}.jpg").write_bytes(b"")
    settings = resolve(
        find_recipe("transfer-all"), "quick", {"photos": str(tmp_path), "weights": "random"}
    ).settings
    train, held, test = parts(settings)
    assert (train + held, test) == (14, 6)


def test_a_warning_before_what_will_not_fit() -> None:
    found = Estimate(seconds=1, low=1, high=2, memory=8 * 2**30, basis="machine", runs=0, modelled=1)
    assert memory_warning(found, 2 * 2**30) is not None
    assert "8.00 GiB" in str(memory_warning(found, 2 * 2**30))
    assert memory_warning(found, 9 * 2**30) is None
    assert memory_warning(found, None) is None


def test_words() -> None:
    found = Estimate(seconds=40, low=30, high=55, memory=None, basis="runs", runs=3, modelled=None)
    assert str(estimate_sentence(found)) == "30 s to 55 s, by 3 runs like it here"
    with_memory = msgspec.structs.replace(found, memory=2**30)
    assert str(estimate_sentence(with_memory)) == "30 s to 55 s, by 3 runs like it here; 1.00 GiB of memory"
    assert "+25 %" in str(borne_out(found, _past(_spec(), 50.0).result))
    assert "not even" in str(borne_out(found, _past(_spec(), 500.0).result))
    assert duration(3 * 3600).vi == "3 giờ"


def test_free_memory_heeds_the_limit_of_a_container(tmp_path: Path) -> None:
    proc, cgroup = tmp_path / "proc", tmp_path / "cgroup"
    (proc / "self").mkdir(parents=True)
    (cgroup / "box").mkdir(parents=True)
    (proc / "meminfo").write_text("MemTotal: 9000 kB\nMemAvailable: 8000 kB\n", encoding="ascii")
    assert free_memory(proc, cgroup) == 8000 * 1024
    (proc / "self" / "cgroup").write_text("0::/box\n", encoding="ascii")
    (cgroup / "box" / "memory.max").write_text("2000000\n", encoding="ascii")
    (cgroup / "box" / "memory.current").write_text("1500000\n", encoding="ascii")
    (cgroup / "box" / "memory.stat").write_text("anon 1\ninactive_file 300000\n", encoding="ascii")
    assert free_memory(proc, cgroup) == 800_000
    assert free_memory(tmp_path / "none", tmp_path / "none") is None


def test_the_crowd_is_those_of_the_last_minute_who_are_still_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.getloadavg", lambda: (4.5, 4.0, 4.0))
    told = tmp_path / "loadavg"
    full = 1 + 4 / processors()
    assert crowding(proc=tmp_path) == full, "where the system does not say who wants a processor now"
    told.write_text("4.50 4.00 4.00 9/300 77\n", encoding="ascii")
    assert crowding(proc=tmp_path) == full
    assert crowding(3, proc=tmp_path) == 1 + 1 / processors()
    told.write_text("4.50 4.00 4.00 1/300 77\n", encoding="ascii")
    assert crowding(proc=tmp_path) == 1.0
    told.write_text("nonsense\n", encoding="ascii")
    assert crowding(proc=tmp_path) == full
