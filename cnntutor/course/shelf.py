"""A mapping that reads its values when they are asked for: questions and terms, of which few are needed."""

from collections.abc import Callable, Iterator, Mapping
from typing import Generic, TypeVar

ValueT = TypeVar("ValueT")


class Shelf(Mapping[str, ValueT], Generic[ValueT]):
    """A mapping whose values are read when they are asked for, each once.

    Args:
        slugs: Tells the keys in their order; called at the first look at the shelf.
        read: Reads the value of a key.
    """

    def __init__(self, slugs: Callable[[], tuple[str, ...]], read: Callable[[str], ValueT]) -> None:
        self._tell = slugs
        self._read = read
        self._slugs: tuple[str, ...] | None = None
        self._values: dict[str, ValueT] = {}

    def __getitem__(self, slug: str) -> ValueT:
        if slug not in self._values:
            if slug not in self._keys():
                raise KeyError(slug)
            self._values[slug] = self._read(slug)
        return self._values[slug]

    def __contains__(self, slug: object) -> bool:
        return slug in self._keys()

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys())

    def __len__(self) -> int:
        return len(self._keys())

    def _keys(self) -> tuple[str, ...]:
        if self._slugs is None:
            self._slugs = self._tell()
        return self._slugs
