"""Which images a run used, in words."""

from cnntutor.i18n import Message, msg
from cnntutor.lab.data_sets import DATA_SETS
from cnntutor.lab.events import DataRecord
from cnntutor.lab.preparation import DataView


def describe_data(data: DataRecord) -> Message:
    """Say which images a run used."""
    counts = {"train": data.train, "validation": data.validation, "test": data.test}
    if data.name == "words":
        return msg("Data: the words {words}; the same are tested.", words=data.source)
    if data.name == "photos" and not data.train:
        return msg("Data: {test} photos of yours in {source}.", test=data.test, source=data.source)
    if data.validated_on_test:
        return msg(
            "Data: {data} ({provenance}), {train} for training; the {test} test images were also used for"
            " validation, so no figure here is of unseen images.",
            data=data.name,
            provenance=data.source,
            train=data.train,
            test=data.test,
        )
    if data.provenance == "embedded":
        return msg(
            "Data: real MNIST digits that come with the program, {train} for training, {validation} for"
            " validation, {test} for the test.",
            **counts,
        )
    if data.provenance == "generated":
        return msg(
            "Data: shapes drawn by the program, a stand-in and no photos: {train} for training, {validation}"
            " for validation, {test} for the test.",
            **counts,
        )
    if data.name == "photos":
        return msg(
            "Data: photos of yours in {source}, {classes} labels: {train} for training, {validation} for"
            " validation, {test} for the test.",
            source=data.source,
            classes=str(data.classes),
            **counts,
        )
    title = str(DATA_SETS[data.name].title.en).split(",", maxsplit=1)[0]
    if data.provenance == data.name:
        return msg(
            "Data: {data}, proved by its hash, from {source}: {train} for training, {validation} for"
            " validation, {test} for the test.",
            data=title,
            source=data.source,
            **counts,
        )
    return msg(
        "Data: a file of yours that is not {data} as published, {source}: {train} for training, {validation}"
        " for validation, {test} for the test.",
        data=title,
        source=data.source,
        **counts,
    )


def describe_test(data: DataRecord) -> Message:
    """Say which test images a saved model was tested on."""
    if data.name == "photos":
        return msg("Data: {test} photos of yours in {source}.", test=data.test, source=data.source)
    if data.provenance == "embedded":
        return msg("Data: {test} of the real MNIST digits that come with the program.", test=data.test)
    if data.provenance == "generated":
        return msg("Data: {test} shapes drawn by the program, a stand-in and no photos.", test=data.test)
    title = str(DATA_SETS[data.name].title.en).split(",", maxsplit=1)[0]
    if data.provenance == data.name:
        return msg(
            "Data: {test} test images of {data}, proved by its hash, from {source}.",
            test=data.test,
            data=title,
            source=data.source,
        )
    return msg(
        "Data: {test} test images of a file of yours that is not {data} as published, {source}.",
        test=data.test,
        data=title,
        source=data.source,
    )


def describe_origin(found: DataView) -> Message:
    """Say what images are known to be that a worker looked at."""
    title = str(DATA_SETS[found.name].title.en).split(",", maxsplit=1)[0]
    if found.provenance == "embedded":
        return msg("Real MNIST digits that come with the program, proved by their hash")
    if found.provenance == "generated":
        return msg("Shapes drawn by the program: a stand-in, no photos")
    if found.name == "photos":
        return msg("Photos of yours, {count} labels", count=len(found.labels))
    if found.provenance == found.name:
        return msg("{data} as published, proved by its hash", data=title)
    return msg("A file of yours that is not {data} as published", data=title)
