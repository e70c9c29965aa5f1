"""What came out of a run, in words: the test, the reported figure beside it, and what differs."""

from dataclasses import dataclass

from cnntutor.i18n import Message, Text, decimal, msg, number
from cnntutor.lab.data_sets import DATA_SETS
from cnntutor.lab.data_words import describe_data
from cnntutor.lab.events import ResultEvent
from cnntutor.lab.result_words import percent, result_details
from cnntutor.lab.run_spec import Reported, RunSpec


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a run, ready to be shown."""

    test: Message
    """Test accuracy with its interval and the epoch it belongs to, or why there is none."""
    reported: Message | None
    """The figure someone else reported; None where there is none."""
    comparison: Message | None
    """How the two stand to each other; None without both."""
    differences: tuple[Message, ...]
    """What was different here: data, epochs, changed settings; empty without a reported figure."""
    data: Message | None
    """Which images were used; None when the run did not come so far."""
    loss: Message | None = None
    """The test loss; None where none was measured."""
    details: tuple[Message, ...] = ()
    """What else came out: how training ended, what was spelled, pretrained networks, the prediction."""

    @property
    def lines(self) -> tuple[Message, ...]:
        """All of it, one sentence each, in the order of reading."""
        some = (self.test, self.loss, *self.details, self.data, self.reported, self.comparison)
        return (*(each for each in some if each is not None), *self.differences)


def reported_sentence(reported: Reported) -> Message:
    """Say what was reported."""
    if reported.figure is not None:
        return msg("Reported: {accuracy} ({source}).", accuracy=reported.figure, source=reported.source)
    if reported.test_accuracy is not None:
        figure = percent(reported.test_accuracy)
        if reported.loss is not None:
            return msg(
                "Reported: {accuracy}, loss {loss} ({source}).",
                accuracy=figure,
                loss=_four_digits(reported.loss),
                source=reported.source,
            )
        return msg("Reported: {accuracy} ({source}).", accuracy=figure, source=reported.source)
    return msg("Nothing was reported ({source}).", source=reported.source)


def outcome(spec: RunSpec, result: ResultEvent) -> Outcome:
    """Return the outcome of a run that ended by itself."""
    reported = spec.reported
    return Outcome(
        test=_test(spec, result),
        reported=None if reported is None else reported_sentence(reported),
        comparison=None if reported is None else _comparison(reported, result),
        differences=() if reported is None else _differences(spec, reported, result),
        data=None if result.data is None else describe_data(result.data),
        loss=_loss(result),
        details=result_details(spec, result),
    )


def _loss(result: ResultEvent) -> Message | None:
    """Say what the loss was on the test images."""
    if result.test_loss is None:
        return None
    return msg("Test loss {loss}.", loss=_four_digits(result.test_loss))


def _four_digits(figure: float) -> Text:
    """Return a loss as each language writes it."""
    return Text(decimal(figure, 4, "en"), decimal(figure, 4, "vi"))


def _test(spec: RunSpec, result: ResultEvent) -> Message:
    """Say what the test gave."""
    if result.test_accuracy is None or result.test_count is None or result.test_interval is None:
        return msg("No test: no epoch was completed.")
    low, high = result.test_interval
    values: dict[str, object] = {
        "accuracy": percent(result.test_accuracy),
        "count": result.test_count,
        "low": percent(low),
        "high": percent(high),
        "epochs": str(result.epochs_done),
    }
    if spec.method == "top-k":
        return msg(
            "Top-1 accuracy {accuracy} on {count} photos (95 % interval {low} to {high}), the best network.",
            **values,
        )
    if spec.settings.data == "words" and result.best_epoch is None:
        return msg(
            "Test accuracy {accuracy} on {count} characters (95 % interval {low} to {high}), with the weights"
            " of the last of {epochs} epochs.",
            **values,
        )
    if result.tested_epoch is not None and result.tested_epoch != result.best_epoch:
        return msg(
            "Test accuracy {accuracy} on {count} images (95 % interval {low} to {high}), with the weights of"
            " the last of {epochs} epochs.",
            **values,
        )
    if result.best_epoch is None:
        return msg(
            "Test accuracy {accuracy} on {count} images (95 % interval {low} to {high}), with the weights of"
            " the last of {epochs} epochs; the validation loss was never a number.",
            **values,
        )
    return msg(
        "Test accuracy {accuracy} on {count} images (95 % interval {low} to {high}), with the weights of the"
        " best epoch, {best} of {epochs}.",
        best=str(result.best_epoch),
        **values,
    )


def _comparison(reported: Reported, result: ResultEvent) -> Message | None:
    """Say how the run's accuracy stands to the reported one."""
    if result.test_accuracy is None or result.test_interval is None or result.data is None:
        return None
    if reported.test_accuracy is None:
        return None
    points = 100 * (result.test_accuracy - reported.test_accuracy)
    apart = Text(decimal(abs(points), 2, "en"), decimal(abs(points), 2, "vi"))
    low, high = result.test_interval
    if result.data.provenance != reported.data or result.data.limited:
        if round(points, 2) == 0:
            return msg("The accuracy is the very one that was reported, but on other data.")
        if points < 0:
            return msg("That is {apart} points below the reported figure, on other data.", apart=apart)
        return msg("That is {apart} points above the reported figure, on other data.", apart=apart)
    if low <= reported.test_accuracy <= high:
        return msg("The reported figure lies inside the interval: no difference can be seen.")
    if points < 0:
        return msg("That is {apart} points below the reported figure.", apart=apart)
    return msg("That is {apart} points above the reported figure.", apart=apart)


def _differences(spec: RunSpec, reported: Reported, result: ResultEvent) -> tuple[Message, ...]:
    """Say what was different from what was reported, as far as it is known."""
    found: list[Message] = []
    data = result.data
    published = DATA_SETS.get(reported.data)
    if data is not None and published is not None and published.train:
        whole = {
            "data": str(published.title.en).split(",", maxsplit=1)[0],
            "all_train": published.train,
            "all_test": published.test,
        }
        if data.provenance != reported.data or data.limited:
            found.append(
                msg(
                    "Data differ: {train} images for training here, {all_train} in {data}; {test} for the"
                    " test here, {all_test} there.",
                    train=data.train,
                    test=data.test,
                    **whole,
                )
            )
        elif spec.settings.validation == "held-out":
            found.append(
                msg(
                    "Same data; {validation} of the {all_train} training images were held back for validation"
                    " here.",
                    validation=data.validation,
                    all_train=published.train,
                )
            )
    if result.state == "cancelled":
        found.append(
            msg(
                "The run was stopped after {done} of {epochs} epochs.",
                done=str(result.epochs_done),
                epochs=str(spec.settings.epochs),
            )
        )
    if spec.settings.width != 1.0 and spec.method == "train":
        found.append(
            msg(
                "The network is {width} times as wide here: {params} parameters.",
                width=decimal(spec.settings.width, 2),
                params=spec.network.params,
            )
        )
    if spec.method == "top-k" or spec.settings.data == "words":
        pass
    elif reported.epochs is None:
        found.append(
            msg("Epochs: {epochs} here; the report does not say how many.", epochs=number(result.epochs_done))
        )
    elif reported.epochs != result.epochs_done:
        found.append(
            msg(
                "Epochs differ: {epochs} here, {reported} in the report.",
                epochs=str(result.epochs_done),
                reported=str(reported.epochs),
            )
        )
    if spec.overrides:
        changed = ", ".join(f"{key}={value}" for key, value in spec.overrides.items())
        found.append(msg("Changed from the recipe: {changed}.", changed=changed))
    if reported.unknown is not None:
        found.append(msg("What the report does not say: {unknown}", unknown=reported.unknown))
    if spec.method == "train":
        found.append(msg("One run with one seed: another seed gives another figure."))
    return tuple(found)
