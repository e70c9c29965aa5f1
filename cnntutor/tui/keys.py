"""Keys and their labels: bindings whose description follows the chosen language.

A binding is made with `key("n", "next_lesson", msg("Next lesson"))`. Several keys may stand for one action
(`"down,j"`); the key line at the bottom shows the first of them that works at the moment, the help page all.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from textual.binding import Binding
from textual.screen import Screen

from cnntutor.i18n import Message

_GLYPHS = {
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "space": "Space",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "backspace": "Backspace",
    "delete": "Del",
    "question_mark": "?",
    "slash": "/",
    "plus": "+",
    "minus": "-",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "full_stop": ".",
    "comma": ",",
}

_LABELS: set[str] = set()
"""Labels made here; bindings of Textual's own have labels in English only and are left out everywhere."""


@dataclass(frozen=True, slots=True)
class LiveKey:
    """One action with the keys that reach it now."""

    keys: tuple[str, ...]
    """Names as they are written on a keyboard, the preferred one first."""
    label: str
    """In the language now in force."""
    action: str
    shown: bool
    """Whether the key line has it; the help page has every one."""
    everywhere: bool
    """Whether it belongs to the program, not to this screen."""


@runtime_checkable
class Typing(Protocol):
    """A widget that takes printable keys as text, one after the other."""

    def take_character(self, character: str) -> None:
        """Take a key that is this widget's own, as its `check_consume_key` said."""

    def take_paste(self, text: str) -> None:
        """Take what was pasted."""


@runtime_checkable
class Erasing(Typing, Protocol):
    """Text of which single characters can be taken out again."""

    def erases(self, key: str) -> bool:
        """Whether a key takes a character out."""

    def erase(self, key: str) -> None:
        """Do what such a key does."""


def key(keys: str, action: str, label: Message, *, shown: bool = True, priority: bool = False) -> Binding:
    """Return a binding with a label in both languages.

    Args:
        keys: Textual's key names, comma separated, the preferred one first.
        action: The action's name, without `action_`.
        label: What it does, as short as a key line needs.
        shown: Whether the key line shows it.
        priority: Whether it goes before a focused field.
    """
    _LABELS.add(label.template)
    return Binding(keys, action, label.template, show=shown, priority=priority)


def key_name(name: str) -> str:
    """Return a key as a keyboard labels it: `ctrl+p` is Ctrl+P, `f1` is F1, `up` is ↑."""
    if name in _GLYPHS:
        return _GLYPHS[name]
    *modifiers, last = name.split("+")
    shown = _GLYPHS.get(last, last.upper() if modifiers or (last[:1] == "f" and last[1:].isdigit()) else last)
    return "+".join([*(modifier.capitalize() for modifier in modifiers), shown])


def live_keys(screen: Screen[object]) -> list[LiveKey]:
    """Return what the keys do now, the focused widget's first; every action once."""
    found: dict[tuple[int, str], LiveKey] = {}
    for name, active in screen.active_bindings.items():
        binding = active.binding
        if binding.description not in _LABELS or not active.enabled:
            continue
        identity = (id(active.node), binding.action)
        known = found.get(identity)
        if known is not None:
            found[identity] = LiveKey(
                (*known.keys, key_name(name)), known.label, known.action, known.shown, known.everywhere
            )
            continue
        found[identity] = LiveKey(
            (key_name(name),),
            str(Message(binding.description)),
            binding.action,
            binding.show,
            active.node is screen.app,
        )
    return list(found.values())
