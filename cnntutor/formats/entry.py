"""A network of the course, and what its file says about it."""

from dataclasses import dataclass

from cnntutor.calc.network import Network
from cnntutor.i18n import Text


@dataclass(frozen=True, slots=True)
class NetworkEntry:
    """A network and what its file says about it."""

    slug: str
    aliases: tuple[str, ...]
    title: Text
    source: str
    note: Text
    convention: Text
    network: Network
