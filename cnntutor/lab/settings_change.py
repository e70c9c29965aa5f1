"""Settings of a run changed as they were typed: what each takes, and the sentence for what it does not."""

import difflib
from collections.abc import Mapping

import msgspec

from cnntutor.errors import NotUnderstood
from cnntutor.i18n import Message, msg
from cnntutor.lab.run_spec import TrainingSettings

_SEED = msg("a whole number from 0 on")
_YES_NO = msg("true or false")
_ABOVE_0 = msg("a number above 0 and at most 1,000, or none")
_COUNT = msg("a whole number from 10 on, or none for all")
_RATE = msg("a number above 0 and at most 10, such as 0.001")

SETTING_HELP: dict[str, Message] = {
    "data": msg("mnist, mnist-5000, fashion-mnist, cifar10, shapes-32, photos or words"),
    "epochs": msg("a whole number from 1 to 10,000"),
    "batch_size": msg("a whole number from 1 to 65,536"),
    "optimizer": msg("Adam, SGD, RMSprop, AdamW, Nadam, Adamax, Adagrad or Adadelta"),
    "learning_rate": _RATE,
    "momentum": msg("a number from 0 on and below 1; for SGD and RMSprop"),
    "weight_decay": msg("a number above 0 and at most 1, or none"),
    "clipnorm": _ABOVE_0,
    "clipvalue": _ABOVE_0,
    "loss": msg(
        "sparse_categorical_crossentropy, categorical_crossentropy, binary_crossentropy or mean_squared_error"
    ),
    "from_logits": _YES_NO,
    "network": msg("the name of a network or of a file, or none for the recipe's own"),
    "width": msg("a number above 0 and at most 4; 0.25 leaves a quarter of the filters and units"),
    "batch_normalization": _YES_NO,
    "kernel_initializer": msg("glorot_uniform, glorot_normal, he_uniform, he_normal or none"),
    "image_size": msg("a whole number from 8 to 1,024, or none for the network's own"),
    "photos": msg("a folder of labelled photos, or none"),
    "weights": msg("files of trained weights with a comma between, random, or none"),
    "freeze": msg("none, normalization or backbone"),
    "unfreeze_epoch": msg("a whole number from 2 to 10,000, or none"),
    "unfreeze_learning_rate": _RATE,
    "words": msg("words of one length, a space between"),
    "pixel_divisor": msg("a number above 0 and at most 1,000; 255 brings pixels to 0 to 1"),
    "test_pixel_divisor": _ABOVE_0,
    "pixel_offset": msg("a number from -10 to 10, added after the division"),
    "validation": msg("held-out, test or none"),
    "validation_fraction": msg("a number above 0 and at most 0.5, such as 0.1"),
    "early_stopping": msg("none, val_loss or val_accuracy"),
    "patience": msg("a whole number from 0 to 10,000"),
    "min_delta": msg("a number from 0 to 10"),
    "tested": msg("best or last"),
    "seed": _SEED,
    "split_seed": _SEED,
    "train_images": _COUNT,
    "test_images": _COUNT,
    "device": msg("auto, cpu or gpu"),
}
"""What each setting of a run takes, for --set and for the screen."""

_NONE_IS_A_VALUE = {"freeze", "validation", "early_stopping"}
"""Settings one of whose values is the word none."""


def changed_settings(base: TrainingSettings, overrides: Mapping[str, str]) -> TrainingSettings:
    """Return the settings with some changed.

    Args:
        base: The preset's settings.
        overrides: New values as they were typed, by key.

    Raises:
        NotUnderstood: a key is unknown, or a value is not what it takes.
    """
    kinds = {field.name: field.type for field in msgspec.structs.fields(TrainingSettings)}
    changes: dict[str, object] = {}
    for key, typed in overrides.items():
        if key not in kinds:
            near = difflib.get_close_matches(key, kinds, n=1, cutoff=0.5)
            raise NotUnderstood(
                msg("--set {key}: there is no such setting; did you mean {near}?", key=key, near=near[0])
                if near
                else msg(
                    "--set {key}: there is no such setting; there are: {known}.",
                    key=key,
                    known=", ".join(kinds),
                )
            )
        value = typed.strip()
        if value.lower() == "none" and key not in _NONE_IS_A_VALUE:
            value = "null"  # how msgspec reads None from a text
        try:
            changes[key] = msgspec.convert(value, kinds[key], strict=False)
        except msgspec.ValidationError as problem:
            raise NotUnderstood(
                msg(
                    "--set {key}={value}: the value is not understood; {key} takes {takes}.",
                    key=key,
                    value=typed,
                    takes=SETTING_HELP[key],
                )
            ) from problem
    return msgspec.structs.replace(base, **changes)


def parse_overrides(assignments: tuple[str, ...], option: str = "--set") -> dict[str, str]:
    """Return `key=value` texts as a mapping; the last one of a key counts.

    Args:
        assignments: The texts.
        option: The option they were given with.

    Raises:
        NotUnderstood: one has no key or no equals sign.
    """
    overrides: dict[str, str] = {}
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        if not equals or not key.strip():
            raise NotUnderstood(
                msg(
                    "{option} {given} is not understood; write key=value, such as {option} epochs=2.",
                    option=option,
                    given=assignment,
                )
            )
        overrides[key.strip()] = value.strip()
    return overrides


def setting_lines(settings: TrainingSettings) -> list[str]:
    """Return `key = value` for the settings that have to be said and those that are not the usual ones."""
    usual = {
        field.name: field.default
        for field in msgspec.structs.fields(TrainingSettings)
        if field.default is not msgspec.NODEFAULT
    }
    always = {"loss", "pixel_divisor", "validation", "validation_fraction", "seed", "split_seed"}
    return [
        f"{key} = {value}"
        for key, value in msgspec.structs.asdict(settings).items()
        if key in always or key not in usual or usual[key] != value
    ]
