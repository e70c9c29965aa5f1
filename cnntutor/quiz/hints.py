"""Three hints, each saying more: the rule, the numbers put in, the first step."""

import re
from fractions import Fraction

from cnntutor.calc.derivation import derive
from cnntutor.i18n import Message, Text, msg
from cnntutor.quiz.feedback import ends, marked, plain, shown, total_rule
from cnntutor.quiz.help_kinds import kind_hints
from cnntutor.quiz.pose_kinds import OtherQuestion
from cnntutor.quiz.posed import TOTAL, PosedQuestion
from cnntutor.quiz.rules.asked import Asked, Counted
from cnntutor.quiz.table import RUNNING, cell_asked

Hint = Message | Text
Three = tuple[Hint, Hint, Hint]

_SIGNS = "·*/+−-"
_BRACKET = re.compile(r"\(([0-9. ·*/+−-]+)\)")
_REAL = r"[0-9]+(?:\.[0-9]+)?"
_PAIR = re.compile(rf"(?<![0-9.])({_REAL}) ([{_SIGNS}]) ({_REAL})(?![0-9.])")


def hints(posed: PosedQuestion, field: str | None = None) -> Three:
    """Return the three hints, in the order they are given; none of them says the answer.

    Args:
        posed: The question.
        field: The field of a table they are about; the first one if left out.
    """
    if posed.question.hints is not None:
        first, second, third = posed.question.hints
        return first, second, third
    if posed.table is not None and posed.network is not None:
        row, _, column = (field or posed.fields[0].id).rpartition("/")
        asked = cell_asked(posed.network, row, column)
        if column == RUNNING or asked is None:
            return _running(row)
        return _named(row, asked)
    if isinstance(posed.question, OtherQuestion):
        return kind_hints(posed, posed.question)
    if posed.key is None:
        return _choices(posed)
    right = posed.key.right[0]
    return _arithmetic(right.working) if right.asked is None else _about(right.asked)


def _named(row: str, asked: Asked) -> Three:
    """Return hints that say which row of a table they are about."""
    one, two, three = _about(asked)
    where = msg("total") if row == TOTAL else row
    return (
        msg("{where}: {hint}", where=where, hint=one),
        msg("{where}: {hint}", where=where, hint=two),
        msg("{where}: {hint}", where=where, hint=three),
    )


def _about(asked: Asked) -> Three:
    """Return hints for a number of a network."""
    if asked.layer is None:
        return _total(asked)
    derivation = derive(asked.network, asked.layer, asked.quantity)
    kind = asked.network.node(asked.layer).layer.kind
    if derivation.result == 0:
        return (
            msg("Ask what {kind} would have to learn: only weights and biases are counted.", kind=kind),
            msg(
                "Look at what {kind} does with its input. Does it multiply it by numbers of its own?",
                kind=kind,
            ),
            derivation.rule,
        )
    if derivation.formula == derivation.numbers or not re.search(rf"[{_SIGNS}⌊⌈]", derivation.numbers):
        input_shape = "×".join(str(side) for side in _input(asked))
        return (
            derivation.rule,
            msg("Its input is {input}.", input=input_shape),
            msg("Go through the sides one by one and ask of each whether {kind} changes it.", kind=kind),
        )
    if asked.ask == "output_values":
        return (
            msg("Find the output shape first; then multiply its sides. {rule}", rule=derivation.rule),
            msg("The shape is {numbers}.", numbers=derivation.numbers),
            _first_step(derivation.numbers),
        )
    return (
        msg("{rule} As a formula: {formula}.", rule=derivation.rule, formula=derivation.formula),
        msg("With the numbers put in: {numbers}.", numbers=derivation.numbers),
        _first_step(derivation.numbers),
    )


def _total(asked: Asked) -> Three:
    """Return hints for a total."""
    counted = Counted(asked.network)
    nodes = [node for node in asked.network.nodes if counted.count(node, asked.quantity)]
    workings = "; ".join(
        f"{node.name} {derive(asked.network, node.name, asked.quantity).numbers}" for node in nodes
    )
    first = nodes[0]
    return (
        total_rule(asked),
        msg("With the numbers put in: {numbers}.", numbers=workings),
        msg(
            "The first step: {layer} has {count}. Go on with the others in the same way, then add.",
            layer=first.name,
            count=counted.count(first, asked.quantity),
        ),
    )


def _running(row: str) -> Three:
    """Return hints for a sum so far."""
    return (
        msg("This column adds up the parameters from the top down to its row."),
        msg("Take the sum in the row above {layer} and the parameters of {layer}.", layer=row),
        msg("A layer without weights leaves the sum as it is."),
    )


def _arithmetic(working: str) -> Three:
    """Return hints for an answer that is arithmetic alone."""
    return (
        msg("Say in words what is counted, then write it as a product or a sum before you calculate."),
        msg("With the numbers put in: {numbers}.", numbers=marked(working)),
        _first_step(working),
    )


def _choices(posed: PosedQuestion) -> Three:
    """Return hints that take wrong choices away, as long as enough are left to choose from."""
    wrong = [choice for choice in posed.choices if not choice.right and choice.why is not None]
    taken = wrong[: max(0, len(posed.choices) - 2)][:2]
    told: list[Hint] = [msg("Say the answer in your own words before you look at the choices again.")]
    told += [msg("It is not {letter}. {why}", letter=choice.letter, why=choice.why or "") for choice in taken]
    while len(told) < 3:
        told.append(msg("Read each choice to its end and look for the one word that would make it false."))
    return told[0], told[1], told[2]


def _first_step(numbers: str) -> Message:
    """Return the first step of a calculation, worked out, unless it is the only one."""
    if len(re.findall(rf"[{_SIGNS}]", numbers)) == 1:
        return msg("A single step is left: {numbers}.", numbers=marked(numbers))
    bracket = _BRACKET.search(numbers)
    inside = bracket[1] if bracket is not None else numbers
    pair = _first_pair(inside)
    if pair is None:
        return msg("Begin with {part}.", part=marked(inside))
    step = marked(pair[0])
    result = _result(Fraction(pair[1]), pair[2], Fraction(pair[3]))
    if result is None or not ends(result) or (pair[2] == "/" and result.denominator > 1):
        return msg("Begin with {part}, and mind the rounding.", part=step)
    return msg("The first step: {part} = {result}.", part=step, result=shown(plain(result)))


def _first_pair(text: str) -> re.Match[str] | None:
    """Return the two numbers to begin with: of a product before a sum, and none that a division parts."""
    pairs = [_PAIR.search(text, found.start()) for found in re.finditer(r"(?<![0-9.])[0-9]", text)]
    for tight in (True, False):
        for pair in pairs:
            if pair is None or (pair[2] in "·*/") is not tight:
                continue
            before = text[: pair.start()].rstrip()[-1:]
            if before not in ("/", "·", "*", ")") and (tight or before not in ("−", "-")):
                return pair
    return None


def _result(first: Fraction, sign: str, second: Fraction) -> Fraction | None:
    """Return what two numbers come to; None where one is divided by 0."""
    match sign:
        case "+":
            return first + second
        case "−" | "-":
            return first - second
        case "/":
            return first / second if second else None
        case _:
            return first * second


def _input(asked: Asked) -> tuple[int, ...]:
    """Return the shape of the asked layer's first input."""
    return Counted(asked.network).inputs(asked.node)[0]
