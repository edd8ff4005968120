"""How a year stands against the numbers that were set for it. Plain Python."""

from collections.abc import Iterable
from typing import NamedTuple

from peerreview.workflow import IN_THE_PROGRAMME, PRESENTED, VISITED, Stage


class Standing(NamedTuple):
    """One kind of organisation: the number set (none yet), and how many reviews are planned, visited and presented.

    Planned counts everything that was selected and neither declined nor withdrawn; what is visited is planned too.
    """

    words: str
    number: int | None
    planned: int
    visited: int
    presented: int

    @property
    def to_select(self) -> int:
        """How many are left to select; none while no number is set."""
        return max(0, (self.number or 0) - self.planned)

    @property
    def beyond(self) -> int:
        """How many more are planned than were set."""
        return 0 if self.number is None else max(0, self.planned - self.number)


def standing(words: str, number: int | None, stages: Iterable[Stage]) -> Standing:
    """Count the reviews of one kind, given by their stages."""
    counted = [stage for stage in stages if stage in IN_THE_PROGRAMME]
    visited, presented = (sum(stage in some for stage in counted) for some in (VISITED, PRESENTED))
    return Standing(words, number, len(counted), visited, presented)
