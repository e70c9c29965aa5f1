"""What a run will take, and what it took, in words."""

from cnntutor.i18n import Message, Text, decimal, msg, storage
from cnntutor.lab.events import ResultEvent
from cnntutor.lab.run_spec import Estimate


def estimate_sentence(found: Estimate) -> Message:
    """Say what a run will take and what that rests on."""
    span = {"low": duration(found.low), "high": duration(found.high)}
    if found.basis == "runs":
        said = msg("{low} to {high}, by {runs} runs like it here", **span, runs=str(found.runs))
        if found.runs == 1:
            said = msg("{low} to {high}, by a run like it here", **span)
    elif found.runs:
        said = msg(
            "{low} to {high}, by the network's multiply-adds and how {runs} runs went here",
            **span,
            runs=str(found.runs),
        )
    else:
        said = msg("{low} to {high}, by the network's multiply-adds; no run has borne this out yet", **span)
    if found.memory is None:
        return said
    return msg("{time}; {memory} of memory", time=said.both(), memory=memory_text(found.memory))


def borne_out(found: Estimate, result: ResultEvent) -> Message:
    """Say how near an estimate was."""
    taken = {"took": duration(result.seconds), "thought": duration(found.seconds)}
    error = result.seconds / found.seconds - 1 if found.seconds > 0 else 0.0
    if found.low <= result.seconds <= found.high:
        return msg("It took {took}; {thought} were expected ({error} %).", **taken, error=_signed(error))
    return msg(
        "It took {took}; {thought} were expected ({error} %), and not even the range given held.",
        **taken,
        error=_signed(error),
    )


def duration(seconds: float) -> Text:
    """Return a time as one says it: 7 s, 40 s, 3 min, 2 h, 3 days."""
    if seconds < 10:
        return Text(f"{max(1, round(seconds))} s", f"{max(1, round(seconds))} giây")
    if seconds < 97.5:
        return Text(f"{round(seconds / 5) * 5} s", f"{round(seconds / 5) * 5} giây")
    for most, unit, en, vi in ((55, 60, "min", "phút"), (47, 3600, "h", "giờ")):
        if seconds < most * unit:
            count = seconds / unit
            digits = 1 if count < 3 else 0
            return Text(f"{decimal(count, digits, 'en')} {en}", f"{decimal(count, digits, 'vi')} {vi}")
    return Text(f"{round(seconds / 86400)} days", f"{round(seconds / 86400)} ngày")


def memory_text(count: int) -> Text:
    """Return bytes in the largest unit, as each language writes them."""
    return Text(storage(count, "en"), storage(count, "vi"))


def _signed(share: float) -> Text:
    sign = "+" if share >= 0 else ""
    return Text(f"{sign}{decimal(100 * share, 0, 'en')}", f"{sign}{decimal(100 * share, 0, 'vi')}")
