"""Recipe files, presets and settings changed with --set."""

import re
from pathlib import Path

import pytest

from cnntutor.calc.analysis import analyse
from cnntutor.errors import Missing, NotUnderstood
from cnntutor.formats.library import find_network
from cnntutor.lab.network_record import record_network, restore_network
from cnntutor.lab.recipe import (
    find_recipe,
    list_recipes,
    load_recipe,
    recipes_dir,
    resolve,
)
from cnntutor.lab.run_spec import TrainingSettings
from cnntutor.lab.settings_change import SETTING_HELP, changed_settings, parse_overrides

DOCUMENTED = [
    "base-cnn-mnist",
    "lenet5-mnist",
    "alexnet28-mnist",
    "base-cnn-relu-mnist",
    "base-cnn-tanh-mnist",
    "base-cnn-dropout-mnist",
    "zfnet28-mnist",
    "base-cnn-dropout-fashion",
    "base-cnn-dropout-cifar10",
    "zfnet28-fashion",
    "zfnet28-mystery",
    "dense-linear-mnist",
    "dense-sigmoid-mnist",
    "dense-relu-mnist",
    "dense-relu-scaled-mnist",
    "dense-cifar10",
    "vgg16-cifar10",
    "vgg19-cifar10",
    "resnet-demo-cifar10",
    "inception-cifar10",
    "xception-cifar10",
    "imagenet-topk",
    "transfer-all",
    "transfer-frozen",
    "transfer-late",
    "char-rnn",
]


def test_every_experiment_of_the_documents_has_a_recipe() -> None:
    recipes = {recipe.slug: recipe for recipe in list_recipes()}
    assert set(DOCUMENTED) <= set(recipes)
    for recipe in recipes.values():
        assert {"quick", "full"} <= {preset.name for preset in recipe.presets}
        assert recipe.prediction is not None
        assert recipe.reported is not None
        assert recipe.title.vi
        assert recipe.prediction.after.vi
        assert recipe.slug.endswith("-mended") == (recipe.mends is not None)
        assert recipe.mends is None or recipe.slug == f"{recipe.mends}-mended"
        assert recipe.reported.unknown is not None or recipe.mends is not None


def test_the_title_of_a_preset_tells_its_own_epochs_and_images() -> None:
    for recipe in list_recipes():
        for preset in recipe.presets:
            for told, unit in re.findall(
                r"([\d.,]+) (epoch|images|ảnh)", f"{preset.title.en} {preset.title.vi}"
            ):
                count = int(re.sub("[.,]", "", told))
                settings = preset.settings
                if unit == "epoch":
                    assert count == settings.epochs, (recipe.slug, preset.name)
                elif settings.train_images is not None:
                    assert count == settings.train_images, (recipe.slug, preset.name)


@pytest.mark.parametrize("slug", DOCUMENTED)
def test_every_recipe_resolves_or_says_what_it_needs(slug: str) -> None:
    recipe = find_recipe(slug)
    for preset in recipe.presets:
        needs_photos = preset.settings.data == "photos"
        try:
            spec = resolve(recipe, preset.name, {})
        except Missing as problem:
            assert needs_photos
            assert "--set photos=FOLDER" in str(problem)
            continue
        assert not needs_photos
        assert spec.network.params > 0


def test_the_recipes_of_the_course_are_what_the_sources_say() -> None:
    recipes = {recipe.slug: recipe for recipe in list_recipes()}
    lenet, base = recipes["lenet5-mnist"], recipes["base-cnn-mnist"]
    assert lenet.reported is not None
    assert base.reported is not None
    assert (lenet.reported.test_accuracy, lenet.reported.epochs) == (0.9885, None)
    assert base.reported.test_accuracy == 0.9623
    for recipe in (lenet, base):
        assert [preset.name for preset in recipe.presets] == ["quick", "full"]
        assert recipe.preset("quick").settings.data == "mnist-5000"
        assert recipe.preset("full").settings.data == "mnist"
        for preset in recipe.presets:
            settings = preset.settings
            assert (settings.batch_size, settings.optimizer, settings.learning_rate) == (32, "Adam", 1e-3)


@pytest.mark.parametrize(
    ("slug", "accuracy"),
    [
        ("base-cnn-relu-mnist", 0.973),
        ("base-cnn-tanh-mnist", 0.9746),
        ("base-cnn-dropout-mnist", 0.9666),
        ("zfnet28-mnist", 0.9659),
        ("base-cnn-dropout-fashion", 0.7569),
        ("base-cnn-dropout-cifar10", 0.1005),
        ("zfnet28-fashion", 0.7881),
        ("zfnet28-mystery", 0.8308),
        ("dense-linear-mnist", 0.0995),
        ("dense-sigmoid-mnist", 0.8862),
        ("dense-relu-mnist", 0.7468),
        ("dense-relu-scaled-mnist", 0.9798),
        ("dense-cifar10", 0.551),
        ("vgg16-cifar10", 0.1),
        ("xception-cifar10", 0.7534),
        ("transfer-frozen", 0.7917),
    ],
)
def test_reported_figures(slug: str, accuracy: float) -> None:
    reported = find_recipe(slug).reported
    assert reported is not None
    assert reported.test_accuracy == accuracy


def test_the_network_is_changed_as_the_settings_say() -> None:
    recipe = find_recipe("vgg16-cifar10")
    full, narrow = resolve(recipe, "full", {}), resolve(recipe, "quick", {})
    assert full.network.params == 33_638_328
    assert narrow.network.params < full.network.params / 15
    assert narrow.network.nodes[-1].arguments["units"] == 10
    normalised = resolve(recipe, "quick", {"batch_normalization": "true"})
    kinds = [node.kind for node in normalised.network.nodes]
    assert kinds.count("BatchNormalization") == kinds.count("Conv2D") == 13
    other = resolve(recipe, "quick", {"network": "base-cnn-dropout-cifar10", "width": "1"})
    assert other.network.params == 42_442


def test_words_fit_the_network_to_their_alphabet() -> None:
    spec = resolve(find_recipe("char-rnn"), "quick", {"words": "abba cafe"})
    assert spec.network.nodes[0].arguments["shape"] == (3, 5)
    assert spec.network.nodes[-1].arguments["units"] == 5
    with pytest.raises(NotUnderstood, match="one length"):
        resolve(find_recipe("char-rnn"), "quick", {"words": "one three"})


def test_the_networks_of_the_recipes_are_the_sources_own() -> None:
    assert analyse(find_network(find_recipe("lenet5-mnist").network).network).total_params == 61706
    network = find_network(find_recipe("base-cnn-mnist").network).network
    assert analyse(network).total_params == 34826
    kinds = {node.name: node.layer for node in network.nodes}
    convolutions = [layer for layer in kinds.values() if layer.kind == "Conv2D"]
    assert [getattr(layer, "activation", None) for layer in convolutions] == ["sigmoid", "sigmoid"]


def test_a_run_carries_its_network_with_it() -> None:
    entry = find_network("lenet5-28")
    restored = restore_network(record_network(entry))
    assert restored.nodes == entry.network.nodes
    assert analyse(restored).total_params == 61706


def test_every_setting_says_what_it_takes() -> None:
    assert set(SETTING_HELP) == set(TrainingSettings.__struct_fields__)


def test_settings_are_changed_as_they_were_typed() -> None:
    base = find_recipe("lenet5-mnist").preset("quick").settings
    changed = changed_settings(
        base, {"epochs": "2", "learning_rate": "0.01", "train_images": "200", "test_images": "none"}
    )
    assert (changed.epochs, changed.learning_rate, changed.train_images) == (2, 0.01, 200)
    assert changed.test_images is None
    assert changed.batch_size == base.batch_size


@pytest.mark.parametrize(
    ("assignment", "words"),
    [
        ("epochs=two", ["--set epochs=two", "a whole number from 1 to 10,000"]),
        ("epochs=0", ["--set epochs=0", "a whole number"]),
        ("epochs=1.5", ["--set epochs=1.5"]),
        ("epochs=", ["--set epochs=:", "a whole number"]),
        ("learning_rate=-1", ["above 0"]),
        ("learning_rate=nan", ["above 0"]),
        ("optimizer=adam", ["Adam, SGD, RMSprop"]),
        ("data=cifar", ["mnist, mnist-5000"]),
        ("epoch=2", ["no such setting", "did you mean epochs?"]),
        ("zzz=2", ["no such setting", "batch_size"]),
    ],
)
def test_a_bad_setting_is_named_with_what_it_takes(assignment: str, words: list[str]) -> None:
    with pytest.raises(NotUnderstood) as caught:
        resolve(find_recipe("lenet5-mnist"), "quick", parse_overrides((assignment,)))
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("given", ["epochs", "=2", ""])
def test_a_setting_without_key_or_value_is_not_understood(given: str) -> None:
    with pytest.raises(NotUnderstood, match="key=value"):
        parse_overrides((given,))


def test_an_unknown_recipe_or_preset_names_what_there_is() -> None:
    with pytest.raises(NotUnderstood, match="did you mean lenet5-mnist"):
        find_recipe("lenet-mnist")
    with pytest.raises(NotUnderstood, match="base-cnn-mnist, base-cnn-relu-mnist"):
        find_recipe("../../etc/passwd")
    with pytest.raises(NotUnderstood, match="quick, full"):
        find_recipe("lenet5-mnist").preset("slow")


def test_a_data_folder_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CNNTUTOR_DATA", str(tmp_path / "nowhere"))
    recipe = find_recipe("lenet5-mnist")
    with pytest.raises(NotUnderstood, match="nowhere"):
        resolve(recipe, "full", {})
    assert resolve(recipe, "quick", {}).settings.data == "mnist-5000"


def test_the_data_folder_is_made_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CNNTUTOR_DATA", "data")
    assert resolve(find_recipe("lenet5-mnist"), "full", {}).data_dir == str(tmp_path / "data")


def _broken(change: tuple[str, str], folder: Path) -> Path:
    text = (recipes_dir() / "lenet5-mnist.toml").read_text(encoding="utf-8")
    assert change[0] in text
    path = folder / "lenet5-mnist.toml"
    path.write_text(text.replace(*change), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("batch_size = 32", 'batch_size = "32"'), ["presets.quick.settings.batch_size", "int"]),
        (("batch_size = 32", "batch_sice = 32"), ["presets.quick.settings.batch_sice", "not known"]),
        (("epochs = 10", "epochs = 0"), ["presets.quick.settings.epochs"]),
        (("format_version = 1", "format_version = 2"), ["format_version"]),
        (("format_version = 1", ""), ["format_version", "missing"]),
        (('slug = "lenet5-mnist"', 'slug = "other"'), ["slug", "other", "lenet5-mnist"]),
        (("[reported]", "[reported]\ncolour = 1"), ["reported.colour", "not known"]),
        (("test_accuracy = 0.9885", "test_accuracy = 98.85"), ["reported.test_accuracy"]),
        (("[note]", "[note]\nfr = 'x'"), ["note.fr"]),
        (("format_version = 1", "format_version = "), ["TOML", "line 1"]),
    ],
)
def test_a_malformed_recipe_names_file_key_and_mend(
    recipe_folder: Path, change: tuple[str, str], words: list[str]
) -> None:
    path = _broken(change, recipe_folder)
    with pytest.raises(NotUnderstood) as caught:
        load_recipe(path)
    sentence = str(caught.value)
    for word in (str(path), *words):
        assert word in sentence
    assert "\n" not in sentence
