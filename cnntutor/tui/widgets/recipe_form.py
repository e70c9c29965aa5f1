"""A recipe before it starts: preset and settings, the many in groups that fold; errors at the field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message as TextualMessage
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from cnntutor.i18n import msg, t
from cnntutor.lab.recipe import Preset, Recipe
from cnntutor.lab.run_spec import TrainingSettings
from cnntutor.lab.settings_change import changed_settings
from cnntutor.tui.form_values import ONE_SEED, SEEDS, plan_of, problems_of
from cnntutor.tui.keys import key
from cnntutor.tui.setting_names import FIRST, groups, typed
from cnntutor.tui.widgets.preset_choice import PresetChoice
from cnntutor.tui.widgets.setting_field import SettingField
from cnntutor.tui.widgets.setting_group import GroupHead, SettingGroup


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
        runs: tuple[dict[str, str], ...]
        """What each changes of the preset; more than one for a sweep."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.recipe: Recipe | None = None
        self._typed: dict[str, str] = {}
        """What was typed and differs from the preset, by key."""
        self._problems: dict[str, str] = {}
        """What is wrong, by key."""
        self.runs: tuple[dict[str, str], ...] = ()
        """What each run changes of the preset; none while a value is not understood."""
        self._presets = PresetChoice()
        self._first = [SettingField(setting) for setting in FIRST]
        self._seeds = SettingField(SEEDS)
        self._groups = [SettingGroup(title, settings) for title, settings in groups()]
        self._obstacles = Static(id="form-obstacles", markup=False)
        self._hint = Static(id="form-hint", markup=False)
        self._button = Button("", compact=True, classes="start-button")

    def compose(self) -> ComposeResult:
        """Lay out what is in the way, presets, fields, groups, a hint, and the button."""
        yield self._obstacles
        yield self._presets
        yield from self._first
        yield self._hint
        yield self._button
        yield Static("")
        yield self._seeds
        yield from self._groups

    @property
    def preset(self) -> Preset:
        """The preset chosen."""
        return self._presets.preset

    @property
    def settings(self) -> TrainingSettings | None:
        """The settings of the run, or of the first one; None while one of them is not understood."""
        return changed_settings(self.preset.settings, self.runs[0]) if self.runs else None

    @property
    def overrides(self) -> dict[str, str]:
        """What differs from the preset, as it was typed."""
        return {setting: text for setting, text in self._typed.items() if setting != SEEDS}

    def show(self, recipe: Recipe) -> None:
        """Show a recipe; the one that is shown already keeps what was typed."""
        same = self.recipe is not None and self.recipe.slug == recipe.slug
        self.recipe = recipe
        self._presets.presets = recipe.presets
        if not same:
            self._presets.chosen = 0
            self._typed = {}
            self._fill(self._fields())
        self._check()

    def fill(self, preset: str, overrides: Mapping[str, str]) -> None:
        """Take another preset and other values, such as those of an earlier run.

        Args:
            preset: Its name; the first one where the recipe has none of that name.
            overrides: Values as they were typed, by key.
        """
        names = [each.name for each in self._presets.presets]
        self._presets.chosen = names.index(preset) if preset in names else 0
        self._typed = {key: value for key, value in overrides.items() if value != self._own(key)}
        self._fill(self._fields())
        self._check()

    def show_hint(self, hint: str | None, obstacles: Sequence[str]) -> None:
        """Show how long it will take, None to leave that as it is, and what stands in the way or may."""
        if hint is not None:
            self._hint.update(hint)
        self._obstacles.display = bool(obstacles)
        self._obstacles.update("\n".join(obstacles))

    def focus_first(self) -> None:
        """Begin with the presets."""
        self._presets.focus()

    async def start(self) -> None:
        """Ask for the start, unless a value is not understood: then go to its field."""
        if self.recipe is None:
            return
        if self.runs:
            self.post_message(self.Started(self.recipe.slug, self.preset.name, self.runs))
            return
        wrong = next(iter(self._problems))
        group = next((group for group in self._groups if wrong in group.settings), None)
        if group is not None:
            await group.turn(True)
        next(field for field in self._fields() if field.setting == wrong).input.focus()

    def action_next(self, fields: int) -> None:
        """Go to the next field, or the one before."""
        order: list[Widget] = [self._presets, *(field.input for field in self._first), self._button]
        order.append(self._seeds.input)
        for group in self._groups:
            order += group.widgets
        for place, widget in enumerate(order):
            if widget.has_focus:
                order[min(max(place + fields, 0), len(order) - 1)].focus()
                return

    def _fields(self) -> Iterator[SettingField]:
        yield from self._first
        yield self._seeds
        for group in self._groups:
            yield from group.fields

    def _own(self, setting: str) -> str:
        """Return the preset's value of a setting, as it is typed."""
        return ONE_SEED if setting == SEEDS else typed(getattr(self.preset.settings, setting, ""))

    def _fill(self, fields: Iterator[SettingField] | list[SettingField]) -> None:
        """Put the values into fields."""
        for field in fields:
            with field.input.prevent(Input.Changed):
                field.input.value = self._typed.get(field.setting, self._own(field.setting))

    def _check(self) -> None:
        """Show every field's problem, what changed in each group, how many runs there will be; tell it."""
        assert self.recipe is not None
        self._problems = problems_of(self.preset, self._typed)
        self.runs = () if self._problems else plan_of(self.recipe, self.preset, self._typed)
        several = t("Start {count} runs, one after the other", count=len(self.runs))
        self._button.label = several if len(self.runs) > 1 else t("Start this run")
        self._button.refresh(layout=True)  # else it keeps the width of its first label
        for field in self._fields():
            field.show(self._own(field.setting), self._problems.get(field.setting, ""))
        for group in self._groups:
            group.head.changed = sum(setting in self._typed for setting in group.settings)
            group.head.wrong = any(each in self._problems for each in group.settings)
            group.head.refresh()
        self.post_message(self.Changed(self.settings))

    @on(PresetChoice.Changed)
    def _chosen(self, event: PresetChoice.Changed) -> None:
        """Another preset brings its own values; what the learner changed stays."""
        event.stop()
        self._typed = {key: value for key, value in self._typed.items() if value != self._own(key)}
        self._fill(self._fields())
        self._check()

    @on(Input.Changed)
    def _edited(self, event: Input.Changed) -> None:
        event.stop()
        field = next(each for each in self._fields() if each.input is event.input)
        value = event.value.strip()
        if value == self._own(field.setting):
            self._typed.pop(field.setting, None)
        else:
            self._typed[field.setting] = value
        self._check()

    @on(GroupHead.Turned)
    async def _turned(self, event: GroupHead.Turned) -> None:
        event.stop()
        group = next(group for group in self._groups if group.head is event.head)
        await group.turn(event.opened)

    @on(SettingGroup.Filled)
    def _group_filled(self, event: SettingGroup.Filled) -> None:
        event.stop()
        self._fill(event.group.fields)
        self._check()

    @on(Input.Submitted)
    async def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        await self.start()

    @on(Button.Pressed)
    async def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        await self.start()
