"""A network written in the form asked for."""

from cnntutor.formats.entry import NetworkEntry

EXPORTS = ("toml", "json", "keras", "pytorch")
"""TOML of this program, JSON of Keras, Keras code, PyTorch code."""


def export_network(entry: NetworkEntry, form: str) -> str:
    """Return the text of a network in one of EXPORTS.

    Raises:
        NotUnderstood: the form cannot say a layer of the network.
        ValueError: there is no such form.
    """
    if form == "toml":
        from cnntutor.formats.network_toml import write_network

        return write_network(entry)
    if form == "json":
        from cnntutor.formats.keras_json_writer import write_keras_json

        return write_keras_json(entry.network)
    if form == "keras":
        from cnntutor.formats.keras_code import write_keras_code

        return write_keras_code(entry.network)
    if form == "pytorch":
        from cnntutor.formats.pytorch_code import write_pytorch_code

        return write_pytorch_code(entry.network)
    raise ValueError(f"form must be one of {', '.join(EXPORTS)}, received {form!r}")
