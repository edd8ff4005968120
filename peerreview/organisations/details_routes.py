"""Adding an organisation by hand, and changing its details with a reason."""

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from peerreview import access, outbox
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.forms import options
from peerreview.organisations import actions, bp, queries
from peerreview.organisations.aliases import Taken
from peerreview.organisations.forms import AddForm, EditForm
from peerreview.typed import clean_line
from peerreview.workflow import Role


@bp.route("/organisations/new", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def add() -> str | Response | tuple[str, int]:
    """One that the import did not bring: a section 11 agency, or a school named in a request."""
    form = AddForm(name=clean_line(request.args.get("name")), review=clean_line(request.args.get("review")))
    boroughs = {str(each.id): each for each in queries.boroughs()}
    form.borough.choices = options([("", "Choose one"), *((key, each.name) for key, each in boroughs.items())])
    if form.validate_on_submit():
        try:
            organisation = actions.add(form, boroughs[form.borough.data], Actor.of(access.me(), Role.COORDINATOR))
            outbox.commit()
        except (IntegrityError, Taken):
            db.session.rollback()
            form.urn.errors = ["Another organisation of the register has this URN"]
        else:
            flash(f"{organisation.name} is in the register.", "done")
            return redirect(_after_adding(form.review.data or "", organisation.id, organisation.name))
    return render_template("organisations/details.html", form=form, organisation=None), 400 if form.errors else 200


@bp.route("/organisations/<int:organisation_id>/details", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def details(organisation_id: int) -> str | Response | tuple[str, int]:
    """The details, by hand, with a reason."""
    organisation = queries.organisation_or_404(organisation_id, to_change=request.method == "POST")
    form = EditForm(data=actions.details_of(organisation) | {"seen": actions.fingerprint(organisation)})
    overtaken = form.is_submitted() and form.seen.data != actions.fingerprint(organisation)
    if form.validate_on_submit() and not overtaken:
        changed = actions.change(organisation, form, Actor.of(access.me(), Role.COORDINATOR))
        outbox.commit()
        flash("The details are changed." if changed else "Nothing was different, so nothing was changed.", "done")
        return redirect(url_for("organisations.show", organisation_id=organisation.id))
    now = actions.details_of(organisation) if overtaken else {}
    form.seen.data = actions.fingerprint(organisation)
    status = 409 if overtaken else 400 if form.errors else 200
    return render_template("organisations/details.html", form=form, organisation=organisation, now=now), status


def _after_adding(reference: str, organisation_id: int, name: str) -> str:
    if reference:
        return url_for("intake.triage", reference=reference, search=name)
    return url_for("organisations.show", organisation_id=organisation_id)
