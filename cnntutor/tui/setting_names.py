"""Settings of a run on the screen: the few that everybody changes by name, the others in groups by key."""

from __future__ import annotations

import msgspec

from cnntutor.i18n import Message, msg
from cnntutor.lab.run_spec import TrainingSettings

FIRST: dict[str, Message] = {
    "epochs": msg("epochs"),
    "batch_size": msg("batch size"),
    "learning_rate": msg("learning rate"),
    "seed": msg("seed"),
}
"""What stands in the form from the beginning, with its name."""

_GROUPS: tuple[tuple[Message, tuple[str, ...]], ...] = (
    (
        msg("Data and preprocessing"),
        (
            "data",
            "train_images",
            "test_images",
            "pixel_divisor",
            "test_pixel_divisor",
            "pixel_offset",
            "validation",
            "validation_fraction",
            "split_seed",
            "photos",
            "words",
        ),
    ),
    (
        msg("Network and first weights"),
        (
            "network",
            "width",
            "batch_normalization",
            "kernel_initializer",
            "image_size",
            "weights",
            "freeze",
            "unfreeze_epoch",
            "unfreeze_learning_rate",
        ),
    ),
    (
        msg("Loss and optimizer"),
        ("loss", "from_logits", "optimizer", "momentum", "weight_decay", "clipnorm", "clipvalue"),
    ),
    (msg("Stopping and testing"), ("early_stopping", "patience", "min_delta", "tested")),
)
_REST = msg("How it is computed")


def groups() -> tuple[tuple[Message, tuple[str, ...]], ...]:
    """Return all other settings in groups: (name of the group, keys); together with FIRST every one once."""
    known = set(FIRST).union(*(keys for _, keys in _GROUPS))
    rest = tuple(each.name for each in msgspec.structs.fields(TrainingSettings) if each.name not in known)
    return (*_GROUPS, (_REST, rest)) if rest else _GROUPS


def setting_name(setting: str) -> str:
    """Return the name of a setting on the screen: a word for the first ones, the key for the others."""
    return str(FIRST[setting]) if setting in FIRST else setting


def typed(value: object) -> str:
    """Return a value as it is typed into its field, and as --set takes it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)
