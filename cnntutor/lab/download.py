"""Fetching the files of a data set, with progress, and going on where it broke off."""

import fcntl
import hashlib
import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from cnntutor.errors import Failed, Missing
from cnntutor.i18n import msg
from cnntutor.lab.data_sets import DataSetInfo, Download

CHUNK = 256 * 1024
TIMEOUT_SECONDS = 30.0

Progress = Callable[[str, int, int], None]
"""Told (file, bytes so far, bytes in all or 0) as a download goes on."""


def fetch(info: DataSetInfo, folder: Path, progress: Progress) -> tuple[Path, ...]:
    """Bring the files of a data set into a folder; one that is there and whole is left alone.

    What has come so far stays beside it as NAME.part, and the next try goes on from there.

    Raises:
        Missing: the server cannot be reached or breaks off.
        Failed: the folder cannot be written, or a file is not the one that was published.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return tuple(_one(each, folder / each.file, progress) for each in info.downloads)
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as problem:
        reason = getattr(problem, "reason", None) or problem
        raise Missing(
            msg(
                "{name} cannot be downloaded ({problem}); try again where there is a network: `cnntutor data"
                " fetch {name}` goes on where it broke off.",
                name=info.name,
                problem=str(reason) or type(problem).__name__,
            )
        ) from problem
    except OSError as problem:
        raise Failed(
            msg(
                "{folder} cannot be written ({problem}); free some space or choose another folder with"
                " CNNTUTOR_HOME.",
                folder=folder,
                problem=problem.strerror or str(problem),
            )
        ) from problem


def _one(download: Download, target: Path, progress: Progress) -> Path:
    """Fetch one file and put it in place once it is whole."""
    if target.is_file():
        return target
    part = target.with_name(f"{target.name}.part")
    with part.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failed(
                msg(
                    "{file} is being downloaded by another cnntutor; try again when it is done.",
                    file=download.file,
                )
            ) from None
        if target.is_file():  # the other was done just now
            return target
        _go_on(download, file, progress)
        return _settle(download, part, target)


def _go_on(download: Download, file: BinaryIO, progress: Progress) -> None:
    """Fetch what a file lacks at its end."""
    begun = file.tell()
    request = urllib.request.Request(download.address, headers={"User-Agent": "cnntutor"})
    if begun:
        request.add_header("Range", f"bytes={begun}-")
    try:
        answer = urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS)
    except urllib.error.HTTPError as problem:
        problem.close()
        if problem.code != 416:
            raise
        return  # The server has nothing beyond what is here: the part is whole, or worth nothing.
    with answer:
        if begun and answer.status != 206:
            begun = 0
            file.truncate(0)
        length = int(answer.headers.get("Content-Length") or 0)
        total = begun + length if length else 0
        done = begun
        progress(download.file, done, total)
        while chunk := answer.read(CHUNK):
            file.write(chunk)
            done += len(chunk)
            progress(download.file, done, total)
        file.flush()
        os.fsync(file.fileno())
        if total and done < total:
            raise ConnectionError(f"{done} of {total} bytes came")


def _settle(download: Download, part: Path, target: Path) -> Path:
    """Put a whole file in place; one that is not what was published is taken away."""
    if download.sha256 is not None:
        digest = hashlib.sha256()
        with part.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
        if digest.hexdigest() != download.sha256:
            part.unlink()
            raise Failed(
                msg(
                    "{file} came, but it is not the file that was published; try again: cnntutor data fetch",
                    file=download.file,
                )
            )
    part.replace(target)
    return target
