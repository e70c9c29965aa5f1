"""The lab report of one run or several, put together from what is in their folders."""

from cnntutor.calc.analysis import analyse
from cnntutor.calc.problems import LayerError
from cnntutor.i18n import decimal, language, number, shape, t
from cnntutor.lab.class_figures import class_table
from cnntutor.lab.data_words import describe_data
from cnntutor.lab.diagnosis import diagnose
from cnntutor.lab.document import (
    Answer,
    Block,
    Curve,
    Curves,
    Document,
    Gallery,
    Heading,
    Items,
    Matrix,
    Paragraph,
    Photo,
    Reliability,
    Table,
)
from cnntutor.lab.events import EpochEvent, NetworkScore, ResultEvent
from cnntutor.lab.folder import RunFolder
from cnntutor.lab.network_record import restore_network
from cnntutor.lab.outcome import outcome
from cnntutor.lab.outputs_words import outputs_sentences, sum_sentence
from cnntutor.lab.record import RunRecord, read_record_of
from cnntutor.lab.report_compared import compared_blocks
from cnntutor.lab.result_words import percent
from cnntutor.lab.run_spec import RunSpec
from cnntutor.lab.settings_change import setting_lines
from cnntutor.lab.tested_record import AfterTest, Picture, read_tested_record

MOST_EPOCHS = 40
"""Lines of the table of epochs; of a longer run evenly chosen ones, besides the best and the last."""
MOST_PHOTOS = 12


def build_report(runs: tuple[RunFolder, ...], author: str = "") -> Document:
    """Return the report of runs, in the language now in force.

    Args:
        runs: One or more, in the order of the report.
        author: Who hands it in; empty for nobody.

    Raises:
        NotUnderstood: a run.json cannot be read.
    """
    titles = list(dict.fromkeys(str(run.spec.title) for run in runs))
    title = t("Lab report: {title}", title=titles[0] if len(titles) == 1 else ", ".join(titles[:3]))
    about = [t("{count} runs", count=len(runs)) if len(runs) > 1 else runs[0].name]
    blocks: list[Block] = []
    if len(runs) > 1:
        blocks += compared_blocks(runs)
    for place, run in enumerate(runs, 1):
        prefix = f"run{place}-" if len(runs) > 1 else ""
        name = str(run.spec.title) if len(runs) == 1 else f"{place}. {run.spec.title} ({run.name})"
        blocks += [Heading(1, name), *_run(run, prefix)]
    return Document(
        language=language(),
        title=title,
        subtitle=" · ".join([*([author] if author else []), *about]),
        blocks=tuple(blocks),
        page=t("Page"),
    )


def _run(run: RunFolder, prefix: str) -> list[Block]:
    """Return the chapter of one run."""
    spec, record, after = run.spec, read_record_of(run), read_tested_record(run.artifacts)
    blocks: list[Block] = []
    if record.data is not None:
        blocks.append(Paragraph(str(describe_data(record.data))))
    if record.model is not None:
        blocks.append(
            Paragraph(
                t(
                    "Trained with Keras {keras} on TensorFlow {tensorflow}, {device}; run {run}.",
                    keras=record.model.keras,
                    tensorflow=record.model.tensorflow,
                    device=record.model.device,
                    run=run.name,
                )
            )
        )
    if spec.method == "train":
        blocks += [Heading(2, t("The network")), *_network(spec)]
        blocks += [Heading(2, t("Settings")), _settings(spec)]
    if record.epochs:
        blocks += [Heading(2, t("Training")), *_training(record, prefix)]
    if record.result is not None:
        blocks += [Heading(2, t("Test")), *_test(spec, record.result, after, prefix)]
        blocks += [Heading(2, t("Questions of the lab")), *_answers(spec, record, record.result, after)]
        blocks += _beside(spec, record.result)
    findings = diagnose(spec, record)
    if findings:
        blocks.append(Heading(2, t("What was noticed")))
        blocks.append(Items(tuple(f"{each.title}. {each.evidence} {each.mend}" for each in findings)))
    return blocks


def _network(spec: RunSpec) -> list[Block]:
    """Return the summary of the network."""
    try:
        report = analyse(restore_network(spec.network))
    except (LayerError, KeyError):
        return [
            Paragraph(
                t("{network}: {params} parameters", network=spec.network.slug, params=spec.network.params)
            )
        ]
    rows = [
        (layer.name, layer.kind, shape(layer.output_shape), number(layer.params)) for layer in report.layers
    ]
    rows.append((t("Total"), "", "", number(report.total_params)))
    return [
        Table((t("Layer"), t("Kind"), t("Output"), t("Parameters")), tuple(rows), left=3, strong=1),
        Paragraph(
            t(
                "{trained} parameters are trained, {fixed} are not; {macs} multiply-adds for one image.",
                trained=report.trainable_params,
                fixed=report.non_trainable_params,
                macs=report.macs,
            )
        ),
    ]


def _settings(spec: RunSpec) -> Table:
    """Return the settings as a table; those changed with --set are marked."""
    rows = []
    for line in setting_lines(spec.settings):
        name, _, value = line.partition(" = ")
        rows.append((f"{name} *" if name in spec.overrides else name, value))
    return Table((t("Setting"), t("Value (* changed from the recipe)")), tuple(rows), left=2)


def _training(record: RunRecord, prefix: str) -> list[Block]:
    """Return the curves and the table of epochs."""
    epochs, best = record.epochs, record.best
    marked = None if best is None else best.epoch

    def curves(name: str, figure: str, caption: str, axis: str, factor: float) -> Curves:
        def values(key: str) -> tuple[float | None, ...]:
            found = (getattr(epoch, key) for epoch in epochs)
            return tuple(None if value is None else factor * value for value in found)

        lines = [Curve(t("training images"), values(figure))]
        if any(getattr(epoch, f"val_{figure}") is not None for epoch in epochs):
            lines.append(Curve(t("validation images"), values(f"val_{figure}"), dashed=True))
        return Curves(
            name=name,
            caption=caption,
            axis=axis,
            curves=tuple(lines),
            epoch_label=t("epoch"),
            marked=marked,
            marked_label=t("best epoch"),
        )

    return [
        curves(f"{prefix}loss", "loss", t("Loss over the epochs"), t("loss"), 1.0),
        curves(
            f"{prefix}accuracy",
            "accuracy",
            t("Accuracy over the epochs, in per cent"),
            t("accuracy %"),
            100.0,
        ),
        _epochs(epochs, marked),
    ]


def _epochs(epochs: list[EpochEvent], best: int | None) -> Table:
    """Return the table of epochs, with that of the best."""
    step = -(-len(epochs) // MOST_EPOCHS)
    rows = []
    for place, epoch in enumerate(epochs):
        if place % step and epoch.epoch != best and place != len(epochs) - 1:
            continue
        figures = (epoch.loss, epoch.accuracy, epoch.val_loss, epoch.val_accuracy)
        rows.append(
            (
                f"{epoch.epoch}{' *' if epoch.best else ''}",
                *("–" if figure is None else decimal(figure, 4) for figure in figures),
                decimal(epoch.seconds, 1),
            )
        )
    head = (t("Epoch (* best so far)"), "loss", "accuracy", "val_loss", "val_accuracy", t("seconds"))
    return Table(head, tuple(rows))


def _test(spec: RunSpec, result: ResultEvent, after: AfterTest, prefix: str) -> list[Block]:
    """Return what the test brought out."""
    told = outcome(spec, result)
    blocks: list[Block] = [Paragraph(str(told.test))]
    if told.loss is not None:
        blocks.append(Paragraph(str(told.loss)))
    blocks += [Paragraph(str(each)) for each in told.details]
    if result.networks:
        blocks.append(_networks(result.networks))
    confusion = after.confusion
    if confusion is not None:
        blocks.append(
            Matrix(
                name=f"{prefix}confusion",
                caption=t("Confusion matrix: images of each class and what they were taken for"),
                classes=confusion.classes,
                counts=confusion.matrix,
                true_label=t("true class"),
                predicted_label=t("predicted class"),
            )
        )
        blocks.append(_classes(after))
    if after.pictures is not None and after.pictures.mistakes and confusion is not None:
        names = confusion.classes
        blocks.append(
            Gallery(
                name=f"{prefix}mistakes",
                caption=t(
                    "The {shown} worst of {all} mistakes",
                    shown=min(MOST_PHOTOS, len(after.pictures.mistakes)),
                    all=after.pictures.mistakes_in_all,
                ),
                photos=tuple(_photo(each, names) for each in after.pictures.mistakes[:MOST_PHOTOS]),
            )
        )
    outputs = after.outputs
    if outputs is not None and outputs.calibration is not None:
        bins = outputs.calibration.bins
        blocks.append(
            Reliability(
                name=f"{prefix}calibration",
                caption=t("Accuracy over confidence; on the line the two are one"),
                edges=(*(each.low for each in bins), bins[-1].high),
                accuracy=tuple(each.accuracy if each.count else None for each in bins),
                counts=tuple(each.count for each in bins),
                confidence_label=t("confidence"),
                accuracy_label=t("accuracy"),
            )
        )
        blocks += [Paragraph(str(each)) for each in outputs_sentences(outputs)[1:]]
    return blocks


def _networks(scores: tuple[NetworkScore, ...]) -> Table:
    """Return the errors of pretrained networks, as the homework asks for them."""

    def error(accuracy: float, interval: tuple[float, float]) -> tuple[str, str]:
        low, high = (decimal(100 * (1 - end), 2) for end in reversed(interval))
        return str(percent(1 - accuracy)), f"{low} – {high}"

    rows = tuple(
        (
            each.network,
            number(each.params),
            *error(each.top1, each.top1_interval),
            *error(each.top5, each.top5_interval),
        )
        for each in scores
    )
    interval = t("95 % interval")
    head = (t("Network"), t("Parameters"), t("Top-1 error"), interval, t("Top-5 error"), interval)
    return Table(head, rows)


def _photo(picture: Picture, names: tuple[str, ...]) -> Photo:
    """Return a mistake as the gallery has it."""
    taken = names[picture.predicted] if picture.predicted < len(names) else str(picture.predicted)
    return Photo(picture.shape, picture.pixels(), f"{names[picture.true]} → {taken}")


def _classes(after: AfterTest) -> Table:
    """Return the table of the classes."""
    assert after.confusion is not None
    table = class_table(after.confusion)
    named = [*((row.name, row) for row in table.rows)]
    named += [(t("macro mean"), table.macro), (t("weighted mean"), table.weighted)]
    rows = tuple(
        (
            name,
            *(decimal(figure, 4) for figure in (row.precision, row.recall, row.f1)),
            number(row.support),
        )
        for name, row in named
    )
    return Table((t("class"), t("precision"), t("recall"), "F1", t("images")), rows, strong=2)


def _answers(spec: RunSpec, record: RunRecord, result: ResultEvent, after: AfterTest) -> list[Block]:
    """Return the questions of the lab sheets with what this run answers."""
    blocks: list[Block] = []
    if spec.method == "train":
        counted = record.model.params if record.model is not None else spec.network.params
        blocks.append(
            Answer(
                t("How many parameters has the network?"), t("{params}, counted by Keras.", params=counted)
            )
        )
    if result.networks:
        first = max(result.networks, key=lambda each: each.top1)
        answer = t(
            "{network}: top-1 error {top1}, top-5 error {top5}.",
            network=first.network,
            top1=percent(1 - first.top1),
            top5=percent(1 - first.top5),
        )
        blocks.append(Answer(t("Which network errs least, and how often?"), answer))
    elif result.test_accuracy is not None:
        blocks.append(Answer(t("What is the accuracy on the test set?"), f"{percent(result.test_accuracy)}."))
    if after.outputs is not None:
        blocks.append(
            Answer(t("What do the outputs of the last layer sum to?"), str(sum_sentence(after.outputs)))
        )
    if spec.method == "train" and result.epochs_done:
        best = record.best
        answer = t("It stopped after epoch {stop}.", stop=str(result.epochs_done))
        if best is not None and best.val_loss is not None:
            answer += " " + t(
                "The best weights are those of epoch {best}, where val_loss is lowest: {loss}.",
                best=str(best.epoch),
                loss=decimal(best.val_loss, 4),
            )
        blocks.append(
            Answer(
                t("After which epoch did the training stop, and which epoch has the best weights?"), answer
            )
        )
    return blocks


def _beside(spec: RunSpec, result: ResultEvent) -> list[Block]:
    """Return what was reported elsewhere, and why this differs."""
    told = outcome(spec, result)
    if told.reported is None:
        return []
    lines = [str(told.reported)]
    if told.comparison is not None:
        lines.append(str(told.comparison))
    blocks: list[Block] = [Heading(2, t("Beside the reported figure")), Paragraph(" ".join(lines))]
    if told.differences:
        blocks.append(Items(tuple(str(each) for each in told.differences)))
    return blocks
