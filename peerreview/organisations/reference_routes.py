"""The references and names of one organisation: adding, correcting, ending, taking away, and a new URN."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from peerreview import access, outbox
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Alias, AliasKind, Organisation
from peerreview.organisations import aliases, bp, queries
from peerreview.organisations.aliases import Taken
from peerreview.organisations.forms import ReasonForm
from peerreview.organisations.reference_forms import KINDS, AliasForm, HeldForm, UrnForm
from peerreview.workflow import Role

Page = str | Response | tuple[str, int]


@bp.route("/organisations/<int:organisation_id>/references/new", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def add_alias(organisation_id: int) -> Page:
    """Another number or name, with the days on which it holds."""
    organisation = queries.organisation_or_404(organisation_id, to_change=request.method == "POST")
    form = AliasForm()
    if form.validate_on_submit():
        days = (form.from_on.data, form.until_on.data)
        with _said_at(form.value):
            reason = form.reason.data or ""
            aliases.add(organisation, AliasKind(form.kind.data), form.value.data or "", days, reason, _actor())
            outbox.commit()
        if not form.errors:
            return _back(organisation, f"{KINDS[form.kind.data]} {form.value.data} is added.")
    page = render_template("organisations/reference.html", form=form, organisation=organisation, alias=None)
    return page, 400 if form.errors else 200


@bp.route("/organisations/<int:organisation_id>/references/<int:alias_id>", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def alias(organisation_id: int, alias_id: int) -> Page:
    """Correct it, or end it by its last day."""
    organisation, held = _alias_or_404(organisation_id, alias_id)
    form = HeldForm(obj=None, data={name: getattr(held, name) for name in ("value", "from_on", "until_on")})
    form.known_kind, seen = held.kind.value, aliases.fingerprint(held)
    overtaken = form.is_submitted() and form.seen.data != seen
    if form.validate_on_submit() and not overtaken:
        days = (form.from_on.data, form.until_on.data)
        with _said_at(form.value):
            aliases.correct(held, form.value.data or "", days, form.reason.data or "", _actor())
            outbox.commit()
        if not form.errors:
            return _back(organisation, f"{KINDS[held.kind]} {form.value.data} is saved.")
    form.seen.data = seen
    facts = {"organisation": organisation, "alias": held, "kinds": KINDS, "overtaken": overtaken}
    page = render_template("organisations/reference.html", form=form, **facts)
    return page, 409 if overtaken else 400 if form.errors else 200


@bp.route("/organisations/<int:organisation_id>/references/<int:alias_id>/removal", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def alias_removal(organisation_id: int, alias_id: int) -> Page:
    """It never was a reference of this organisation."""
    organisation, held = _alias_or_404(organisation_id, alias_id)
    form = ReasonForm()
    if form.validate_on_submit():
        aliases.take_away(held, form.reason.data or "", _actor())
        outbox.commit()
        return _back(organisation, f"{held.value} is taken away.")
    page = render_template(
        "organisations/reference_removal.html", form=form, organisation=organisation, alias=held, kinds=KINDS
    )
    return page, 400 if form.errors else 200


@bp.route("/organisations/<int:organisation_id>/urn", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def urn(organisation_id: int) -> Page:
    """A new URN for the same organisation; the one before is kept with its days."""
    organisation = queries.organisation_or_404(organisation_id, to_change=request.method == "POST")
    form, seen = UrnForm(), organisation.urn or "none"
    overtaken = form.is_submitted() and form.seen.data != seen
    if form.validate_on_submit() and not overtaken:
        with _said_at(form.urn):
            aliases.change_urn(organisation, form.urn.data or None, form.from_on.data, form.reason.data or "", _actor())
            outbox.commit()
        if not form.errors:
            return _back(organisation, "The URN is changed, and the one before is kept.")
    form.seen.data = seen
    page = render_template("organisations/urn.html", form=form, organisation=organisation, overtaken=overtaken)
    return page, 409 if overtaken else 400 if form.errors else 200


def _alias_or_404(organisation_id: int, alias_id: int) -> tuple[Organisation, Alias]:
    organisation = queries.organisation_or_404(organisation_id, to_change=request.method == "POST")
    return organisation, next((each for each in organisation.aliases if each.id == alias_id), None) or abort(404)


@contextmanager
def _said_at(field: Any) -> Iterator[None]:
    """A reference that belongs to another organisation is said at its field."""
    try:
        yield
    except Taken as taken:
        field.errors = [f"This is a number of {taken}. If one went on as the other, link the two organisations instead"]
    except IntegrityError:
        db.session.rollback()
        field.errors = ["Another organisation was given this number a moment ago"]


def _actor() -> Actor:
    return Actor.of(access.me(), Role.COORDINATOR)


def _back(organisation: Organisation, words: str) -> Response:
    flash(words, "done")
    return redirect(url_for("organisations.show", organisation_id=organisation.id) + "#references")
