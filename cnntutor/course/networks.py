"""The networks a page quotes: found by name, put on another input, counted once."""

import difflib
from pathlib import Path

from cnntutor.calc.analysis import LayerReport, NetworkReport, analyse
from cnntutor.calc.network import with_input_shape
from cnntutor.calc.problems import LayerError
from cnntutor.calc.shapes import parse_shape
from cnntutor.errors import CnntutorError
from cnntutor.formats.library import find_network, networks_dir
from cnntutor.i18n import Message, msg


class UnknownNumber(ValueError):
    """A reference that stands for nothing.

    Args:
        message: What is wrong with it and the mend, without file and line.
    """

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


def is_network_name(name: str) -> bool:
    """Return whether a name may be that of a network of the course, not the path of a file."""
    return bool(name) and "/" not in name and not name.lower().endswith(".toml")


class Networks:
    """Counts every network that is asked for once, under the name it is asked by."""

    def __init__(self) -> None:
        self._reports: dict[tuple[Path, str], NetworkReport] = {}

    def report(self, name: str) -> NetworkReport:
        """Return the numbers of a network.

        Args:
            name: A slug or an alias, perhaps with another input: "lenet5@32x32x3".

        Raises:
            UnknownNumber: there is no such network, or it cannot stand on this input.
        """
        key = (networks_dir(), name)
        if key not in self._reports:
            self._reports[key] = self._count(name)
        return self._reports[key]

    def layer(self, name: str, layer: str) -> LayerReport:
        """Return the numbers of a layer of a network.

        Raises:
            UnknownNumber: there is no such network or layer.
        """
        report = self.report(name)
        for each in report.layers:
            if each.name == layer:
                return each
        names = [each.name for each in report.layers]
        raise UnknownNumber(
            msg(
                "{network} has no layer {layer}; it has {names}.",
                network=name,
                layer=f'"{layer[:40]}"',
                names=", ".join(difflib.get_close_matches(layer, names) or names),
            )
        )

    def _count(self, name: str) -> NetworkReport:
        """Find and count a network."""
        slug, at, given = name.partition("@")
        if not is_network_name(slug):
            raise UnknownNumber(msg("name a network of the course by its slug."))
        try:
            network = find_network(slug).network
            if at:
                network = with_input_shape(network, parse_shape(given))
            return analyse(network)
        except LayerError as problem:
            raise UnknownNumber(problem.message) from None
        except CnntutorError as problem:
            raise UnknownNumber(problem.message) from None
        except ValueError:
            raise UnknownNumber(
                msg("{shape} is no input shape; write it like 32x32x3.", shape=f'"{given[:40]}"')
            ) from None
