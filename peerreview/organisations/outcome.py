"""What an import did, and how it is told."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Outcome:
    """What an import did, in numbers of rows; for those refused, each reason with the rows of the file.

    ``elsewhere``: how many rows are of each place outside the board; they count as refused.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: dict[str, list[int]] = field(default_factory=dict)
    elsewhere: dict[str, int] = field(default_factory=dict)
    unknown: int = 0  # rows of links between schools of which the register has neither

    def refuse(self, number: int, reason: str) -> None:
        """Keep why a row was not taken."""
        self.refused.setdefault(reason, []).append(number)

    @property
    def refused_rows(self) -> int:
        """How many rows were not taken."""
        return sum(map(len, self.refused.values())) + sum(self.elsewhere.values())


def in_words(outcome: Outcome) -> Iterator[str]:
    """The outcome, line by line, for the person who ran the import."""
    yield (
        f"{outcome.added:,} added, {outcome.changed:,} changed, {outcome.unchanged:,} unchanged, "
        f"{outcome.refused_rows:,} refused."
    )
    for place, number in sorted(outcome.elsewhere.items()):
        yield f"{number:,} {'row' if number == 1 else 'rows'}: {place} is not one of the board's boroughs."
    if outcome.unknown:
        yield f"{outcome.unknown:,} {'row' if outcome.unknown == 1 else 'rows'}: neither school is in the register."
    for reason, numbers in sorted(outcome.refused.items(), key=lambda item: item[1][0]):
        rows = ", ".join(str(number) for number in numbers[:8]) + (" …" if len(numbers) > 8 else "")
        yield f"{'Row' if len(numbers) == 1 else f'{len(numbers):,} rows:'} {rows}: {reason}"
