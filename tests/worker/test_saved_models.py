"""Saved models tested in a process behind walls, and a run's model written in every format."""

import importlib.util
import tempfile
from pathlib import Path

import keras
import msgspec
import numpy as np
import pytest

from cnntutor import locations
from cnntutor.errors import CnntutorError, Missing, NotUnderstood
from cnntutor.lab.folder import RunFolder, create_run_folder
from cnntutor.lab.recipe import find_recipe, resolve
from cnntutor.lab.saved_models import EvaluateRequest, evaluate_file, export_run
from cnntutor.worker.datasets.images import load_images
from cnntutor.worker.model_file import Refused, SavedModel, open_model

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
WITH_ONNX = pytest.mark.skipif(
    importlib.util.find_spec("tf2onnx") is None or importlib.util.find_spec("onnxruntime") is None,
    reason="the extra onnx is not installed",
)


@pytest.fixture(scope="module")
def model() -> keras.Model:
    """A network of one layer, trained a little on the embedded digits, pixels 0 to 1."""
    keras.utils.set_random_seed(0)
    spec = resolve(find_recipe("lenet5-mnist"), "quick", {})
    train = load_images(spec, lambda: None).train
    made = keras.Sequential(
        [keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
    )
    made.compile("adam", "sparse_categorical_crossentropy")
    made.fit(train.images, train.labels, epochs=2, verbose=0)
    return made


@pytest.fixture
def run(model: keras.Model) -> RunFolder:
    made = create_run_folder(locations.runs_dir(), resolve(find_recipe("lenet5-mnist"), "quick", {}))
    model.save(made.checkpoints / "best.keras")
    return made


def request(file: Path, **changes: object) -> EvaluateRequest:
    return msgspec.structs.replace(EvaluateRequest(file=str(file), data="mnist-5000"), **changes)


def reference(model: keras.Model) -> tuple[int, float]:
    spec = resolve(find_recipe("lenet5-mnist"), "quick", {})
    test = load_images(spec, lambda: None).test
    given = model.predict(test.images, verbose=0)
    right = given[np.arange(len(test.labels)), test.labels]
    return int((given.argmax(axis=-1) == test.labels).sum()), float(-np.log(right).mean())


@pytest.mark.parametrize("kind", ["keras", "h5", "savedmodel", pytest.param("onnx", marks=WITH_ONNX)])
def test_every_format_gives_what_keras_gives(
    kind: str, run: RunFolder, model: keras.Model, tmp_path: Path
) -> None:
    made = export_run(run, kind, tmp_path / "out" / "model")
    assert [path.name for path in (tmp_path / "out").iterdir()] == [made.name]
    found = evaluate_file(request(made))
    correct, loss = reference(model)
    assert (found.correct, found.count) == (correct, 1000)
    assert found.loss == pytest.approx(loss, abs=1e-4)
    assert found.confusion.correct == correct and found.outputs.kind == "probabilities"
    assert found.params in (7850, None) and found.data.provenance == "embedded"
    assert found.better is None and found.interval[0] < found.accuracy < found.interval[1]


def test_another_scaling_that_suits_it_is_told(
    run: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "temporary"
    own.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(own))
    found = evaluate_file(request(run.checkpoints / "best.keras", divisor=127.5, offset=-1.0))
    assert list(own.iterdir()) == [], "the test of a model leaves nothing behind"
    assert found.better is not None
    assert found.better.accuracy > found.better.here + 0.2 and found.better.count == 500


def test_a_lambda_is_refused_unless_trusted(tmp_path: Path) -> None:
    made = keras.Sequential(
        [
            keras.Input((784,)),
            keras.layers.Lambda(lambda pixels: pixels * 0.5),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    file = tmp_path / "lambda.keras"
    made.save(file)
    with pytest.raises(NotUnderstood, match="--trust"):
        evaluate_file(request(file, test_images=50))
    assert evaluate_file(request(file, trust=True, test_images=50)).count == 50


def test_what_does_not_fit_is_a_sentence(run: RunFolder, tmp_path: Path) -> None:
    broken = tmp_path / "broken.h5"
    broken.write_bytes(b"no model")
    (tmp_path / "folder").mkdir()
    for wrong, words in (
        (
            request(run.checkpoints / "best.keras", data="shapes-32"),
            "takes 28×28×1, but the images are 32×32×3",
        ),
        (request(broken), "is no model that can be loaded"),
        (request(tmp_path / "gone.keras"), "There is no file"),
        (request(tmp_path / "folder"), "without saved_model.pb"),
        (request(Path(__file__)), "a saved model ends in .keras"),
    ):
        with pytest.raises(NotUnderstood, match=words):
            evaluate_file(wrong)


def test_data_that_are_not_here_are_named(
    run: RunFolder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    with pytest.raises(Missing, match="cnntutor data fetch mnist"):
        evaluate_file(request(run.checkpoints / "best.keras", data="mnist"))


def test_an_export_overwrites_nothing_and_leaves_no_half(run: RunFolder, tmp_path: Path) -> None:
    (tmp_path / "model.keras").write_text("mine")
    with pytest.raises(NotUnderstood, match="is there already"):
        export_run(run, "keras", tmp_path / "model")
    assert (tmp_path / "model.keras").read_text() == "mine"
    (run.checkpoints / "best.keras").write_bytes(b"broken")
    with pytest.raises(CnntutorError):
        export_run(run, "h5", tmp_path / "other")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith((".", "other"))] == []
    (run.checkpoints / "best.keras").unlink()
    with pytest.raises(Missing, match="no model in"):
        export_run(run, "keras", tmp_path / "third")


# Shapes


def saved(takes: tuple[int | None, ...], batch: int | None = None) -> SavedModel:
    return SavedModel("keras", takes, batch, None, lambda images: images.reshape(len(images), -1)[:, :3])


@pytest.mark.parametrize(
    ("takes", "shaped"),
    [
        ((4, 5, 1), (7, 4, 5, 1)),
        ((None, None, 1), (7, 4, 5, 1)),
        ((20,), (7, 20)),
        ((1, 4, 5), (7, 1, 4, 5)),
        ((4, 5), (7, 4, 5)),
    ],
)
def test_images_take_the_shape_of_the_model(takes: tuple[int | None, ...], shaped: tuple[int, ...]) -> None:
    images = np.arange(140, dtype=np.float32).reshape(7, 4, 5, 1)
    assert saved(takes).shaped(images).shape == shaped
    with pytest.raises(Refused) as caught:
        saved((9, 9, 3)).shaped(images)
    assert (caught.value.kind, caught.value.text, caught.value.wanted) == ("shape", "9×9×3", "4×5×1")


def test_channels_first_keeps_every_pixel_in_its_place() -> None:
    images = np.arange(2 * 3 * 4 * 2, dtype=np.float32).reshape(2, 3, 4, 2)
    assert (saved((2, 3, 4)).shaped(images)[1, 0] == images[1, :, :, 0]).all()


def test_a_fixed_batch_is_filled_up() -> None:
    images = np.arange(140, dtype=np.float32).reshape(7, 4, 5, 1)
    assert (saved((20,), 3).predict(images) == saved((20,)).predict(images)).all()


def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").write_bytes(b"nothing")
    with pytest.raises(Refused) as caught:
        open_model(tmp_path, trust=False)
    assert caught.value.kind == "unreadable"
