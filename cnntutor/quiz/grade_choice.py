"""Grades choices by their letters."""

from cnntutor.i18n import Message, Text, msg
from cnntutor.quiz.answers import NotUnderstoodAnswer
from cnntutor.quiz.answers_letters import read_letters
from cnntutor.quiz.graded import FieldGrade
from cnntutor.quiz.posed import PosedChoice, PosedQuestion


def grade_choice(posed: PosedQuestion, text: str) -> FieldGrade:
    """Grade the choice, or the choices, that were named by letter or by their own words."""
    several = posed.fields[-1].kind == "choices"
    own_words = {
        words.strip().casefold(): choice
        for choice in posed.choices
        for words in (choice.text.en, choice.text.vi)
    }
    named = own_words.get(text.strip().casefold())
    if named is not None:
        chosen = [named]
    else:
        try:
            letters = read_letters(text, "".join(choice.letter for choice in posed.choices), several)
        except NotUnderstoodAnswer as unread:
            return FieldGrade("not_understood", feedback=unread.message)
        chosen = [choice for choice in posed.choices if choice.letter in letters]
    wrong = [choice for choice in chosen if not choice.right]
    if wrong:
        mistakes = list(dict.fromkeys(choice.mistake for choice in wrong if choice.mistake))
        likeliest = mistakes[0] if mistakes else None
        return FieldGrade("wrong", likeliest, tuple(mistakes[1:]), _why(wrong, several))
    missing = sum(choice.right for choice in posed.choices) - len(chosen)
    if missing:
        said = (
            msg("All you chose is right, but one more is.")
            if missing == 1
            else msg("All you chose is right, but {count} more are.", count=missing)
        )
        return FieldGrade("wrong", feedback=said)
    return FieldGrade("right", feedback=_praise(chosen))


def _why(wrong: list[PosedChoice], several: bool) -> Message | Text:
    """Return why a choice is wrong; of several the first, the others named."""
    reason: Message | Text = wrong[0].why or msg("That is not right.")
    if not several:
        return reason
    return msg("Wrong: {choice}. {reason}", choice=wrong[0].text, reason=reason)


def _praise(chosen: list[PosedChoice]) -> Message | Text:
    """Return why the right choice is right."""
    reasons = [choice.why for choice in chosen if choice.why]
    return reasons[0] if len(reasons) == 1 else msg("Right.")
