"""Which recipes show what an exercise is about."""

from cnntutor.course.questions import CodeLineQuestion, PredictionQuestion, Question


def recipes_of(question: Question) -> tuple[str, ...]:
    """Return the recipes that show what a question is about: one, a broken and a mended one, or none."""
    if isinstance(question, CodeLineQuestion) and question.runs is not None:
        return question.runs
    if isinstance(question, PredictionQuestion) and question.recipe is not None:
        return (question.recipe,)
    return ()
