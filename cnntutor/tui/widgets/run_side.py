"""Beside a run: what it was asked to do, what its process and everybody take of the machine, the notes."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from cnntutor.i18n import decimal, t
from cnntutor.lab.devices import GpuLoad
from cnntutor.lab.run_spec import TrainingSettings
from cnntutor.tui.run_track import RunView
from cnntutor.tui.widgets.layer_rows import bar
from cnntutor.tui.wrapping import hanging


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
        if self.view is not None and self.view.notes:
            lines += [Content(""), Content.styled(t("notes"), "bold")]
            lines += [line for part in self.view.notes.splitlines() for line in hanging(part, width)]
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
    """Return the device, what the process takes of it, and what everybody takes."""
    lines = [_line(t("trains on"), view.model.device if view.model is not None else "–", width)]
    usage = view.usage
    if usage is None:
        return lines
    if usage.cores >= 0:
        words = t("{cores} of {all} cores", cores=decimal(usage.cores, 1), all=str(processors))
        lines.append(_line("CPU", words, width))
        lines.append(_bar(usage.cores / processors, width))
        if usage.host is not None and usage.host.busy >= 0:
            others = max(0.0, usage.host.busy - usage.cores)
            lines.append(_line(t("others"), t("{cores} cores", cores=decimal(others, 1)), width))
    lines.append(_line(t("memory"), _gib(usage.memory), width))
    if usage.host is not None:
        told = t(
            "{used} of {total} GiB",
            used=_figure(usage.host.memory_used),
            total=_figure(usage.host.memory_total),
        )
        lines.append(_line(t("machine"), told, width))
    if not usage.gpus:
        lines.append(_line("GPU", t("none"), width))
    for gpu in usage.gpus:
        lines += _gpu_lines(gpu, usage.pid, width)
    return lines


def _gpu_lines(gpu: GpuLoad, pid: int, width: int) -> list[Content]:
    """Return a GPU: one line for one of others, several for the one this run computes on."""
    busy = "–" if gpu.busy is None else f"{gpu.busy} %"
    memory = t("{used} of {total} GiB", used=_figure(gpu.used), total=_figure(gpu.total))
    own = [used for process, used in gpu.processes if process == pid]
    others = [used for process, used in gpu.processes if process != pid]
    if not own:
        return [_line(f"GPU {gpu.index}", f"{busy} · {gpu.used // 2**30}/{gpu.total // 2**30} GiB", width)]
    lines = [_line(f"▸GPU {gpu.index}", busy, width)]
    lines.append(_line(t("memory"), memory, width))
    if own[0] is not None:
        lines.append(_line(t("this run"), _gib(own[0]), width))
    if others:
        known = sum(used for used in others if used is not None)
        words = t("{count} · {size}", count=str(len(others)), size=_gib(known)) if known else str(len(others))
        lines.append(_line(t("others"), words, width))
    return lines


def _bar(fraction: float, width: int) -> Content:
    """Return a bar over the whole width."""
    filled = bar(min(1000, max(0, round(fraction * 1000))), 1000, width)
    return Content.assemble((filled, "$primary"), ("░" * (width - len(filled)), "$rule"))


def _figure(size: int) -> str:
    return decimal(size / 2**30, 1)


def _gib(size: int) -> str:
    return t("{size} GiB", size=_figure(size))


def _line(name: str, value: str, width: int) -> Content:
    """Return a name with its value at the right edge."""
    return Content.assemble((name, "$quiet"), " " * max(1, width - len(name) - len(value)), value)
