"""The organisation asks for more time for its response, behind its personal link and a code."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from peerreview import access, drafts, links, outbox, process
from peerreview.models import PersonalLink, Purpose
from peerreview.reports import bp, period
from peerreview.reports.period_forms import MoreTimeForm, last_day
from peerreview.workflow import Role

KEPT = ("reason",)


@bp.route("/my/<token>/response/more-time", methods=["GET", "POST"])
@access.by_link(Purpose.ORGANISATION, confidential=True)
def more_time_by_link(link: PersonalLink) -> str | Response:
    review, key = link.review, f"more-time-{link.id}"
    form = MoreTimeForm(data=drafts.kept(key), after=last_day(review), closed=review.closed_days)
    if drafts.is_autosave():
        return drafts.keep(key, "more_time", form, KEPT)
    if form.validate_on_submit():
        period.ask(review, link, form.reason.data or "", form.wished_for.data)
        drafts.forget(key)
        outbox.commit()
        flash("You asked for more time. The coordinator decides, and you get a letter.", "done")
        return redirect(url_for("reports.response_by_link", token=links.token(link)))
    return render_template(
        "reports/more_time.html",
        form=form,
        review=review,
        token=links.token(link),
        why_not=process.why_not(review, "ask_for_more_time", Role.ORGANISATION),
    )
