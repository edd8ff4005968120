"""Triage: the coordinator reads a request, finds its organisation in the register, and accepts or declines it."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, audit_trail, outbox, process
from peerreview.audit_trail import Actor
from peerreview.forms import options
from peerreview.intake import actions, bp, queries
from peerreview.intake.forms import CHOOSE_IT, AcceptForm, DeclineForm, MatchForm
from peerreview.models import Review
from peerreview.typed import clean_line
from peerreview.wording import STAGES
from peerreview.workflow import Role

Answer = str | Response | tuple[str, int]


@bp.get("/reviews/<reference>/request")
@access.by(Role.COORDINATOR)
def triage(reference: str) -> str:
    """What was asked, and the decision or what was decided."""
    review, _ = _asked_or_404(reference)
    return _page(review, _match_form(review), _accept_form(review), _decline_form(review))


@bp.post("/reviews/<reference>/request/organisation")
@access.by(Role.COORDINATOR)
def match(reference: str) -> Answer:
    """Say which organisation of the register it is."""
    review, actor = _asked_or_404(reference)
    form = _match_form(review)
    organisation = queries.own_organisation(form.organisation.data)
    if organisation is None:
        form.organisation.errors = [CHOOSE_IT]
        return _page(review, form, _accept_form(review, unread=True), _decline_form(review)), 400
    actions.match(review, organisation, actor)
    outbox.commit()
    flash(f"The request is about {organisation.name}.", "done")
    return redirect(url_for("intake.triage", reference=reference))


@bp.post("/reviews/<reference>/request/acceptance")
@access.by(Role.COORDINATOR)
def accept(reference: str) -> Answer:
    """Take it into a programme year."""
    review, actor = _asked_or_404(reference)
    years = {str(year.id): year for year in queries.years_for(review)}
    if not years:
        raise process.NotNow("There is no programme year to accept it into.")
    form = _accept_form(review)
    if not form.validate():
        return _page(review, _match_form(review, unread=True), form, _decline_form(review)), 400
    try:
        year = years[form.year.data]
        actions.accept(review, year, actor, seen=_seen(form), is_contact=form.is_contact.data)
        outbox.commit()
    except process.Overtaken as overtaken:
        return _second(reference, "accept", str(overtaken))
    flash(f"The request is accepted into {year.label}. The person who asked gets a letter.", "done")
    return redirect(url_for("reviews.show", reference=reference))


@bp.post("/reviews/<reference>/request/refusal")
@access.by(Role.COORDINATOR)
def decline(reference: str) -> Answer:
    """Turn it down with a reason."""
    review, actor = _asked_or_404(reference)
    form = DeclineForm()
    if not form.validate():
        return _page(review, _match_form(review, unread=True), _accept_form(review, unread=True), form), 400
    try:
        actions.decline(review, form.reason.data or "", actor, seen=_seen(form))
        outbox.commit()
    except process.Overtaken as overtaken:
        return _second(reference, "decline", str(overtaken), form.reason.data or "")
    flash("The request is declined. The person who asked gets a letter with your reason.", "done")
    return redirect(url_for("intake.triage", reference=reference))


def _asked_or_404(reference: str) -> tuple[Review, Actor]:
    review, actor = access.review_as(reference, Role.COORDINATOR)
    if review.request is None:
        abort(404)
    return review, actor


def _second(reference: str, step: str, said: str, typed: str = "") -> Answer:
    """Somebody decided first: say who and when, and give the text back. A double click is only told the result."""
    review, actor = _asked_or_404(reference)
    first = audit_trail.last_move(review, process.MOVING)
    if first and first.step == step and first.person_id == actor.person_id and not typed.replace(review.end_reason, ""):
        return redirect(url_for("intake.triage", reference=reference))
    none = (_match_form(review, unread=True), _accept_form(review, unread=True), _decline_form(review))
    return _page(review, *none, said=said, typed=typed), 409


def _seen(form: AcceptForm | DeclineForm) -> int:
    version = form.version.data or ""
    return int(version) if version.isdecimal() else 0


def _search(review: Review) -> str:
    return clean_line(request.args.get("search", review.given_name))[:100]


def _match_form(review: Review, unread: bool = False) -> MatchForm:
    form = MatchForm(formdata=None) if unread else MatchForm()
    found = queries.likely_matches(_search(review))
    form.organisation.choices = options([(str(each.id), f"{each.name}, {each.place}") for each in found])
    return form


def _accept_form(review: Review, unread: bool = False) -> AcceptForm:
    years = [(str(year.id), year.label) for year in queries.years_for(review)]
    known = {"version": str(review.version), "year": years[0][0] if len(years) == 1 else None}
    form = AcceptForm(formdata=None, data=known) if unread else AcceptForm(data=known)
    form.year.choices = options(years)
    return form


def _decline_form(review: Review) -> DeclineForm:
    return DeclineForm(formdata=None, version=str(review.version))


def _page(
    review: Review,
    match_form: MatchForm,
    accept_form: AcceptForm,
    decline_form: DeclineForm,
    said: str = "",
    typed: str = "",
) -> str:
    return render_template(
        "intake/triage.html",
        review=review,
        asked=review.request,
        others=queries.other_open_reviews(review),
        match_form=match_form,
        accept_form=accept_form,
        decline_form=decline_form,
        may_decide=process.may(review, "decline", Role.COORDINATOR),
        search=_search(review),
        overtaken=said,
        typed=typed,
        stages=STAGES,
        page_has_errors=any(form.errors for form in (match_form, accept_form, decline_form)),
    )
