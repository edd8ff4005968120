"""After the result of a draw: plan the reviews of those drawn, and take the next reserve for a place that was lost."""

from flask import abort, flash, redirect, url_for
from werkzeug.wrappers import Response

from peerreview import access, forms, outbox
from peerreview.extensions import db
from peerreview.models import Draw, DrawEntry, Organisation
from peerreview.programme import bp, draw_places, draw_record
from peerreview.programme.draw import Outcome, Place
from peerreview.programme.draw_routes import draw_as, draw_page
from peerreview.workflow import Role


@bp.route("/programme/draws/<draw>/planning", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def draw_planning(draw: str) -> str | Response:
    """Step 5: plan a review of everybody drawn; who cannot be planned any more is shown first."""
    found, actor = draw_as(draw, Role.COORDINATOR)
    form = forms.Form()
    if form.validate_on_submit():
        entries = draw_places.plan_drawn(found, actor)
        outbox.commit()
        planned = sum(entry.review is not None for entry in entries)
        flash(f"{planned} of {len(entries)} drawn {'is' if len(entries) == 1 else 'are'} planned.", "done")
        return redirect(url_for(".draw", draw=draw))
    drawn = [place for place in draw_record.places(found) if place.outcome is Outcome.DRAWN]
    faults, why = draw_record.faults(found), _why_passed_over(found, drawn)
    return draw_page("programme/draw_planning.html", found, form=form, faults=faults, drawn=drawn, why=why)


@bp.route("/programme/draws/<draw>/reserves/<int:entry_id>", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def draw_reserve(draw: str, entry_id: int) -> str | Response:
    """Take the next reserve instead of a place that was lost."""
    found, actor = draw_as(draw, Role.COORDINATOR)
    lost = next((entry for entry in found.entries if entry.id == entry_id), None)
    if lost is None:
        abort(404)
    form = forms.Form()
    if form.validate_on_submit():
        taken = draw_places.take_reserve(found, lost, actor)
        outbox.commit()
        flash(*_said(taken))
        return redirect(url_for(".draw", draw=draw))
    left = draw_record.reserves_left(found, lost.stratum) if lost in draw_record.lost_places(found) else []
    facts = {"faults": draw_record.faults(found), "left": left, "why": _why_passed_over(found, left)}
    return draw_page("programme/draw_reserve.html", found, form=form, lost=lost, **facts)


def _said(taken: DrawEntry) -> tuple[str, str]:
    if taken.review is not None:
        return f"{taken.organisation.name} is planned as {taken.review.reference}.", "done"
    return "No reserve of this group could be planned. Each was passed over, with its reason.", "warning"


def _why_passed_over(draw: Draw, places: list[Place]) -> dict[int, str]:
    ids = [place.id for place in places]
    rows = db.session.scalars(db.select(Organisation).where(Organisation.id.in_(ids)))
    return draw_places.why_passed_over(draw, {row.id: row for row in rows})
