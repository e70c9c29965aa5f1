"""What the learner chose for every session: language, theme, data folder. A small JSON file."""

import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from cnntutor import i18n, locations


@dataclass(frozen=True, slots=True)
class Settings:
    """The learner's choices; None means not chosen yet."""

    language: str | None = None
    theme: str | None = None
    data_dir: str | None = None
    """The learner's own data folder; the variable CNNTUTOR_DATA goes first."""
    keras_waits: str | None = None
    """"no": no process waits with Keras imported; the variable CNNTUTOR_KERAS_WAITS goes first."""


def load() -> Settings:
    """Return the saved settings; a missing or broken file counts as nothing chosen."""
    raw = _read()
    if raw is None:
        return Settings()
    known = {entry.name for entry in fields(Settings)}
    return Settings(**{key: value for key, value in raw.items() if key in known and isinstance(value, str)})


def broken() -> bool:
    """Whether there is a settings file that cannot be read."""
    return _read() is None


def _read() -> dict[str, object] | None:
    """Return what the file says: nothing where there is none, None where it is broken."""
    try:
        raw = json.loads(locations.settings_file().read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError):
        return None
    return raw if isinstance(raw, dict) else None


def save(settings: Settings) -> None:
    """Write the settings so that a crash leaves either the old file or the new one.

    A broken file is kept beside it: a name for the data folder may still be read there by eye.

    Raises:
        OSError: the folder cannot be written.
    """
    import tempfile  # only here: it costs a third of what reading the settings costs

    path = locations.settings_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".settings-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(asdict(settings), file)
        if path.is_file() and broken():
            path.replace(path.with_name("settings.damaged.json"))
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def data_dir() -> Path | None:
    """Return the learner's data folder, absolute: CNNTUTOR_DATA, else the setting, else None."""
    chosen = os.environ.get("CNNTUTOR_DATA") or load().data_dir
    return Path(chosen).expanduser().absolute() if chosen else None


def keras_waits() -> bool:
    """Return whether a process may wait with Keras imported: CNNTUTOR_KERAS_WAITS, the setting, else yes.

    It answers a checked code exercise seconds sooner and takes some 600 MB of memory while it waits.
    """
    chosen = os.environ.get("CNNTUTOR_KERAS_WAITS") or load().keras_waits or "yes"
    return chosen.strip().lower() not in ("0", "no", "off", "false")


def apply_language(asked: str | None = None) -> None:
    """Set the language: asked for, else CNNTUTOR_LANG, else the setting, else the locale.

    Raises:
        ValueError: the language asked for is not known.
    """
    i18n.use_catalogues(locations.content_dir() / "ui" / "vi")
    explicit = asked or os.environ.get("CNNTUTOR_LANG")
    if explicit:
        i18n.set_language(explicit)
        return
    saved = load().language
    i18n.set_language(saved if saved in i18n.LANGUAGES else i18n.system_language())
