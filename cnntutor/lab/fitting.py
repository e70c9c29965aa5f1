"""What a run needs fitted together before it is submitted: folders and files to absolute, network to data."""

import dataclasses
from pathlib import Path

import msgspec

from cnntutor.calc.network import with_input_shape
from cnntutor.calc.problems import LayerError
from cnntutor.errors import Missing, NotUnderstood
from cnntutor.formats.library import NetworkEntry
from cnntutor.i18n import msg
from cnntutor.lab.data_sets import DATA_SETS
from cnntutor.lab.network_change import changed_network, with_classes
from cnntutor.lab.photo_sets import PHOTO_SETS, photo_set_folder
from cnntutor.lab.photos import read_photo_folder
from cnntutor.lab.run_spec import Method, TrainingSettings
from cnntutor.lab.weights import RANDOM, placed_weights
from cnntutor.lab.words import alphabet_of, words_of


def placed(settings: TrainingSettings, recipe: str, preset: str, method: Method) -> TrainingSettings:
    """Return the settings with every path absolute.

    Args:
        settings: Those of the run.
        recipe: Its recipe, for the sentence.
        preset: The preset, likewise.
        method: What the run does.

    Raises:
        NotUnderstood: a folder or file that is named is not there.
        Missing: photos are needed, and no folder is named.
    """
    changes: dict[str, object] = {}
    if settings.data == "photos":
        if settings.photos is None:
            raise Missing(
                msg(
                    "{recipe} needs a folder of labelled photos: cnntutor run {recipe} --preset {preset}"
                    " --set photos=FOLDER (label.jpg files, a folder for each label, or labels.csv); the"
                    " stand-in that comes with the program is --set data=shapes-32, and some are to be had"
                    " with: cnntutor data fetch {photos}",
                    recipe=recipe,
                    preset=preset,
                    photos="imagenette" if method == "top-k" else "flowers",
                )
            )
        folder = _photo_folder(settings.photos)
        read_photo_folder(folder)
        changes["photos"] = str(folder)
    if settings.weights is not None and settings.weights != RANDOM:
        changes["weights"] = placed_weights(settings.weights, recipe, preset)
    if settings.data == "words":
        words_of(settings.words)
    return msgspec.structs.replace(settings, **changes)


def _photo_folder(named: str) -> Path:
    """Return a folder of photos, absolute: one of the learner's, or one to be fetched, by its name.

    Raises:
        Missing: it is to be fetched and has not been.
    """
    given = Path(named).expanduser().absolute()
    if named not in PHOTO_SETS or given.is_dir():
        return given
    folder = photo_set_folder(named)
    if folder is None:
        raise Missing(
            msg("The photos {name} are not here; fetch them: cnntutor data fetch {name}", name=named)
        )
    return folder.absolute()


def fitted(entry: NetworkEntry, settings: TrainingSettings, method: Method) -> NetworkEntry:
    """Return the network of a run, made to fit its settings and its data.

    Raises:
        NotUnderstood: it cannot be made so.
    """
    network = entry.network
    try:
        if method == "train":
            classes: int | None = None
            if settings.data == "photos" and settings.photos is not None:
                classes = len(read_photo_folder(Path(settings.photos)).labels)
            elif settings.weights is not None and settings.data != "words":
                classes = len(DATA_SETS[settings.data].classes)
            network = changed_network(network, settings, classes)
        if settings.data == "words":
            letters = len(alphabet_of(settings.words))
            steps = len(words_of(settings.words)[0]) - 1
            network = with_classes(with_input_shape(network, (steps, letters)), letters)
    except LayerError as problem:
        raise NotUnderstood(
            msg(
                "{network} cannot be changed so: {problem}; choose other settings.",
                network=entry.slug,
                problem=problem.message,
            )
        ) from problem
    return entry if network == entry.network else dataclasses.replace(entry, network=network)
