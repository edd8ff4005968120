"""Who comes before whom: circles are found, whatever the order of the links, and the older stand above the newer."""

import random
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from peerreview.organisations.generations import generations, on_a_circle, reached
from peerreview.organisations.line_picture import EDGE, LANE, LINE, ROW, draw

LINKS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=14, unique=True)


def test_two_schools_merge_and_the_merged_one_converts() -> None:
    links = [("infants", "primary"), ("juniors", "primary"), ("primary", "academy")]
    assert reached("infants", links) == {"primary", "academy"}
    assert reached("academy", links) == frozenset()
    assert on_a_circle(links) == frozenset()
    assert generations(["academy", "primary", "juniors", "infants"], links) == {
        "infants": 0, "juniors": 0, "primary": 1, "academy": 2,
    }  # fmt: skip


def test_only_the_links_of_a_circle_are_on_it() -> None:
    circle = [("a", "b"), ("b", "c"), ("c", "a")]
    tails = [("before", "a"), ("c", "after"), ("after", "d"), ("d", "after")]
    assert on_a_circle(circle + tails) == {*circle, ("after", "d"), ("d", "after")}
    assert on_a_circle([("a", "a")]) == {("a", "a")}


@given(LINKS, st.randoms())
def test_the_order_of_the_links_does_not_matter(links: list[tuple[int, int]], chance: random.Random) -> None:
    other = list(links)
    chance.shuffle(other)
    assert on_a_circle(links) == on_a_circle(other)
    assert generations(range(8), links) == generations(range(8), other)
    assert reached(0, links) == reached(0, other)


@given(LINKS)
def test_without_its_circles_every_line_goes_down(links: list[tuple[int, int]]) -> None:
    straight = [link for link in links if link not in on_a_circle(links)]
    assert on_a_circle(straight) == frozenset()
    depth = generations(range(8), links)
    for before, after in straight:
        assert depth[before] < depth[after]
    for member, found in depth.items():
        assert found == max((depth[b] + 1 for b, a in straight if a == member), default=0)


@given(LINKS)
def test_a_link_is_on_a_circle_when_its_end_leads_back(links: list[tuple[int, int]]) -> None:
    assert on_a_circle(links) == {(b, a) for b, a in links if a == b or b in reached(a, links)}


def test_the_picture_of_a_merger() -> None:
    long = "Juniors of a very long name that goes on and on, beyond the room of two lines of the picture"
    members = [(3, "Primary", "opened"), (1, "Infants", ""), (2, long, "")]
    row = ROW + LINE
    for order in permutations(members):
        picture = draw(order, [(1, 3), (2, 3)])
        assert [(dot.id, dot.x, dot.y) for dot in picture.dots] == [
            (1, EDGE, ROW / 2), (2, EDGE + LANE, row + ROW / 2), (3, EDGE, 2 * row + ROW / 2),
        ]  # fmt: skip
        assert [dot.name for dot in picture.dots] == [
            ["Infants"], ["Juniors of a very long name", "that goes on and on, beyond…"], ["Primary"],
        ]  # fmt: skip
        assert picture.curves == ["M14 27V175", "M36 101C36 156.5 14 119.5 14 175"]
        assert picture.height == 3 * row
    assert draw([(1, "Infants", ""), (2, "Primary", "")], [(1, 2)]).height == 2 * ROW


@given(LINKS)
def test_a_picture_of_anything_has_one_row_each(links: list[tuple[int, int]]) -> None:
    picture = draw([(n, f"School {n}", "") for n in range(8)], links)
    assert sorted(dot.id for dot in picture.dots) == list(range(8))
    assert len({dot.y for dot in picture.dots}) == 8 and len(picture.curves) == len(links)
