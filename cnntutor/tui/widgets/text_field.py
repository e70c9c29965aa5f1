"""A line to type into; its arrows up and down are free for what stands around it."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input

_EDITING: list[BindingType] = [
    binding for binding in Input.BINDINGS if isinstance(binding, Binding) and binding.key != "enter"
]


class TextField(Input, inherit_bindings=False):
    """Textual's Input without the scroll keys it inherits; a subclass binds and names Enter."""

    BINDINGS: ClassVar[list[BindingType]] = list(_EDITING)
