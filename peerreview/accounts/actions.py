"""What an administrator does with people. Each act leaves an event; the caller commits."""

from uuid import uuid4

from sqlalchemy import func

from peerreview import audit_trail, letters, links
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Appointment, Borough, Membership, Person, Reviewer
from peerreview.workflow import Role


class Impossible(Exception):
    """The act would leave the board in a state that nobody wants; the message says which."""


def add_person(name: str, email: str, actor: Actor) -> Person:
    """Somebody new, who then chooses a password by letter. Raises Impossible when the address has an account."""
    email = email.strip().lower()
    if find_person(email):
        raise Impossible("Somebody with this email address has an account already")
    person = Person(name=name, email=email, fs_uniquifier=uuid4().hex, active=True)
    db.session.add(person)
    db.session.flush()
    _record("person_added", actor, person)
    return person


def find_person(email: str) -> Person | None:
    """The person with this address, whatever its capitals."""
    known: Person | None = db.session.scalar(db.select(Person).where(func.lower(Person.email) == email.strip().lower()))
    return known


def send_password_link(person: Person, actor: Actor) -> None:
    """A letter with a link to choose a password; it works for two days from its sending."""
    address, first = links.password_page(person), not person.password
    letters.write("choose_password", to=(person.name, person.email), urgent=True, address=address, first=first)
    _record("password_link_sent", actor, person)


def give_role(
    person: Person, role: Role, borough: Borough | None, actor: Actor, membership: Membership | None = None
) -> None:
    """A role, in one borough or (None) in all. A reviewer gets a profile, with what they are to the board."""
    held = any(one.role is role and one.borough is borough for one in person.appointments)
    if not held:
        person.appointments.append(Appointment(role=role, borough=borough))
        _record("role_given", actor, person, role=role, borough=borough.name if borough else "all boroughs")
    if role is Role.REVIEWER and membership:
        profile = db.session.scalar(db.select(Reviewer).where(Reviewer.person_id == person.id))
        if profile is None:
            db.session.add(Reviewer(person=person, membership=membership))
        else:
            profile.membership = membership


def take_role(appointment: Appointment, actor: Actor) -> None:
    """Raises Impossible for the last administrator's."""
    person = appointment.person
    if appointment.role is Role.ADMINISTRATOR and sum(one.role is appointment.role for one in person.appointments) == 1:
        _another_administrator(person)
    borough = appointment.borough.name if appointment.borough else "all boroughs"
    _record("role_taken", actor, person, role=appointment.role, borough=borough)
    person.appointments.remove(appointment)


def deactivate(person: Person, actor: Actor) -> None:
    """Close the account at once, on every device. Raises Impossible for the last administrator."""
    if person.holds(Role.ADMINISTRATOR):
        _another_administrator(person)
    person.active = False
    sign_out_everywhere(person)
    _record("person_deactivated", actor, person)


def reactivate(person: Person, actor: Actor) -> None:
    """Open the account again; roles, password and second factor are as they were."""
    person.active = True
    _record("person_reactivated", actor, person)


def reset_second_factor(person: Person, actor: Actor) -> None:
    """Forget phone, recovery codes and passkeys, and sign out: the next sign-in begins with setting up a phone."""
    person.tf_primary_method = person.tf_totp_secret = person.tf_last_counter = None
    person.mf_recovery_codes = None
    person.webauthn.clear()
    sign_out_everywhere(person)
    _record("second_factor_reset", actor, person)


def sign_out_everywhere(person: Person) -> None:
    """End every session and every unused link to choose a password."""
    person.fs_uniquifier = uuid4().hex


def _another_administrator(person: Person) -> None:
    others = (
        db.select(Appointment.id)
        .join(Person)
        .where(Appointment.role == Role.ADMINISTRATOR, Person.active, Person.id != person.id)
    )
    if db.session.scalar(others.limit(1)) is None:
        raise Impossible("There must be another active administrator first")


def _record(step: str, actor: Actor, person: Person, **facts: str) -> None:
    audit_trail.record(step, actor, facts={"person": person.name, "about": person.id, **facts})
