"""How a skill stands, in words and signs: a bar of what was right unaided, and when it is due."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from cnntutor.course.skills import skill_name
from cnntutor.i18n import t

if TYPE_CHECKING:
    from cnntutor.progress.records import SkillSummary

CELLS = 5
"""Cells of a bar."""


def percent(summary: SkillSummary) -> int:
    """Return the part of the latest first tries that were right unaided, in per cent."""
    return round(100 * summary.recent_right / summary.recent) if summary.recent else 0


def bar(summary: SkillSummary | None) -> Content:
    """Return the bar of a skill; empty cells where it was never tried."""
    full = (
        round(CELLS * summary.recent_right / summary.recent) if summary is not None and summary.recent else 0
    )
    return Content.assemble(("▰" * full, "$success"), ("▱" * (CELLS - full), "$quiet"))


def skill_line(summary: SkillSummary) -> Content:
    """Return how a skill stands in one line: its bar, its share, its name."""
    return Content.assemble(bar(summary), f" {percent(summary):>3} %  {skill_name(summary.skill)}")


def day(when: datetime, now: datetime) -> str:
    """Return the day of a review as seen from now: today, tomorrow, in 3 days, 2 days ago."""
    days = (when.astimezone().date() - now.astimezone().date()).days
    if days == 0:
        return t("today")
    if days == 1:
        return t("tomorrow")
    if days == -1:
        return t("yesterday")
    return t("in {days} days", days=days) if days > 0 else t("{days} days ago", days=-days)


def due_word(summary: SkillSummary | None, now: datetime) -> str:
    """Return when a skill is due: due today, due yesterday, due in 3 days; empty without a review."""
    if summary is None or summary.due is None:
        return ""
    return t("due {day}", day=day(summary.due, now))


def is_due(summary: SkillSummary | None, now: datetime) -> bool:
    """Whether a skill's review is due."""
    return summary is not None and summary.due is not None and summary.due <= now
