"""What somebody is typing into a form that is not saved yet, kept on the server for that person and form."""

from collections.abc import Iterable
from typing import Any

from flask import jsonify, request
from werkzeug.wrappers import Response

from peerreview import outbox
from peerreview.extensions import db
from peerreview.filters import time_of_day
from peerreview.forms import Form
from peerreview.models import Draft, utc_now


def is_autosave() -> bool:
    """Whether the page's script saves what is being typed, and not the person pressing a button."""
    return request.method == "POST" and request.accept_mimetypes.best == "application/json"


def kept(key: str) -> dict[str, Any]:
    """What was kept, by field; empty when nothing was."""
    draft = db.session.get(Draft, key)
    return dict(draft.answers) if draft else {}


def keep(key: str, purpose: str, form: Form, fields: Iterable[str]) -> Response:
    """Keep these fields of the form as they are typed, and tell the script when that was."""
    answers = {name: form[name].data or "" for name in fields}
    draft = db.session.get(Draft, key)
    if draft is None:
        db.session.add(Draft(key=key, purpose=purpose, answers=answers))
    else:
        draft.answers, draft.version = answers, draft.version + 1
    outbox.commit()
    return saved()


def saved(fields: dict[str, str] | None = None) -> Response:
    """The answer to the script: when it was saved, and new values of hidden fields."""
    return jsonify(saved=time_of_day(utc_now()), fields=fields or {})


def forget(key: str) -> None:
    """The form was saved: what was kept is not needed any more."""
    draft = db.session.get(Draft, key)
    if draft is not None:
        db.session.delete(draft)
