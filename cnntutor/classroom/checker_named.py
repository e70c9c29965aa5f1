"""Checks what a question names: networks of the course, and recipes to run."""

from pathlib import Path

from cnntutor.classroom.checker_pack import Pack
from cnntutor.course.networks import is_network_name
from cnntutor.course.questions import CodeLineQuestion, PredictionQuestion, Question
from cnntutor.course.toml_lines import Place
from cnntutor.i18n import msg


def names_file(pack: Pack, path: Path, question: Question) -> bool:
    """Find networks named by a path: a course brings its networks along."""
    names: dict[Place, str | None] = {("network",): getattr(question, "network", None)}
    for key in ("also_right", "known_wrong"):
        for index, answer in enumerate(getattr(question, key, ())):
            names[(key, index, "network")] = answer.network
    wrong = [place for place, name in names.items() if name is not None and not is_network_name(name)]
    for place in wrong:
        pack.report_key(path, place, msg("name a network of the course by its slug."))
    return bool(wrong)


def check_recipes_named(pack: Pack, path: Path, question: Question) -> None:
    """Check that the recipes a question sends the learner to are there."""
    named: dict[Place, str] = {}
    if isinstance(question, CodeLineQuestion) and question.runs is not None:
        named = {("runs", index): slug for index, slug in enumerate(question.runs)}
        if question.runs[0] == question.runs[1]:
            pack.report_key(path, ("runs",), msg("name two recipes: the broken one and the mended one."))
    if isinstance(question, PredictionQuestion) and question.recipe is not None:
        named[("recipe",)] = question.recipe
    for place, slug in named.items():
        if not (pack.root / "recipes" / f"{slug}.toml").is_file():
            pack.report_key(path, place, msg("there is no recipe {recipe}; see recipes/.", recipe=slug))
