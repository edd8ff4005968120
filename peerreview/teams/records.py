"""Keeping reviewers' records: who they are to the board, training and DBS assurance seen."""

from collections.abc import Sequence
from uuid import uuid4

from peerreview import audit_trail, letters, links
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Appointment, Membership, Person, Reviewer
from peerreview.teams import watch
from peerreview.teams.forms import NewReviewerForm, ReviewerForm
from peerreview.teams.watch import Place
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


def change(reviewer: Reviewer, form: ReviewerForm, actor: Actor) -> Sequence[Place]:
    """Correct the record. Name and address belong to the account and are changed by administrators.

    Where another employer costs them a place, these are returned.
    """
    before = watch.places_of([reviewer])
    reviewer.membership = Membership(form.membership.data)
    _fill(reviewer, form)
    audit_trail.record("change_reviewer", actor, facts={"reviewer": reviewer.person.name})
    return watch.look_again(reviewer, before, actor)


def _fill(reviewer: Reviewer, form: ReviewerForm) -> None:
    reviewer.employer = form.employer.data or ""
    reviewer.trained_on, reviewer.dbs_seen_on = form.trained_on.data, form.dbs_seen_on.data
    reviewer.most_visits_a_year = form.most_visits_a_year.data
    reviewer.most_visits_a_month = form.most_visits_a_month.data
    reviewer.notes = form.notes.data or ""
