"""What a coordinator does to the register by hand. The caller commits."""

import hashlib
from typing import Any, TypeVar

from peerreview import audit_trail
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    AliasKind,
    Borough,
    Contact,
    Duty,
    Federation,
    Organisation,
    OrganisationNote,
    Trust,
    organisation_with,
    utc_now,
)
from peerreview.organisations import aliases
from peerreview.organisations.forms import AddForm, ContactForm, DetailsForm, EditForm

Group = TypeVar("Group", Trust, Federation)
WHEN_ADDING = "When it was added by hand"
LINES = ("name", "type_name", "street", "locality", "town", "postcode", "phone", "website")


def details_of(organisation: Organisation) -> dict[str, Any]:
    """The details as the edit form shows them."""
    return {name: getattr(organisation, name) for name in LINES} | {
        "trust": organisation.trust.name if organisation.trust else "",
        "federation": organisation.federation.name if organisation.federation else "",
        "is_open": "yes" if organisation.is_open else "no",
        "closed_on": organisation.closed_on,
    }


def fingerprint(organisation: Organisation) -> str:
    """Changes whenever a detail does: the edit form carries the one of the details that its writer saw."""
    return hashlib.sha256(repr(sorted(details_of(organisation).items())).encode()).hexdigest()[:32]


def add(form: AddForm, borough: Borough, actor: Actor) -> Organisation:
    """A new organisation that the national register does not have, or not yet. Raises aliases.Taken for its URN."""
    if form.urn.data and (owner := organisation_with(form.urn.data, AliasKind.URN)):
        raise aliases.Taken(owner)
    organisation = Organisation(borough=borough, urn=form.urn.data or None)
    _fill(organisation, form)
    organisation.duty = None if form.duty.data == "none" else Duty(form.duty.data)
    organisation.duty_reason, organisation.duty_set_by, organisation.duty_set_at = WHEN_ADDING, actor.name, utc_now()
    db.session.add(organisation)
    db.session.flush()
    _record("add_organisation", organisation, actor, changed=[], reason="")
    return organisation


def change(organisation: Organisation, form: EditForm, actor: Actor) -> list[str]:
    """Write the details and say which of them changed."""
    before = details_of(organisation)
    _fill(organisation, form)
    organisation.is_open = form.is_open.data == "yes"
    organisation.closed_on = None if organisation.is_open else form.closed_on.data
    after = details_of(organisation)
    changed = [name for name in after if after[name] != before[name]]
    if "name" in changed and form.keep_name.data:
        aliases.keep_former_name(organisation, before["name"], form.reason.data or "", actor)
    if changed:
        _record("change_organisation", organisation, actor, changed=changed, reason=form.reason.data)
    return changed


def add_contact(organisation: Organisation, form: ContactForm, actor: Actor) -> Contact:
    """Somebody more to write to."""
    contact = Contact()
    _write(contact, form)
    organisation.contacts.append(contact)
    _record("add_contact", organisation, actor, contact=contact.name)
    return contact


def change_contact(contact: Contact, form: ContactForm, actor: Actor) -> None:
    """Mend a name, a role or an address."""
    _write(contact, form)
    _record("change_contact", contact.organisation, actor, contact=contact.name)


def end_contact(contact: Contact, actor: Actor) -> None:
    """No more letters to this person; the row stays for history."""
    if contact.ended_at is None:
        contact.ended_at = utc_now()
        _record("end_contact", contact.organisation, actor, contact=contact.name)


def reopen_contact(contact: Contact, actor: Actor) -> None:
    """Letters can go to this person again."""
    if contact.ended_at is not None:
        contact.ended_at = None
        _record("reopen_contact", contact.organisation, actor, contact=contact.name)


def contact_fingerprint(contact: Contact) -> str:
    """Changes whenever the contact does: the form carries the one that its writer saw."""
    shown = (contact.name, contact.role, contact.email, contact.phone)
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:32]


def write_note(organisation: Organisation, text: str, actor: Actor) -> None:
    """Add a note; none is ever written over. The same words again from the same person are a double click."""
    own = db.select(OrganisationNote).where(OrganisationNote.organisation_id == organisation.id)
    last = db.session.scalar(own.order_by(OrganisationNote.id.desc()).limit(1))
    if last is None or (last.text, last.written_by) != (text, actor.name):
        db.session.add(OrganisationNote(organisation=organisation, text=text, written_by=actor.name))


def _fill(organisation: Organisation, form: DetailsForm) -> None:
    for name in LINES:
        setattr(organisation, name, form[name].data or "")
    organisation.postcode = organisation.postcode.upper()
    organisation.trust = _named(Trust, form.trust.data or "", organisation.trust)
    organisation.federation = _named(Federation, form.federation.data or "", organisation.federation)


def _write(contact: Contact, form: ContactForm) -> None:
    for name in ("name", "role", "email", "phone"):
        setattr(contact, name, form[name].data or "")


def _named(kind: type[Group], name: str, present: Group | None) -> Group | None:
    """The trust or federation of this name, without regard to case: the present one, a known one, or a new one."""
    if not name or (present is not None and present.name.casefold() == name.casefold()):
        return present if name else None
    with db.session.no_autoflush:
        known = db.session.scalar(
            db.select(kind).where(db.func.lower(kind.name) == name.lower()).order_by(kind.id).limit(1)
        )
    return known or kind(name=name)


def _record(step: str, organisation: Organisation, actor: Actor, **facts: Any) -> None:
    audit_trail.record(step, actor, facts={"organisation_id": organisation.id, **facts})
