"""Where the images of a data set come from and what each part of a run gets of them, in lines."""

from __future__ import annotations

from textual.content import Content

from cnntutor.i18n import Message, msg, number, shape, t
from cnntutor.lab.data_words import describe_origin
from cnntutor.lab.preparation import DataView, PartName, PartView
from cnntutor.tui.data_subject import DataSubject
from cnntutor.tui.wrapping import hanging

LABEL = 14
"""Cells of a class name in the table."""
PARTS: dict[PartName, Message] = {
    "train": msg("training part"),
    "validation": msg("validation part"),
    "test": msg("test part"),
}


def split_head(found: DataView, subject: DataSubject, width: int) -> list[Content]:
    """Return where the images come from, and how they are split."""
    split = subject.how.split
    lines = hanging(Content.styled(str(describe_origin(found)), "bold"), width)
    if found.provenance != "generated":
        lines += hanging(Content.styled(found.source, "$quiet"), width)
    lines += hanging(t("One image for the network: {shape}.", shape=shape(found.shape)), width)
    for sentence in _split_sentences(found, subject):
        lines += hanging(sentence, width)
    if split.validation == "test" and not subject.tests_only:
        warning = t(
            "The test images are used for validation too: no figure of such a run is of unseen images."
        )
        lines += hanging(Content.styled(f"! {warning}", "$warning"), width, rest="  ")
    return [*lines, Content("")]


def _split_sentences(found: DataView, subject: DataSubject) -> list[str]:
    """Say how the parts come about."""
    split = subject.how.split
    if subject.tests_only:
        return [t("Nothing is trained here: all photos are for the test.")]
    sentences = []
    if found.given:
        parts = ", ".join(str(PARTS[part]) for part in found.given)
        sentences.append(t("Set apart by the data themselves: {parts}.", parts=parts))
    drawn = split.validation == "held-out" and "validation" not in found.given
    if drawn or not found.given:
        sentences.append(
            t(
                "Every class has its share of what is drawn; the draw has the seed {seed}.",
                seed=str(split.seed),
            )
        )
    if split.validation == "none":
        sentences.append(t("Nothing is held back for validation."))
    if found.limited:
        sentences.append(t("The settings leave images out (train_images, test_images)."))
    return sentences


def split_rows(found: DataView, subject: DataSubject, width: int) -> list[Content]:
    """Return a line of all and one a class, with how many images each part has; the first names the parts."""
    parts = found.parts
    if subject.tests_only:
        parts = (PartView(name="test", per_class=found.per_class),)
    names = [str(PARTS[part.name]) for part in parts]
    label = min(LABEL, max(len(name) for name in (t("all classes"), *found.labels)) + 1)
    cells = [max(len(name), 7) + 2 for name in names]
    head = " " * label + "".join(name.rjust(each) for name, each in zip(names, cells, strict=True))
    rows = [Content.styled(head, "$quiet")]
    counts = [(t("all classes"), [part.count for part in parts])]
    counts += [(name, [part.per_class[place] for part in parts]) for place, name in enumerate(found.labels)]
    for place, (name, some) in enumerate(counts):
        shown = name if len(name) < label else name[: label - 2] + "…"
        line = shown.ljust(label) + "".join(
            number(n).rjust(each) for n, each in zip(some, cells, strict=True)
        )
        rows.append(Content.styled(line, "bold" if not place else "").truncate(width))
    return rows
