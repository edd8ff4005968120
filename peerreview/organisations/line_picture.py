"""The picture of a line of organisations: one row each, the oldest first, with curves from predecessor to successor.

Plain: names and links in, positions out. Lengths are in the picture's own units, which are pixels at full size.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from peerreview.organisations.generations import generations

ROW, LINE, LANE, EDGE, WIDTH = 54, 20, 22, 14, 360
LETTER = 10  # the room of one bold letter, on average


@dataclass(frozen=True)
class Drawn:
    """One organisation: where its dot is, its name in one or two lines, and a few words below it."""

    id: int
    x: float
    y: float
    name: list[str]
    words: str


@dataclass(frozen=True)
class Picture:
    """Dots from the top, curves as SVG paths, and where the names begin."""

    dots: list[Drawn]
    curves: list[str]
    names_at: float
    height: float
    width: float = WIDTH


def draw(members: Sequence[tuple[int, str, str]], links: Sequence[tuple[int, int]]) -> Picture:
    """The picture of the members (id, name, a few words) and the links between them (predecessor, successor)."""
    depth = generations([member[0] for member in members], links)
    ordered = sorted(members, key=lambda member: (depth[member[0]], member[1].casefold(), member[0]))
    taken: dict[int, int] = {}
    lanes: dict[int, int] = {}
    for member, *_ in ordered:
        lanes[member] = taken.get(depth[member], 0)
        taken[depth[member]] = lanes[member] + 1
    names_at = EDGE + LANE * max(taken.values(), default=1) + 2
    room = int((WIDTH - names_at) / LETTER)
    names = {member: textwrap.wrap(name, room, max_lines=2, placeholder="…") for member, name, _ in ordered}
    row = ROW + LINE * (max(map(len, names.values()), default=1) - 1)
    dots = [
        Drawn(member, EDGE + LANE * lanes[member], row * place + ROW / 2, names[member], words)
        for place, (member, _, words) in enumerate(ordered)
    ]
    at = {dot.id: dot for dot in dots}
    curves = [_curve(at[before], at[after], row / 4) for before, after in sorted(links)]
    return Picture(dots, curves, names_at, row * len(dots))


def _curve(start: Drawn, end: Drawn, bend: float) -> str:
    if start.x == end.x:
        return f"M{start.x:g} {start.y:g}V{end.y:g}"
    return f"M{start.x:g} {start.y:g}C{start.x:g} {end.y - bend:g} {end.x:g} {start.y + bend:g} {end.x:g} {end.y:g}"
