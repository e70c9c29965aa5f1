"""cnntutor review: what is due for review, as a list, or on screen."""

import json
import random
import sys

import click

from cnntutor import locations
from cnntutor.course.headings import read_headings
from cnntutor.course.loader import load_course
from cnntutor.course.skills import skill_name
from cnntutor.i18n import t
from cnntutor.progress.records import SkillSummary
from cnntutor.progress.review import Planner, ReviewItem
from cnntutor.progress.store import Store, utc_now


@click.command()
@click.option("--list", "as_list", is_flag=True, help="Print what is due, and a question for each skill.")
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON object.")
@click.option("--seed", type=int, default=None, help="Draw the same questions and numbers each time.")
@click.pass_context
def review(ctx: click.Context, as_list: bool, as_json: bool, seed: int | None) -> None:
    """Open the daily review; where there is no terminal, or with --list, print what is due.

    \b
    cnntutor review
    cnntutor review --list
    cnntutor exercise answer QUESTION ANSWER --seed N
    """
    if not as_list and not as_json and sys.stdin.isatty() and sys.stdout.isatty():
        from cnntutor.cli.screen import open_screen

        ctx.exit(open_screen("review"))
    course = load_course()
    with Store.open(locations.progress_file()) as store:
        if store.notice is not None:
            click.echo(f"cnntutor: {store.notice}", err=True)
        now = utc_now()
        planner = Planner(course, store, read_headings(course.root), random.Random(seed))
        items = planner.plan(now)
        following = store.next_due(now)
        summaries = {each.skill: each for each in store.skills()}
    if as_json:
        told = {
            "due": [_told(item, summaries[item.skill]) for item in items],
            "next_due": following.isoformat() if following is not None else None,
        }
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    if not items:
        click.echo(t("Nothing is due now") if summaries else t("Nothing to review yet"))
    for item in items:
        summary = summaries[item.skill]
        facts = t("{right} of {recent} right without help", right=summary.recent_right, recent=summary.recent)
        lately = "; " + t("lately: {mistake}", mistake=item.mistake) if item.mistake else ""
        click.echo(f"{skill_name(item.skill)}: {facts}{lately}")
        click.echo(f"  cnntutor exercise show {item.question} --seed {item.seed}")
    if following is not None:
        click.echo(t("Next review: {day}", day=following.astimezone().date().isoformat()))


def _told(item: ReviewItem, summary: SkillSummary) -> dict[str, object]:
    return {
        "skill": item.skill,
        "due": summary.due.isoformat() if summary.due is not None else None,
        "question": item.question,
        "seed": item.seed,
        "mistake": item.mistake or None,
    }
