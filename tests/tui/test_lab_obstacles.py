"""What stands in the way of a run is said before it is started."""

import pytest

from cnntutor.lab.recipe import find_recipe
from cnntutor.lab.settings_change import changed_settings
from cnntutor.tui.lab_obstacles import obstacles


@pytest.mark.parametrize(
    ("recipe", "changes", "said"),
    [
        ("base-cnn-dropout-fashion", {"data": "fashion-mnist"}, "Fashion-MNIST is not on this machine"),
        ("transfer-frozen", {"data": "photos"}, "needs a folder of labelled photos"),
        ("lenet5-mnist", {"data": "mnist-5000"}, ""),
    ],
)
def test_what_data_are_missing_is_said(recipe: str, changes: dict[str, str], said: str) -> None:
    settings = changed_settings(find_recipe(recipe).presets[0].settings, changes)
    sentences = obstacles(settings, None, ())
    assert (said in " ".join(sentences)) if said else sentences == []
