"""Colleagues at the organisation: passing the report on, and naming who sends the response."""

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from peerreview import access, links, outbox, process
from peerreview.forms import options
from peerreview.models import PersonalLink, Purpose
from peerreview.reports import bp, preparing
from peerreview.reports.forms import ColleagueForm, SenderForm
from peerreview.workflow import Role


@bp.route("/my/<token>/response/colleagues", methods=["GET", "POST"])
@access.by_link(Purpose.ORGANISATION, confidential=True)
def colleagues_by_link(link: PersonalLink) -> str | Response:
    form = ColleagueForm()
    if form.validate_on_submit():
        name, role, email = (str(field.data) for field in (form.name, form.role, form.email))
        preparing.share(link.review, link, name, role, email)
        outbox.commit()
        flash(f"{name} has a link of their own to the report.", "done")
        return redirect(_here(link))
    return _page(link, form, _sender_form(link, blank=True))


@bp.post("/my/<token>/response/sender")
@access.by_link(Purpose.ORGANISATION, confidential=True)
def sender_by_link(link: PersonalLink) -> str | Response:
    form = _sender_form(link)
    if form.validate_on_submit():
        sender = next(each for each in preparing.colleagues(link.review) if str(each.id) == form.sender.data)
        preparing.name_sender(link.review, sender, link, seen=form.seen_id)
        outbox.commit()
        flash(f"{sender.name} sends the response.", "done")
        return redirect(_here(link))
    return _page(link, ColleagueForm(formdata=None), form)


def _here(link: PersonalLink) -> str:
    return url_for("reports.colleagues_by_link", token=links.token(link))


def _sender_form(link: PersonalLink, *, blank: bool = False) -> SenderForm:
    """With everybody who could send. ``blank``: another form of the page was sent, or none."""
    response = link.review.response or abort(404)
    filled = {"sender": str(response.link_id or ""), "seen": response.link_id or 0}
    form = SenderForm(formdata=None, data=filled) if blank else SenderForm(data=filled)
    form.sender.choices = options([(str(each.id), _called(each)) for each in preparing.colleagues(link.review)])
    return form


def _called(link: PersonalLink) -> str:
    return f"{link.name}, {link.role}" if link.role else link.name


def _page(link: PersonalLink, form: ColleagueForm, sender_form: SenderForm) -> str:
    return render_template(
        "reports/colleagues.html",
        form=form,
        sender_form=sender_form,
        page_has_errors=bool(form.errors or sender_form.errors),
        review=link.review,
        link=link,
        token=links.token(link),
        colleagues=preparing.colleagues(link.review),
        sender=link.review.response.link if link.review.response else None,
        closed=process.why_not(link.review, "share_report", Role.ORGANISATION),
    )
