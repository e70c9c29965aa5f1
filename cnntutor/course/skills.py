"""The names of the skills that questions train."""

from collections.abc import Mapping

from cnntutor.i18n import Message, msg

SKILLS: Mapping[str, Message] = {
    "layers": msg("Kinds of layers"),
    "connectivity": msg("Connections"),
    "output-size": msg("Output size"),
    "counting": msg("Counting parameters"),
    "receptive-field": msg("Receptive field"),
    "activations": msg("Activations"),
    "reading-networks": msg("Reading networks"),
    "famous-networks": msg("Famous networks"),
    "recurrent": msg("Recurrent layers"),
    "data": msg("Data and batches"),
    "training": msg("Training"),
    "metrics": msg("Metrics"),
    "transfer-learning": msg("Transfer learning"),
    "transfer": msg("Using a trained network"),
    "keras-code": msg("Keras code"),
    "pytorch-code": msg("PyTorch code"),
    "python-code": msg("Python code"),
    "history": msg("History"),
}
"""Every skill by slug, from the first layer to the training and the code."""


def skill_name(slug: str) -> str:
    """Return a skill's name in the language now in force; its slug where it has none."""
    return str(SKILLS[slug]) if slug in SKILLS else slug
