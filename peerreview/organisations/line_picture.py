"""The picture of a line of organisations: one row each, the oldest first, with curves from predecessor to successor.

Plain: names and links in, positions out. Lengths are in the picture's own units, which are pixels at full size.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from peerreview.organisations.generations import generations

ROW, LANE, EDGE, WIDTH = 54, 22, 14, 360
LETTER = 8.2  # the room of one letter, on average


@dataclass(frozen=True)
class Drawn:
    """One organisation: where its dot is, its name as far as there is room, and a few words below it."""

    id: int
    x: float
    y: float
    name: str
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
    dots = [
        Drawn(member, EDGE + LANE * lanes[member], ROW * (place + 0.5), _short(name, room), words)
        for place, (member, name, words) in enumerate(ordered)
    ]
    at = {dot.id: dot for dot in dots}
    curves = [_curve(at[before], at[after]) for before, after in sorted(links)]
    return Picture(dots, curves, names_at, ROW * len(dots))


def _curve(start: Drawn, end: Drawn) -> str:
    if start.x == end.x:
        return f"M{start.x:g} {start.y:g}V{end.y:g}"
    return (
        f"M{start.x:g} {start.y:g}C{start.x:g} {end.y - ROW / 4:g} {end.x:g} {start.y + ROW / 4:g} {end.x:g} {end.y:g}"
    )


def _short(name: str, room: int) -> str:
    return name if len(name) <= room else f"{name[: room - 1].rstrip()}…"
