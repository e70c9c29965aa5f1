"""Checks network files and recipes: readable, named as their files, each name once, networks that stand."""

from pathlib import Path

from cnntutor.calc.analysis import analyse
from cnntutor.calc.problems import LayerError
from cnntutor.classroom.checker_pack import Pack
from cnntutor.classroom.checker_texts import check_texts
from cnntutor.course.networks import is_network_name
from cnntutor.errors import CnntutorError
from cnntutor.formats.fact_card import read_card
from cnntutor.formats.library import find_network
from cnntutor.formats.network_toml import NetworkEntry, read_network
from cnntutor.i18n import LANGUAGES, Text, msg
from cnntutor.lab.recipe import load_recipe
from cnntutor.lab.results import RESULTS_FILE, digest, read_results


def check_networks(pack: Pack) -> int:
    """Check every network file.

    Returns:
        How many there are.
    """
    owners: dict[str, Path] = {}
    paths = sorted((pack.root / "networks").glob("*.toml"))
    for path in paths:
        entry = _read(pack, path)
        if entry is None:
            continue
        if entry.slug != path.stem:
            what = msg(
                'name is "{slug}"; write "{name}" as the file is called.', slug=entry.slug, name=path.stem
            )
            pack.report_key(path, ("name",), what)
        for name in (entry.slug, *entry.aliases):
            if name in owners:
                what = msg(
                    "{file} has the name {name} too; take it out of one.", file=owners[name].name, name=name
                )
                pack.report_key(path, ("name",) if name == entry.slug else ("aliases",), what)
            owners.setdefault(name, path)
        for key, text in (("title", entry.title), ("note", entry.note), ("convention", entry.convention)):
            _check_text(pack, path, key, text)
    return len(paths) + _check_cards(pack, owners)


def _check_cards(pack: Pack, owners: dict[str, Path]) -> int:
    """Check every fact card: named as its file, by a name no network has, its arithmetic worked out."""
    paths = sorted((pack.root / "cards").glob("*.toml"))
    for path in paths:
        card = pack.attempt(path, lambda path=path: read_card(path))  # type: ignore[misc]
        if card is None:
            continue
        if card.slug != path.stem:
            what = msg(
                'name is "{slug}"; write "{name}" as the file is called.', slug=card.slug, name=path.stem
            )
            pack.report_key(path, ("name",), what)
        if card.slug in owners:
            what = msg(
                "{file} has the name {name} too; take it out of one.",
                file=owners[card.slug].name,
                name=card.slug,
            )
            pack.report_key(path, ("name",), what)
        for key, text in (("title", card.title), ("note", card.note), ("convention", card.convention)):
            _check_text(pack, path, key, text)
    return len(paths)


def check_recipes(pack: Pack) -> int:
    """Check every recipe, and that its network is there.

    Returns:
        How many there are.
    """
    paths = sorted((pack.root / "recipes").glob("*.toml"))
    for path in paths:
        recipe = pack.attempt(path, lambda path=path: load_recipe(path))  # type: ignore[misc]
        if recipe is None:
            continue
        if not is_network_name(recipe.network):
            pack.report_key(path, ("network",), msg("name a network of the course by its slug."))
            continue
        try:
            find_network(recipe.network)
        except CnntutorError as refusal:
            pack.report_key(path, ("network",), refusal.message)
        for key, text in (("title", recipe.title), ("note", recipe.note)):
            _check_text(pack, path, key, text)
        for preset in recipe.presets:
            _check_text(pack, path, f"presets.{preset.name}.title", preset.title)
    _check_results(pack)
    return len(paths)


def _check_results(pack: Pack) -> None:
    """Check that every result is of a preset as it is now."""
    path = pack.root / RESULTS_FILE
    results = pack.attempt(path, lambda: read_results(pack.root))
    for each in results.results if results is not None else ():
        values = {"recipe": each.recipe, "preset": each.preset}
        try:
            recipe = load_recipe(pack.root / "recipes" / f"{each.recipe}.toml")
            settings = recipe.preset(each.preset).settings
        except CnntutorError:
            what = msg(
                "{recipe}, preset {preset}: there is no such recipe or preset; take the result out.", **values
            )
            pack.report(path, what)
            continue
        if digest(settings) != each.settings:
            what = msg(
                "{recipe}, preset {preset}: its settings have changed since it was measured; run it again"
                " with tests/bench/bench_recipes.py.",
                **values,
            )
            pack.report(path, what)


def _read(pack: Pack, path: Path) -> NetworkEntry | None:
    """Read a network and count it; note why it cannot be."""
    entry = pack.attempt(path, lambda: read_network(path))
    if entry is None:
        return None
    try:
        analyse(entry.network)
    except LayerError as problem:
        pack.report(path, problem.message, key=problem.node)
    return entry


def _check_text(pack: Pack, path: Path, key: str, text: Text) -> None:
    """Check a text that may be left out, but in both languages or in none."""
    if any((text.vi if lang == "vi" else text.en).strip() for lang in LANGUAGES):
        check_texts(pack, path, text, tuple(key.split(".")), resolve=False, numbers=False)
