"""The kinds of file that can be imported, and what a reader of one gives.

**To add a kind of file** (the contract): write a function that takes a seekable binary stream and gives its rows one
at a time, so that a file of any length needs little memory, and add a ``FileKind`` with it to ``FILE_KINDS`` in
``file_kinds``.

- It raises ``NotAnExtract`` *at the call*, before the first row, when the file cannot be read as such a file at all;
  the sentence is shown at the field. It leaves the stream open. It asks no database and knows no person.
- A row that can be used is ``Wanted``: what the file says of one organisation. Only what the file says: a field that
  is not in ``facts`` stays as it is. Values are those of the model (``Duty``, ``date``, ``bool``, text); a trust or
  federation is a ``changes.Group`` or None.
- A row that cannot be used is ``Refused`` with a sentence for the person who brought the file.

Everything else is the same for every kind: comparing with the register (``comparing``: boroughs of others, duties set
by hand, two rows for one organisation), the preview, applying and undoing. Rows that are no organisations, such as
predecessors and successors, give their own ``compare`` (made like ``comparing.Comparison``: ``batch`` and ``finish``
give rows of the preview) and name their ``Subject``, whose applying and undoing is a ``Hand`` in ``applying.HANDS``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from peerreview.organisations.columns import NotAnExtract
from peerreview.organisations.gias import Refused

__all__ = ["NotAnExtract", "Read", "Refused", "Wanted"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a file says of one organisation.

    ``number``: the row, as a spreadsheet counts (the header is row 1). ``place``: its borough, by the code of its local
    authority ("204"), our three letters ("HAC") or its name; ``place_words``: the same for a refusal. ``urn``: None for
    what has none: it is known again by its name within its borough. ``facts``: {field of ``changes.FIELDS``: value}
    without the borough; ``name`` must be there.
    """

    number: int
    place: str
    place_words: str
    urn: str | None
    facts: dict[str, Any]


Read = Callable[[BinaryIO], Iterator[Wanted | Refused]]
