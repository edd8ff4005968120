"""A table of figures with its picture, and what the public version leaves out. Plain Python."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

Cell = str | int


@dataclass(frozen=True, slots=True)
class Row:
    """One line. ``cells``: its label first. ``counted``: the reviews that it is about. ``bar``: what is drawn."""

    cells: tuple[Cell, ...]
    counted: int
    bar: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Figures on one question. ``about`` says in a sentence what is counted; ``legend`` names the parts of a bar."""

    key: str
    title: str
    about: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    legend: tuple[str, ...] = ()
    labels: int = 1  # how many cells of a row, from the left, say what it is about

    @property
    def longest(self) -> int:
        """The longest bar, so that every bar is drawn on one scale; at least 1."""
        return max((sum(row.bar) for row in self.rows), default=0) or 1

    def label(self, row: Row) -> str:
        """What the row is about."""
        return ", ".join(str(cell) for cell in row.cells[: self.labels])


def without_small_numbers(tables: Sequence[Table], least: int) -> list[Table]:
    """The tables as they may be published: nothing is said of fewer than ``least`` reviews (a setting).

    A row hidden alone could be worked out from figures elsewhere, so the next smallest is hidden with it.
    """
    return [_guarded(table, least) for table in tables]


def _guarded(table: Table, least: int) -> Table:
    hidden = {place for place, row in enumerate(table.rows) if 0 < row.counted < least}
    if len(hidden) == 1:
        others = [place for place, row in enumerate(table.rows) if row.counted and place not in hidden]
        hidden |= set(sorted(others, key=lambda place: table.rows[place].counted)[:1])
    rows = (_hidden(table, row, least) if place in hidden else row for place, row in enumerate(table.rows))
    return replace(table, rows=tuple(rows))


def _hidden(table: Table, row: Row, least: int) -> Row:
    said = "too few" if row.counted >= least else f"fewer than {least}"
    return Row((*row.cells[: table.labels], *[said] * (len(row.cells) - table.labels)), row.counted)
