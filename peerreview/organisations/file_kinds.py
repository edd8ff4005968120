"""The kinds of file that a coordinator can import, in the order of the form. ``sources`` has the contract."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from peerreview.models import ImportKind
from peerreview.organisations import agencies, agencies_file, extracts, linking, links_file
from peerreview.organisations.comparing import Comparison, Proposed, Scope


class Compares(Protocol):
    """One reading of a file: what its rows would change. ``counts`` and ``places`` are those of ``RegisterImport``."""

    counts: Counter[str]
    places: Counter[str]

    def batch(self, rows: Sequence[Any]) -> list[Proposed]:
        """What these rows would change."""

    def finish(self) -> list[Proposed]:
        """What only the whole file tells."""


@dataclass(frozen=True)
class FileKind:
    """``words`` and ``hint`` stand on the form. ``read`` and ``compare`` are as ``sources`` says."""

    words: str
    hint: str
    read: Callable[[BinaryIO], Iterator[Any]]
    compare: Callable[[Scope], Compares] = Comparison


FILE_KINDS: dict[ImportKind, FileKind] = {
    ImportKind.EXTRACT: FileKind(
        "Extract of the national register of schools",
        "The CSV of all establishments from Get Information About Schools, of any year.",
        extracts.read,
    ),
    ImportKind.LINKS: FileKind(
        "Links file of the national register of schools",
        "The CSV of predecessors and successors from Get Information About Schools. Import the schools first.",
        links_file.read,
        linking.Links,
    ),
    ImportKind.AGENCIES: FileKind(
        "List of section 11 agencies",
        "A CSV in the columns of our template.",
        agencies_file.read,
        agencies.Agencies,
    ),
}
