"""What a network of a run takes to be looked into."""

from pathlib import Path

from cnntutor.lab.folder import create_run_folder
from cnntutor.lab.inside import input_shape
from cnntutor.lab.recipe import find_recipe, resolve


def test_what_a_network_takes(tmp_path: Path) -> None:
    for recipe, shape in (
        ("lenet5-mnist", (28, 28, 1)),
        ("dense-relu-mnist", (28, 28, 1)),
        ("char-rnn", None),
    ):
        spec = resolve(find_recipe(recipe), "quick", {})
        assert input_shape(create_run_folder(tmp_path, spec)) == shape
