"""Models saved by Keras as .keras and .h5: read without h5py, equal layer by layer; damage is refused."""

import random
import struct
import time
import warnings
from pathlib import Path
from typing import Any

import pytest

from cnntutor.calc.analysis import analyse
from cnntutor.errors import NotUnderstood
from cnntutor.formats.library import find_network
from cnntutor.i18n import set_language


def saved(model: Any, path: Path) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.save(path)
    return path


def small(keras: Any) -> Any:
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((12, 12, 1)),
            layers.Conv2D(3, 3),
            layers.BatchNormalization(),
            layers.Flatten(),
            layers.Dense(4),
        ],
        name="small",
    )
    model.compile("adam", "mse")
    return model


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_small_models(suffix: str, keras: Any, keras_counts: Any, our_counts: Any, tmp_path: Path) -> None:
    model = small(keras)
    entry = find_network(str(saved(model, tmp_path / f"small{suffix}")))
    assert entry.slug == "small"
    assert our_counts(analyse(entry.network)) == keras_counts(model)


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_a_large_model(suffix: str, keras: Any, keras_counts: Any, our_counts: Any, tmp_path: Path) -> None:
    model = keras.applications.MobileNetV2(weights=None, alpha=0.35, input_shape=(96, 96, 3))
    report = analyse(find_network(str(saved(model, tmp_path / f"large{suffix}"))).network)
    assert our_counts(report) == keras_counts(model)
    assert report.total_params == model.count_params()


def refusal(path: Path) -> str:
    sentences = {}
    for lang in ("en", "vi"):
        set_language(lang)
        with pytest.raises(NotUnderstood) as refused:
            find_network(str(path))
        sentences[lang] = str(refused.value)
        assert sentences[lang].startswith(str(path))
    return sentences["en"]


def test_weights_alone_are_no_model(keras: Any, tmp_path: Path) -> None:
    path = tmp_path / "small.weights.h5"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        small(keras).save_weights(path)
    assert "only weights perhaps" in refusal(path)


def test_broken_files(keras: Any, tmp_path: Path) -> None:
    good = saved(small(keras), tmp_path / "good.h5").read_bytes()
    path = tmp_path / "bad.h5"
    newer = good[:8] + b"\x02" + good[9:]
    heap = good.replace(b"GCOL", b"XXXX")
    long = bytearray(good)
    place = good.index(b"GCOL") + 8
    long[place : place + 8] = struct.pack("<Q", 1 << 60)
    for data in (b"", good[:8], good[:50], good[:200], newer, heap, bytes(long), b"no HDF5 at all"):
        path.write_bytes(data)
        assert "no .h5 file as Keras writes it" in refusal(path)


def test_any_damage_is_a_sentence_or_no_matter(keras: Any, tmp_path: Path) -> None:
    good = saved(small(keras), tmp_path / "good.h5").read_bytes()
    path = tmp_path / "bad.h5"
    chance = random.Random(7)
    heads = [0, good.index(b"model_config"), good.index(b"GCOL"), good.index(b"class_name")]
    began = time.process_time()
    for _ in range(300):
        data = bytearray(good)
        for _ in range(chance.randint(1, 6)):
            data[min(chance.choice(heads) + chance.randint(0, 200), len(data) - 1)] = chance.randint(0, 255)
        path.write_bytes(data)
        try:
            find_network(str(path))
        except NotUnderstood as refused:
            assert str(refused).startswith(str(path))
    assert time.process_time() - began < 10
