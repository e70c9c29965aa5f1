"""The two looks of the program, dark and light: calm greys, one blue-green, amber for what is under way."""

from textual.theme import Theme

DARK = "cnntutor-dark"
LIGHT = "cnntutor-light"

_SHARED = {
    "block-cursor-text-style": "bold",
    "block-cursor-blurred-text-style": "none",
}

THEMES = (
    Theme(
        name=DARK,
        primary="#6fb3b8",
        secondary="#8aa4c8",
        accent="#e0b36a",
        success="#8fbf7f",
        warning="#e0b36a",
        error="#e08a80",
        foreground="#d6d9de",
        background="#16191d",
        surface="#1c2026",
        panel="#262b33",
        dark=True,
        variables={
            **_SHARED,
            "block-cursor-background": "#2f4a50",
            "block-cursor-foreground": "#f2f4f6",
            "block-cursor-blurred-background": "#262b33",
            "block-cursor-blurred-foreground": "#d6d9de",
            "border": "#6fb3b8",
            "border-blurred": "#4b5461",
            "scrollbar": "#3a414b",
            "scrollbar-hover": "#566070",
            "scrollbar-active": "#6fb3b8",
            "scrollbar-background": "#16191d",
            "scrollbar-background-hover": "#16191d",
            "scrollbar-background-active": "#16191d",
            "scrollbar-corner-color": "#16191d",
            "rule": "#4b5461",
            "quiet": "#949ca8",
        },
    ),
    Theme(
        name=LIGHT,
        primary="#1f6f78",
        secondary="#3c5a86",
        accent="#8a5a00",
        success="#2f6b2a",
        warning="#8a5a00",
        error="#a8322a",
        foreground="#22262b",
        background="#f7f6f2",
        surface="#efede7",
        panel="#e3e0d8",
        dark=False,
        variables={
            **_SHARED,
            "block-cursor-background": "#cfe3e4",
            "block-cursor-foreground": "#10292c",
            "block-cursor-blurred-background": "#e3e0d8",
            "block-cursor-blurred-foreground": "#22262b",
            "border": "#1f6f78",
            "border-blurred": "#c4c0b6",
            "scrollbar": "#c4c0b6",
            "scrollbar-hover": "#a8a49a",
            "scrollbar-active": "#1f6f78",
            "scrollbar-background": "#f7f6f2",
            "scrollbar-background-hover": "#f7f6f2",
            "scrollbar-background-active": "#f7f6f2",
            "scrollbar-corner-color": "#f7f6f2",
            "rule": "#c4c0b6",
            "quiet": "#636a73",
        },
    ),
)
"""Both define $quiet (text of lesser weight) and $rule (lines) beside Textual's own variables."""
