"""Networks from the .h5 files of Keras: the config in an attribute; weights are not looked at."""

from pathlib import Path

from cnntutor.calc.shapes import Shape
from cnntutor.formats.entry import NetworkEntry
from cnntutor.formats.files import check_file, unreadable
from cnntutor.formats.hdf5_attributes import NotHdf5, root_texts
from cnntutor.formats.keras_json import LARGEST_JSON, parse_keras_json
from cnntutor.formats.places import Place
from cnntutor.i18n import msg

CONFIG = "model_config"


def read_keras_h5(path: Path, input_shape: Shape | None = None) -> NetworkEntry:
    """Read the network of a .h5 file that holds a whole model.

    Args:
        path: The file.
        input_shape: Stands for the shape of the first input, where the file leaves it open or not.

    Raises:
        NotUnderstood: one sentence with file, layer and mend.
    """
    check_file(path)
    place = Place(str(path))
    try:
        texts = root_texts(path, frozenset({CONFIG}), LARGEST_JSON)
    except NotHdf5:
        raise place.refused(
            msg("it is broken or no .h5 file as Keras writes it; save the model as .keras")
        ) from None
    except OSError as problem:
        raise unreadable(path, problem) from None
    if CONFIG not in texts:
        raise place.refused(msg("there is no model in it, only weights perhaps; save the whole model"))
    if len(texts[CONFIG]) > LARGEST_JSON:
        raise place.refused(
            msg("the model's config is larger than {count} bytes; no model needs that", count=LARGEST_JSON)
        )
    try:
        text = texts[CONFIG].decode("utf-8")
    except UnicodeDecodeError:
        raise place.refused(msg("the model's config is not text in UTF-8; save the model again")) from None
    return parse_keras_json(text, str(path), input_shape)
