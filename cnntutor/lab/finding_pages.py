"""Where the course explains what the diagnosis finds."""

from cnntutor.lab.finding import Name

PAGES: dict[Name, tuple[str, str]] = {
    "stuck-at-chance": ("exercise", "why-vgg-sits"),
    "dead-outputs": ("exercise", "raw-outputs-and-string-loss"),
    "raw-outputs": ("exercise", "raw-outputs-and-string-loss"),
    "not-a-number": ("exercise", "loss-becomes-nan"),
    "exploding": ("exercise", "step-over-the-valley"),
    "rate-too-high": ("exercise", "loss-thrown-about"),
    "rate-too-low": ("exercise", "three-rates-three-losses"),
    "unscaled-input": ("exercise", "why-scaling-helps"),
    "overfitting": ("exercise", "best-epoch-two-ways"),
    "wrecked-weights": ("exercise", "wrecked-features"),
    "dropout-gap": ("exercise", "validation-above-training"),
    "validated-on-test": ("exercise", "validating-on-the-test-set"),
    "scaled-differently": ("exercise", "two-scales"),
}
"""(kind of page, slug): a lesson or an exercise with its worked solution; every finding has one."""


def page_of(name: Name) -> tuple[str, str]:
    """Return the page that explains a finding."""
    return PAGES[name]
