"""The kinds of file that a coordinator can import, in the order of the form. ``sources`` has the contract."""

from collections.abc import Callable
from dataclasses import dataclass

from peerreview.models import ImportKind
from peerreview.organisations import extracts
from peerreview.organisations.comparing import Comparison, Scope
from peerreview.organisations.sources import Read


@dataclass(frozen=True)
class FileKind:
    """``words`` and ``hint`` stand on the form. ``read`` and ``compare`` are as ``sources`` says."""

    words: str
    hint: str
    read: Read
    compare: Callable[[Scope], Comparison] = Comparison


FILE_KINDS: dict[ImportKind, FileKind] = {
    ImportKind.EXTRACT: FileKind(
        "Extract of the national register of schools",
        "The CSV of all establishments from Get Information About Schools, of any year.",
        extracts.read,
    ),
}
