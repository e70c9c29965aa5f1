"""Where the workbench's networks come from: the course, a file, a new one; and their kept changes.

Changes are kept in the learner's record as the text of a network file, as a draft by the network's name.
"""

from __future__ import annotations

from cnntutor.calc.layers.core import Dense
from cnntutor.calc.layers.reshaping import Flatten
from cnntutor.calc.network import sequential
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import Shape
from cnntutor.errors import CnntutorError, NotUnderstood
from cnntutor.formats.entry import NetworkEntry
from cnntutor.formats.library import find_network
from cnntutor.formats.network_toml import parse_network, write_network
from cnntutor.i18n import Text
from cnntutor.progress.records import Draft
from cnntutor.tui.bench import Bench
from cnntutor.tui.bench_desk import Desk
from cnntutor.tui.edit_history import History
from cnntutor.tui.record import Record

NEW = "new-network"
"""The name of a network begun from nothing."""
_TEXT = "toml"
_PREFIX = "network/"
"""No question's slug has a slash, so no draft of an answer is met."""


def new_entry() -> NetworkEntry:
    """Return the network a new one begins with: the least that has something to learn."""
    layers = [("flatten", Flatten()), ("dense", Dense(10, activation="softmax"))]
    nothing = Text("", "")
    title = Text("A new network", "Mạng mới")
    return NetworkEntry(NEW, (), title, "", nothing, nothing, sequential(NEW, (28, 28, 1), layers))


def open_desk(
    name: str,
    record: Record,
    visited: dict[str, History[Bench]],
    input_shape: Shape | None = None,
    read: NetworkEntry | None = None,
) -> Desk:
    """Return a network with the changes of an earlier visit.

    Args:
        name: NEW, a slug or alias of the course, or the path of a file.
        record: Where changes are kept.
        visited: The states of networks opened since the program began; they go before the record.
        input_shape: The shape of the input where a file leaves it open.
        read: What the file says, where it has just been read.

    Raises:
        NotUnderstood: there is none of this name, its file cannot be read, and nothing is kept of it.
    """
    kept = _kept(name, record)
    try:
        entry = read or (new_entry() if name == NEW else find_network(name, input_shape))
    except NotUnderstood:
        if kept is None:
            raise
        entry = kept  # the file is gone, or left its input open; the network itself is here
    try:
        desk = Desk(entry, visited.get(name))
        if name not in visited and kept is not None:
            desk.change(lambda bench: (Bench.of(kept.network), ""))
    except LayerError as problem:
        raise NotUnderstood(problem.message) from None
    return desk


def keep_desk(name: str, desk: Desk, record: Record, always: bool = False) -> None:
    """Keep the present network in the record, or forget it there where nothing is changed.

    Args:
        name: What it is opened by.
        desk: The network.
        record: Where to keep it.
        always: Keep it even unchanged, for a file that cannot be read again by its path alone.
    """
    if desk.changed or always:
        text = write_network(desk.present_entry)
        record.save_draft(Draft(_PREFIX + name, 0, {_TEXT: text}))
    elif record.draft(_PREFIX + name, 0) is not None:
        record.drop_draft(_PREFIX + name, 0)


def _kept(name: str, record: Record) -> NetworkEntry | None:
    """Return the network kept under a name; None where there is none, or none that can be read."""
    draft = record.draft(_PREFIX + name, 0)
    if draft is None:
        return None
    try:
        return parse_network(draft.answers.get(_TEXT, ""), name)
    except CnntutorError:
        return None
