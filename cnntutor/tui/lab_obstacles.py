"""What stands in the way of a run before it starts: libraries, data, another run at work."""

from __future__ import annotations

from collections.abc import Sequence

from cnntutor.i18n import Message, t
from cnntutor.lab.data_store import data_states
from cnntutor.lab.data_way import data_sentence
from cnntutor.lab.run_spec import TrainingSettings
from cnntutor.tui.run_rows import RunRow


def obstacles(
    chosen: TrainingSettings | None, lacking: Message | None, working: Sequence[RunRow]
) -> list[str]:
    """Return a sentence for each.

    Args:
        chosen: The settings; None while they are not understood.
        lacking: What has to be installed.
        working: Runs at work, newest first.
    """
    if lacking is not None:
        return [f"✗ {lacking}"]
    sentences: list[str] = []
    if chosen is not None:
        state = next((each for each in data_states() if each.info.name == chosen.data), None)
        if state is not None and (sentence := data_sentence(state, chosen)):
            sentences.append(f"! {sentence}")
    if working:
        sentences.append(
            t("! {run} is still at work; a new run can wait in line.", run=working[-1].spec.recipe)
        )
    return sentences
