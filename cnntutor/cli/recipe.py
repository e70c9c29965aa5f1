"""cnntutor recipe: what can be trained, and how."""

from typing import Any

import click
import msgspec

from cnntutor.calc.analysis import analyse
from cnntutor.formats.library import find_network
from cnntutor.i18n import t
from cnntutor.lab.lab import Lab
from cnntutor.lab.outcome import reported_sentence
from cnntutor.lab.own_recipe import save_own
from cnntutor.lab.recipe import Recipe
from cnntutor.lab.results import measured_sentence, read_results
from cnntutor.lab.settings_change import parse_overrides, setting_lines

_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group()
def recipe() -> None:
    """See the recipes that `cnntutor run` can train."""


@recipe.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_command(as_json: bool) -> None:
    """List all recipes with their presets."""
    recipes = Lab().recipes()
    if as_json:
        click.echo(msgspec.json.encode({"recipes": [_details(each) for each in recipes]}))
        return
    for each in recipes:
        names = ", ".join(preset.name for preset in each.presets)
        click.echo(f"{each.slug}  {each.title}  ({names})")


@recipe.command()
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(slug: str, as_json: bool) -> None:
    """Show the recipe SLUG: network, presets with all settings, the reported figure."""
    found = Lab().recipe(slug)
    if as_json:
        click.echo(msgspec.json.encode(_details(found)))
        return
    entry = find_network(found.network)
    click.echo(str(found.title))
    click.echo(str(found.note))
    click.echo(
        t(
            "Network: {network}, {params} parameters",
            network=entry.slug,
            params=analyse(entry.network).total_params,
        )
    )
    if found.reported is not None:
        click.echo(str(reported_sentence(found.reported)))
        if found.reported.unknown is not None:
            click.echo(t("What the report does not say: {unknown}", unknown=found.reported.unknown))
    if found.mends is not None:
        click.echo(t("Mends the recipe {recipe}.", recipe=found.mends))
    if found.prediction is not None:
        click.echo()
        click.echo(t("Predict first: {question}", question=found.prediction.question))
        for place, choice in enumerate(found.prediction.choices, 1):
            click.echo(f"  {place}. {choice.text}")
    measured = read_results()
    for preset in found.presets:
        click.echo()
        click.echo(f"{preset.name}: {preset.title}")
        ours = measured.of(found.slug, preset.name)
        if ours is not None:
            click.echo(f"  {measured_sentence(ours)}")
        for line in setting_lines(preset.settings):
            click.echo(f"  {line}")


@recipe.command()
@_json_option
def results(as_json: bool) -> None:
    """Show what each recipe gave when we ran it, beside the reported figure."""
    found = read_results()
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    for each in found.results:
        reported = Lab().recipe(each.recipe).reported
        figure = "–" if reported is None else str(reported_sentence(reported))
        click.echo(f"{each.recipe} ({each.preset})  {measured_sentence(each)} {figure}")


@recipe.command()
@click.argument("slug")
@click.argument("name")
@click.option("--preset", metavar="NAME", help="A preset of the recipe; else its first.")
@click.option("--set", "assignments", multiple=True, metavar="KEY=VALUE", help="Change a setting: epochs=2.")
@_json_option
def save(slug: str, name: str, preset: str | None, assignments: tuple[str, ...], as_json: bool) -> None:
    """Keep the recipe SLUG with your changes as NAME, a recipe of your own.

    \b
    cnntutor recipe save lenet5-mnist my-lenet --set optimizer=SGD --set momentum=0.9
    cnntutor run my-lenet
    """
    found = Lab().recipe(slug)
    chosen = found.preset(preset or found.presets[0].name)
    path = save_own(found, chosen, parse_overrides(assignments), name)
    if as_json:
        click.echo(msgspec.json.encode({"recipe": name, "file": str(path)}))
        return
    click.echo(t("Saved as {file}; train it with: cnntutor run {name}", file=path, name=name))


def _details(found: Recipe) -> dict[str, Any]:
    """Return a recipe as JSON has it."""
    entry = find_network(found.network)
    return {
        "recipe": found.slug,
        "title": str(found.title),
        "note": str(found.note),
        "network": entry.slug,
        "params": analyse(entry.network).total_params,
        "reported": found.reported,
        "prediction": found.prediction,
        "method": found.method,
        "mends": found.mends,
        "own": found.own,
        "measured": [each for each in read_results().results if each.recipe == found.slug],
        "presets": {
            preset.name: {"title": str(preset.title), "settings": preset.settings} for preset in found.presets
        },
    }
