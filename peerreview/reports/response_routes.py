"""The report and the response for the organisation, behind a personal link and a code."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, audit_trail, links, outbox, process, storage
from peerreview.audit_trail import Actor
from peerreview.models import PersonalLink, Purpose, Report, Review, board_detail, utc_now
from peerreview.reports import bp, preparing, queries, responding, words
from peerreview.reports.forms import VersionForm
from peerreview.workdays import local_day, working_days_between
from peerreview.workflow import Role


@bp.get("/my/<token>/report")
@access.by_link(Purpose.ORGANISATION, confidential=True)
def report_by_link(link: PersonalLink) -> str:
    report = queries.finished(link.review, "initial")
    if report is None:
        return render_template("reports/not_yet.html", which="initial", **_facts(link))
    _note_reading(link, "initial_report")
    return render_template("reports/report_by_link.html", content=queries.content_of(report), **_facts(link))


@bp.get("/my/<token>/final-report")
@access.by_link(Purpose.ORGANISATION, confidential=True)
def final_by_link(link: PersonalLink) -> str:
    report = queries.finished(link.review, "final")
    if report is None:
        return render_template("reports/not_yet.html", which="final", **_facts(link))
    _note_reading(link, "final_report")
    may_acknowledge = process.may(link.review, "acknowledge_report", Role.ORGANISATION)
    return render_template(
        "reports/final_by_link.html",
        content=queries.content_of(report),
        may_acknowledge=may_acknowledge,
        **_facts(link),
    )


@bp.get("/my/<token>/<any('report', 'final-report'):which>/pdf")
@access.by_link(Purpose.ORGANISATION, confidential=True)
def download_by_link(link: PersonalLink, which: str) -> Response:
    kind = "final" if which == "final-report" else "initial"
    report = queries.finished(link.review, kind)
    if report is None or report.pdf is None or report.pdf.removed_at is not None:
        abort(404)
    audit_trail.record_reading(f"{kind}_report", Actor.behind(link), link.review, as_pdf=True)
    return storage.send(report.pdf)


@bp.get("/my/<token>/response")
@access.by_link(Purpose.ORGANISATION, confidential=True)
def response_by_link(link: PersonalLink) -> str:
    report = _issued_or_404(link.review)
    _note_reading(link, "initial_report")
    points = link.review.response.points if link.review.response else []
    return render_template(
        "reports/response.html",
        content=queries.content_of(report),
        points=points,
        at=queries.points_at(points),
        **_facts(link),
    )


@bp.get("/my/<token>/response/check")
@access.by_link(Purpose.ORGANISATION, confidential=True)
def check_by_link(link: PersonalLink) -> str | Response:
    _issued_or_404(link.review)
    points = queries.in_order(link.review.response.points) if link.review.response else []
    if not points or not _may_send(link):
        return redirect(url_for("reports.response_by_link", token=links.token(link)))
    form = VersionForm(formdata=None, data={"version": link.review.version})
    return render_template("reports/check.html", points=points, form=form, **_facts(link))


@bp.post("/my/<token>/response")
@access.by_link(Purpose.ORGANISATION, confidential=True)
def send_by_link(link: PersonalLink) -> Response:
    responding.send(link.review, link, seen=VersionForm().seen)
    outbox.commit()
    flash("Your response is sent. Thank you: the team now decides on each point and tells you why.", "done")
    return redirect(url_for("reports.response_by_link", token=links.token(link)))


@bp.route("/my/<token>/response/no-inaccuracies", methods=["GET", "POST"])
@access.by_link(Purpose.ORGANISATION, confidential=True)
def no_inaccuracies_by_link(link: PersonalLink) -> str | Response:
    review = link.review
    _issued_or_404(review)
    if request.method != "POST":
        if not _may_send(link) or (review.response and review.response.points):
            return redirect(url_for("reports.response_by_link", token=links.token(link)))
        form = VersionForm(formdata=None, data={"version": review.version})
        return render_template("reports/no_inaccuracies.html", form=form, **_facts(link))
    responding.send(review, link, no_inaccuracies=True, seen=VersionForm().seen)
    outbox.commit()
    flash("Your response is sent: no inaccuracies found. Thank you.", "done")
    return redirect(url_for("reports.response_by_link", token=links.token(link)))


@bp.post("/my/<token>/final-report/acknowledgement")
@access.by_link(Purpose.ORGANISATION, confidential=True)
def acknowledge_by_link(link: PersonalLink) -> Response:
    responding.acknowledge(link.review, link)
    outbox.commit()
    flash("Thank you. We have noted that you have the final report.", "done")
    return redirect(url_for("reports.final_by_link", token=links.token(link)))


def _issued_or_404(review: Review) -> Report:
    report = queries.finished(review, "initial")
    if report is None:
        abort(404)
    return report


def _may_send(link: PersonalLink) -> bool:
    is_open = process.may(link.review, "send_response", Role.ORGANISATION)
    return is_open and responding.sender_instead(link.review, link) is None


def _note_reading(link: PersonalLink, what: str) -> None:
    audit_trail.record_reading(what, Actor.behind(link), link.review)


def _facts(link: PersonalLink) -> dict[str, object]:
    """What every page of the response shows: whose link it is, and whether anything can still be sent."""
    review = link.review
    due = review.response_due_at
    return {
        "review": review,
        "link": link,
        "token": links.token(link),
        "response": link.review.response,
        "is_open": process.may(link.review, "send_response", Role.ORGANISATION),
        "may_ask": process.may(link.review, "ask_for_more_time", Role.ORGANISATION),
        "sender_instead": responding.sender_instead(link.review, link),
        "writing": preparing.writing_now(link.review, link),
        "words": words,
        "board": board_detail,
        "days_left": working_days_between(local_day(utc_now()), local_day(due), review.closed_days) if due else 0,
        "what_came_back": queries.what_came_back(link.review.response),
    }
