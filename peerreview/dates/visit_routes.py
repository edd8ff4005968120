"""The agreed visit: what everybody who comes needs to know, and a file for their calendar."""

from typing import Any

from flask import Response as File
from flask import abort, render_template, request, url_for

from peerreview import access, process
from peerreview.access import me
from peerreview.dates import bp, entries
from peerreview.dates.interviews import Part
from peerreview.dates.participants import current
from peerreview.dates.queries import people_of
from peerreview.models import PersonalLink, Purpose, Review, utc_now
from peerreview.workflow import Role, Stage

ANYONE = (Purpose.ORGANISATION, Purpose.PARTICIPANT, Purpose.REVIEWER)


@bp.get("/reviews/<reference>/visit")
@access.by(Role.COORDINATOR, Role.REVIEWER, Role.EXECUTIVE)
def visit(reference: str) -> str:
    review, actor = access.declared_as(reference, Role.COORDINATOR, Role.REVIEWER, Role.EXECUTIVE)
    return _page(
        review,
        download=url_for("dates.calendar_file", reference=reference),
        way_back=url_for("reviews.show", reference=reference),
        invited=review.visit.invited if review.visit else {},
        reads_comments=actor.role is Role.COORDINATOR,
        may_move=process.may(review, "move_date", actor.role),
        may_cancel=review.visit is not None and process.may(review, "cancel_date", actor.role),
        may_change_people=review.visit is not None and process.may(review, "change_people", actor.role),
        reinstated=review.visit is None and review.stage is Stage.PREPARING,
    )


@bp.get("/my/<token>/visit")
@access.by_link(*ANYONE)
def visit_by_link(link: PersonalLink) -> str:
    token = (request.view_args or {})["token"]
    return _page(
        link.review if _comes(link) else None,
        own=_own_time(link),
        download=url_for("dates.calendar_file_by_link", token=token),
        way_back=url_for("nominations.home", token=token),
    )


@bp.get("/reviews/<reference>/visit.ics")
@access.by(Role.COORDINATOR, Role.REVIEWER, Role.EXECUTIVE)
def calendar_file(reference: str) -> File:
    review, _actor = access.declared_as(reference, Role.COORDINATOR, Role.REVIEWER, Role.EXECUTIVE)
    return _file(review, me().name, me().email)


@bp.get("/my/<token>/visit.ics")
@access.by_link(*ANYONE)
def calendar_file_by_link(link: PersonalLink) -> File:
    if not _comes(link):
        abort(404)
    return _file(link.review, link.name, link.email)


def _own_time(link: PersonalLink) -> Part | None:
    """When the person of the link was told to come, if they are invited."""
    visit = link.review.visit
    theirs = [h for h in entries.invited(visit) if h.participant.link_id == link.id] if visit else []
    return (theirs[0].starts_at, theirs[0].ends_at) if theirs else None


def _comes(link: PersonalLink) -> bool:
    """The organisation itself may always see its visit; others while they are invited, reviewers once they accepted."""
    if link.member is not None and not link.member.has_declared:
        return False
    return link.purpose is Purpose.ORGANISATION or any(p.link_id == link.id for p in current(link.review))


def _page(review: Review | None, **facts: Any) -> str:
    """A review that is not theirs any more shows the same calm page as one without a visit."""
    visit = review.visit if review else None
    coming = people_of(review) if review else []
    now = utc_now()
    return render_template("dates/visit.html", review=review, visit=visit, coming=coming, now=now, **facts)


def _file(review: Review, name: str, address: str) -> File:
    if review.visit is None:
        abort(404)
    return File(
        entries.download(review.visit, name, address),
        mimetype="text/calendar",
        headers={"Content-Disposition": f'attachment; filename="{review.reference}-visit.ics"'},
    )
