"""The people to write to at an organisation."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox
from peerreview.audit_trail import Actor
from peerreview.models import Contact
from peerreview.organisations import actions, bp, queries
from peerreview.organisations.forms import ContactForm
from peerreview.workflow import Role


@bp.route("/organisations/<int:organisation_id>/contacts/new", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def add_contact(organisation_id: int) -> str | Response | tuple[str, int]:
    """Somebody more."""
    organisation = queries.organisation_or_404(organisation_id)
    form = ContactForm()
    if form.validate_on_submit():
        contact = actions.add_contact(organisation, form, _actor())
        outbox.commit()
        return _back(contact, "added")
    page = render_template("organisations/contact.html", form=form, organisation=organisation, contact=None)
    return page, 400 if form.errors else 200


@bp.route("/organisations/<int:organisation_id>/contacts/<int:contact_id>", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def contact(organisation_id: int, contact_id: int) -> str | Response | tuple[str, int]:
    """Mend a name, a role or an address."""
    mended = _contact_or_404(organisation_id, contact_id, to_change=request.method == "POST")
    form, seen = ContactForm(obj=mended), actions.contact_fingerprint(mended)
    overtaken = form.is_submitted() and form.seen.data != seen
    if form.validate_on_submit() and not overtaken:
        actions.change_contact(mended, form, _actor())
        outbox.commit()
        return _back(mended, "changed")
    form.seen.data = seen
    facts = {"organisation": mended.organisation, "contact": mended, "overtaken": overtaken}
    page = render_template("organisations/contact.html", form=form, **facts)
    return page, 409 if overtaken else 400 if form.errors else 200


@bp.post("/organisations/<int:organisation_id>/contacts/<int:contact_id>/end")
@access.by(Role.COORDINATOR)
def end_contact(organisation_id: int, contact_id: int) -> Response:
    """No more letters to this person; what was sent stays."""
    ended = _contact_or_404(organisation_id, contact_id)
    actions.end_contact(ended, _actor())
    outbox.commit()
    return _back(ended, "ended")


@bp.post("/organisations/<int:organisation_id>/contacts/<int:contact_id>/reopening")
@access.by(Role.COORDINATOR)
def reopen_contact(organisation_id: int, contact_id: int) -> Response:
    """They are somebody to write to again."""
    again = _contact_or_404(organisation_id, contact_id)
    actions.reopen_contact(again, _actor())
    outbox.commit()
    return _back(again, "in use again")


def _contact_or_404(organisation_id: int, contact_id: int, *, to_change: bool = False) -> Contact:
    contacts = queries.organisation_or_404(organisation_id, to_change=to_change).contacts
    return next((each for each in contacts if each.id == contact_id), None) or abort(404)


def _actor() -> Actor:
    return Actor.of(access.me(), Role.COORDINATOR)


def _back(contact: Contact, what: str) -> Response:
    flash(f"The contact {contact.name} is {what}.", "done")
    return redirect(url_for("organisations.show", organisation_id=contact.organisation_id))
