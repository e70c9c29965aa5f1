"""One setting of a run: its name, its value, and below what is wrong with it or what it takes."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.events import DescendantBlur, DescendantFocus
from textual.widgets import Static

from cnntutor.i18n import msg, t
from cnntutor.lab.settings_change import SETTING_HELP
from cnntutor.tui.form_values import SEEDS
from cnntutor.tui.keys import key
from cnntutor.tui.setting_names import setting_name
from cnntutor.tui.widgets.text_field import TextField

LONGEST_TEXT = 300
"""Long enough for the path of a folder."""


class SettingInput(TextField):
    """A field whose Enter starts the run."""

    BINDINGS: ClassVar[list[BindingType]] = [key("enter", "submit", msg("Start"))]


class SettingField(Vertical):
    """One setting.

    Args:
        setting: Its key, as --set has it.
    """

    DEFAULT_CSS = """
    SettingField {
        height: auto;
        padding: 0 1;
        & Horizontal { height: 1; }
        & .setting-name { width: 15; color: $quiet; }
        & Input, & Input:focus { width: 10; height: 1; border: none; padding: 0 1; background: $panel; }
        & Input:focus { background: $block-cursor-background; color: $block-cursor-foreground; }
        & .setting-preset { width: 1fr; height: 1; padding-left: 2; color: $quiet; }
        & .setting-problem { height: auto; color: $error; }
        & .setting-help { height: auto; color: $quiet; padding-left: 2; display: none; }
        &:focus-within .setting-name { color: $foreground; text-style: bold; }
        &.-several Input, &.-several Input:focus { width: 1fr; }
        &.-several .setting-preset { display: none; }
        &.-wide .setting-name { width: 25; }
        &.-wide Input, &.-wide Input:focus { width: 18; }
        &.-wide.-changed .setting-name { color: $accent; }
    }
    """

    def __init__(self, setting: str) -> None:
        super().__init__()
        self.setting = setting
        self.input = SettingInput(max_length=LONGEST_TEXT)
        self._label = Static(classes="setting-name", markup=False)
        self._preset = Static(classes="setting-preset", markup=False)
        self._problem = Static(classes="setting-problem", markup=False)
        self._help = Static(classes="setting-help", markup=False)

    def compose(self) -> ComposeResult:
        """Lay out name, value, the preset's own value, what is wrong, and what is taken."""
        with Horizontal():
            yield self._label
            yield self.input
            yield self._preset
        yield self._problem
        yield self._help

    def show(self, preset_value: str, sentence: str) -> None:
        """Show the name, what the preset says, and what is wrong with the value; empty for nothing."""
        self._label.update(t("number of seeds") if self.setting == SEEDS else setting_name(self.setting))
        changed = self.input.value.strip() != preset_value
        self.set_class(changed, "-changed")
        self.set_class("," in self.input.value, "-several")
        self._preset.update(t("preset: {value}", value=preset_value) if changed else "")
        self._problem.display = bool(sentence)
        self._problem.update(f"✗ {sentence}" if sentence else "")
        self._help.display = self.input.has_focus and not sentence
        if self._help.display:
            self._help.update(self._takes())

    def _takes(self) -> str:
        """Return what the field takes; the first ones explain themselves, but for taking several values."""
        if self.has_class("-wide"):
            return str(SETTING_HELP[self.setting])
        if self.setting == SEEDS:
            return t("so many runs, a seed each")
        return t("several with commas: a run each")

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Say what the field takes."""
        self._help.display = not self._problem.display
        self._help.update(self._takes())

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        """Say no more."""
        self._help.display = False
