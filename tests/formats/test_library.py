"""The networks of the course: found by slug, alias and path, and fit to be found."""

import os
from pathlib import Path

import pytest

from cnntutor import locations
from cnntutor.calc.analysis import analyse
from cnntutor.errors import NotUnderstood
from cnntutor.formats import library
from cnntutor.formats.fact_card import list_cards, read_card
from cnntutor.formats.heading import read_heading
from cnntutor.formats.library import (
    NetworkEntry,
    card_path,
    find_network,
    list_headings,
    list_networks,
    networks_dir,
)
from cnntutor.formats.network_toml import parse_network, read_network, write_network

OWN = {"flatten-3x3", "pool-4x4"}
"""Networks made for the course."""

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


def test_headings_say_what_the_files_say_without_their_layers() -> None:
    for heading, entry in zip(list_headings(), list_networks(), strict=True):
        assert (heading.slug, heading.aliases, heading.title) == (entry.slug, entry.aliases, entry.title)
        assert (heading.source, heading.note) == (entry.source, entry.note)
        assert heading.input_shape == entry.network.input_shape
        assert heading.source or heading.slug in OWN


def test_a_heading_without_a_shape_is_read_from_the_layers(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    text = write_network(find_network("lenet5")).replace(
        "input_shape = [32, 32, 1]", '[[layers]]\nname = "input"\nkind = "Input"\nshape = [32, 32, 1]'
    )
    path.write_text(text, encoding="utf-8")
    assert read_heading(path).input_shape == (32, 32, 1)
    path.write_text(text.replace("format_version = 1", "format_version = 9"), encoding="utf-8")
    os.utime(path, ns=(1, 1))
    with pytest.raises(NotUnderstood, match="format_version is 9"):
        read_heading(path)


def test_a_name_is_found_without_reading_the_layers_of_other_networks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(path: Path) -> NetworkEntry:
        if path.stem != "zfnet28":
            raise AssertionError(path)
        return read_network(path)

    library._read_version.cache_clear()
    monkeypatch.setattr(library, "read_network", refused)
    assert find_network("zfnet-28").slug == "zfnet28"
    assert list_headings()


def test_cards_have_names_of_their_own_and_texts_in_both_languages() -> None:
    names = {name for heading in list_headings() for name in (heading.slug, *heading.aliases)}
    for card in list_cards():
        assert card.slug not in names
        path = card_path(card.slug)
        assert path is not None
        assert path.stem == card.slug
        for text in (card.title, card.note, card.convention, *(row.note for row in card.rows)):
            assert text.en
            assert text.vi
    for name in ("lenet5", "..", "a/b", "", "x" * 500):
        assert card_path(name) is None


@pytest.mark.parametrize(
    ("old", "new", "mention"),
    [
        ("format_version = 1", "format_version = 2", "format_version is 2"),
        ('"(120 + 1)·84"', '"120 +"', 'rows.F6.params is "120 \\+"'),
        ('"(120 + 1)·84"', '"1/3"', "rows.F6.params"),
        ('source = "', 'sauce = "', "sauce"),
        ("[[rows]]", "[[rows", "write a fact card"),
        ('{ en = "LeNet', '{ de = "LeNet', "title is"),
    ],
)
def test_damaged_cards_are_refused_in_one_sentence(tmp_path: Path, old: str, new: str, mention: str) -> None:
    original = card_path("lenet5-1998")
    assert original is not None
    path = tmp_path / "card.toml"
    path.write_text(original.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(NotUnderstood, match=mention) as refusal:
        read_card(path)
    assert str(path) in str(refusal.value)


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
    os.utime(path, ns=(1, 1))
    assert analyse(find_network("lenet5").network).layer("dense2").output_shape == (85,)
