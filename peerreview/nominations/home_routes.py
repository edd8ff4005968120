"""Where every personal link leads first: what this person is asked, and how far the review is."""

from typing import Any

from flask import abort, redirect, render_template, url_for

from peerreview import access, links
from peerreview.extensions import db
from peerreview.models import Letter, PersonalLink, Purpose, board_detail, utc_now
from peerreview.nominations import bp, signposts
from peerreview.nominations.seat import Seat
from peerreview.wording import ORGANISATION_STAGES
from peerreview.workdays import local_day


@bp.get("/my/<token>")
@access.by_link(*Purpose)
def home(link: PersonalLink) -> Any:
    """The organisation's page; or what a member of staff, a reviewer or a requester is asked."""
    if link.purpose is Purpose.REQUESTER:
        return redirect(url_for("intake.request_by_link", token=links.token(link)))
    today = local_day(utc_now())
    of_organisation = link.purpose is Purpose.ORGANISATION
    posts = signposts.for_organisation(link, today) if of_organisation else signposts.for_person(link, today)
    return render_template(
        "nominations/home.html" if of_organisation else "nominations/asked.html",
        link=link, token=links.token(link), review=link.review, seat=Seat.behind(link), posts=posts, today=today,
        next=None if link.review.has_ended else next((post for post in posts if post.is_to_do), None),
        stage_words=ORGANISATION_STAGES[link.review.stage], board=board_detail,
    )  # fmt: skip


@bp.get("/my/<token>/notice")
@access.by_link(Purpose.ORGANISATION)
def notice_by_link(link: PersonalLink) -> Any:
    """The notice as it was sent."""
    notice = db.session.scalar(
        db.select(Letter)
        .where(Letter.review_id == link.review_id, Letter.name == "notice")
        .order_by(Letter.id.desc())
        .limit(1)
    )
    if notice is None:
        abort(404)
    return render_template(
        "nominations/notice_by_link.html",
        link=link,
        token=links.token(link),
        notice=notice,
        text=links.mask(notice.text),
    )
