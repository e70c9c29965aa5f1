"""python -m cnntutor.worker.export: writes a model in another format; request on stdin, reply on stdout."""

import errno
import os
import sys
import traceback
import warnings

import msgspec

from cnntutor import settings
from cnntutor.lab.saved_models import ExportReply, ExportRequest, ModelFault
from cnntutor.worker import environment


def main() -> int:
    """Do what is asked on stdin."""
    settings.apply_language()
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=ExportRequest)
    answers = os.dup(1)
    os.dup2(2, 1)  # what libraries print is no part of the reply
    environment.prepare("cpu")
    try:
        write(request)
        reply = ExportReply()
    except ImportError as problem:
        reply = ExportReply(fault=ModelFault(kind="missing", text=str(problem)))
    except MemoryError:
        reply = ExportReply(fault=ModelFault(kind="memory"))
    except Exception as trouble:  # Keras, TensorFlow and tf2onnx refuse with any exception there is
        traceback.print_exc()
        text = " ".join(str(trouble).split())[:300] or type(trouble).__name__
        full = os.strerror(errno.ENOSPC)
        if full in text or isinstance(trouble, PermissionError):
            reply = ExportReply(fault=ModelFault(kind="disk", text=full if full in text else text))
        else:
            reply = ExportReply(fault=ModelFault(kind="unreadable", text=text))
    with os.fdopen(answers, "wb") as out:
        out.write(msgspec.json.encode(reply))
    return 0


def write(request: ExportRequest) -> None:
    """Write the model of a file in another format.

    Raises:
        ValueError: the format is none of lab.saved_models.FORMATS, or Keras does not write the model so.
        OSError: the file cannot be read or written.
    """
    environment.settle("cpu")
    import keras

    model = keras.models.load_model(request.file, compile=False, safe_mode=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if request.format == "h5":
            model.save(request.target)
        elif request.format == "savedmodel":
            model.export(request.target, format="tf_saved_model", verbose=False)
        elif request.format == "onnx":
            model(keras.ops.zeros((1, *model.input_shape[1:])))  # it wants a model that was called
            model.export(request.target, format="onnx", verbose=False)
        else:
            raise ValueError(f"format must be h5, savedmodel or onnx, received {request.format!r}")


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)
