"""Files of trained weights in one setting."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnntutor.errors import Missing, NotUnderstood
from cnntutor.lab import weights
from cnntutor.lab.weights import joined, placed_weights, split, typed_names


@given(st.lists(st.text(st.sampled_from("a,\\ /"), min_size=1), min_size=1))
def test_what_is_joined_can_be_split(names: list[str]) -> None:
    files = [Path("/", name) for name in names]
    assert split(joined(files)) == [str(file) for file in files]


def test_a_comma_may_be_part_of_a_name() -> None:
    there = {"a,b.h5", "c.h5"}
    assert typed_names("a,b.h5,c.h5", there.__contains__) == ["a,b.h5", "c.h5"]
    assert typed_names("c.h5, c.h5", there.__contains__) == ["c.h5", "c.h5"]
    assert typed_names("x.h5,y.h5", there.__contains__) == ["x.h5", "y.h5"]
    assert typed_names(r"a\,b.h5", there.__contains__) == ["a,b.h5"]


def test_every_file_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("one, two.h5", "three.h5"):
        Path(name).touch()
    placed = placed_weights("one, two.h5,three.h5", "imagenet-topk", "quick")
    assert split(placed) == [str(tmp_path / "one, two.h5"), str(tmp_path / "three.h5")]
    assert placed_weights(placed, "imagenet-topk", "quick") == placed


def test_what_is_not_there_is_said_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotUnderstood, match=r"nowhere\.h5"):
        placed_weights("nowhere.h5", "imagenet-topk", "quick")
    with pytest.raises(Missing, match="data fetch mobilenet"):
        placed_weights("mobilenet_2_5_128_tf.h5", "imagenet-topk", "quick")
    monkeypatch.setattr(weights, "PACKAGES", {"efficientnet-lite0": "no_such_package"})
    with pytest.raises(Missing, match=r"cnntutor\[pretrained\]"):
        placed_weights("efficientnet-lite0", "imagenet-topk", "quick")
