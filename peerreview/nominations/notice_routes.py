"""Give notice: choose whom to write to, read the letter as the organisation will, send it (procedure, section 4)."""

from typing import Any

from flask import flash, redirect, render_template, url_for

from peerreview import access, links, outbox, process
from peerreview.forms import Form, hidden, options
from peerreview.models import Review, board_detail, setting
from peerreview.nominations import bp, notice
from peerreview.nominations.forms import ContactForm
from peerreview.workflow import Role, Stage


class NoticeForm(Form):
    """The button that sends the notice."""

    version = hidden()


@bp.route("/reviews/<reference>/notice", methods=["GET", "POST"], endpoint="notice")
@access.by(Role.COORDINATOR)
def show_notice(reference: str) -> Any:
    """The letter as it will be read, and the button that sends it; afterwards the letter as it was sent."""
    review, actor = access.review_as(reference, Role.COORDINATOR)
    form = NoticeForm()
    if form.validate_on_submit():
        seen = form.version.data or ""
        notice.send(review, actor, seen=int(seen) if seen.isdecimal() else 0)
        outbox.commit()
        flash("The notice is on its way.", "done")
        return redirect(url_for("reviews.show", reference=reference))
    form.version.data = str(review.version)
    sent = notice.last_sent(review)
    letter = sent or (notice.preview(review) if review.stage is Stage.PLANNED and review.contact else None)
    return render_template(
        "nominations/notice.html", review=review, form=form, sent=sent, letter=letter,
        text=links.mask(letter.text) if letter else "", why_not=process.why_not(review, "send_notice", actor.role),
        is_planned=review.stage is Stage.PLANNED, days=setting("naming_staff"), board=board_detail,
    )  # fmt: skip


@bp.route("/reviews/<reference>/contact", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def contact(reference: str) -> Any:
    """Choose whom the notice goes to."""
    review, actor = access.review_as(reference, Role.COORDINATOR)
    form = ContactForm(contact=str(review.contact_id or ""))
    form.contact.choices = options(_people(review))
    if form.validate_on_submit():
        notice.choose_contact(review, actor, form)
        outbox.commit()
        return redirect(url_for(".notice", reference=reference))
    if reason := process.why_not(review, "choose_contact", actor.role):
        flash(reason, "warning")
        return redirect(url_for(".notice", reference=reference))
    return render_template("nominations/contact.html", review=review, form=form)


def _people(review: Review) -> list[tuple[str, str]]:
    known = review.organisation.contacts if review.organisation else []
    people = [(str(each.id), f"{each.name}, {each.role} ({each.email})") for each in known if each.ended_at is None]
    return [*people, (ContactForm.NEW, "Somebody else")]
