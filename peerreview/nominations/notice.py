"""The notice: one letter, the same on the coordinator's screen and in the organisation's mailbox."""

from peerreview import letters, links, process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Contact, Letter, PersonalLink, Purpose, Review, setting, utc_now
from peerreview.nominations.forms import ContactForm
from peerreview.workdays import add_working_days, local_day


def preview(review: Review) -> Letter:
    """The letter as it would be sent today, kept nowhere."""
    contact = _contact(review)
    letter = _letter(review, contact, PersonalLink(id=0, name=contact.name, email=contact.email))
    letter.review = None
    return letter


def last_sent(review: Review) -> Letter | None:
    """The notice as it was sent, if it was."""
    sent: Letter | None = db.session.scalar(
        db.select(Letter)
        .where(Letter.review_id == review.id, Letter.name == "notice")
        .order_by(Letter.id.desc())
        .limit(1)
    )
    return sent


def send(review: Review, actor: Actor, seen: int) -> None:
    """Send the notice; the time for naming staff runs from today. Raises NotNow or Overtaken. The caller commits."""
    contact = _contact(review)
    link = links.give(review, Purpose.ORGANISATION, contact.name, contact.email, role=contact.role)
    review.staff_due_on = add_working_days(local_day(utc_now()), setting("naming_staff"), review.closed_days)
    process.take(
        review, "send_notice", actor, seen=seen, letters=[_letter(review, contact, link)],
        to=contact.name, due=review.staff_due_on.isoformat(),
    )  # fmt: skip
    review.notice_sent_at = utc_now()


def choose_contact(review: Review, actor: Actor, form: ContactForm) -> None:
    """Whom the notice goes to, from the form: somebody known, or somebody new, who then is on the register too."""
    contacts = [each for each in review.organisation.contacts if each.ended_at is None] if review.organisation else []
    if form.contact.data == form.NEW:
        email = str(form.email.data).lower()
        chosen = next((each for each in contacts if each.email.lower() == email), None) or Contact(
            organisation=review.organisation, name=form.name.data or "", role=form.role.data or "", email=email,
            phone=form.phone.data or "",
        )  # fmt: skip
    else:
        chosen = next(each for each in contacts if str(each.id) == form.contact.data)
    review.contact = chosen
    process.take(review, "choose_contact", actor, to=chosen.name)


def _contact(review: Review) -> Contact:
    if review.contact is None:
        raise process.NotNow("Choose whom to write to first.")
    return review.contact


def _letter(review: Review, contact: Contact, link: PersonalLink) -> Letter:
    today = local_day(utc_now())
    return letters.draft(
        "notice", to=(contact.name, contact.email), review=review, link=link,
        due=add_working_days(today, setting("naming_staff"), review.closed_days),
        not_before=add_working_days(today, setting("notice"), review.closed_days),
    )  # fmt: skip
