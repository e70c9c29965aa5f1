"""Hints, right answers and worked solutions of orders, matches, listings, predictions and code."""

from cnntutor.course.questions import (
    CodeLineQuestion,
    MatchQuestion,
    OrderQuestion,
    PredictionQuestion,
)
from cnntutor.i18n import Message, Text, msg
from cnntutor.quiz.build import as_fraction
from cnntutor.quiz.feedback import decimals
from cnntutor.quiz.graded import SolutionLine
from cnntutor.quiz.pose_kinds import OtherQuestion
from cnntutor.quiz.posed import ANSWER, LINE, REASON, PosedQuestion

Hint = Message | Text
Three = tuple[Hint, Hint, Hint]


def kind_hints(posed: PosedQuestion, question: OtherQuestion) -> Three:
    """Return three hints, each saying more; none says the whole answer."""
    if isinstance(question, OrderQuestion):
        return (
            msg("Ask of each what must be there before it can come."),
            msg("First comes: {item}", item=question.items[0]),
            msg("Last comes: {item}", item=question.items[-1]),
        )
    if isinstance(question, MatchQuestion):
        first, last = question.pairs[0], question.pairs[-1]
        return (
            msg("Begin with the one you are surest of; what is taken is one choice less for the others."),
            msg("{left}: {right}", left=first.left, right=first.right),
            msg("{left}: {right}", left=last.left, right=last.right),
        )
    if isinstance(question, CodeLineQuestion):
        count, line = len(posed.listing.split("\n")), question.lines[0]
        low, high = max(1, line - 1), min(count, line + 1)
        wrong = next((each for each in posed.choices if not each.right), posed.choices[0])
        return (
            msg("Go through the listing line by line and say what each leaves behind for the next."),
            msg("Look at lines {low} to {high}.", low=str(low), high=str(high)),
            msg("It is not {letter}. {why}", letter=wrong.letter, why=wrong.why or ""),
        )
    if isinstance(question, PredictionQuestion):
        guess = (
            msg("Begin with the loss of mere guessing, ln 10 for ten classes: what is learned lowers it.")
            if question.form == "real"
            else msg("Begin with what guessing would give; a network that has learned anything is above it.")
        )
        return (
            guess,
            msg("Think of how hard the data is, and of how long and how well the network is trained."),
            msg("A range counts as right, not one number alone."),
        )
    wanted = len(posed.network.nodes) - 1 if posed.network is not None else 0
    return (
        msg("Build it layer by layer, and let model.summary() tell you the shapes."),
        msg("The model has {count} layers, the input left out.", count=str(wanted))
        if wanted
        else msg("Read what is asked of the model once more, word by word."),
        msg("The first line of a solution: {line}", line=_first_line(question.solution)),
    )


def kind_answers(posed: PosedQuestion, question: OtherQuestion) -> dict[str, str]:
    """Return a right answer for every field."""
    if isinstance(question, OrderQuestion):
        letters = {option.text: option.letter for option in posed.options}
        return {ANSWER: ", ".join(letters[item] for item in question.items)}
    if isinstance(question, MatchQuestion):
        letters = {option.text: option.letter for option in posed.options}
        pairs = zip(posed.fields, question.pairs, strict=True)
        return {field.id: letters[pair.right] for field, pair in pairs}
    if isinstance(question, CodeLineQuestion):
        reason = next(choice.letter for choice in posed.choices if choice.right)
        return {LINE: str(question.lines[0]), REASON: reason}
    if isinstance(question, PredictionQuestion):
        return {ANSWER: decimals((as_fraction(question.low) + as_fraction(question.high)) / 2)}
    return {ANSWER: question.solution}


def kind_solution(posed: PosedQuestion, question: OtherQuestion) -> tuple[SolutionLine, ...]:
    """Return the worked solution without the explanation."""
    if isinstance(question, OrderQuestion):
        return tuple(SolutionLine(str(number), item) for number, item in enumerate(question.items, start=1))
    if isinstance(question, MatchQuestion):
        lines: list[SolutionLine] = []
        for pair in question.pairs:
            lines.append(SolutionLine("", msg("{left}: {right}", left=pair.left, right=pair.right)))
            if pair.why is not None:
                lines.append(SolutionLine("", pair.why))
        return tuple(lines)
    if isinstance(question, CodeLineQuestion):
        named = ", ".join(str(line) for line in question.lines)
        right = next(choice for choice in posed.choices if choice.right)
        return (
            SolutionLine(named, right.why or right.text),
            SolutionLine("", msg("Mended:")),
            *_code(question.mended),
            *_both_runs(question),
        )
    if isinstance(question, PredictionQuestion):
        run = () if question.recipe is None else (_run(question.recipe),)
        return (SolutionLine("", question.measured), *run)
    return (SolutionLine("", msg("One way to write it:")), *_code(question.solution))


def _run(recipe: str) -> SolutionLine:
    """Return how to see for oneself."""
    return SolutionLine("", msg("See for yourself: cnntutor run {recipe}", recipe=recipe))


def _both_runs(question: CodeLineQuestion) -> tuple[SolutionLine, ...]:
    """Return how to see the difference, where recipes show it."""
    if question.runs is None:
        return ()
    broken, mended = question.runs
    text = msg("Run both: cnntutor run {broken} and cnntutor run {mended}", broken=broken, mended=mended)
    return (SolutionLine("", text),)


def _code(listing: str) -> tuple[SolutionLine, ...]:
    """Return a listing line by line, its indentation kept."""
    return tuple(SolutionLine("", Text(line, line), code=True) for line in listing.rstrip("\n").split("\n"))


def _first_line(listing: str) -> str:
    """Return the first line that is no import and no comment."""
    lines = [line for line in listing.split("\n") if line.strip()]
    plain = [line for line in lines if not line.startswith(("import", "from", "#"))]
    return (plain or lines or [""])[0]
