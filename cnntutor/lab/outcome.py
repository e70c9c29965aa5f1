"""What came out of a run, in words: the test, the reported figure beside it, and what differs."""

from dataclasses import dataclass

from cnntutor.i18n import Message, Text, decimal, msg, number
from cnntutor.lab.events import DataRecord, ResultEvent
from cnntutor.lab.run_spec import Reported, RunSpec

MNIST_TRAIN = 60_000
MNIST_TEST = 10_000
"""The sizes of MNIST as published."""


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

    @property
    def lines(self) -> tuple[Message, ...]:
        """All of it, one sentence each, in the order of reading."""
        some = (self.test, self.data, self.reported, self.comparison)
        return (*(each for each in some if each is not None), *self.differences)


def percent(fraction: float, digits: int = 2) -> Text:
    """Return a fraction as a percentage, as each language writes it: 98.85, 98,85."""
    value = 100 * fraction
    return Text(f"{decimal(value, digits, 'en')} %", f"{decimal(value, digits, 'vi')} %")


def describe_data(data: DataRecord) -> Message:
    """Say which images a run used."""
    counts = {"train": data.train, "validation": data.validation, "test": data.test}
    if data.provenance == "embedded":
        return msg(
            "Data: real MNIST digits that come with the program, {train} for training, {validation} for"
            " validation, {test} for the test.",
            **counts,
        )
    if data.provenance == "mnist":
        return msg(
            "Data: MNIST, proved by its hash, from {source}: {train} for training, {validation} for"
            " validation, {test} for the test.",
            source=data.source,
            **counts,
        )
    return msg(
        "Data: a file of yours that is not MNIST as published, {source}: {train} for training, {validation}"
        " for validation, {test} for the test.",
        source=data.source,
        **counts,
    )


def outcome(spec: RunSpec, result: ResultEvent) -> Outcome:
    """Return the outcome of a run that ended by itself."""
    reported = spec.reported
    return Outcome(
        test=_test(spec, result),
        reported=None
        if reported is None
        else msg(
            "Reported: {accuracy} ({source}).",
            accuracy=percent(reported.test_accuracy),
            source=reported.source,
        ),
        comparison=None if reported is None else _comparison(reported, result),
        differences=() if reported is None else _differences(spec, reported, result),
        data=None if result.data is None else describe_data(result.data),
    )


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
    points = 100 * (result.test_accuracy - reported.test_accuracy)
    apart = Text(decimal(abs(points), 2, "en"), decimal(abs(points), 2, "vi"))
    low, high = result.test_interval
    if result.data.provenance != "mnist" or result.data.limited:
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
    if data is not None and (data.provenance != "mnist" or data.limited):
        found.append(
            msg(
                "Data differ: {train} images for training here, {all_train} in MNIST; {test} for the test"
                " here, {all_test} there.",
                train=data.train,
                test=data.test,
                all_train=MNIST_TRAIN,
                all_test=MNIST_TEST,
            )
        )
    elif data is not None:
        found.append(
            msg(
                "Same data; {validation} of the {all_train} training images were held back for validation"
                " here.",
                validation=data.validation,
                all_train=MNIST_TRAIN,
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
    if reported.epochs is None:
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
    found.append(msg("One run with one seed: another seed gives another figure."))
    return tuple(found)
