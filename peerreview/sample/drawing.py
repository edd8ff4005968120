"""How the invented year draws at random: by the real acts, with throws that happen to draw whom the story is about."""

import hashlib
from itertools import count

from peerreview.models import Draw, Duty, ProgrammeYear, Review, SeedKind, setting
from peerreview.programme import draw_candidates, draw_places, draw_record, draws
from peerreview.programme.draw import FrozenList, Stratum, result
from peerreview.programme.draw_forms import DRAWN_FROM
from peerreview.programme.draw_pool import Rules, divide
from peerreview.programme.draw_seed import compose, from_dice
from peerreview.programme.draws import Seed
from peerreview.sample.story import Story

THROWS = 12


def draw(story: Story, year: ProgrammeYear) -> Review:
    """Draw one statutory organisation, with two reserves where there are as many, and plan its review."""
    frozen = draws.freeze(year, _list(year), SeedKind.DICE, story.coordinator)
    throws = _throws(frozen, story.organisation.id)
    typed = {"throws": throws, "thrown_by": story.executive.name, "watched_by": story.coordinator.name}
    draws.enter_seed(frozen, Seed(SeedKind.DICE, from_dice(throws), typed), story.executive)
    (entry,) = draw_places.plan_drawn(frozen, story.coordinator)
    assert entry.review is not None
    return entry.review


def _list(year: ProgrammeYear) -> FrozenList:
    rules = Rules(years_between=setting("years_between"), sectors=[Duty.S11])
    found = draw_candidates.candidates(year.borough)
    eligible, left_out = divide(found, rules, "none", draw_candidates.today())
    return FrozenList(
        draw=draws.next_number(year)[1],
        borough=year.borough.name,
        year=year.label,
        rules=rules.in_words(),
        seed=DRAWN_FROM[SeedKind.DICE],
        seed_on="",
        strata=(Stratum("All", 1, min(2, len(eligible) - 1)),),
        eligible=eligible,
        left_out=left_out,
    )


def _throws(frozen: Draw, organisation_id: int) -> str:
    """Throws by which the organisation is drawn: the invented year is the same whenever it is loaded."""
    listed = draw_record.listed(frozen)
    assert listed is not None
    for attempt in count():
        digest = hashlib.sha256(f"{frozen.reference} {attempt}".encode()).digest()
        throws = " ".join(str(byte % 6 + 1) for byte in digest[:THROWS])
        if result(listed, compose(SeedKind.DICE, from_dice(throws)))[0].id == organisation_id:
            return throws
    raise AssertionError("unreachable")
