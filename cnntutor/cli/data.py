"""cnntutor data: which data there are, fetching them, and taking in a folder of one's own."""

import shutil
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from cnntutor import locations, settings
from cnntutor.cli.data_show import no_color, view_lines
from cnntutor.errors import ExitCode, NotUnderstood
from cnntutor.i18n import decimal, msg, t
from cnntutor.lab.data_look import look_into
from cnntutor.lab.data_sets import DATA_SETS, PRETRAINED, DataSetInfo
from cnntutor.lab.data_store import DataState, data_states, take_in
from cnntutor.lab.datafiles import installed_folders, keras_home
from cnntutor.lab.download import fetch
from cnntutor.lab.photo_sets import PHOTO_SETS, fetch_photos, photo_set_folder
from cnntutor.lab.preparation import DataView, Preparation, preparation_of
from cnntutor.lab.recipe import find_recipe

_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group()
def data() -> None:
    """See which data there are, fetch them, or take in a folder of yours."""


@data.command("list")
@_json_option
def list_command(as_json: bool) -> None:
    """List all data sets and where they are. Files are looked for, not read."""
    states = data_states()
    if as_json:
        photos = [
            {"name": name, "title": str(each.info.title), "terms": str(each.terms), "folder": _folder(name)}
            for name, each in PHOTO_SETS.items()
        ]
        click.echo(msgspec.json.encode({"data": [_state(each) for each in states], "photo_sets": photos}))
        return
    width = max(len(name) for name in (*DATA_SETS, *PHOTO_SETS))
    for each in states:
        click.echo(f"{each.info.name.ljust(width)}  {_where(each)}  ({each.info.title})")
    for name, photos_of in PHOTO_SETS.items():
        folder = _folder(name)
        where = _to_fetch(photos_of.info) if folder is None else t("here: {source}", source=folder)
        click.echo(f"{name.ljust(width)}  {where}  ({photos_of.info.title})")


def _state(each: DataState) -> dict[str, Any]:
    """Return a data set as JSON has it."""
    info = each.info
    return {
        "name": info.name,
        "title": str(info.title),
        "where": each.where,
        "source": None if each.source is None else str(each.source),
        "train": info.train or None,
        "test": info.test or None,
        "shape": list(info.shape) or None,
        "stand_in": info.stand_in,
        "download_bytes": sum(file.size for file in info.downloads) or None,
    }


def _where(each: DataState) -> str:
    """Say where a data set is, or how to get it."""
    if each.where == "here":
        return t("here: {source}", source=each.source)
    if each.where == "comes along":
        return t("comes with the program")
    if each.where == "yours to name":
        return t("name it: --set photos=FOLDER")
    return _to_fetch(each.info)


def _to_fetch(info: DataSetInfo) -> str:
    """Say how to get a data set."""
    megabytes = decimal(sum(file.size for file in info.downloads) / 1e6, 0)
    return t("not here: cnntutor data fetch {name} ({size} MB)", name=info.name, size=megabytes)


def _folder(name: str) -> str | None:
    """Return where photos that were fetched lie."""
    folder = photo_set_folder(name)
    return None if folder is None else str(folder)


def _known(name: str) -> DataSetInfo:
    """Return a data set by name.

    Raises:
        NotUnderstood: there is none of that name.
    """
    if name not in DATA_SETS:
        raise NotUnderstood(
            msg(
                "There is no data set {name}; there are: {known}.",
                name=name,
                known=", ".join(DATA_SETS),
            )
        )
    return DATA_SETS[name]


@data.command("fetch")
@click.argument("name")
@_json_option
def fetch_command(name: str, as_json: bool) -> None:
    """Fetch the data set NAME, the weights "mobilenet", or the photos "flowers" or "imagenette".

    A download that broke off goes on from there. Exit code 3 when the server cannot be reached.
    """
    photos = PHOTO_SETS.get(name)
    if photos is None and name != PRETRAINED.name and name not in DATA_SETS:
        to_fetch = [each for each, known in DATA_SETS.items() if known.downloads]
        raise NotUnderstood(
            msg(
                "There is nothing called {name} to fetch; there are: {known}.",
                name=name,
                known=", ".join([*to_fetch, *PHOTO_SETS, PRETRAINED.name]),
            )
        )
    info = PRETRAINED if name == PRETRAINED.name else DATA_SETS[name] if photos is None else photos.info
    if not info.downloads:
        raise NotUnderstood(
            msg("{name} is not for download; it comes with the program or is yours.", name=name)
        )
    told = -1

    def progress(file: str, done: int, total: int) -> None:
        """Show how far a file has come, once for each hundredth."""
        nonlocal told
        share = done * 100 // total if total else done // 1_000_000
        if share == told:
            return
        told = share
        size = decimal(done / 1e6, 1) + (f" / {decimal(total / 1e6, 1)}" if total else "")
        end = "\r" if sys.stderr.isatty() else "\n"
        click.echo(f"{file}  {size} MB{end}", nl=False, err=True)

    if photos is not None:
        folder = fetch_photos(name, progress)
        if as_json:
            click.echo(msgspec.json.encode({"name": name, "folder": str(folder), "terms": str(photos.terms)}))
        else:
            click.echo(t("{name} is here: {folder}", name=name, folder=folder))
            click.echo(str(photos.terms))
        return
    files = fetch(info, locations.data_store() / info.name, progress)
    if as_json:
        click.echo(msgspec.json.encode({"name": info.name, "files": [str(file) for file in files]}))
    else:
        click.echo(t("{name} is here: {folder}", name=info.name, folder=files[0].parent))


@data.command("import")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", help="Take in only this data set.")
@_json_option
def import_command(folder: Path, name: str | None, as_json: bool) -> None:
    """Take the data sets in FOLDER in, so that every run finds them; FOLDER stays as it is.

    Each is read and checked first: by its hashes it is told what was published from what is yours.
    """
    if name is not None:
        _known(name)
    taken = take_in(folder, name)
    if as_json:
        found = [{"files": [str(file) for file in each.files], **each.checked} for each in taken]
        click.echo(msgspec.json.encode({"taken": found}))
        return
    for each in taken:
        proved = each.checked["provenance"] == each.name
        sentence = (
            t("{name}: as published, proved by its hash; {train} and {test} images.", **_counts(each.checked))
            if proved
            else t("{name}: your own, not as published; {train} and {test} images.", **_counts(each.checked))
        )
        click.echo(sentence)


def _counts(checked: dict[str, Any]) -> dict[str, Any]:
    return {name: checked[name] for name in ("name", "train", "test")}


@data.command("path")
@click.argument("name", required=False)
@_json_option
def path_command(name: str | None, as_json: bool) -> None:
    """Print the folders in which data are looked for, in this order; for NAME, where it would be read."""
    if name is not None:
        _known(name)
        state = next(each for each in data_states() if each.info.name == name)
        if as_json:
            click.echo(msgspec.json.encode(_state(state)))
        elif state.source is not None:
            click.echo(str(state.source))
        else:
            click.echo(_where(state), err=True)
        missing = state.where == "not here"
        click.get_current_context().exit(ExitCode.MISSING if missing else ExitCode.OK)
    own, store = settings.data_dir(), locations.data_store()
    if as_json:
        folders = {
            "yours": None if own is None else str(own),
            "store": str(store),
            "keras": str(keras_home() / "datasets"),
            "installed": [str(each) for each in installed_folders("fashion-mnist", None)],
        }
        click.echo(msgspec.json.encode(folders))
        return
    click.echo(str(own) if own is not None else t("No data folder is set (CNNTUTOR_DATA)."))
    click.echo(str(store))
    click.echo(str(keras_home() / "datasets"))


@data.command()
@click.argument("name")
@click.option("--recipe", metavar="SLUG", help="Prepare the images as the quick preset of this recipe does.")
@click.option(
    "--divide", type=click.FloatRange(0, 1000, min_open=True), help="Divide pixels by this; else by 255."
)
@click.option("--photos", metavar="FOLDER", help="For photos: the folder of labelled photos.")
@_json_option
@click.pass_context
def show(
    ctx: click.Context,
    /,
    name: str,
    *,
    recipe: str | None,
    divide: float | None,
    photos: str | None,
    as_json: bool,
) -> None:
    """Look into the data set NAME: pictures and pixels, before and after they are prepared for a network.

    \b
    cnntutor data show cifar10
    cnntutor data show photos --photos FOLDER --recipe transfer-frozen
    """
    info = _known(name)
    if info.name == "words" or (info.needs_folder and photos is None):
        raise NotUnderstood(
            msg("{name} holds no images of its own; name another data set.", name=name)
            if info.name == "words"
            else msg("Name the folder of photos: cnntutor data show photos --photos FOLDER")
        )
    how = Preparation()
    if recipe is not None:
        chosen = find_recipe(recipe)
        how = preparation_of(chosen, chosen.presets[0].settings)
    how = msgspec.structs.replace(
        how, divisor=divide or how.divisor, photos=None if photos is None else str(Path(photos).absolute())
    )
    found = look_into(name, how)
    if isinstance(found, DataView):
        if as_json:
            click.echo(msgspec.json.encode(found))
        else:
            width = shutil.get_terminal_size().columns
            click.echo(
                "\n".join(view_lines(found, how, width, coloured=sys.stdout.isatty() and not no_color()))
            )
        return
    where = _where(next(each for each in data_states() if each.info.name == name))
    click.echo(str(found) if found is not None else where, err=True)
    ctx.exit(ExitCode.MISSING)
