"""Building a model with the installed Keras from a network or a file, to compare it with the calculator."""

from pathlib import Path
from typing import Any

import keras
import msgspec

from cnntutor.lab.network_record import restore_network
from cnntutor.lab.run_spec import NetworkRecord
from cnntutor.needs import BuildTask, Fault, Reply
from cnntutor.worker.build import build_network
from cnntutor.worker.keras_layers import layers_of_applications
from cnntutor.worker.problems import RunProblem
from cnntutor.worker.tasks.describe import NotAModel, describe_model

LONGEST_TEXT = 300


def build(task: BuildTask) -> Reply:
    """Build the model of a task and describe it."""
    try:
        return Reply(model=describe_model(load(task)))
    except NotAModel as trouble:
        return Reply(fault=Fault(kind=trouble.kind, text=str(trouble)))
    except MemoryError:
        return Reply(fault=Fault(kind="memory"))
    except RunProblem as trouble:
        return Reply(fault=Fault(kind="unreadable", text=str(trouble)))
    except Exception as trouble:  # Keras and h5py refuse broken files with any exception there is
        said = " ".join(str(trouble).split())[:LONGEST_TEXT] or type(trouble).__name__
        if "safe_mode" in said or "Lambda" in said:
            return Reply(fault=Fault(kind="untrusted", text=said))
        if type(trouble).__name__ == "ResourceExhaustedError":
            return Reply(fault=Fault(kind="memory"))
        return Reply(fault=Fault(kind="unreadable", text=f"{type(trouble).__name__}: {said}"))


def load(task: BuildTask) -> Any:
    """Return the model as Keras loads it."""
    if task.network:
        return build_network(restore_network(msgspec.json.decode(task.network, type=NetworkRecord)))
    if task.trust:
        keras.config.enable_unsafe_deserialization()
    # A .h5 file does not say where Keras keeps the layers that its own applications bring.
    with keras.utils.custom_object_scope(layers_of_applications()):
        if task.file.lower().endswith(".json"):
            return keras.models.model_from_json(Path(task.file).read_text(encoding="utf-8-sig"))
        return keras.models.load_model(task.file, compile=False, safe_mode=not task.trust)
