"""The rows of a network as models lie in one another: a nested model is one row with its layers inside."""

from dataclasses import dataclass

from cnntutor.calc.analysis import LayerReport, NetworkReport
from cnntutor.calc.network import Nested
from cnntutor.calc.receptive import ReceptiveField
from cnntutor.calc.shapes import Shape


@dataclass(frozen=True, slots=True)
class ModelReport:
    """The numbers of a nested model: the sums of its rows."""

    name: str
    kind: str
    """Keras's class name: Sequential or Functional."""
    inputs: tuple[str, ...]
    """The nodes outside that its layers stand on."""
    output_shape: Shape
    """That of its last output where it has several."""
    params: int
    trainable: int
    non_trainable: int
    macs: int
    receptive_field: ReceptiveField | None
    """That of its last output."""
    layers: tuple["LayerReport | ModelReport", ...]


Rows = tuple[LayerReport | ModelReport, ...]


def nested_rows(report: NetworkReport) -> Rows:
    """Return a network's rows; those of a nested model lie in a row of its own."""
    return _Nesting(report).rows(report.layers, 0)


class _Nesting:
    """Puts the rows of one report into one another."""

    def __init__(self, report: NetworkReport) -> None:
        self.network = report.network
        self.readers: dict[str, list[str]] = {}
        """Name → the layers that stand on it."""
        for row in report.layers:
            for source in row.inputs:
                self.readers.setdefault(source, []).append(row.name)

    def rows(self, layers: tuple[LayerReport, ...], depth: int) -> Rows:
        """Return the rows of the layers of one model, which lies in so many others."""
        found: dict[str | Nested, list[LayerReport]] = {}
        for layer in layers:
            within = self.network.node(layer.name).within
            found.setdefault(within[depth] if len(within) > depth else layer.name, []).append(layer)
        return tuple(
            self._model(key, tuple(inside), depth) if isinstance(key, Nested) else inside[0]
            for key, inside in found.items()
        )

    def _model(self, nested: Nested, layers: tuple[LayerReport, ...], depth: int) -> ModelReport:
        """Return the row of a nested model."""
        names = {layer.name for layer in layers}
        outputs = [layer for layer in layers if self._is_read_outside(layer.name, names)] or [*layers]
        outside = [source for layer in layers for source in layer.inputs if source not in names]
        return ModelReport(
            nested.name,
            nested.kind,
            tuple(dict.fromkeys(outside)),
            outputs[-1].output_shape,
            sum(layer.params for layer in layers),
            sum(layer.trainable for layer in layers),
            sum(layer.non_trainable for layer in layers),
            sum(layer.macs for layer in layers),
            outputs[-1].receptive_field,
            self.rows(layers, depth + 1),
        )

    def _is_read_outside(self, name: str, inside: set[str]) -> bool:
        """Whether a layer is an output of its model."""
        return name in self.network.outputs or any(
            reader not in inside for reader in self.readers.get(name, ())
        )
