"""What has to be settled before TensorFlow is imported: quiet log, device, priority."""

import os
import sys

from cnntutor.i18n import msg
from cnntutor.lab.devices import CPU, emptiest, read_gpus
from cnntutor.lab.headroom import processors
from cnntutor.worker.problems import RunProblem

NICENESS = 10
"""So much does the worker step back behind the screen."""


_THREADS = "TF_NUM_INTRAOP_THREADS"


def prepare(device: str) -> None:
    """Set the environment of TensorFlow and Keras, and lower the worker's priority.

    Args:
        device: auto, cpu or gpu.
    """
    os.nice(NICENESS)
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    # Keras imports scikit-learn where it finds it (mlxtend brings it along), and that takes as long again as
    # Keras itself; nothing here uses it.
    sys.modules["sklearn"] = None  # type: ignore[assignment]
    if device == "cpu":
        os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    elif "CUDA_VISIBLE_DEVICES" not in os.environ:
        emptiest = emptiest_gpu()
        if emptiest is not None:
            os.environ["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"
            os.environ["CUDA_VISIBLE_DEVICES"] = str(emptiest)


def compute_with(kept: int | None) -> int:
    """Set how many threads TensorFlow shares one operation among, and return it; before it is imported.

    Sums come out by their order, so the last digits of a figure depend on it: a run that goes on keeps the
    number it had, though fewer or more processors may be free now.

    Args:
        kept: The number an earlier attempt had; None takes one for each processor, or what the learner set.
    """
    asked = os.environ.get(_THREADS, "")
    chosen = kept or (int(asked) if asked.isdecimal() and int(asked) else processors())
    os.environ[_THREADS] = str(chosen)
    return chosen


def emptiest_gpu() -> int | None:
    """Return the index, by PCI bus, of the GPU with the most free memory; None without a driver or a GPU."""
    return emptiest(read_gpus())


def settle(device: str) -> str:
    """Bring Keras to its defaults, whatever keras.json says, and return the name of the device.

    Args:
        device: auto, cpu or gpu.

    Raises:
        RunProblem: a GPU was asked for and TensorFlow sees none.
    """
    import keras
    import tensorflow as tf

    keras.config.set_image_data_format("channels_last")
    keras.config.set_floatx("float32")
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        if device == "gpu":
            raise RunProblem(
                "missing-device",
                msg(
                    "TensorFlow finds no GPU here; install cnntutor with its gpu extra on a machine that has"
                    " one, or run with --set device=cpu."
                ),
            )
        return CPU
    return str(tf.config.experimental.get_device_details(gpus[0]).get("device_name", "GPU"))
