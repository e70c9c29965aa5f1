"""The names of the kinds of questions."""

from collections.abc import Mapping

from cnntutor.i18n import Message, msg

KINDS: Mapping[str, Message] = {
    "number": msg("number"),
    "shape": msg("shape"),
    "table": msg("table"),
    "choice": msg("choice"),
    "multi-choice": msg("several choices"),
    "order": msg("order"),
    "match": msg("match"),
    "code-line": msg("find the bug"),
    "code": msg("write code"),
    "prediction": msg("prediction"),
}
"""Every kind by its name in the files."""
