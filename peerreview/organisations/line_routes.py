"""Linking one organisation with another as predecessor or successor, and taking a link back."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox
from peerreview.audit_trail import Actor
from peerreview.forms import options
from peerreview.models import Organisation
from peerreview.organisations import bp, lines, parts, queries
from peerreview.organisations.forms import ReasonForm
from peerreview.organisations.reference_forms import LinkForm
from peerreview.typed import clean_line
from peerreview.workflow import Role

Page = str | Response | tuple[str, int]


@bp.get("/organisations/<int:organisation_id>/links/search")
@access.by(Role.COORDINATOR)
def find_link(organisation_id: int) -> str:
    """Search the register, closed ones too, for the organisation to link with."""
    organisation = queries.organisation_or_404(organisation_id)
    search = clean_line(request.args.get("search"))[:100]
    found = parts.to_link_with(organisation, search)
    return render_template("organisations/find_link.html", organisation=organisation, search=search, found=found)


@bp.route("/organisations/<int:organisation_id>/links/new", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def add_link(organisation_id: int) -> Page:
    """How the two are linked, since when and why."""
    organisation = queries.organisation_or_404(organisation_id)
    form = LinkForm(other=clean_line(request.args.get("other")))
    other = parts.other_organisation(form.other.data or "", organisation)
    if other is None:
        return redirect(url_for("organisations.find_link", organisation_id=organisation.id))
    form.direction.choices = options(_directions(organisation, other))
    if form.validate_on_submit():
        before, after = (other, organisation) if form.direction.data == "predecessor" else (organisation, other)
        try:
            lines.link(before, after, form.happened_on.data, form.reason.data or "", _actor())
        except lines.Circle:
            form.direction.errors = [f"{after.name} already comes before {before.name}. Take that link back first"]
        else:
            outbox.commit()
            return _back(organisation, f"{other.name} is linked.")
    facts = {"organisation": organisation, "other": other}
    return render_template("organisations/link.html", form=form, **facts), 400 if form.errors else 200


@bp.route("/organisations/<int:organisation_id>/links/<int:succession_id>/removal", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def take_back_link(organisation_id: int, succession_id: int) -> Page:
    """The link is wrong; it counts no more, and the next file of the register does not bring it back."""
    organisation = queries.organisation_or_404(organisation_id, to_change=request.method == "POST")
    row = parts.link_of(organisation, succession_id) or abort(404)
    form = ReasonForm()
    if form.validate_on_submit():
        lines.take_back(row, form.reason.data or "", _actor())
        outbox.commit()
        return _back(organisation, "The link is taken back.")
    facts = {"organisation": organisation, "row": row}
    return render_template("organisations/link_removal.html", form=form, **facts), 400 if form.errors else 200


def _directions(organisation: Organisation, other: Organisation) -> list[tuple[str, str]]:
    return [
        ("predecessor", f"{other.name} came first and went on as {organisation.name}"),
        ("successor", f"{organisation.name} came first and went on as {other.name}"),
    ]


def _actor() -> Actor:
    return Actor.of(access.me(), Role.COORDINATOR)


def _back(organisation: Organisation, words: str) -> Response:
    flash(words, "done")
    return redirect(url_for("organisations.show", organisation_id=organisation.id) + "#line")
