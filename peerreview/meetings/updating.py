"""One page on which somebody says how an action is going: the organisation by its link, or a coordinator by phone."""

from typing import Any

from flask import abort, flash, redirect, render_template
from werkzeug.datastructures import FileStorage

from peerreview import drafts, outbox, process, storage
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.meetings import following
from peerreview.meetings.forms import UpdateForm
from peerreview.models import Action, Document
from peerreview.storage import Refused, Stored
from peerreview.workflow import Role

KEPT = ("text", "impact", "done")


def page(action: Action, actor: Actor, back: str, writer: str) -> Any:
    """Show the form, keep what is being typed, or save it and go back. ``writer`` keeps two people's drafts apart."""
    key = f"action-{action.id}-{writer}"
    form = UpdateForm(data=drafts.kept(key))
    if drafts.is_autosave():
        return drafts.keep(key, "action_update", form, KEPT)
    if form.validate_on_submit():
        kept, refused = _keep(form.files.data or [])
        if not refused:
            typed = following.Typed(form.text.data or "", form.impact.data or "", form.done.data == "yes", kept)
            following.update(action, typed, actor)
            drafts.forget(key)
            outbox.commit()
            flash("Thank you. What you wrote is saved." if not actor.by_phone else "The update is recorded.", "done")
            return redirect(back)
        for stored in kept:
            storage.remove(stored.key)
        form.files.errors = refused
    return render_template(
        "meetings/update.html", form=form, action=action, back=back, by_phone=actor.by_phone,
        reason=process.why_not(action.review, "update_action", Role.ORGANISATION),
    )  # fmt: skip


def file_or_404(action: Action, document_id: int) -> Document:
    """A file of one of the action's updates."""
    files = (document for update in action.updates for document in update.files)
    return next((each for each in files if each.id == document_id and each.removed_at is None), None) or abort(404)


def _keep(uploads: list[FileStorage]) -> tuple[list[Stored], list[str]]:
    """The files in the store, and a sentence for each that may not come in. No transaction is open meanwhile."""
    db.session.rollback()
    kept, refused = [], []
    for upload in uploads:
        if not upload.filename:
            continue
        try:
            kept.append(storage.keep(upload.stream, upload.filename))
        except Refused as problem:
            refused.append(problem.message)
    return kept, refused
