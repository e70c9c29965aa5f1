"""Checks recordings: readable, named as their files, of a recipe there is, with a result, naming nobody."""

from cnntutor.classroom.checker_pack import Pack
from cnntutor.i18n import msg
from cnntutor.lab.events import ResultEvent
from cnntutor.lab.recording import NOBODY, read_recording


def check_recordings(pack: Pack) -> int:
    """Check every recording.

    Returns:
        How many there are.
    """
    paths = sorted((pack.root / "recordings").glob("*.jsonl"))
    recipes = {path.stem for path in (pack.root / "recipes").glob("*.toml")}
    for path in paths:
        found = pack.attempt(path, lambda path=path: read_recording(path))  # type: ignore[misc]
        if found is None:
            continue
        if found.slug != path.stem:
            pack.report(
                path,
                msg(
                    'slug is "{slug}"; write "{name}" as the file or folder is called.',
                    slug=found.slug,
                    name=path.stem,
                ),
            )
        if found.spec.recipe not in recipes:
            pack.report(
                path, msg("there is no recipe {recipe}; record a run of one.", recipe=found.spec.recipe)
            )
        if not isinstance(found.events[-1], ResultEvent):
            pack.report(path, msg("the last event is no result; record a run that has finished."))
        if found.spec.submitter != NOBODY or found.spec.data_dir is not None:
            pack.report(path, msg("it names a machine or a folder; make it with `cnntutor recording make`."))
    return len(paths)
