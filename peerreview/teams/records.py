"""Keeping reviewers' records: who they are to the board, training and DBS assurance seen, and ties."""

from uuid import uuid4

from peerreview import audit_trail, letters, links
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Appointment, Membership, Person, Reviewer, Tie, TieKind
from peerreview.teams.forms import NewReviewerForm, ReviewerForm
from peerreview.workflow import Role


class AlreadyThere(Exception):
    """The address belongs to a reviewer already; the sentence is for the field."""


def add(form: NewReviewerForm, actor: Actor) -> Reviewer:
    """Make somebody a reviewer. A known address keeps its account and gets the role; a new one is written to."""
    address = (form.email.data or "").lower()
    person = db.session.scalar(db.select(Person).where(Person.email == address))
    if person and db.session.scalar(db.select(Reviewer.id).where(Reviewer.person_id == person.id)):
        raise AlreadyThere(f"{person.name} is a reviewer already")
    if person is None:
        person = Person(name=form.name.data, email=address, phone=form.phone.data or "", fs_uniquifier=uuid4().hex)
        db.session.add(person)
        db.session.flush()
        letters.write("choose_password", to=(person.name, address), first=True, address=links.password_page(person))
    if not person.holds(Role.REVIEWER):
        person.appointments.append(Appointment(role=Role.REVIEWER))
    reviewer = Reviewer(person=person, membership=Membership(form.membership.data))
    _fill(reviewer, form)
    db.session.add(reviewer)
    audit_trail.record("add_reviewer", actor, facts={"reviewer": person.name})
    return reviewer


def change(reviewer: Reviewer, form: ReviewerForm, actor: Actor) -> None:
    """Correct the record. Name and address belong to the account and are changed by administrators."""
    reviewer.membership = Membership(form.membership.data)
    _fill(reviewer, form)
    audit_trail.record("change_reviewer", actor, facts={"reviewer": reviewer.person.name})


def tie(reviewer: Reviewer, kind: str, end: str, actor: Actor) -> None:
    """Add a tie to ``organisation-12``, ``trust-3`` or ``federation-4``; the same one twice stays one."""
    what, _, number = end.partition("-")
    made = Tie(kind=TieKind(kind), **{f"{what}_id": int(number)})
    if any(_same(made, old) for old in reviewer.ties):
        return
    reviewer.ties.append(made)
    db.session.flush()
    audit_trail.record(
        "tie_reviewer",
        actor,
        facts={"reviewer": reviewer.person.name, "to": made.end.name if made.end else "", "kind": kind},
    )


def untie(old: Tie, actor: Actor) -> None:
    """Take a tie off the record; the trail keeps that it was there."""
    facts = {"reviewer": old.reviewer.person.name, "to": old.end.name if old.end else "", "kind": old.kind.value}
    audit_trail.record("untie_reviewer", actor, facts=facts)
    db.session.delete(old)


def _fill(reviewer: Reviewer, form: ReviewerForm) -> None:
    reviewer.employer = form.employer.data or ""
    reviewer.trained_on, reviewer.dbs_seen_on = form.trained_on.data, form.dbs_seen_on.data
    reviewer.most_visits_a_year = form.most_visits_a_year.data
    reviewer.most_visits_a_month = form.most_visits_a_month.data
    reviewer.notes = form.notes.data or ""


def _same(one: Tie, other: Tie) -> bool:
    def facts(tie: Tie) -> tuple[object, ...]:
        return tie.kind, tie.organisation_id, tie.trust_id, tie.federation_id

    return facts(one) == facts(other)
