"""The organisation corrects its own details, at once in force.

Address, phone and website are public facts that the organisation knows best, and each change is an event with the
names of what changed, so nobody has to approve it. The name, the kind of organisation, its borough and its duty stay
with the coordinator, and a new address for letters is given by passing the task on, which writes to that address.
"""

from typing import Any

from flask import flash, redirect, render_template

from peerreview import access, outbox, process
from peerreview.models import Contact, Organisation, PersonalLink, Purpose, board_detail
from peerreview.nominations import bp
from peerreview.nominations.forms import DetailsForm
from peerreview.nominations.seat import Seat, fingerprint

OF_ORGANISATION = ("street", "locality", "town", "postcode", "phone", "website")
OF_PERSON = ("name", "role")


@bp.route("/my/<token>/details", methods=["GET", "POST"])
@access.by_link(Purpose.ORGANISATION)
def details_by_link(link: PersonalLink) -> Any:
    """Correct the organisation's details and one's own."""
    seat = Seat.behind(link)
    if away := seat.turned_away("correct_details", seat.home()):
        return away
    organisation, contact = _known(link)
    form = DetailsForm(obj=organisation, **_own(link, contact))
    now = fingerprint(organisation, *OF_ORGANISATION)
    overtaken = form.is_submitted() and form.seen.data != now and bool(_different(form, organisation))
    if form.validate_on_submit() and not overtaken:
        if changed := _apply(form, organisation, link, contact):
            seat.opened()
            process.take(link.review, "correct_details", seat.actor, changed=changed)
            outbox.commit()
        flash("Thank you. Your details are saved.", "done")
        return redirect(seat.home())
    form.seen.data = now
    return render_template(
        "nominations/details.html",
        seat=seat,
        form=form,
        organisation=organisation,
        contact=contact,
        overtaken=overtaken,
        board=board_detail,
    )


def _known(link: PersonalLink) -> tuple[Organisation, Contact | None]:
    organisation = link.review.organisation
    if organisation is None:
        raise process.NotNow("The coordinator has not matched this review to an organisation yet.")
    return organisation, next((each for each in organisation.contacts if each.email.lower() == link.email), None)


def _own(link: PersonalLink, contact: Contact | None) -> dict[str, str]:
    return {"contact_name": link.name, "contact_role": link.role, "contact_phone": contact.phone if contact else ""}


def _different(form: DetailsForm, organisation: Organisation) -> list[str]:
    return [name for name in OF_ORGANISATION if getattr(organisation, name) != (form[name].data or "")]


def _apply(form: DetailsForm, organisation: Organisation, link: PersonalLink, contact: Contact | None) -> list[str]:
    """Put what is different in place; the labels of what changed, for the timeline."""
    pairs: list[tuple[Any, str, Any]] = [(organisation, name, form[name]) for name in OF_ORGANISATION]
    pairs += [(row, name, form[f"contact_{name}"]) for row in (link, contact) if row for name in OF_PERSON]
    pairs += [(contact, "phone", form.contact_phone)] if contact else []
    changed = []
    for row, name, field in pairs:
        if (getattr(row, name) or "") != (field.data or ""):
            setattr(row, name, field.data or "")
            changed.append(str(field.label.text).removesuffix(" (optional)").lower())
    return list(dict.fromkeys(changed))
