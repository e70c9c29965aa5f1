"""Labelled photos to be fetched by name, for learners who have none; archives are unpacked with care."""

import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path

from cnntutor import locations
from cnntutor.errors import Failed
from cnntutor.i18n import Text, msg
from cnntutor.lab.data_sets import DataSetInfo, Download
from cnntutor.lab.download import Progress, fetch

MOST_FILES = 50_000
MOST_BYTES = 2_000_000_000
"""More than this is no set of photos that is known here."""


@dataclass(frozen=True, slots=True)
class PhotoSet:
    """Photos in folders named after their labels."""

    info: DataSetInfo
    inside: str
    """The folder of the labels, within the archive."""
    terms: Text
    """Under which licence they come, and what to know of them."""


PHOTO_SETS: dict[str, PhotoSet] = {
    each.info.name: each
    for each in (
        PhotoSet(
            DataSetInfo(
                "flowers",
                Text("3,670 photos of five kinds of flowers", "3.670 ảnh của năm loài hoa"),
                (),
                downloads=(
                    Download(
                        "flower_photos.tgz",
                        "https://storage.googleapis.com/download.tensorflow.org/example_images/flower_photos.tgz",
                        228_813_984,
                        "4c54ace7911aaffe13a365c34f650e71dd5bf1be0a58b464e5a7183e3e595d9c",
                    ),
                ),
            ),
            "flower_photos",
            Text(
                "Creative Commons BY, the photographers are named in LICENSE.txt beside the photos.",
                "Creative Commons BY, tên người chụp ở LICENSE.txt cạnh các ảnh.",
            ),
        ),
        PhotoSet(
            DataSetInfo(
                "imagenette",
                Text(
                    "3,925 photos of ten classes of ImageNet, small (the validation part of Imagenette)",
                    "3.925 ảnh nhỏ của mười lớp ImageNet (phần xác thực của Imagenette)",
                ),
                (),
                downloads=(
                    Download(
                        "imagenette2-160.tgz",
                        "https://s3.amazonaws.com/fast-ai-imageclas/imagenette2-160.tgz",
                        98_948_031,
                        "88daccb09b6fce93f45e6c09ddeb269cce705549e6bff322092a2a5a11489863",
                    ),
                ),
            ),
            "imagenette2-160/val",
            Text(
                "Put together by fast.ai under Apache 2.0. The photos are ImageNet's own: networks trained on"
                " ImageNet may have seen them, so figures on them are no test of unseen photos.",
                "Do fast.ai tập hợp theo giấy phép Apache 2.0. Ảnh lấy từ ImageNet: mạng huấn luyện trên"
                " ImageNet có thể đã thấy chúng, nên số liệu không phải kiểm tra trên ảnh chưa thấy.",
            ),
        ),
    )
}


def photo_set_folder(name: str) -> Path | None:
    """Return the folder of a set's labels; None where it has not been fetched."""
    folder = locations.data_store() / name / "photos" / PHOTO_SETS[name].inside
    return folder if folder.is_dir() else None


def fetch_photos(name: str, progress: Progress) -> Path:
    """Fetch and unpack a set, unless it is here, and return the folder of its labels.

    Raises:
        Missing: the server cannot be reached or breaks off.
        Failed: it cannot be kept, or is not what was published.
    """
    there = photo_set_folder(name)
    if there is not None:
        return there
    store = locations.data_store() / name
    (archive,) = fetch(PHOTO_SETS[name].info, store, progress)
    unpack(archive, store / "photos")
    archive.unlink(missing_ok=True)
    folder = photo_set_folder(name)
    if folder is None:
        raise Failed(
            msg("{file} holds no folder {folder}.", file=archive.name, folder=PHOTO_SETS[name].inside)
        )
    return folder


def unpack(archive: Path, target: Path) -> None:
    """Unpack an archive into a folder, which is there only once it is whole.

    Links, devices and names that lead out of the folder are refused.

    Raises:
        Failed: the archive is torn or holds what it should not, or there is no room.
    """
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir(parents=True)
        with tarfile.open(archive) as opened:
            files = size = 0
            for member in opened:
                files, size = files + 1, size + member.size
                if files > MOST_FILES or size > MOST_BYTES or not (member.isfile() or member.isdir()):
                    raise Failed(
                        msg(
                            "{file}: {name} does not belong into a set of photos.",
                            file=archive,
                            name=member.name,
                        )
                    )
                opened.extract(member, part, filter="data")
        part.rename(target)
    except (OSError, tarfile.TarError, EOFError) as problem:
        raise Failed(
            msg(
                "{file} cannot be unpacked ({problem}); free some space and try again.",
                file=archive,
                problem=problem,
            )
        ) from problem
    finally:
        shutil.rmtree(part, ignore_errors=True)
