"""A recipe before it starts: preset, epochs, batch size, learning rate, seed; errors at the field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult, RenderResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.message import Message as TextualMessage
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from cnntutor.errors import NotUnderstood
from cnntutor.i18n import Message, msg, t
from cnntutor.lab.recipe import Preset, Recipe
from cnntutor.lab.run_spec import TrainingSettings
from cnntutor.lab.settings_change import SETTING_HELP, changed_settings
from cnntutor.tui.keys import key
from cnntutor.tui.widgets.text_field import TextField
from cnntutor.tui.wrapping import hanging

SETTINGS: dict[str, Message] = {
    "epochs": msg("epochs"),
    "batch_size": msg("batch size"),
    "learning_rate": msg("learning rate"),
    "seed": msg("seed"),
}
"""What may be changed before the start, with its name on the screen."""
_LONGEST_TEXT = 24


class PresetChoice(Widget, can_focus=True):
    """One of a few presets; left and right change it."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        key("right,l,space", "step(1)", msg("Next preset")),
        key("left,h", "step(-1)", msg("Preset before"), shown=False),
    ]
    DEFAULT_CSS = """
    PresetChoice { height: auto; padding: 0 1; }
    PresetChoice:focus { background: $panel; }
    """
    presets: reactive[tuple[Preset, ...]] = reactive((), layout=True)
    chosen: reactive[int] = reactive(0, layout=True)

    @dataclass
    class Changed(TextualMessage):
        """Another preset is chosen."""

        preset: Preset

    @property
    def preset(self) -> Preset:
        """The preset chosen."""
        return self.presets[self.chosen]

    def _lines(self, width: int) -> list[Content]:
        lines: list[Content] = []
        name_width = max((len(preset.name) for preset in self.presets), default=0)
        for place, preset in enumerate(self.presets):
            here = place == self.chosen
            look = "bold" if here else "$quiet"
            mark = "◉" if here else "○"
            pointer = "▸" if here and self.has_focus else " "
            first = Content.assemble(
                (pointer, "$primary bold"), f"{mark} ", (preset.name.ljust(name_width), look), "  "
            )
            words = hanging(Content(str(preset.title)), width - first.cell_length)
            blank = Content(" " * first.cell_length)
            lines += [Content.assemble(blank if row else first, line) for row, line in enumerate(words)]
        return lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the presets take."""
        return len(self._lines(width))

    def render(self) -> RenderResult:
        """Draw the presets, the chosen one marked."""
        return Content("\n").join(self._lines(self.content_size.width))

    def on_focus(self) -> None:
        """Draw the pointer."""
        self.refresh()

    def on_blur(self) -> None:
        """Take the pointer away."""
        self.refresh()

    def on_click(self, event: Click) -> None:
        """A click takes the next preset."""
        event.stop()
        self.action_step(1)

    def action_step(self, steps: int) -> None:
        """Take the next preset, or the one before."""
        if len(self.presets) > 1:
            self.chosen = (self.chosen + steps) % len(self.presets)
            self.post_message(self.Changed(self.preset))


class SettingInput(TextField):
    """A field whose Enter starts the run."""

    BINDINGS: ClassVar[list[BindingType]] = [key("enter", "submit", msg("Start"))]


class SettingField(Vertical):
    """One setting: its name, its value, and below what is wrong with it."""

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
        &:focus-within .setting-name { color: $foreground; text-style: bold; }
    }
    """

    def __init__(self, setting: str) -> None:
        super().__init__()
        self.setting = setting
        self.input = SettingInput(max_length=_LONGEST_TEXT)
        self._label = Static(classes="setting-name", markup=False)
        self._preset = Static(classes="setting-preset", markup=False)
        self._problem = Static(classes="setting-problem", markup=False)

    def compose(self) -> ComposeResult:
        """Lay out name, value, the preset's own value, and the problem."""
        with Horizontal():
            yield self._label
            yield self.input
            yield self._preset
        yield self._problem

    def show(self, preset_value: str, sentence: str) -> None:
        """Show the name, what the preset says, and what is wrong with the value; empty for nothing."""
        self._label.update(str(SETTINGS[self.setting]))
        changed = self.input.value.strip() != preset_value
        self._preset.update(t("preset: {value}", value=preset_value) if changed else "")
        self._problem.display = bool(sentence)
        self._problem.update(f"✗ {sentence}" if sentence else "")


class RecipeForm(Vertical):
    """Preset and settings of one recipe, with a button that starts it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("down", "next(1)", msg("Next field"), shown=False),
        key("up", "next(-1)", msg("Field before"), shown=False),
    ]
    DEFAULT_CSS = """
    RecipeForm {
        height: auto;
        & PresetChoice { margin-bottom: 1; }
        & #form-obstacles { height: auto; margin: 0 1 1 1; color: $warning; display: none; }
        & #form-hint { height: auto; min-height: 1; margin: 1 1; color: $quiet; }
        & Button.start-button { margin: 0 1; padding: 0 3; background: $primary 25%; color: $foreground; }
        & Button.start-button:focus {
            background: $primary;
            color: $background;
            text-style: bold;
        }
    }
    """

    @dataclass
    class Changed(TextualMessage):
        """The settings are others now, or are not understood."""

        settings: TrainingSettings | None

    @dataclass
    class Started(TextualMessage):
        """The run is to begin with these settings."""

        recipe: str
        preset: str
        overrides: dict[str, str]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.recipe: Recipe | None = None
        self._presets = PresetChoice()
        self._fields = [SettingField(setting) for setting in SETTINGS]
        self._obstacles = Static(id="form-obstacles", markup=False)
        self._hint = Static(id="form-hint", markup=False)
        self._button = Button("", compact=True, classes="start-button")

    def compose(self) -> ComposeResult:
        """Lay out what is in the way, presets, fields, a hint, and the button."""
        yield self._obstacles
        yield self._presets
        yield from self._fields
        yield self._hint
        yield self._button

    @property
    def settings(self) -> TrainingSettings | None:
        """The settings as they stand; None while one of them is not understood."""
        if self.recipe is None or any(self._problem(field) for field in self._fields):
            return None
        return changed_settings(self._presets.preset.settings, self.overrides)

    @property
    def overrides(self) -> dict[str, str]:
        """What differs from the preset, as it was typed."""
        return {
            field.setting: field.input.value.strip()
            for field in self._fields
            if field.input.value.strip() != self._own(field)
        }

    def show(self, recipe: Recipe) -> None:
        """Show a recipe; the one that is shown already keeps what was typed."""
        same = self.recipe is not None and self.recipe.slug == recipe.slug
        self.recipe = recipe
        self._presets.presets = recipe.presets
        if not same:
            self._presets.chosen = 0
            self._fill()
        self._button.label = t("Start this run")
        self._check()

    def show_hint(self, hint: str, obstacles: Sequence[str]) -> None:
        """Show how long it will take, and what stands in the way or may."""
        self._hint.update(hint)
        self._obstacles.display = bool(obstacles)
        self._obstacles.update("\n".join(obstacles))

    def focus_first(self) -> None:
        """Begin with the presets."""
        self._presets.focus()

    def start(self) -> None:
        """Ask for the start, unless a value is not understood: then go to its field."""
        if self.recipe is None:
            return
        for field in self._fields:
            if self._problem(field):
                field.input.focus()
                return
        self.post_message(self.Started(self.recipe.slug, self._presets.preset.name, self.overrides))

    def action_next(self, fields: int) -> None:
        """Go to the next field, or the one before."""
        order: list[Widget] = [self._presets, *(field.input for field in self._fields), self._button]
        for place, widget in enumerate(order):
            if widget.has_focus:
                order[min(max(place + fields, 0), len(order) - 1)].focus()
                return

    def _own(self, field: SettingField) -> str:
        """Return the preset's value of a field, as it is typed."""
        value = getattr(self._presets.preset.settings, field.setting)
        return f"{value:g}" if isinstance(value, float) else str(value)

    def _fill(self) -> None:
        """Put the preset's values into the fields."""
        for field in self._fields:
            with field.input.prevent(Input.Changed):
                field.input.value = self._own(field)

    def _problem(self, field: SettingField) -> str:
        """Return what is wrong with the value of a field; empty for nothing."""
        typed = field.input.value.strip()
        try:
            changed_settings(self._presets.preset.settings, {field.setting: typed})
        except NotUnderstood:
            return t("must be {allowed}", allowed=SETTING_HELP[field.setting])
        return ""

    def _check(self) -> None:
        """Show every field's problem, and tell the settings."""
        for field in self._fields:
            field.show(self._own(field), self._problem(field))
        self.post_message(self.Changed(self.settings))

    @on(PresetChoice.Changed)
    def _chosen(self, event: PresetChoice.Changed) -> None:
        """Another preset brings its own values; what the learner changed stays."""
        event.stop()
        before = [
            preset.settings for preset in self._presets.presets if preset.name != self._presets.preset.name
        ]
        for field in self._fields:
            typed = field.input.value.strip()
            if any(typed == _typed(getattr(settings, field.setting)) for settings in before):
                with field.input.prevent(Input.Changed):
                    field.input.value = self._own(field)
        self._check()

    @on(Input.Changed)
    def _edited(self, event: Input.Changed) -> None:
        event.stop()
        self._check()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.start()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.start()


def _typed(value: object) -> str:
    """Return a value as it is typed into its field."""
    return f"{value:g}" if isinstance(value, float) else str(value)
