"""Numbers found in data, right and with a mistake: steps of a training, a confusion matrix, a log, ranks.

What `[data]` needs, by what is to be found:
`training_images`, `steps_per_epoch`, `total_steps`
    images, split (percent left out for validation, 0 where there is none), batch, epochs.
`accuracy`, `error`, `recall`, `precision`
    matrix (a row for each true class, a column for each answer) and class (counted from 0), or right and
    images.
`top_k_error`
    ranks (where the right class stands in each image's list, from 1) and k.
`best_epoch`, `stop_epoch`
    val_loss (one an epoch) and patience.
`points`
    before and after, both in percent: how many percentage points lie between them.
`errors_of`
    accuracy (in percent) and images: how many images are wrong.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from cnntutor.i18n import Message, msg

MISTAKES: dict[str, Message] = {
    "steps-floor": msg("You rounded the steps down: the last, smaller batch is a step as well."),
    "split-ignored": msg("You ignored the validation split: those images are not trained on."),
    "split-for-rest": msg("You took the part left out for validation: the rest is trained on."),
    "rounded-once": msg("You rounded once at the end: every epoch has its own last, smaller batch."),
    "epochs-forgotten": msg("You counted one epoch only."),
    "batch-ignored": msg("You counted images: a step takes a whole batch."),
    "precision-for-recall": msg("That is precision: it divides by the column, by all answers of this class."),
    "recall-for-precision": msg("That is recall: it divides by the row, by all images of this class."),
    "accuracy-for-recall": msg("That is the accuracy over all classes: only one class is asked about."),
    "error-for-accuracy": msg("You took the wrong share of the two: accuracy and error add up to 100 %."),
    "percent-for-fraction": msg("The decimal point is off: a fraction of 1 and a percentage differ by 100."),
    "percent-for-points": msg("That is a relative change: percentage points are the plain difference."),
    "stop-epoch-for-best-epoch": msg("That is where training stopped: the best epoch has the lowest loss."),
    "best-epoch-for-stop-epoch": msg("That is the best epoch: training goes on for `patience` more."),
    "epoch-from-zero": msg("You counted epochs from 0: the log counts them from 1."),
    "last-epoch": msg("That is the largest number of epochs: early stopping ended before."),
    "top-1-for-top-k": msg("You counted first places only: any of the first k places is good."),
    "place-k-only": msg("You counted place k alone: the places before it are good as well."),
}
"""The mistakes by slug."""


@dataclass(frozen=True, slots=True)
class Found:
    """A number found in data."""

    value: int | Fraction
    working: str
    wrong: tuple[tuple[str, int | Fraction], ...]
    """What mistakes lead to, the likelier first."""


Data = Mapping[str, object]


def find_in(what: str, data: Data, percent: bool) -> Found:
    """Return what is to be found.

    Args:
        what: One of the headings above.
        data: What is known.
        percent: Whether a share is asked for in percent, or as a fraction of 1.

    Raises:
        KeyError: something is missing in the data, or what is to be found is unknown.
        ValueError: something in the data cannot be.
    """
    found = _FINDERS[what](data, what)
    if what not in ("accuracy", "error", "recall", "precision", "top_k_error"):
        return found
    factor, back = (100, Fraction(1, 100)) if percent else (1, Fraction(100))
    value = _plain(found.value * factor)
    wrong = tuple((slug, _plain(each * factor)) for slug, each in found.wrong)
    working = f"{found.working} · 100" if percent else found.working
    return Found(value, working, (*wrong, ("percent-for-fraction", _plain(value * back))))


def _training(data: Data, what: str) -> Found:
    images, split = _whole(data, "images"), Fraction(str(data.get("split", 0))) / 100
    trained = math.floor(images * (1 - split))
    written = f"{images} · (1 − {data['split']} / 100)" if split else str(images)
    wrong: list[tuple[str, int | Fraction]] = []
    if what == "training_images":
        if split:
            wrong = [("split-ignored", images), ("split-for-rest", images - trained)]
        return Found(trained, written, tuple(wrong))
    batch = _whole(data, "batch")
    steps, floored = -(-trained // batch), trained // batch
    unsplit = -(-images // batch)
    if what == "steps_per_epoch":
        wrong = [("steps-floor", floored), ("split-ignored", unsplit)]
        if split:
            wrong.append(("split-for-rest", -(-(images - trained) // batch)))
        return Found(steps, f"⌈{trained} / {batch}⌉", (*wrong, ("batch-ignored", trained)))
    epochs = _whole(data, "epochs")
    wrong = [("steps-floor", floored * epochs), ("split-ignored", unsplit * epochs)]
    wrong += [("rounded-once", -(-trained * epochs // batch)), ("steps-floor", trained * epochs // batch)]
    wrong += [("epochs-forgotten", steps), ("batch-ignored", trained * epochs)]
    return Found(steps * epochs, f"⌈{trained} / {batch}⌉ · {epochs}", tuple(wrong))


def _shares(data: Data, what: str) -> Found:
    if "matrix" not in data:
        right, images = _whole(data, "right"), _whole(data, "images")
        return _share(what, right, images, ())
    matrix = [[int(str(each)) for each in row] for row in _rows(data, "matrix")]
    hits, images = sum(row[at] for at, row in enumerate(matrix)), sum(map(sum, matrix))
    if what in ("accuracy", "error"):
        return _share(what, hits, images, ())
    one = _whole(data, "class")
    hit, row, column = matrix[one][one], sum(matrix[one]), sum(each[one] for each in matrix)
    mine, other = (row, column) if what == "recall" else (column, row)
    swapped = "precision-for-recall" if what == "recall" else "recall-for-precision"
    wrong = ((swapped, Fraction(hit, other)), ("accuracy-for-recall", Fraction(hits, images)))
    return _share(what, hit, mine, wrong)


def _share(what: str, hits: int, of: int, wrong: tuple[tuple[str, Fraction], ...]) -> Found:
    count = of - hits if what == "error" else hits
    opposite = ("error-for-accuracy", Fraction(of - count, of))
    return Found(Fraction(count, of), f"{count} / {of}", (*wrong, opposite))


def _ranks(data: Data, what: str) -> Found:
    ranks = [int(str(each)) for each in _list(data, "ranks")]
    k, images = _whole(data, "k"), len(ranks)
    missed = sum(rank > k for rank in ranks)
    wrong: list[tuple[str, int | Fraction]] = [("error-for-accuracy", Fraction(images - missed, images))]
    if k > 1:
        wrong.append(("top-1-for-top-k", Fraction(sum(rank > 1 for rank in ranks), images)))
        wrong.append(("place-k-only", Fraction(sum(rank != k for rank in ranks), images)))
    return Found(Fraction(missed, images), f"{missed} / {images}", tuple(wrong))


def _log(data: Data, what: str) -> Found:
    losses = [Fraction(str(each)) for each in _list(data, "val_loss")]
    patience = _whole(data, "patience")
    best, stop = 1, len(losses)
    for epoch, loss in enumerate(losses, start=1):
        if loss < losses[best - 1]:
            best = epoch
        elif epoch - best >= patience:
            stop = epoch
            break
    value, other = (best, stop) if what == "best_epoch" else (stop, best)
    slug = "stop-epoch-for-best-epoch" if what == "best_epoch" else "best-epoch-for-stop-epoch"
    wrong = [(slug, other), ("epoch-from-zero", value - 1)]
    if "epochs" in data:
        wrong.append(("last-epoch", _whole(data, "epochs")))
    working = f"{best}" if what == "best_epoch" else f"{best} + {stop - best}"
    return Found(value, working, tuple(wrong))


def _points(data: Data, what: str) -> Found:
    before, after = Fraction(str(data["before"])), Fraction(str(data["after"]))
    relative = [(after - before) / each * 100 for each in (before, after) if each]
    value = abs(after - before)
    wrong = tuple(("percent-for-points", abs(each)) for each in relative)
    high, low = (data["after"], data["before"]) if after > before else (data["before"], data["after"])
    return Found(_plain(value), f"{high} − {low}", wrong)


def _errors(data: Data, what: str) -> Found:
    accuracy, images = Fraction(str(data["accuracy"])), _whole(data, "images")
    value = (100 - accuracy) * images / 100
    wrong = (("error-for-accuracy", _plain(images - value)), ("percent-for-fraction", _plain(value * 100)))
    return Found(_plain(value), f"(100 − {data['accuracy']}) / 100 · {images}", wrong)


_FINDERS: dict[str, Callable[[Data, str], Found]] = {
    **dict.fromkeys(("training_images", "steps_per_epoch", "total_steps"), _training),
    **dict.fromkeys(("accuracy", "error", "recall", "precision"), _shares),
    "top_k_error": _ranks,
    **dict.fromkeys(("best_epoch", "stop_epoch"), _log),
    "points": _points,
    "errors_of": _errors,
}


def _whole(data: Data, key: str) -> int:
    return int(str(data[key]))


def _list(data: Data, key: str) -> tuple[object, ...]:
    value = data[key]
    if not isinstance(value, (list, tuple)) or not value:
        raise ValueError(f"{key} must be a list, received {value!r}")
    return tuple(value)


def _rows(data: Data, key: str) -> tuple[tuple[object, ...], ...]:
    return tuple(_list({key: row}, key) for row in _list(data, key))


def _plain(value: int | Fraction) -> int | Fraction:
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value
