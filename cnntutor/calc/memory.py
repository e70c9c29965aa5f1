"""How much memory a network takes: its weights, what its layers put out, and an estimate for training.

Convention: bytes for the arrays themselves, by Keras's dtype policy. The weights are all parameters,
trainable or not; the activations are the outputs of every layer, each kept once; the estimate for training
adds gradients and optimizer slots, and what the backward pass and the optimizer's step work with at a time.
What a framework needs besides (workspace of the kernels, copies, the allocator's reserve) is left out: a real
run takes more. tests/bench/bench_memory.py holds the estimate against Keras on a CPU.
"""

from dataclasses import dataclass

from cnntutor.calc.analysis import NetworkReport
from cnntutor.calc.layers.input import Input
from cnntutor.calc.optimizers import Optimizer, OptimizerState, optimizer_of, optimizer_state
from cnntutor.calc.precision import Precision, precision_of
from cnntutor.calc.shapes import size
from cnntutor.i18n import Message, decimal, msg, number

SINGLE_BYTES = {"iteration": 8, "step_counter": 8}
"""Bytes of the optimizer's single numbers that are whole numbers of 64 bits; the others are float32."""
LARGEST_BATCH = 1_000_000
MEASURED = (1.2, 2.0)
"""What runs took of the estimate in tests/bench/bench_memory.py: the least and the most of its cases."""
MEASURED_FROM_GB = 0.2
"""Below that TensorFlow's own pools decide, not the network."""
FRAMEWORK_GB = 0.6
"""What a process holds in memory once TensorFlow and Keras are imported and a tiny network is trained."""
STEP_COPIES = 2
"""Arrays of the size of one weight array that an optimizer's step makes on its way."""


@dataclass(frozen=True, slots=True)
class LayerMemory:
    """Bytes of one layer."""

    name: str
    weights: int
    """0 where the weights are those of an earlier layer."""
    activations: int
    """What it puts out for one sample."""


@dataclass(frozen=True, slots=True)
class NetworkMemory:
    """Bytes of a network; the rows add up to the totals."""

    precision: Precision
    layers: tuple[LayerMemory, ...]
    weights: int
    inputs: int
    """One sample, in the type the layers compute in."""
    activations: int
    """What all layers put out for one sample, the inputs left out."""
    peak: int
    """The most that one sample takes at a time when it is only predicted: layers run in order, an output is
    dropped once no layer needs it any more; the inputs count."""


@dataclass(frozen=True, slots=True)
class TrainingMemory:
    """An estimate of the bytes one training step takes."""

    precision: Precision
    state: OptimizerState
    batch: int
    weights: int
    gradients: int
    """As many as trainable weights."""
    slots: int
    """What the optimizer keeps, its single numbers included."""
    inputs: int
    """One batch."""
    activations: int
    """What all layers put out for one batch, kept until the gradients are computed."""
    working: int
    """What is there for a moment only: in the backward pass the gradients of one layer's output and inputs,
    in the optimizer's step two copies of the largest array; the larger of the two."""

    @property
    def total(self) -> int:
        """All of it together."""
        kept = self.weights + self.gradients + self.slots
        return kept + self.inputs + self.activations + self.working

    @property
    def assumptions(self) -> tuple[Message, ...]:
        """What the estimate rests on, to be shown beside it."""
        return (
            msg(
                "Batch {batch}, optimizer {optimizer}, {dtype}: weights, gradients and slots in {variable},"
                " activations in {compute}.",
                batch=self.batch,
                optimizer=self.state.optimizer.code,
                dtype=self.precision.name,
                variable=self.precision.variable,
                compute=self.precision.compute,
            ),
            msg(
                "The output of every layer is kept once until the backward pass; the gradients of all"
                " trainable weights exist at the same time. For a moment there are also the gradients of one"
                " layer's output and inputs, or two copies of the largest array in the optimizer's step."
            ),
            msg(
                "Left out: workspace of the kernels and copies. Measured with TensorFlow on a CPU, runs of"
                " more than {floor} GB took {least} to {most} times the estimate, and TensorFlow itself"
                " {framework} GB besides.",
                floor=decimal(MEASURED_FROM_GB, 1),
                least=decimal(MEASURED[0], 1),
                most=decimal(MEASURED[1], 1),
                framework=decimal(FRAMEWORK_GB, 1),
            ),
        )


def network_memory(report: NetworkReport, dtype: str = "float32") -> NetworkMemory:
    """Return the bytes of weights and activations, for one sample.

    Args:
        report: The numbers of the network.
        dtype: The name of one of PRECISIONS.

    Raises:
        ValueError: there is no such dtype.
    """
    precision = precision_of(dtype)
    layers = tuple(
        LayerMemory(
            layer.name, layer.params * precision.variable_bytes, layer.activations * precision.compute_bytes
        )
        for layer in report.layers
    )
    return NetworkMemory(
        precision,
        layers,
        sum(layer.weights for layer in layers),
        _input_values(report) * precision.compute_bytes,
        sum(layer.activations for layer in layers),
        _peak_values(report) * precision.compute_bytes,
    )


def training_memory(
    report: NetworkReport, *, batch: int = 32, optimizer: str = "adam", dtype: str = "float32"
) -> TrainingMemory:
    """Return an estimate of the bytes that one training step takes.

    Args:
        report: The numbers of the network.
        batch: Samples in a batch, at least 1.
        optimizer: The slug of one of OPTIMIZERS.
        dtype: The name of one of PRECISIONS.

    Raises:
        ValueError: the batch is not from 1 to LARGEST_BATCH, or there is no such optimizer or dtype.
    """
    if not 1 <= batch <= LARGEST_BATCH:
        raise ValueError(f"batch must be from 1 to {number(LARGEST_BATCH, 'en')}, received {batch}")
    chosen: Optimizer = optimizer_of(optimizer)
    precision = precision_of(dtype)
    state = optimizer_state(report, chosen, precision)
    outputs = sum(layer.activations for layer in report.layers)
    return TrainingMemory(
        precision,
        state,
        batch,
        report.total_params * precision.variable_bytes,
        report.trainable_params * precision.variable_bytes,
        state.slots * precision.variable_bytes + sum(SINGLE_BYTES.get(name, 4) for name in state.singles),
        batch * _input_values(report) * precision.compute_bytes,
        batch * outputs * precision.compute_bytes,
        max(
            batch * _passed_back(report) * precision.compute_bytes,
            STEP_COPIES * _largest_array(report) * precision.variable_bytes,
        ),
    )


def _passed_back(report: NetworkReport) -> int:
    """Return the most values of one sample's gradients at one layer: those of its output and its inputs."""
    return max(
        (layer.activations + sum(size(shape) for shape in layer.input_shapes) for layer in report.layers),
        default=0,
    )


def _largest_array(report: NetworkReport) -> int:
    """Return how many numbers the largest trainable array holds."""
    layers = [(report.network.node(layer.name), layer) for layer in report.layers if layer.trainable]
    largest = 0
    for node, layer in layers:
        if layer.params > largest:
            arrays = node.layer.weights(layer.input_shapes)
            largest = max([largest, *(array.size for array in arrays if array.trainable)])
    return largest


def _input_values(report: NetworkReport) -> int:
    """Return how many values all inputs hold."""
    return sum(size(node.layer.shape) for node in report.network.nodes if isinstance(node.layer, Input))


def _peak_values(report: NetworkReport) -> int:
    """Return the most values alive at a time, layer by layer in the order of the nodes."""
    last_use: dict[str, str] = {}
    for node in report.network.nodes:
        for source in node.inputs:
            last_use[source] = node.name
    kept = set(report.network.outputs)
    values = {layer.name: layer.activations for layer in report.layers}
    alive = peak = 0
    for node in report.network.nodes:
        if isinstance(node.layer, Input):
            values[node.name] = size(node.layer.shape)
        alive += values[node.name]
        peak = max(peak, alive)
        for source in {*node.inputs, node.name} - kept:
            if last_use.get(source, source) == node.name:
                alive -= values[source]
    return peak
