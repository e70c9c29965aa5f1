"""Networks from files of any form: TOML, Keras JSON, .keras, .h5 and ONNX files, Keras source code."""

from pathlib import Path

from cnntutor.calc.shapes import Shape
from cnntutor.formats.entry import NetworkEntry

SUFFIXES = (".toml", ".json", ".keras", ".h5", ".hdf5", ".onnx", ".py")
"""How the name of a network file may end."""


def read_network_file(path: Path, input_shape: Shape | None = None) -> NetworkEntry:
    """Read a network file; the end of its name says the form, TOML where it says none.

    Args:
        path: The file.
        input_shape: Stands for the shape of the first input, where a Keras file leaves it open or not.

    Raises:
        NotUnderstood: it cannot be read; one sentence with file, place and mend.
    """
    suffix = path.suffix.lower()
    if suffix == ".json":
        from cnntutor.formats.keras_json import read_keras_json

        return read_keras_json(path, input_shape)
    if suffix == ".keras":
        from cnntutor.formats.keras_archive import read_keras_archive

        return read_keras_archive(path, input_shape)
    if suffix in (".h5", ".hdf5"):
        from cnntutor.formats.keras_h5 import read_keras_h5

        return read_keras_h5(path, input_shape)
    if suffix == ".onnx":
        from cnntutor.formats.onnx_file import read_onnx

        return read_onnx(path, input_shape)
    if suffix == ".py":
        from cnntutor.formats.keras_source import read_keras_source

        return read_keras_source(path, input_shape)
    from cnntutor.formats.network_toml import read_network

    return read_network(path)
