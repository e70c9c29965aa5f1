"""What ended a task before its result, in a sentence for the learner whose code it was."""

from cnntutor.i18n import Message, msg
from cnntutor.needs import Fault, Isolation, Limits, Reply

NO_LAYERS = "no layers"
"""What the worker tells of a model that is not built because there is nothing in it."""
LONGEST_PRINT = 240
"""Characters of what the code printed that are shown with its grade."""


def fault_sentence(fault: Fault, limits: Limits) -> Message:
    """Return what ended the learner's code, with its line where that is known, and the mend.

    Args:
        fault: What ended it.
        limits: What it was allowed.
    """
    if fault.line is not None:
        return msg("Line {line}: {what}", line=str(fault.line), what=_what(fault, limits))
    return msg("Your code: {what}", what=_what(fault, limits))


def _what(fault: Fault, limits: Limits) -> Message:
    """Return the sentence without the line."""
    text = fault.text
    match fault.kind:
        case "syntax":
            return msg("Python cannot read this: {text}.", text=text)
        case "exception":
            return msg("Python stopped with {text}", text=text if text[-1:] in ".!?" else f"{text}.")
        case "exit":
            return msg("the program ended itself; leave out exit() and let the code run to its end.")
        case "time":
            return msg(
                "it was still running after {seconds} seconds and was ended; look for a loop without end.",
                seconds=f"{limits.seconds:g}",
            )
        case "memory":
            return msg(
                "it needed more than {most} MB of memory and was ended; look for a layer or an array that is"
                " too large.",
                most=str(limits.memory_mb),
            )
        case "output":
            return msg("it printed or wrote too much and was ended; print less.")
        case "processes":
            return msg(
                "it tried to start or stop another program, which is not allowed here; leave that out."
            )
        case "files":
            return msg(
                "it tried to reach {file} outside its own folder, which is not allowed here; leave that out.",
                file=text or "…",
            )
        case "network":
            return msg("it tried to reach the network, which is not allowed here; leave that out.")
        case "no-model" if text:
            return msg("model must be a Keras model at the end; here it is of type {kind}.", kind=text)
        case "no-model":
            return msg("there is no model at the end; assign it to the name model.")
        case "not-built" if text == NO_LAYERS:
            return msg("the model has no layer yet; add the first one.")
        case "not-built":
            return msg("the model knows no input shape yet; begin it with keras.Input.")
        case "crash":
            return msg("the process died ({text}); look for code that goes around Python.", text=text)
        case "missing":
            return msg("a library cannot be imported: {text}", text=text)
    return msg("Keras refuses the model: {text}", text=text)


def isolation_note(isolation: Isolation) -> Message | None:
    """Return what the system could not keep the code from, all of it; None where it was kept from all."""
    open_walls: list[Message] = []
    if isolation.network == "none":
        open_walls.append(msg("the network"))
    if isolation.files == "none":
        open_walls.append(msg("your other files"))
    if isolation.processes == "none":
        open_walls.append(msg("starting other programs"))
    if not open_walls:
        return None
    return msg("This system could not keep your code from {what} while it ran.", what=_all(open_walls))


def note_of(reply: Reply) -> Message | None:
    """Return what the system could not keep the code of this reply from; None where it was never run."""
    never_run = reply.fault is not None and (
        reply.fault.kind in ("syntax", "missing")
        or (reply.fault.kind == "crash" and reply.isolation == Isolation())
    )
    return None if never_run else isolation_note(reply.isolation)


def _all(things: list[Message]) -> Message:
    """Return one, two or three things as they are listed in a sentence."""
    if len(things) == 1:
        return things[0]
    first = things[0] if len(things) == 2 else msg("{first}, {second}", first=things[0], second=things[1])
    return msg("{first} and {last}", first=first, last=things[-1])


def printed_note(reply: Reply) -> Message | None:
    """Return what the code printed, as far as a line holds it, without control characters."""
    text = " ⏎ ".join(line.strip() for line in reply.printed.splitlines() if line.strip())
    if not text:
        return None
    plain = "".join(each if each.isprintable() else " " for each in text)
    cut = plain if len(plain) <= LONGEST_PRINT else plain[: LONGEST_PRINT - 1] + "…"
    return msg("Your code printed: {text}", text=cut)
