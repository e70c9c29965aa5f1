"""cnntutor runs evaluate and export: saved models into a test, and a run's model out."""

from pathlib import Path

import click
import msgspec

from cnntutor.cli.results import table_lines
from cnntutor.i18n import decimal, msg, number, t
from cnntutor.lab.class_figures import class_table
from cnntutor.lab.data_sets import DATA_SETS
from cnntutor.lab.data_words import describe_test
from cnntutor.lab.lab import Lab
from cnntutor.lab.outputs_words import outputs_sentences
from cnntutor.lab.result_words import percent
from cnntutor.lab.saved_models import (
    FORMATS,
    Evaluated,
    EvaluateRequest,
    evaluate_file,
    export_run,
    request_for,
)

_NAMES = tuple(name for name in DATA_SETS if name != "words")


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.option("--data", type=click.Choice(_NAMES), required=True, help="Whose test images.")
@click.option("--photos", type=click.Path(path_type=Path), help="The folder, with --data photos.")
@click.option("--scale", default=255.0, show_default=True, help="Pixels, 0 to 255, are divided by this.")
@click.option("--offset", default=0.0, show_default=True, help="Added after the division.")
@click.option("--test-images", type=click.IntRange(min=10), help="Test on so many images only.")
@click.option("--trust", is_flag=True, help="Run code that the file brings, as that of a Lambda layer.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def evaluate(
    model: Path,
    *,
    data: str,
    photos: Path | None,
    scale: float,
    offset: float,
    test_images: int | None,
    trust: bool,
    as_json: bool,
) -> None:
    """Test the saved model MODEL: .keras, .h5, .onnx, or the folder of a TensorFlow SavedModel.

    The model is loaded behind the walls that a learner's code has: without network, able to read nothing but
    itself and to write in a folder of its own.
    """
    if not scale > 0:
        raise click.BadParameter("must be above 0", param_hint="--scale")
    if (data == "photos") != (photos is not None):
        raise click.UsageError("--photos FOLDER goes with --data photos, and with nothing else")
    request = request_for(
        model,
        data,
        divisor=scale,
        offset=offset,
        test_images=test_images,
        photos=photos,
        trust=trust,
    )
    found = evaluate_file(request)
    if as_json:
        click.echo(
            msgspec.json.encode(
                {
                    "model": request.file,
                    "accuracy": found.accuracy,
                    "divisor": request.divisor,
                    "offset": request.offset,
                    **msgspec.structs.asdict(found),
                    "classes": class_table(found.confusion).rows,
                }
            )
        )
        return
    for line in evaluated_lines(request, found):
        click.echo(line)


def evaluated_lines(request: EvaluateRequest, found: Evaluated) -> list[str]:
    """Return what a test gave as lines."""
    head = t("{file}: {kind}", file=request.file, kind=found.kind)
    if found.params is not None:
        head = t(
            "{file}: {kind}, {params} parameters", file=request.file, kind=found.kind, params=found.params
        )
    lines = [head, str(describe_test(found.data))]
    lines.append(
        t(
            "Test accuracy {accuracy} on {count} images (95 % interval {low} to {high}).",
            accuracy=percent(found.accuracy),
            count=found.count,
            low=percent(found.interval[0]),
            high=percent(found.interval[1]),
        )
    )
    if found.loss is not None:
        lines.append(t("Loss (cross-entropy) {loss}.", loss=decimal(found.loss, 4)))
    lines += [str(sentence) for sentence in outputs_sentences(found.outputs)]
    if found.better is not None:
        better = found.better
        lines.append(
            t(
                "On {count} of the images it has {better} with --scale {scale} --offset {offset} and {here}"
                " as asked for: it was trained on pixels scaled so.",
                count=better.count,
                better=percent(better.accuracy),
                scale=f"{better.divisor:g}",
                offset=f"{better.offset:g}",
                here=percent(better.here),
            )
        )
    if not found.isolation.complete:
        lines.append(
            t("This system could not keep the model apart in every way; test only models you trust.")
        )
    table = class_table(found.confusion)
    rows: list[tuple[str, ...]] = [(t("class"), t("precision"), t("recall"), "F1", t("images"))]
    for name, row in [*((row.name, row) for row in table.rows), (t("macro mean"), table.macro)]:
        figures = (decimal(figure, 4) for figure in (row.precision, row.recall, row.f1))
        rows.append((name, *figures, number(row.support)))
    return [*lines, "", *table_lines(rows)]


@click.command()
@click.argument("run")
@click.option("--format", "kind", type=click.Choice(tuple(FORMATS)), default="keras", show_default=True)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File or folder; else named by the run."
)
@click.option("--last", is_flag=True, help="The weights of the last epoch, not of the best.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def export(run: str, *, kind: str, output: Path | None, last: bool, as_json: bool) -> None:
    """Write the model of RUN as a file of Keras, an .h5, a TensorFlow SavedModel or an ONNX file.

    Loading it needs nothing of cnntutor.
    """
    found = Lab().find(run)
    made = export_run(found, kind, (output or Path(found.name)).expanduser(), last=last)
    if as_json:
        click.echo(msgspec.json.encode({"run": found.name, "format": kind, "file": str(made)}))
        return
    size = sum(file.stat().st_size for file in ([made] if made.is_file() else made.rglob("*")))
    click.echo(str(msg("Written: {file} ({size} MB).", file=made, size=decimal(size / 1e6, 1))))
