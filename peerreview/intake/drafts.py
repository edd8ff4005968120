"""A request that is being typed: kept on the server under a random key that only its address has."""

import secrets
import time
from datetime import timedelta
from typing import Any

from flask import abort, redirect, request, url_for
from sqlalchemy import delete

from peerreview import process
from peerreview.extensions import db, reading_only
from peerreview.forms import Form, options
from peerreview.intake import queries
from peerreview.intake.forms import ReviewForm, UnlistedForm, YouForm
from peerreview.models import Draft, utc_now

PURPOSE = "request"
KEPT = timedelta(days=30)  # after the last change; then a request that was never sent is forgotten
LONGEST_KEPT = 10_000  # characters of one answer; what is longer is refused at its field and given back there
QUICKEST = 3.0  # seconds from the first page to the sending; robots are quicker


def begin() -> Draft:
    """A new draft; those forgotten long ago are removed on this occasion."""
    db.session.execute(delete(Draft).where(Draft.purpose == PURPOSE, Draft.changed_at < utc_now() - KEPT))
    draft = Draft(key=secrets.token_urlsafe(32), purpose=PURPOSE, answers={"started": time.time()})
    db.session.add(draft)
    return draft


def open_or_404(key: str) -> Draft:
    """The draft, kept from others until the commit when something is sent.

    When its request was sent already: a redirect to the page that says so, or, for an old tab that still sends
    something, NotNow, whose page gives the text back.
    """
    wanted = db.select(Draft).where(Draft.key == key[:64], Draft.purpose == PURPOSE)
    draft: Draft | None = db.session.scalar(wanted if reading_only() else wanted.with_for_update())
    if draft is not None:
        return draft
    sent = queries.request_sent(key)
    if sent is None:
        abort(404)
    if reading_only() or request.endpoint == "intake.send":
        abort(redirect(url_for("intake.sent", key=key)))
    raise process.NotNow(f"This request was sent already, as {sent.review.reference}. Write to us to change it.")


def keep(draft: Draft, **answers: Any) -> None:
    """Remember answers, usable or not. A step that is answered again replaces only its own."""
    draft.answers = {**draft.answers, **answers}
    draft.version += 1


def typed(form: Form) -> dict[str, str]:
    """What stands in the boxes of a form that is worth keeping."""
    texts = {field.name: field.data for field in form if field.name not in ("csrf_token", "nickname")}
    return {name: text[:LONGEST_KEPT] for name, text in texts.items() if isinstance(text, str)}


def too_quick(draft: Draft) -> bool:
    """Whether nobody could have typed all this since the first page was opened."""
    return time.time() - float(draft.answers["started"]) < QUICKEST


def first_unfinished(draft: Draft) -> str | None:
    """The endpoint of the first page that has no usable answers, or nothing."""
    answers = draft.answers
    if "unlisted" in answers:
        if not _usable(unlisted_form(formdata=None, data=answers["unlisted"], meta={"csrf": False})):
            return "intake.unlisted"
    elif queries.chosen(str(answers.get("organisation", "")))[0] is None:
        return "intake.organisation"
    for name, kind in (("you", YouForm), ("review", ReviewForm)):
        if not _usable(kind(formdata=None, data=answers.get(name), meta={"csrf": False})):
            return f"intake.{name}"
    return None


def unlisted_form(**values: Any) -> UnlistedForm:
    """The form for an organisation that is not listed, with the board's boroughs."""
    form = UnlistedForm(**values)
    form.borough.choices = options([(each.code, each.name) for each in queries.boroughs()])
    return form


def _usable(form: Form) -> bool:
    return bool(form.validate())
