"""cnntutor calibrate: measure how fast this machine trains, for the estimates before a run."""

import click
import msgspec

from cnntutor.i18n import t
from cnntutor.lab.estimate_words import memory_text
from cnntutor.lab.lab import Lab


@click.command()
@click.option("--device", type=click.Choice(["auto", "cpu", "gpu"]), default="auto", help="What to measure.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def calibrate(device: str, as_json: bool) -> None:
    """Measure how fast this machine trains: a small run and a few small networks, about a minute.

    What comes out is kept in the home folder and makes the estimates that stand before a run. Exit codes: 0,
    1 it could not be measured, 3 TensorFlow is missing.
    """
    if not as_json:
        click.echo(t("Timing a small run and a few small networks, about a minute …"), err=True)
    found = Lab().calibrate(device)
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    click.echo(
        t(
            "{machine}, {device}: the smallest run takes {seconds} s of computing and {memory}; estimates use"
            " this from now on.",
            machine=found.machine,
            device=found.device,
            seconds=str(round(found.run)),
            memory=memory_text(found.memory),
        )
    )
