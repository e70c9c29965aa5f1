"""A line to type into; its arrows up and down are free for what stands around it."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input

_EDITING: list[BindingType] = [
    binding for binding in Input.BINDINGS if isinstance(binding, Binding) and binding.key != "enter"
]

LONGEST_PASTE = 300
"""Characters taken of what is pasted; more is nobody's answer."""


class TextField(Input, inherit_bindings=False):
    """Textual's Input without the scroll keys it inherits; a subclass binds and names Enter."""

    BINDINGS: ClassVar[list[BindingType]] = list(_EDITING)

    def take_character(self, character: str) -> None:
        """Put a character in at the cursor, or in place of what is selected."""
        self._restart_blink()
        if self.selection.is_empty:
            self.insert_text_at_cursor(character)
        else:
            self.replace(character, *self.selection)

    def erases(self, key: str) -> bool:
        """Whether a key takes a character out."""
        return key in ("backspace", "delete")

    def erase(self, key: str) -> None:
        """Take out the character before the cursor or at it, or what is selected."""
        self._restart_blink()
        if key == "backspace":
            self.action_delete_left()
        else:
            self.action_delete_right()

    def take_paste(self, text: str) -> None:
        """Put the first line that says something in, as if it were typed; a file pasted by mistake is cut."""
        line = next((line.strip() for line in text.splitlines() if line.strip()), "")
        typed = "".join(character for character in line if character.isprintable())[:LONGEST_PASTE]
        if typed:
            self.take_character(typed)
