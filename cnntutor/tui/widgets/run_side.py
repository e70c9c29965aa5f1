"""Beside a run: what it was asked to do, and what its process takes."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from cnntutor.i18n import decimal, t
from cnntutor.lab.run_spec import TrainingSettings
from cnntutor.tui.run_track import RunView
from cnntutor.tui.widgets.layer_rows import bar


class RunSide(Widget, can_focus=False):
    """Settings above, processor and memory below while there is a process."""

    DEFAULT_CSS = """
    RunSide { width: 28; height: 1fr; padding: 0 1; border-left: solid $rule; }
    """
    view: reactive[RunView | None] = reactive(None)
    settings: reactive[TrainingSettings | None] = reactive(None)
    processors: reactive[int] = reactive(1)

    def render(self) -> RenderResult:
        """Draw the panel."""
        width = self.content_size.width
        lines: list[Content] = []
        if self.settings is not None:
            lines += [Content.styled(t("settings"), "bold"), *_setting_lines(self.settings, width)]
        if self.view is not None and self.view.model is not None:
            lines += [Content(""), Content.styled(t("device"), "bold")]
            lines += _device_lines(self.view, self.processors, width)
        return Content("\n").join(lines)


def _setting_lines(settings: TrainingSettings, width: int) -> list[Content]:
    """Return the settings a learner may change, one a line."""
    shown: tuple[tuple[str, str], ...] = (
        (t("data"), settings.data),
        (t("epochs"), str(settings.epochs)),
        (t("batch size"), str(settings.batch_size)),
        (t("optimizer"), settings.optimizer),
        (t("learning rate"), f"{settings.learning_rate:g}"),
        (t("seed"), str(settings.seed)),
    )
    return [_line(name, value, width) for name, value in shown]


def _device_lines(view: RunView, processors: int, width: int) -> list[Content]:
    """Return the device, and what the process takes of it."""
    lines = [_line(t("trains on"), view.model.device if view.model is not None else "–", width)]
    usage = view.usage
    if usage is None:
        return lines
    if usage.cores >= 0:
        words = t("{cores} of {all} cores", cores=decimal(usage.cores, 1), all=str(processors))
        lines.append(_line("CPU", words, width))
        filled = bar(min(1000, round(usage.cores / processors * 1000)), 1000, width)
        lines.append(Content.assemble((filled, "$primary"), ("░" * (width - len(filled)), "$rule")))
    memory = t("{size} GiB", size=decimal(usage.memory / 2**30, 1))
    lines.append(_line(t("memory"), memory, width))
    return lines


def _line(name: str, value: str, width: int) -> Content:
    """Return a name with its value at the right edge."""
    return Content.assemble((name, "$quiet"), " " * max(1, width - len(name) - len(value)), value)
