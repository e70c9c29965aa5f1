"""What else a run brought out, in words: its end, what was spelled, pretrained networks, the prediction."""

from cnntutor.i18n import Message, Text, decimal, msg
from cnntutor.lab.estimate_words import borne_out
from cnntutor.lab.events import NetworkScore, ResultEvent
from cnntutor.lab.run_spec import Prediction, RunSpec
from cnntutor.lab.words import words_of


def percent(fraction: float, digits: int = 2) -> Text:
    """Return a fraction as a percentage, as each language writes it: 98.85, 98,85."""
    value = 100 * fraction
    return Text(f"{decimal(value, digits, 'en')} %", f"{decimal(value, digits, 'vi')} %")


def result_details(spec: RunSpec, result: ResultEvent) -> tuple[Message, ...]:
    """Return a sentence for each."""
    found: list[Message] = []
    if result.stopped_early:
        found.append(
            msg(
                "Early stopping ended the training after epoch {stop}; the best epoch was {best}.",
                stop=str(result.epochs_done),
                best=str(result.best_epoch or "–"),
            )
        )
    if result.spelled is not None:
        words = ", ".join(f"{first} → {word}" for first, word in result.spelled.items())
        found.append(msg("From each first character it spells: {words}.", words=words))
    found += [_score(each) for each in result.networks]
    if spec.estimate is not None and result.state == "finished":
        found.append(borne_out(spec.estimate, result))
    if spec.prediction is not None:
        found += _scored(spec, spec.prediction, result)
    return tuple(found)


def _score(each: NetworkScore) -> Message:
    """Say how one pretrained network did."""
    return msg(
        "{network}: top-1 {top1} (95 % interval {low1} to {high1}), top-5 {top5} ({low5} to {high5}),"
        " {params} parameters.",
        network=each.network,
        top1=percent(each.top1),
        low1=percent(each.top1_interval[0]),
        high1=percent(each.top1_interval[1]),
        top5=percent(each.top5),
        low5=percent(each.top5_interval[0]),
        high5=percent(each.top5_interval[1]),
        params=each.params,
    )


def figure_of(prediction: Prediction, spec: RunSpec, result: ResultEvent) -> float | None:
    """Return the figure a prediction was about; None where the run did not come so far."""
    if prediction.quantity == "words_right":
        if result.spelled is None:
            return None
        words = words_of(spec.settings.words)
        return float(sum(result.spelled.get(word[0]) == word for word in words))
    if prediction.quantity == "top1":
        return max((each.top1 for each in result.networks), default=None)
    value: float | None = getattr(result, prediction.quantity)
    return value


def _scored(spec: RunSpec, prediction: Prediction, result: ResultEvent) -> list[Message]:
    """Say how the prediction came out, and why."""
    figure = figure_of(prediction, spec, result)
    if figure is None:
        return []
    found: list[Message] = []
    right = prediction.holding(figure)
    if spec.predicted is not None and 0 <= spec.predicted < len(prediction.choices):
        guess = prediction.choices[spec.predicted]
        if guess == right:
            found.append(msg("Your prediction came true: {choice}", choice=guess.text))
        else:
            found.append(
                msg(
                    "You predicted: {guess} It came out otherwise: {choice}",
                    guess=guess.text,
                    choice=right.text if right is not None else "–",
                )
            )
    found.append(msg("{after}", after=prediction.after))
    return found
