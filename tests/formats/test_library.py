"""The networks of the course: found by slug, alias and path, and fit to be found."""

from pathlib import Path

import pytest

from cnntutor import locations
from cnntutor.calc.analysis import analyse
from cnntutor.errors import NotUnderstood
from cnntutor.formats.library import find_network, list_networks, networks_dir
from cnntutor.formats.network_toml import parse_network, write_network

NAMES_OF_THE_COURSE = (
    *("lenet5", "lenet5-rgb", "lenet5-28", "base-cnn", "alexnet", "alexnet-grouped", "alexnet-28"),
    *("zfnet-28", "vgg16", "dense-mnist", "lecture-39"),
)


@pytest.mark.parametrize("name", NAMES_OF_THE_COURSE)
def test_names_of_the_course(name: str) -> None:
    entry = find_network(name)
    assert name == entry.slug or name in entry.aliases


def test_aliases_stand_for_the_networks_of_the_facts() -> None:
    assert find_network("lenet5").slug == "lenet5-32-valid"
    assert find_network("lenet5_32_valid") is find_network("LeNet5")
    assert find_network("dense-mnist").slug == "dense-mnist-relu"
    assert find_network("vgg16").slug == "vgg16-224"


def test_every_file_is_named_by_its_slug_and_no_name_stands_twice() -> None:
    entries = list_networks()
    assert [f"{entry.slug}.toml" for entry in entries] == sorted(
        path.name for path in networks_dir().iterdir()
    )
    names = [name for entry in entries for name in (entry.slug, *entry.aliases)]
    assert len(names) == len(set(names))
    for entry in entries:
        assert entry.network.name == entry.slug
        assert entry.title.en
        assert entry.title.vi
        assert bool(entry.note.en) == bool(entry.note.vi)


def test_every_network_is_analysable_and_reads_the_same_when_written() -> None:
    for entry in list_networks():
        assert analyse(entry.network).layers
        assert parse_network(write_network(entry), entry.slug) == entry


def test_paths_are_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(write_network(find_network("lenet5")), encoding="utf-8")
    assert find_network(str(path)) == find_network("lenet5")


@pytest.mark.parametrize(
    ("name", "mention"),
    [
        ("lenett5", "try .*lenet5"),
        ("", "try "),
        ("???", "try .*vgg16"),
        ("lenet5.toml", "does not exist"),
        ("./lenet5", "does not exist"),
        ("..", "There is no network"),
        ("a\0b", "There is no network"),
        ("x/\0.toml", "cannot be read"),
        pytest.param("n" * 5000, "There is no network", id="long"),
    ],
)
def test_unknown_names(name: str, mention: str) -> None:
    with pytest.raises(NotUnderstood, match=mention):
        find_network(name)


def test_a_changed_file_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "networks"
    folder.mkdir()
    text = write_network(find_network("lenet5"))
    monkeypatch.setattr(locations, "content_dir", lambda: tmp_path)
    path = folder / "lenet5-32-valid.toml"
    path.write_text(text, encoding="utf-8")
    first = find_network("lenet5")
    assert find_network("lenet5") is first
    path.write_text(text.replace("units = 84", "units = 85 # changed"), encoding="utf-8")
    import os

    os.utime(path, ns=(1, 1))
    assert analyse(find_network("lenet5").network).layer("dense2").output_shape == (85,)
