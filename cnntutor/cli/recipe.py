"""cnntutor recipe: what can be trained, and how."""

from typing import Any

import click
import msgspec

from cnntutor.calc.analysis import analyse
from cnntutor.formats.library import find_network
from cnntutor.i18n import t
from cnntutor.lab.lab import Lab
from cnntutor.lab.outcome import reported_sentence
from cnntutor.lab.recipe import Recipe


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
    for preset in found.presets:
        click.echo()
        click.echo(f"{preset.name}: {preset.title}")
        for key, value in msgspec.structs.asdict(preset.settings).items():
            click.echo(f"  {key} = {value}")


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
        "presets": {
            preset.name: {"title": str(preset.title), "settings": preset.settings} for preset in found.presets
        },
    }
