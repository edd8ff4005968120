"""What happened at an organisation, across its whole line of predecessors: as many queries for one row as for many.

Of a review that belongs to a borough in which the person is no coordinator nothing is shown, whoever's line it is in.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, true
from sqlalchemy.orm import contains_eager, load_only

from peerreview import access
from peerreview.extensions import db
from peerreview.filters import day
from peerreview.models import (
    Action,
    Contact,
    Document,
    DocumentKind,
    Event,
    Letter,
    NamedStaff,
    Nomination,
    Organisation,
    Review,
    Succession,
    lines_of,
    successors_of,
)
from peerreview.organisations.line_picture import Picture, draw
from peerreview.workflow import Role

LETTERS_SHOWN = 30  # at most; the page of a review has all of its own
CHANGES_SHOWN = 50
BY_HAND = (
    "add_organisation", "change_organisation", "set_duty", "add_contact", "change_contact", "end_contact",
    "reopen_contact", "add_alias", "correct_alias", "take_away_alias", "change_urn", "link_organisations",
    "take_back_link",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """An organisation among its predecessors and successors. ``own`` are those that its coordinator may open."""

    before: frozenset[int]
    links: Sequence[Succession]
    picture: Picture | None
    own: frozenset[int]


@dataclass(frozen=True)
class History:
    """What happened at an organisation and its predecessors, newest first."""

    reviews: Sequence[Review]
    audits: Sequence[Document]
    actions: Sequence[Action]
    staff: Sequence[NamedStaff]
    former_contacts: Sequence[Contact]  # of its predecessors
    letters: Sequence[Letter]
    letters_in_all: int


def line_of(organisation: Organisation) -> Line:
    """Everything that it came from and that it went on as, however far."""
    before = lines_of([organisation.id])[organisation.id]
    members = before | successors_of([organisation.id])[organisation.id]
    among = (Succession.predecessor_id.in_(members), Succession.successor_id.in_(members))
    counting = db.select(Succession).where(*among, Succession.taken_back_at.is_(None))
    before_it, after_it = db.aliased(Organisation), db.aliased(Organisation)
    joined = counting.join(before_it, Succession.predecessor).join(after_it, Succession.successor)
    loaded = joined.options(
        contains_eager(Succession.predecessor.of_type(before_it)),
        contains_eager(Succession.successor.of_type(after_it)),
    )
    links = db.session.scalars(loaded.order_by(Succession.happened_on, Succession.id)).unique().all()
    boroughs = access.me().boroughs_as(Role.COORDINATOR)
    ends = {end.id: end for link in links for end in (link.predecessor, link.successor)}
    own = frozenset(key for key, end in ends.items() if boroughs is None or end.borough_id in boroughs)
    shown = [(each.id, each.name, _days_of(each)) for each in ends.values()]
    pairs = [(link.predecessor_id, link.successor_id) for link in links]
    return Line(before, links, draw(shown, pairs) if links else None, own)


def _days_of(organisation: Organisation) -> str:
    if organisation.closed_on:
        return f"closed {day(organisation.closed_on)}"
    return f"opened {day(organisation.opened_on)}" if organisation.opened_on else ""


def history_of(organisation: Organisation, line: Line) -> History:
    """Its reviews, audits, actions, people and letters, and those of everything that it came from."""
    mine = (Review.organisation_id.in_(line.before), Review.visible_to(access.me()), _in_my_boroughs())
    reviews = db.session.scalars(db.select(Review).where(*mine).order_by(Review.id.desc())).all()
    own = [review.id for review in reviews]
    kept = (Document.kind == DocumentKind.AUDIT_COPY, Document.removed_at.is_(None))
    audits = db.select(Document).where(Document.review_id.in_(own), *kept).order_by(Document.id.desc())
    actions = db.select(Action).where(Action.review_id.in_(own)).order_by(Action.done_at.is_not(None), Action.due_on)
    staff = db.select(NamedStaff).join(NamedStaff.nomination).options(contains_eager(NamedStaff.nomination))
    staff = staff.where(Nomination.review_id.in_(own), Nomination.sent_at.is_not(None))
    letters = db.select(Letter).where(Letter.review_id.in_(own)).order_by(Letter.id.desc()).limit(LETTERS_SHOWN)
    told = load_only(Letter.review_id, Letter.subject, Letter.recipient_name, Letter.delivery, Letter.written_at)
    in_all = db.select(db.func.count(Letter.id)).where(Letter.review_id.in_(own))
    former = db.select(Contact).join(Contact.organisation).options(contains_eager(Contact.organisation))
    former = former.where(Organisation.id.in_(line.before - {organisation.id}), Organisation.visible_to(access.me()))
    return History(
        reviews,
        db.session.scalars(audits).all(),
        db.session.scalars(actions).all(),
        db.session.scalars(staff.order_by(Nomination.sent_at.desc(), NamedStaff.id)).all(),
        db.session.scalars(former.order_by(Contact.organisation_id.desc(), Contact.id)).all(),
        db.session.scalars(letters.options(told)).all(),
        db.session.scalar(in_all) or 0,
    )


def changes_of(organisation: Organisation) -> Sequence[Event]:
    """Who changed what about it by hand and why, newest first."""
    named = (Event.facts[name].as_integer() == organisation.id for name in ("organisation_id", "other_id"))
    changes = db.select(Event).where(Event.step.in_(BY_HAND), or_(*named))
    return db.session.scalars(changes.order_by(Event.id.desc()).limit(CHANGES_SHOWN)).all()


def _in_my_boroughs() -> ColumnElement[bool]:
    boroughs = access.me().boroughs_as(Role.COORDINATOR)
    return true() if boroughs is None else Review.borough_id.in_(boroughs)
