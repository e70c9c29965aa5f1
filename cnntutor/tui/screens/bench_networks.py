"""What the workbench can open and compare with, as lines to choose from."""

from __future__ import annotations

from cnntutor.formats.library import list_headings
from cnntutor.i18n import t
from cnntutor.tui.bench_source import NEW, new_entry
from cnntutor.tui.screens.pick import Choice

FILE = "\0file"
CARD = "\0card/"
"""Values of lines that are no network's name; no name can hold a NUL."""


def network_choices() -> list[Choice]:
    """Return the networks of the course, a new one first, and the fact cards."""
    fresh = Choice(NEW, str(new_entry().title), t("Begin with an input, and build it layer by layer."))
    return [fresh, *_of_course(), *_cards()]


def comparable_networks() -> list[Choice]:
    """Return what a network can be put beside: a file, a new network, the networks of the course."""
    file = Choice(FILE, t("A file …"), t("toml, json, keras, h5, onnx or py: read, never run."))
    return [file, Choice(NEW, str(new_entry().title)), *_of_course()]


def _of_course() -> list[Choice]:
    return [Choice(entry.slug, str(entry.title), f"{entry.slug}   {entry.note}") for entry in list_headings()]


def _cards() -> list[Choice]:
    from cnntutor.formats.fact_card import list_cards

    return [
        Choice(CARD + card.slug, f"{card.title} · {t('fact card')}", f"{card.slug}   {card.note}")
        for card in list_cards()
    ]
