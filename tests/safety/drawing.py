"""The draws of the safety story, by the real acts: one that was replaced, one with its result, one without a seed."""

from peerreview import outbox
from peerreview.extensions import db
from peerreview.models import Draw, Organisation, ProgrammeYear, Review, SeedKind
from peerreview.programme import draw_places, draws
from peerreview.programme.draw import Eligible, FrozenList, LeftOut, Stratum
from peerreview.programme.draw_seed import word
from peerreview.programme.draws import Redraw, Seed
from tests.builders import an_organisation
from tests.safety.cast import Story


def draw(story: Story, year: ProgrammeYear, wanted: Organisation) -> Review:
    """The draws of a borough's year; the second plans a review of the organisation wanted."""
    reserve = an_organisation(f"Reserve School {story.name}", story.borough)
    old = freeze(story, year, reserve)
    redraw = Redraw(old, story.w("reason for a redraw"))
    second = freeze(story, year, wanted, redraw)
    outbox.commit()
    typed = {
        "first_name": story.w("who gave a word"), "first_word": story.w("word for a seed"),
        "second_name": story.w("who gave a word"), "second_word": story.w("word for a seed"),
    }  # fmt: skip
    parts = [word(typed["first_word"]), word(typed["second_word"])]
    draws.enter_seed(second, Seed(SeedKind.WORDS, parts, typed), story.coordinator)
    (entry,) = draw_places.plan_drawn(second, story.coordinator)
    outbox.commit()
    freeze(story, year, reserve)
    assert entry.review is not None
    return entry.review


def freeze(story: Story, year: ProgrammeYear, wanted: Organisation, redraw: Redraw | None = None) -> Draw:
    """A list of one, with one left out."""
    listed = FrozenList(
        draw=draws.next_number(year)[1],
        borough=year.borough.name,
        year=year.label,
        rules=("Open",),
        seed=f"Words of {story.w('where a seed comes from')}",
        seed_on="",
        strata=(Stratum("All", 1, 0),),
        eligible=(Eligible(wanted.id, wanted.name, wanted.urn or "", "All"),),
        left_out=(LeftOut(10**6, "Shut School", "", ("Closed",)),),
    )
    return draws.freeze(year, listed, SeedKind.WORDS, story.coordinator, redraw)


def in_addresses(story: Story) -> dict[str, str | int]:
    """What stands in the addresses of the borough's draws."""
    of_borough = Draw.year.has(borough_id=story.borough.id)
    found = db.session.scalars(db.select(Draw).where(of_borough).order_by(Draw.number)).all()
    return {"draw": found[1].reference, "entry_id": found[1].entries[0].id, "without seed": found[2].reference}
