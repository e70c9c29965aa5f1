"""The plan of a sweep: every combination once, in order, checked before the first run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnntutor.errors import NotUnderstood
from cnntutor.lab.recipe import Recipe, find_recipe
from cnntutor.lab.sweep import plan_sweep


@pytest.fixture(scope="module")
def lenet() -> Recipe:
    return find_recipe("lenet5-mnist")


def test_combinations_in_order(lenet: Recipe) -> None:
    plan = plan_sweep(lenet, "quick", {"epochs": "2"}, ("learning_rate=0.1,0.01", "batch_size=32,64"), 2)
    assert plan[:3] == (
        {"epochs": "2", "learning_rate": "0.1", "batch_size": "32", "seed": "0"},
        {"epochs": "2", "learning_rate": "0.1", "batch_size": "32", "seed": "1"},
        {"epochs": "2", "learning_rate": "0.1", "batch_size": "64", "seed": "0"},
    )
    assert len(plan) == 8


def test_seeds_begin_at_the_one_that_is_set(lenet: Recipe) -> None:
    assert [each["seed"] for each in plan_sweep(lenet, "quick", {"seed": "7"}, (), 3)] == ["7", "8", "9"]


@pytest.mark.parametrize(
    ("overrides", "swept", "seeds", "words"),
    [
        ({}, ("learning_rate",), 1, "key=value"),
        ({}, ("learning_rte=0.1",), 1, "learning_rate"),
        ({}, ("learning_rate=0.1,cat",), 1, "cat"),
        ({}, ("learning_rate=0.1,0.1",), 1, "twice"),
        ({"epochs": "2"}, ("epochs=1,2",), 1, "both"),
        ({}, ("seed=1,2",), 3, "the same"),
        ({}, ("epochs=" + ",".join(str(number) for number in range(1, 300)),), 1, "299"),
    ],
)
def test_what_is_refused(
    lenet: Recipe, overrides: dict[str, str], swept: tuple[str, ...], seeds: int, words: str
) -> None:
    with pytest.raises(NotUnderstood, match=words):
        plan_sweep(lenet, "quick", overrides, swept, seeds)


@given(
    st.lists(st.integers(1, 50), min_size=1, max_size=5, unique=True),
    st.lists(st.integers(1, 50), min_size=1, max_size=5, unique=True),
    st.integers(1, 4),
)
def test_every_combination_once(epochs: list[int], sizes: list[int], seeds: int) -> None:
    swept = (f"epochs={','.join(map(str, epochs))}", f"batch_size={','.join(map(str, sizes))}")
    plan = plan_sweep(find_recipe("lenet5-mnist"), "quick", {}, swept, seeds)
    found = {(each["epochs"], each["batch_size"], each.get("seed", "0")) for each in plan}
    assert len(found) == len(plan) == len(epochs) * len(sizes) * seeds
