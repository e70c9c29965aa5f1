"""Which images are looked at, prepared how, and what stands in the way of that."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from cnntutor import locations
from cnntutor.errors import NotUnderstood
from cnntutor.i18n import Message, decimal, msg
from cnntutor.lab.data_sets import DATA_SETS, DataSetInfo
from cnntutor.lab.photo_sets import PHOTO_SETS, photo_set_folder
from cnntutor.lab.preparation import Preparation, preparation_of
from cnntutor.lab.recipe import Recipe
from cnntutor.lab.run_spec import TrainingSettings

EXAMPLES = 3
"""Pictures of each class."""


@dataclass(frozen=True, slots=True)
class DataSubject:
    """A data set and what is done to its images."""

    name: str
    """Of DATA_SETS."""
    how: Preparation
    fetched: str = ""
    """What `cnntutor data fetch` calls it, where it is to be had so."""
    recipe: Recipe | None = None
    """Whose settings these are; None for those most recipes have."""

    @property
    def info(self) -> DataSetInfo:
        """What is known of it by name."""
        return PHOTO_SETS[self.fetched].info if self.fetched in PHOTO_SETS else DATA_SETS[self.name]

    @property
    def title(self) -> str:
        """Its name without what is said of it."""
        return str(self.info.title).split(", ", maxsplit=1)[0]

    @property
    def tests_only(self) -> bool:
        """Whether nothing is trained on the images."""
        return self.recipe is not None and self.recipe.method == "top-k"

    @property
    def stand_in(self) -> str | None:
        """What comes with the program and can be looked at in its place."""
        return DATA_SETS[self.name].stand_in


def named_subject(name: str) -> DataSubject:
    """Return a data set by its name, prepared as most recipes do it.

    Raises:
        NotUnderstood: there is none of that name.
    """
    how = Preparation(examples=EXAMPLES)
    if name in PHOTO_SETS:
        folder = photo_set_folder(name)
        how = msgspec.structs.replace(how, photos=None if folder is None else str(folder))
        return DataSubject("photos", how, name)
    if name not in DATA_SETS:
        known = ", ".join((*DATA_SETS, *PHOTO_SETS))
        raise NotUnderstood(msg("There is no data set {name}; there are: {known}.", name=name, known=known))
    return DataSubject(name, how, name if DATA_SETS[name].downloads else "")


def subject_of(recipe: Recipe, settings: TrainingSettings) -> DataSubject:
    """Return the data of a run that may be started.

    Raises:
        NotUnderstood: the network is not known.
    """
    name, photos = settings.data, settings.photos
    how = Preparation() if name == "words" else preparation_of(recipe, settings)
    fetched: str = name if DATA_SETS[name].downloads else ""
    if name == "photos" and photos is not None:
        given = Path(photos).expanduser().absolute()
        if photos in PHOTO_SETS and not given.is_dir():
            folder = photo_set_folder(photos)
            fetched, how = (
                photos,
                msgspec.structs.replace(how, photos=None if folder is None else str(folder)),
            )
        else:
            how = msgspec.structs.replace(how, photos=str(given))
    return DataSubject(name, msgspec.structs.replace(how, examples=EXAMPLES), fetched, recipe)


def renewed(subject: DataSubject) -> DataSubject:
    """Return a subject as it is now that files may have been brought."""
    if subject.fetched not in PHOTO_SETS:
        return subject
    folder = photo_set_folder(subject.fetched)
    how = msgspec.structs.replace(subject.how, photos=None if folder is None else str(folder))
    return replace(subject, how=how)


def obstacle(subject: DataSubject) -> Message | None:
    """Say why there is nothing to look at, as far as that is known without looking."""
    if subject.name == "words":
        return msg(
            "This recipe spells words, character by character: there are no images to prepare. Each character"
            " becomes a row of zeros with one 1."
        )
    if subject.name == "photos" and subject.how.photos is None and not subject.fetched:
        return msg("No folder of photos is named.")
    if subject.fetched in PHOTO_SETS and subject.how.photos is None:
        return not_here(subject)
    return None


def not_here(subject: DataSubject) -> Message:
    """Say that a data set is not on this machine."""
    return msg("{data} is not on this machine.", data=subject.title)


def ways(subject: DataSubject) -> list[Message]:
    """Return the ways to get images that are not here."""
    found: list[Message] = []
    if subject.name == "words":
        return found
    if subject.fetched:
        megabytes = decimal(sum(file.size for file in subject.info.downloads) / 1e6, 0)
        found.append(
            msg(
                "f fetches it ({size} MB); in a shell: cnntutor data fetch {name}",
                size=megabytes,
                name=subject.fetched,
            )
        )
    if subject.name == "photos" and not subject.fetched:
        found.append(
            msg(
                "name a folder with label.jpg files, a folder for each label, or labels.csv: in the lab under"
                " Data and preprocessing, photos"
            )
        )
        found.append(msg("photos to be fetched: cnntutor data fetch {names}", names=" · ".join(PHOTO_SETS)))
    elif subject.name != "photos":
        found.append(
            msg("bring its files: cnntutor data import FOLDER, or name their folder with CNNTUTOR_DATA")
        )
    if subject.stand_in is not None:
        found.append(
            msg(
                "i shows the stand-in {name}, which comes with the program: {title}",
                name=subject.stand_in,
                title=DATA_SETS[subject.stand_in].title,
            )
        )
    return found


def store_of(subject: DataSubject) -> Path:
    """Return the folder that what is fetched goes into."""
    return locations.data_store() / subject.fetched
