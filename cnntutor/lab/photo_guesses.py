"""What pretrained networks made of each photo, as a top-k run leaves it in predictions.json."""

from dataclasses import dataclass

import msgspec

from cnntutor.errors import NotUnderstood
from cnntutor.i18n import msg
from cnntutor.lab.folder import RunFolder


class Guesses(msgspec.Struct, frozen=True, kw_only=True):
    """What one network made of one photo."""

    photo: str
    """The name of the file, within the folder of the photos."""
    true: str
    top5: tuple[tuple[str, float], ...]
    """Classes and probabilities, the likeliest first."""

    place: int | None = None
    """Where the true class stands, from 1, 0 where it is not among them; None in files of older versions."""

    @property
    def rank(self) -> int:
        """Where the true class stands, from 1; 0 where it is not among them."""
        if self.place is not None:
            return self.place  # two classes of ImageNet may have one name, such as crane
        return next((place for place, (name, _) in enumerate(self.top5, 1) if name == self.true), 0)


@dataclass(frozen=True, slots=True)
class PhotoGuesses:
    """What all networks made of one photo."""

    photo: str
    true: str
    networks: tuple[tuple[str, Guesses], ...]

    @property
    def missed(self) -> int:
        """How many networks did not name it first."""
        return sum(guesses.rank != 1 for _, guesses in self.networks)


def read_guesses(run: RunFolder) -> tuple[PhotoGuesses, ...]:
    """Return the photos of a top-k run in their order; empty where the run is of another kind.

    Raises:
        NotUnderstood: the file cannot be read.
    """
    path = run.artifacts / "predictions.json"
    try:
        held = msgspec.json.decode(path.read_bytes(), type=dict[str, tuple[Guesses, ...]])
    except FileNotFoundError:
        return ()
    except (OSError, msgspec.MsgspecError) as problem:
        raise NotUnderstood(
            msg("{file} cannot be read ({problem}); run the recipe again.", file=path, problem=problem)
        ) from problem
    photos: dict[str, list[tuple[str, Guesses]]] = {}
    for network, all_guesses in held.items():
        for guesses in all_guesses:
            photos.setdefault(guesses.photo, []).append((network, guesses))
    return tuple(PhotoGuesses(photo, each[0][1].true, tuple(each)) for photo, each in photos.items())
