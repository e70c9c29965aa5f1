"""Networks of the course to PyTorch, ONNX and back, where PyTorch is installed: the same numbers."""

import importlib
import warnings
from pathlib import Path
from typing import Any

import pytest

from cnntutor.calc.analysis import analyse
from cnntutor.formats.library import find_network
from cnntutor.formats.pytorch_code import write_pytorch_code

torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed: no ONNX files of its making")
pytest.importorskip("onnx", reason="the onnx package, by which PyTorch writes such files, is not installed")
SLUGS = (
    *("lenet5", "alexnet-torchvision", "vgg16-32-fixed", "squeezenet", "inception-3a", "unet", "mobilenet"),
    *("resnet18", "resnet50", "densenet121", "googlenet-torchvision", "mobilenet-v2"),
)


@pytest.mark.timeout(600)
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("slug", SLUGS)
def test_exported_and_read_back(slug: str, tmp_path: Path) -> None:
    network = find_network(slug).network
    scope: dict[str, Any] = {}
    exec(write_pytorch_code(network), scope)
    height, width, channels = network.input_shape
    path = tmp_path / "model.onnx"
    onnx: Any = importlib.import_module("torch.onnx")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        onnx.export(
            scope["Net"](),
            (torch.zeros(1, channels, height, width),),
            str(path),
            dynamo=False,
            training=onnx.TrainingMode.PRESERVE,
            do_constant_folding=False,
        )
    ours, theirs = analyse(network), analyse(find_network(str(path)).network)
    assert theirs.total_params == ours.total_params
    assert theirs.trainable_params == ours.trainable_params
    assert theirs.macs == ours.macs
    ends = [[report.layer(name).output_shape for name in report.network.outputs] for report in (ours, theirs)]
    assert ends[0] == ends[1]
