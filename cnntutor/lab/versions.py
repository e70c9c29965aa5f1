"""Which versions of Python and the libraries a run will use; read from metadata, not by importing."""

import platform
from importlib import metadata

LIBRARIES = ("cnntutor", "keras", "tensorflow", "numpy")


def installed_version(library: str) -> str | None:
    """Return the installed version of a library; None where it is not installed."""
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return None


def installed_versions() -> dict[str, str]:
    """Return the versions that decide what a run computes, Python first."""
    found = {library: installed_version(library) for library in LIBRARIES}
    return {"python": platform.python_version()} | {
        library: version for library, version in found.items() if version is not None
    }
