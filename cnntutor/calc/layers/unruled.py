"""The classes of keras.layers that the calculator has no rule for, each with the reason.

Every other class of keras.layers is a kind in registry.py; a test enumerates them.
"""

from cnntutor.i18n import Message, msg

_BASE = msg("a base class for layers of one's own: what it does is code, not numbers")
_FOREIGN = msg("its weights and shapes are those of a program of another framework")
_CODE = msg("it runs code of one's own, which is never run here")
_VOCABULARY = msg("it turns text or numbers into places in a vocabulary, whose size the network does not say")
_TABLES = msg("it works on tables of categories or of boxes before the network, and learns nothing")

UNRULED: dict[str, Message] = {
    "Layer": _BASE,
    "Wrapper": _BASE,
    "InputSpec": msg("it is no layer: it says what input a layer takes"),
    "Lambda": _CODE,
    "Pipeline": msg("it puts preprocessing layers in a row; put those layers into the network one by one"),
    "TFSMLayer": _FOREIGN,
    "JaxLayer": _FOREIGN,
    "FlaxLayer": _FOREIGN,
    "TorchModuleWrapper": _FOREIGN,
    "StringLookup": _VOCABULARY,
    "IntegerLookup": _VOCABULARY,
    "TextVectorization": _VOCABULARY,
    "Discretization": _TABLES,
    "HashedCrossing": _TABLES,
    "MaxNumBoundingBoxes": _TABLES,
}
"""Class name in keras.layers → why it has no rule."""

ALIASES: dict[str, str] = {
    "InputLayer": "Input",
    **{f"AvgPool{axes}D": f"AveragePooling{axes}D" for axes in (1, 2, 3)},
    **{f"MaxPool{axes}D": f"MaxPooling{axes}D" for axes in (1, 2, 3)},
    **{f"GlobalAvgPool{axes}D": f"GlobalAveragePooling{axes}D" for axes in (1, 2, 3)},
    **{f"GlobalMaxPool{axes}D": f"GlobalMaxPooling{axes}D" for axes in (1, 2, 3)},
    **{f"Convolution{axes}D": f"Conv{axes}D" for axes in (1, 2, 3)},
    **{f"Convolution{axes}DTranspose": f"Conv{axes}DTranspose" for axes in (1, 2, 3)},
    **{f"SeparableConvolution{axes}D": f"SeparableConv{axes}D" for axes in (1, 2)},
}
"""Further names in keras.layers → kind."""
