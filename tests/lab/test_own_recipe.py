"""Recipes of the learner's own: kept with their changes, found beside those of the course."""

import pytest

from cnntutor.errors import NotUnderstood
from cnntutor.lab.own_recipe import save_own
from cnntutor.lab.recipe import find_recipe, own_recipes_dir, recipe_slugs, resolve


@pytest.mark.parametrize("slug", ["lenet5-mnist", "vgg16-cifar10-mended", "char-rnn", "transfer-late"])
def test_a_saved_recipe_is_the_one_with_the_changes(slug: str) -> None:
    recipe = find_recipe(slug)
    path = save_own(recipe, recipe.presets[0], {"optimizer": "SGD", "momentum": "0.9"}, "my-own")
    own = find_recipe("my-own")
    assert own.own
    assert not recipe.own
    assert path.name == "my-own.toml"
    assert "my-own" in recipe_slugs()
    before, after = recipe.presets[0].settings, own.presets[0].settings
    assert (after.optimizer, after.momentum) == ("SGD", 0.9)
    assert (after.data, after.epochs, after.loss) == (before.data, before.epochs, before.loss)
    assert (own.network, own.method) == (recipe.network, recipe.method)


def test_a_saved_recipe_runs_like_any_other() -> None:
    recipe = find_recipe("lenet5-mnist")
    save_own(recipe, recipe.presets[0], {"width": "0.5"}, "half")
    assert resolve(find_recipe("half"), "own", {"epochs": "1"}).network.params < 61_706


@pytest.mark.parametrize("name", ["lenet5-mnist", "My Own", "../x", "", "a" * 61])
def test_a_name_that_will_not_do_is_refused(name: str) -> None:
    recipe = find_recipe("lenet5-mnist")
    with pytest.raises(NotUnderstood):
        save_own(recipe, recipe.presets[0], {}, name)


def test_a_setting_that_will_not_do_saves_nothing() -> None:
    recipe = find_recipe("lenet5-mnist")
    with pytest.raises(NotUnderstood, match="optimizer"):
        save_own(recipe, recipe.presets[0], {"optimizer": "Best"}, "mine")
    assert "mine" not in recipe_slugs()


def test_what_could_not_be_read_again_is_never_written() -> None:
    recipe = find_recipe("lenet5-mnist")
    kept = save_own(recipe, recipe.presets[0], {"epochs": "3"}, "mine").read_bytes()
    with pytest.raises(NotUnderstood, match=r"mine\.toml"):
        save_own(recipe, recipe.presets[0], {"network": "a\x7fb.toml"}, "mine")
    assert find_recipe("mine").presets[0].settings.epochs == 3
    with pytest.raises(NotUnderstood):
        save_own(recipe, recipe.presets[0], {"network": "a\x7fb.toml"}, "other")
    assert [path.name for path in own_recipes_dir().iterdir()] == ["mine.toml"]
    assert (own_recipes_dir() / "mine.toml").read_bytes() == kept
