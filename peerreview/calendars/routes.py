"""The pages on which people see, renew and end their calendar addresses."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from peerreview import access, outbox
from peerreview.access import me
from peerreview.audit_trail import Actor
from peerreview.calendars import addresses, bp, queries
from peerreview.extensions import db
from peerreview.models import Borough, Person
from peerreview.workflow import Role

MADE = "The new address is ready. The one before it no longer works."
ENDED = "The address no longer works. Programs that read it will soon show no visits."
OLD_PAGE = "That page was not the latest, so nothing was changed. This is how it stands now."


@bp.get("/my-calendar")
@access.by()
def mine() -> str:
    return render_template("calendars/mine.html", for_boroughs=me().holds(Role.COORDINATOR), **_shown(me()))


@bp.post("/my-calendar/address")
@access.by()
def my_address() -> Response:
    return _done(addresses.renew(me(), _seen(), _myself()), MADE, url_for("calendars.mine"))


@bp.post("/my-calendar/revocation")
@access.by()
def my_revocation() -> Response:
    return _done(addresses.revoke(me(), _seen(), _myself()), ENDED, url_for("calendars.mine"))


@bp.get("/borough-calendars")
@access.by(Role.COORDINATOR)
def boroughs() -> str:
    mine = list(db.session.scalars(select(Borough).where(_coordinated()).order_by(Borough.name)))
    feeds = queries.feeds_of(mine)
    shown = [(borough, feeds.get(borough.id), addresses.address(feeds.get(borough.id))) for borough in mine]
    return render_template("calendars/boroughs.html", shown=shown)


@bp.post("/borough-calendars/<code>/address")
@access.by(Role.COORDINATOR)
def borough_address(code: str) -> Response:
    borough, actor = _borough(code)
    return _done(addresses.renew(borough, _seen(), actor), MADE, url_for("calendars.boroughs"))


@bp.post("/borough-calendars/<code>/revocation")
@access.by(Role.COORDINATOR)
def borough_revocation(code: str) -> Response:
    borough, actor = _borough(code)
    return _done(addresses.revoke(borough, _seen(), actor), ENDED, url_for("calendars.boroughs"))


def _shown(owner: Person) -> dict[str, Any]:
    feed = addresses.of(owner)
    return {"feed": feed, "address": addresses.address(feed)}


def _seen() -> int:
    """The generation that the page showed."""
    return request.form.get("generation", 0, int)


def _myself() -> Actor:
    roles = [held.role for held in me().appointments]
    return Actor.of(me(), roles[0] if roles else Role.REVIEWER)


def _coordinated() -> Any:
    boroughs = me().boroughs_as(Role.COORDINATOR)
    return Borough.id.is_not(None) if boroughs is None else Borough.id.in_(boroughs)


def _borough(code: str) -> tuple[Borough, Actor]:
    """The borough, if the person who is signed in coordinates there; otherwise 404."""
    borough = db.session.scalar(select(Borough).where(Borough.code == code, _coordinated()))
    if borough is None:
        abort(404)
    return borough, Actor.of(me(), Role.COORDINATOR)


def _done(changed: bool, words: str, back: str) -> Response:
    outbox.commit()
    flash(words if changed else OLD_PAGE, "done" if changed else "warning")
    return redirect(back)
