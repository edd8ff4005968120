"""The public form: no account, one question a page, kept on the server as it is typed."""

from flask import redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from peerreview import access, outbox
from peerreview.extensions import db, limiter
from peerreview.forms import Form, options
from peerreview.intake import actions, bp, drafts, queries
from peerreview.intake.forms import AUDITS, OrganisationForm, ReviewForm, SendForm, YouForm
from peerreview.models import Draft
from peerreview.typed import clean_line

Answer = str | Response | tuple[str, int]


@bp.get("/request")
@access.public
def start() -> str:
    """What a peer review is, what to have to hand, and the button that begins."""
    return render_template("intake/start.html")


@bp.post("/request")
@access.public
@limiter.limit("60 per hour")
def begin() -> Response:
    """A new draft."""
    draft = drafts.begin()
    outbox.commit()
    return redirect(url_for("intake.organisation", key=draft.key))


@bp.get("/request/<key>/organisation")
@access.public
@limiter.limit("120 per minute")
def organisation(key: str) -> Answer:
    """Search and choose; with the script, suggestions while typing."""
    draft = drafts.open_or_404(key)
    given = str(draft.answers.get("organisation", ""))
    search = clean_line(request.args.get("search", draft.answers.get("search", "")))[:100]
    form = OrganisationForm(formdata=None, data={"search": search, "organisation": given})
    known, problem = queries.chosen(given)
    if given and known is None:
        form.search.errors = [problem]
    return _organisation_page(draft, form)


@bp.post("/request/<key>/organisation")
@access.public
@limiter.limit("120 per minute")
def choose(key: str) -> Answer:
    """A search, or a choice. A typed name without a choice is a search too, so that Enter does what is meant."""
    draft = drafts.open_or_404(key)
    form = OrganisationForm()
    usable = form.search.validate(form)
    if usable and _goes_on_without_choosing(draft, form):
        form.organisation.errors = ["Choose yours from the list, or say that it is not listed"]
        return _organisation_page(draft, form)
    wants_search = ("find" in request.form and not form.picked.data) or not form.chosen
    if usable and wants_search and form.search.data:
        drafts.keep(draft, search=form.search.data)
        outbox.commit()
        return redirect(url_for("intake.organisation", key=key, search=form.search.data))
    known, problem = queries.chosen(form.chosen)
    if not usable or known is None:
        form.search.errors = form.search.errors or [problem]
        return _organisation_page(draft, form)
    drafts.keep(draft, organisation=known.id, search=known.name)
    draft.answers = {name: answer for name, answer in draft.answers.items() if name != "unlisted"}
    return _go_on(draft)


@bp.route("/request/<key>/unlisted", methods=["GET", "POST"])
@access.public
@limiter.limit("120 per hour", methods=["POST"])
def unlisted(key: str) -> Answer:
    """ "Ours is not listed": its name and borough in the person's own words."""
    draft = drafts.open_or_404(key)
    known = draft.answers.get("unlisted", {"given_name": draft.answers.get("search", "")})
    return _page(draft, "unlisted", "intake/unlisted.html", drafts.unlisted_form(data=known))


@bp.route("/request/<key>/you", methods=["GET", "POST"])
@access.public
@limiter.limit("120 per hour", methods=["POST"])
def you(key: str) -> Answer:
    """Who asks."""
    draft = drafts.open_or_404(key)
    return _page(draft, "you", "intake/you.html", YouForm(data=draft.answers.get("you")))


@bp.route("/request/<key>/review", methods=["GET", "POST"])
@access.public
@limiter.limit("120 per hour", methods=["POST"])
def review(key: str) -> Answer:
    """Which audit, why now, when it suits and when not."""
    draft = drafts.open_or_404(key)
    return _page(draft, "review", "intake/review.html", ReviewForm(data=draft.answers.get("review")))


@bp.get("/request/<key>/check")
@access.public
def check(key: str) -> Answer:
    """Check your answers."""
    draft = drafts.open_or_404(key)
    unfinished = drafts.first_unfinished(draft)
    return redirect(url_for(unfinished, key=key)) if unfinished else _check_page(draft, SendForm(formdata=None))


@bp.post("/request/<key>/check")
@access.public
@limiter.limit("30 per hour")
def send(key: str) -> Answer:
    """Send it, once, however often the button is pressed."""
    draft = drafts.open_or_404(key)
    unfinished = drafts.first_unfinished(draft)
    if unfinished:
        return redirect(url_for(unfinished, key=key))
    form = SendForm()
    if drafts.too_quick(draft):
        form.form_errors.append("That was quicker than anybody can read. Wait a few seconds, then send it again")
        return _check_page(draft, form)
    try:
        actions.ask(_asked(draft), key)
        db.session.delete(draft)
        outbox.commit()
    except IntegrityError:
        db.session.rollback()
    return redirect(url_for("intake.sent", key=key))


@bp.get("/request/<key>/sent")
@access.public
def sent(key: str) -> Answer:
    """The reference number, and what happens next."""
    asked = queries.request_sent(key)
    if asked is None:
        draft = drafts.open_or_404(key)
        return redirect(url_for("intake.check", key=draft.key))
    return render_template("intake/sent.html", review=asked.review)


def _page(draft: Draft, name: str, template: str, form: Form) -> Answer:
    """One page of answers: kept even when they cannot be used yet, then on to what is still missing."""
    if form.is_submitted():
        drafts.keep(draft, **{name: drafts.typed(form)})
        if form.validate():
            return _go_on(draft)
        outbox.commit()
    return render_template(template, form=form, key=draft.key), 400 if form.errors else 200


def _go_on(draft: Draft) -> Response:
    address = url_for(drafts.first_unfinished(draft) or "intake.check", key=draft.key)
    outbox.commit()
    return redirect(address)


def _goes_on_without_choosing(draft: Draft, form: OrganisationForm) -> bool:
    """Continue below a list, with nothing chosen from it and nothing new to search for."""
    seen_already = form.search.data == draft.answers.get("search") and "find" not in request.form
    return seen_already and not form.chosen and bool(queries.found(form.search.data or ""))


def _organisation_page(draft: Draft, form: OrganisationForm) -> tuple[str, int]:
    found = queries.found(form.search.data or "")
    form.organisation.choices = options([(str(each.id), each.name) for each in found])
    places = {str(each.id): each.place for each in found if each.place}
    full = len(found) == queries.MOST_FOUND
    page = render_template("intake/organisation.html", form=form, key=draft.key, found=found, places=places, full=full)
    return page, 400 if form.errors else 200


def _check_page(draft: Draft, form: SendForm) -> tuple[str, int]:
    asked = _asked(draft)
    again = asked.organisation is not None and queries.waits_already(asked.organisation.id)
    page = render_template("intake/check.html", asked=asked, form=form, key=draft.key, again=again)
    return page, 400 if form.form_errors else 200


def _asked(draft: Draft) -> actions.Asked:
    answers = draft.answers
    about = {**answers["review"], "audit": dict(AUDITS)[answers["review"]["audit"]]}
    if "unlisted" not in answers:
        known, _ = queries.chosen(str(answers["organisation"]))
        return actions.Asked(organisation=known, **answers["you"], **about)
    unlisted = answers["unlisted"]
    return actions.Asked(
        given_name=unlisted["given_name"],
        borough=queries.borough_with(unlisted["borough"]),
        organisation_details=unlisted["details"],
        **answers["you"],
        **about,
    )
