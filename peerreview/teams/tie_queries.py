"""The standing interests of one record, and what they can lead to."""

from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import joinedload

from peerreview.extensions import db
from peerreview.models import Federation, Organisation, Reviewer, Strength, Tie, Trust, setting, utc_now
from peerreview.teams.interests import described, strength_of
from peerreview.workdays import local_day

MOST_FOUND = 20
_ENDS = (joinedload(Tie.organisation), joinedload(Tie.trust), joinedload(Tie.federation))


class DescribedTie(NamedTuple):
    """A tie as its own sentence, and how strong it is in what it names; none: it ended long ago."""

    tie: Tie
    said: str
    strength: Strength | None


def described_ties(reviewer: Reviewer) -> list[DescribedTie]:
    """The ties of a record: what lasts first, then what ended, the latest first."""
    rows = db.session.scalars(db.select(Tie).where(Tie.reviewer_id == reviewer.id).options(*_ENDS)).all()
    today, years = local_day(utc_now()), setting("interest_years")
    found = [DescribedTie(tie, described(tie, today), strength_of(tie, today, years)) for tie in rows]
    return sorted(found, key=lambda each: (-(each.tie.until or date.max).toordinal(), each.tie.id))


def ends_like(words: str) -> list[tuple[str, str]]:
    """Trusts and federations with every word in the name, and organisations as the register is searched: (value for a
    form, words to show). Two schools of one name are told apart by their postcode."""
    found: list[tuple[str, str]] = []
    for kind, model in (("trust", Trust), ("federation", Federation)):
        named = [model.name.icontains(word, autoescape=True) for word in words.split()]
        rows = db.session.execute(db.select(model.id, model.name).where(*named).order_by(model.name).limit(MOST_FOUND))
        found += [(f"{kind}-{row.id}", f"{row.name} ({kind})") for row in rows]
    schools = db.session.execute(
        db.select(Organisation.id, Organisation.name, Organisation.postcode)
        .where(Organisation.matching(words))
        .order_by(Organisation.name, Organisation.id)
        .limit(MOST_FOUND)
    )
    named_alike = [
        (f"organisation-{row.id}", ", ".join(part for part in (row.name, row.postcode) if part)) for row in schools
    ]
    return [*named_alike, *found][:MOST_FOUND]
