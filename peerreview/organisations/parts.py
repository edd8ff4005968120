"""Parts of the record of one organisation, and its trust or federation, if the person may open them."""

from typing import TypeVar

from sqlalchemy import or_

from peerreview import access
from peerreview.extensions import db
from peerreview.models import LARGEST_ID, Federation, Organisation, OrganisationNote, Succession, Trust

Group = TypeVar("Group", Trust, Federation)
MOST_FOUND = 20  # more words find fewer


def notes_of(organisation: Organisation) -> list[OrganisationNote]:
    """What coordinators wrote about it, newest first."""
    own = db.select(OrganisationNote).where(OrganisationNote.organisation_id == organisation.id)
    return list(db.session.scalars(own.order_by(OrganisationNote.id.desc())))


def to_link_with(organisation: Organisation, search: str) -> list[Organisation]:
    """What somebody may mean by a predecessor or successor: the whole register, with what closed long ago."""
    fitting = db.select(Organisation).where(Organisation.matching(search), Organisation.id != organisation.id)
    return list(db.session.scalars(fitting.order_by(Organisation.name, Organisation.id).limit(MOST_FOUND)))


def other_organisation(given: str, organisation: Organisation) -> Organisation | None:
    """The other end of a link by its id from a form or an address."""
    if not (given.isascii() and given.isdecimal() and int(given) <= LARGEST_ID and int(given) != organisation.id):
        return None
    return db.session.get(Organisation, int(given))


def link_of(organisation: Organisation, succession_id: int) -> Succession | None:
    """A link of this organisation that counts."""
    ends = or_(Succession.predecessor_id == organisation.id, Succession.successor_id == organisation.id)
    wanted = (Succession.id == min(succession_id, LARGEST_ID), ends, Succession.taken_back_at.is_(None))
    found: Succession | None = db.session.scalar(db.select(Succession).where(*wanted))
    return found


def group_with_schools(kind: type[Group], group_id: int) -> tuple[Group, list[Organisation]] | None:
    """A trust or federation with its schools in the person's boroughs, open ones first; none when it has none there."""
    column = Organisation.trust_id if kind is Trust else Organisation.federation_id
    own = db.select(Organisation).where(column == min(group_id, LARGEST_ID), Organisation.visible_to(access.me()))
    ordered = own.order_by(Organisation.is_open.desc(), Organisation.name, Organisation.id)
    schools = list(db.session.scalars(ordered))
    group = db.session.get(kind, min(group_id, LARGEST_ID)) if schools else None
    return (group, schools) if group is not None else None
