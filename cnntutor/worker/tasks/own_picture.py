"""An image file of the learner's, brought to what a network takes."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from cnntutor.worker.datasets.pictures import LARGEST, cropped, eight_bits

Bytes = npt.NDArray[np.uint8]


class PictureProblem(ValueError):
    """An image file that cannot be read; says why, in Pillow's words."""


def prepared_picture(path: Path, shape: tuple[int, int, int], *, photo: bool, inverted: bool) -> Bytes:
    """Return an image file in a shape (height, width, channels), 0 to 255.

    Args:
        path: The file.
        shape: What the network takes; one channel is grey.
        photo: Crop it as the photos of a run are cropped. Else an image of that very size stays as it is,
            and of another the largest part in the middle with the same proportions is taken.
        inverted: Let black and white change places.

    Raises:
        PictureProblem: it cannot be read, or is too large.
    """
    Image.MAX_IMAGE_PIXELS = None  # what is too large is refused below, before it is read
    try:
        with Image.open(path) as opened:
            if opened.width * opened.height > LARGEST:
                raise PictureProblem(f"{opened.width} x {opened.height} pixels are too many")
            pixels = cropped(opened, shape[0]) if photo else _fitted(opened, shape)
    except (OSError, ValueError, SyntaxError, EOFError) as problem:
        if isinstance(problem, PictureProblem):
            raise
        said = str(problem).replace(str(path), path.name)
        raise PictureProblem(" ".join(said.split()) or type(problem).__name__) from problem
    if photo and shape[2] == 1:
        pixels = np.asarray(Image.fromarray(pixels).convert("L"), dtype=np.uint8)[..., np.newaxis]
    return 255 - pixels if inverted else pixels


def _fitted(opened: Any, shape: tuple[int, int, int]) -> Bytes:
    """Return an opened image in a shape; what is transparent lies on white."""
    height, width, channels = shape
    picture = ImageOps.exif_transpose(eight_bits(opened))
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture.convert("RGBA"))
    picture = picture.convert("L" if channels == 1 else "RGB")
    if picture.size != (width, height):
        scale = min(picture.width / width, picture.height / height)
        across, down = width * scale, height * scale
        left, top = (picture.width - across) / 2, (picture.height - down) / 2
        picture = picture.resize(
            (width, height), Image.Resampling.BILINEAR, box=(left, top, left + across, top + down)
        )
    return np.asarray(picture, dtype=np.uint8).reshape(shape)
