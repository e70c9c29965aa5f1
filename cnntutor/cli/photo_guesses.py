"""What pretrained networks made of each photo, as lines and as JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from cnntutor.i18n import decimal, t
from cnntutor.lab.photo_guesses import PhotoGuesses

BAR = 20


def guess_lines(photos: Sequence[PhotoGuesses]) -> Iterator[str]:
    """Yield the photos one after the other: label, then the five guesses of each network with bars."""
    for photo in photos:
        yield t("{photo}, label {label}", photo=photo.photo, label=photo.true)
        for network, guesses in photo.networks:
            yield f"  {network}"
            for place, (name, share) in enumerate(guesses.top5, 1):
                mark = "✓" if place == guesses.rank else " "
                bar = "█" * round(share * BAR)
                yield f"  {mark} {decimal(100 * share, 1):>5} % {bar:<{BAR}} {name}"
        yield ""


def guesses_json(photos: Sequence[PhotoGuesses]) -> list[dict[str, Any]]:
    """Return the photos as JSON has them; rank 0: the label is not among the first five."""
    return [
        {
            "photo": photo.photo,
            "label": photo.true,
            "networks": {
                network: {"rank": guesses.rank, "top5": guesses.top5} for network, guesses in photo.networks
            },
        }
        for photo in photos
    ]
