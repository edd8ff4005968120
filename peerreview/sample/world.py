"""The invented board: its boroughs, people, schools and agencies, before any review."""

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from peerreview import audit_trail
from peerreview.accounts import actions as accounts
from peerreview.audit_trail import Actor
from peerreview.audits.loading import load_templates
from peerreview.extensions import db
from peerreview.models import (
    BoardDetail,
    Borough,
    Contact,
    Duty,
    Event,
    Membership,
    Organisation,
    Person,
    Review,
    Reviewer,
    Tie,
    TieKind,
    Trust,
    utc_now,
)
from peerreview.organisations import importing
from peerreview.sample.people import BOARD_DOMAIN, COORDINATOR, EVERYBODY, SampleLink, SamplePerson
from peerreview.sample.places import AGENCIES, BOROUGHS, SampleAgency
from peerreview.workdays import local_day
from peerreview.workflow import Role

EXTRACT = Path(__file__).with_name("organisations.csv")
URNS = "9900"  # how the invented ones begin
MARK = "load_sample_board"
BOARD = {
    "board_name": "Two Boroughs Safeguarding Children Partnership (sample)",
    "contact_name": COORDINATOR.name,
    "contact_email": f"peer-review@{BOARD_DOMAIN}",
    "contact_phone": COORDINATOR.phone,
}

Address = Callable[[str], str]


def mark() -> Event | None:
    """The event that says that this database holds the invented board."""
    found: Event | None = db.session.scalar(db.select(Event).where(Event.step == MARK).limit(1))
    return found


def is_empty() -> bool:
    """Whether nothing of a board's own is in the database yet."""
    return not any(db.session.scalar(db.select(kind.id).limit(1)) for kind in (Borough, Organisation, Person, Review))


def only_invented() -> bool:
    """Whether everybody and everything in this database is of the invented board."""
    people = {person.name for person in EVERYBODY}
    agencies = [agency.name for agency in AGENCIES]
    real_person = db.select(Person.id).where(Person.name.not_in(people))
    is_real = Organisation.name.not_in(agencies) & db.func.coalesce(Organisation.urn, "").not_like(f"{URNS}%")
    real_place = db.select(Organisation.id).where(is_real)
    return not any(db.session.scalar(real.limit(1)) for real in (real_person, real_place))


def addresses(to: str) -> Address:
    """Everybody's own address; or, with a mailbox given, that mailbox with everybody's name after a plus sign."""
    if not to:
        return str
    mailbox, _, domain = to.rpartition("@")

    def tagged(email: str) -> str:
        name, _, place = email.partition("@")
        return f"{mailbox}+{name}.{place.split('.')[0]}@{domain}"

    return tagged


def load(to: str = "") -> None:
    """Make the board and its register; `to` is a mailbox for all letters, instead of the invented addresses."""
    address = addresses(to)
    boroughs = {each.code: _borough(each.code, each.name, each.gias_code, each.executive_group) for each in BOROUGHS}
    db.session.add_all(BoardDetail(name=name, value=value) for name, value in BOARD.items())
    db.session.flush()
    load_templates()
    with EXTRACT.open("rb") as extract:
        importing.take_in(extract, EXTRACT.name, Actor.system())
    _heads(address)
    for agency in AGENCIES:
        _agency(agency, address)
    for person in EVERYBODY:
        _person(person, address)
    audit_trail.record(MARK, Actor.system(), facts={"boroughs": len(boroughs), "to": to})


def organisation(code: str) -> Organisation:
    """A school by its URN, or an agency by its code in places.AGENCIES."""
    agency = next((each for each in AGENCIES if each.code == code), None)
    wanted = db.select(Organisation).where(Organisation.urn == code)
    if agency is not None:
        borough = db.select(Borough.id).where(Borough.code == agency.borough).scalar_subquery()
        wanted = db.select(Organisation).where(Organisation.name == agency.name, Organisation.borough_id == borough)
    found: Organisation = db.session.scalars(wanted).one()
    return found


def person(sample: SamplePerson) -> Person:
    """The account of an invented person."""
    found: Person = db.session.scalars(db.select(Person).where(Person.name == sample.name)).one()
    return found


def _borough(code: str, name: str, authority_code: str, group: str) -> Borough:
    borough = Borough(code=code, name=name, authority_code=authority_code, executive_group=group)
    db.session.add(borough)
    return borough


def _heads(address: Address) -> None:
    """The extract names heads but has no addresses: each gets one at the school's own domain."""
    schools = {
        each.urn: each for each in db.session.scalars(db.select(Organisation).where(Organisation.urn.is_not(None)))
    }
    with EXTRACT.open(encoding="utf-8", newline="") as extract:
        for row in csv.DictReader(extract):
            name = " ".join(row[f"Head{part}"] for part in ("FirstName", "LastName")).strip()
            site = row["SchoolWebsite"]
            domain = (urlsplit(site).hostname or site.strip("/")).removeprefix("www.")
            if name:
                role, email = row["HeadPreferredJobTitle"], address(f"head@{domain}")
                schools[row["URN"]].contacts.append(Contact(name=name, role=role, email=email))


def _agency(agency: SampleAgency, address: Address) -> None:
    borough = db.session.scalars(db.select(Borough).where(Borough.code == agency.borough)).one()
    row = Organisation(
        name=agency.name,
        type_name=agency.kind,
        duty=Duty.S11,
        duty_reason="On the list of section 11",
        borough=borough,
        street=agency.street,
        town="London",
        postcode=agency.postcode,
        phone=agency.telephone,
        website=f"https://www.{agency.domain}",
        is_open=not agency.closed,
        closed_on=local_day(utc_now()) - timedelta(days=200) if agency.closed else None,
    )
    row.contacts.append(
        Contact(name=agency.lead, role=agency.lead_role, email=address(agency.lead_email), phone=agency.telephone)
    )
    db.session.add(row)


def _person(sample: SamplePerson, address: Address) -> None:
    membership = (
        (Membership.LAY_MEMBER if sample.lay else Membership.BOARD_MEMBER) if "reviewer" in sample.roles else None
    )
    row = accounts.add_person(sample.name, address(sample.email), Actor.system())
    row.phone = sample.phone
    for borough in db.session.scalars(db.select(Borough).where(Borough.code.in_(sample.boroughs))):
        for role in sample.roles:
            accounts.give_role(row, Role(role), borough, Actor.system(), membership)
    db.session.flush()
    profile = db.session.scalar(db.select(Reviewer).where(Reviewer.person_id == row.id))
    if profile is not None:
        today = local_day(utc_now())
        profile.employer = sample.employer
        profile.trained_on, profile.dbs_seen_on = today - timedelta(days=160), today - timedelta(days=220)
        profile.interests_confirmed_at = None if sample.lay else utc_now()
        profile.ties.extend(_tie(link, sample.name) for link in sample.links)


def _tie(link: SampleLink, written_by: str) -> Tie:
    tied, kind = organisation(link.organisation), TieKind(link.how)
    made = Tie(kind=kind, written_by=written_by)
    made.until = local_day(utc_now()) - timedelta(days=link.ended) if link.ended else None
    if kind is TieKind.TRUST:
        made.trust = db.session.get(Trust, tied.trust_id)
    else:
        made.organisation = tied
    return made
