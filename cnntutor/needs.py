"""Work that only the worker can do, as any room may ask for it: the request, its limits, the reply.

Rooms below the lab return a NeedsTask; tui, cli or classroom hand its request to lab.tasks and give the reply
back.
Nothing here is a sentence: kinds of faults are words of this interface, and sentences are made by who reads.
"""

from dataclasses import dataclass
from typing import Literal

import msgspec

FaultKind = Literal[
    "syntax",
    "exception",
    "exit",
    "time",
    "memory",
    "output",
    "processes",
    "files",
    "network",
    "no-model",
    "not-built",
    "crash",
    "unreadable",
    "untrusted",
    "missing",
    "picture",
]
"""What ended a task before its result.

syntax, exception: the learner's code, at a line. exit: it ended the program. time, memory, output: a limit.
processes, files, network: it was refused another process, a file outside its folder, the network. no-model:
it ran and left no model. not-built: a model that knows no input shape yet. crash: the process died.
unreadable: Keras refuses the model. untrusted: the model brings code. missing: a library cannot be imported.
picture: an image file cannot be read.
"""


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much a task may take."""

    seconds: float
    """By the wall clock, from when Keras is imported."""
    memory_mb: int
    """Resident memory of the whole process, some 650 MB of it Keras itself."""
    printed_bytes: int = 1_000_000
    """What it may print."""
    file_bytes: int = 100_000_000
    """What it may write into its folder."""


class BuildTask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="build"):
    """Build a model with the installed Keras and describe it; give either a network or a file.

    Code in a file, as that of a Lambda, is loaded only with trust; the task then keeps it apart as it does
    a learner's code.
    """

    network: str = ""
    """A network value: the JSON of lab.run_spec.NetworkRecord."""
    file: str = ""
    """The absolute path of a model's file: .keras, .h5 or .json. The task works on a copy."""
    trust: bool = False
    """Whether Keras may load, and run, the code in the file."""
    limits: Limits = Limits(seconds=120, memory_mb=6_000, file_bytes=2_000_000_000)


class CodeTask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="code"):
    """Run a learner's Keras code and describe the model it leaves under the name `model`."""

    source: str
    """The learner's Python code."""
    before: str = ""
    """Code that runs first, such as the imports and a base the learner builds on."""
    after: str = ""
    """Code that runs last, such as `model = block(...)` where the learner writes a function."""
    limits: Limits = Limits(seconds=30, memory_mb=3_000)


class LookTask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="look"):
    """Give a trained model an image and return what its layers make of it; code in its file is not loaded.

    Give either the pixels or an image file.
    """

    file: str
    """The absolute path of a model's file: .keras or .h5. The task works on a copy."""
    shape: tuple[int, int, int]
    """Height, width and channels of the image as the model takes it."""
    pixels: bytes = b""
    """0 to 255, row by row, channels last."""
    image: str = ""
    """The absolute path of an image file, which is brought to the shape. The task works on a copy."""
    photo: bool = False
    """Whether the file is cropped as photos of a run are; else its middle is taken, or all where it fits."""
    inverted: bool = False
    """Whether black and white change places in the file."""
    divisor: float
    offset: float
    """The network sees pixels / divisor + offset."""
    limits: Limits = Limits(seconds=120, memory_mb=6_000, file_bytes=2_000_000_000)


Request = BuildTask | CodeTask | LookTask
"""What can be asked."""


class BuiltLayer(msgspec.Struct, frozen=True, kw_only=True):
    """One layer of a Keras model, as Keras describes it."""

    name: str
    """A layer in a nested model is called model.layer, as formats names it."""
    kind: str
    """Class name."""
    output_shape: tuple[int | None, ...] | None
    """Without batch; None where Keras gives no single shape."""
    trainable_params: int
    non_trainable_params: int
    trainable: bool = True
    """Keras's own switch."""


class BuiltModel(msgspec.Struct, frozen=True, kw_only=True, tag="model"):
    """A model that Keras has built. Inputs are not rows; a nested model's layers stand in its place."""

    name: str
    layers: tuple[BuiltLayer, ...]
    total_params: int
    trainable_params: int
    non_trainable_params: int
    config: str
    """Its JSON; empty where Keras can write none."""
    keras_version: str


class LayerView(msgspec.Struct, frozen=True, kw_only=True):
    """What one layer of a trained model makes of an image; only the first of many channels is there."""

    name: str
    kind: str
    """Class name."""
    shape: tuple[int, ...]
    """Of its output, without batch."""
    low: float
    high: float
    """Least and greatest output; what stands for 0 and 255 in the maps."""
    map_size: tuple[int, int] = (0, 0)
    """Height and width of a map; a large one is made smaller."""
    maps: tuple[bytes, ...] = ()
    """Feature maps, one a channel; for outputs with height and width."""
    values: tuple[float, ...] = ()
    """The outputs themselves, where they have neither."""
    filter_size: tuple[int, int, int] = (0, 0, 0)
    """Height, width and channels of a filter as it is shown."""
    filters: tuple[bytes, ...] = ()
    """Weights of convolution filters; 128 is weight 0, 1 and 255 the greatest either way. All input channels
    where there are 1 or 3, else the first."""
    filter_inputs: int = 0
    """Input channels each filter has."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What ended a task before its result."""

    kind: FaultKind
    line: int | None = None
    """Line of the learner's code, from 1."""
    text: str = ""
    """What Python or Keras says, or the thing it is about: a path, a module; in English, one line."""


class Isolation(msgspec.Struct, frozen=True, kw_only=True):
    """What really kept the task apart from the machine; "none" is said to the learner."""

    network: Literal["namespace", "filter", "none"] = "none"
    """An own network namespace without any network, or a filter that refuses sockets."""
    files: Literal["landlock", "none"] = "none"
    """Landlock: writes in its own folder only, reads of Python and the system only."""
    processes: Literal["filter", "limit", "none"] = "none"
    """A filter that refuses processes and signals to others, or a limit on their number."""

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return "none" not in (self.network, self.files, self.processes)


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a request: a model, the views of its layers, or a fault."""

    model: BuiltModel | None = None
    views: tuple[LayerView, ...] = ()
    pixels: bytes = b""
    """Of the image file looked at, in the shape asked for."""
    fault: Fault | None = None
    printed: str = ""
    """The beginning of what the code printed."""
    isolation: Isolation = Isolation()
    seconds: float = 0.0
    """What it took, without importing Keras."""
    peak_mb: int = 0
    """Most resident memory seen."""


@dataclass(frozen=True, slots=True)
class NeedsTask:
    """Returned by a lower room that needs the worker to go on; give it the Reply to this request."""

    request: Request
