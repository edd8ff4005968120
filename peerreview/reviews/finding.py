"""The list of reviews: found by stage, borough, year and words, a page at a time."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select

from peerreview.extensions import db
from peerreview.models import Borough, Contact, Organisation, Person, ProgrammeYear, Review, TeamMember
from peerreview.reviews import listed
from peerreview.workflow import Stage

IN_A_PAGE = 50


class Found(NamedTuple):
    """One page of the list; its reviews are rows of ``listed``."""

    reviews: Sequence[Review]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // IN_A_PAGE))


def find(person: Person, wanted: dict[str, Any], page: int) -> Found:
    """The reviews that somebody may see and that fit: stage, borough (code), year (label) and text, newest first."""
    rules = [Review.visible_to(person)]
    if wanted.get("stage"):
        rules.append(Review.stage == Stage(wanted["stage"]))
    if wanted.get("borough"):
        rules.append(Review.borough.has(Borough.code == wanted["borough"]))
    if wanted.get("year"):
        rules.append(Review.programme_year.has(ProgrammeYear.label == wanted["year"]))
    rules += [_mentions(word) for word in (wanted.get("text") or "").split()[:8]]
    total = db.session.scalar(select(func.count()).select_from(Review).where(*rules)) or 0
    page = min(max(page, 1), max(1, -(-total // IN_A_PAGE)))
    rows = listed.LISTED.where(*rules).order_by(Review.id.desc()).limit(IN_A_PAGE).offset((page - 1) * IN_A_PAGE)
    return Found(listed.fetch(rows), total, page)


def choices_for(person: Person) -> tuple[list[tuple[str, str]], list[str]]:
    """What the list can be filtered by: the boroughs (code, name) and the programme years of what one may see."""
    seen = select(Borough.code, Borough.name, ProgrammeYear.label).select_from(Review).join(Review.borough)
    seen = seen.outerjoin(Review.programme_year).where(Review.visible_to(person)).distinct()
    rows = db.session.execute(seen).all()
    boroughs = sorted({(code, name) for code, name, _ in rows}, key=lambda pair: pair[1])
    return boroughs, sorted({label for _, _, label in rows if label}, reverse=True)


def _mentions(word: str) -> ColumnElement[bool]:
    from_people = Person.name.icontains(word, autoescape=True)
    return or_(
        Review.reference.icontains(word, autoescape=True),
        Review.given_name.icontains(word, autoescape=True),
        Review.organisation.has(_organisation_mentions(word)),
        Review.contact.has(Contact.name.icontains(word, autoescape=True)),
        Review.team.any(TeamMember.removed_at.is_(None) & TeamMember.person.has(from_people)),
    )


def _organisation_mentions(word: str) -> ColumnElement[bool]:
    return or_(
        Organisation.name.icontains(word, autoescape=True), Organisation.search_text.icontains(word, autoescape=True)
    )
