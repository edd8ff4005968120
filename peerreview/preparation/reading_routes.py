"""A reviewer reads and notes, one standard at a time. Notes save themselves as they are typed."""

from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, notes, outbox
from peerreview.filters import time_of_day
from peerreview.models import NoteKind, Review, Standard, utc_now
from peerreview.notes import Saved
from peerreview.preparation import bp
from peerreview.preparation.forms import NotesForm
from peerreview.preparation.routes import standards_of
from peerreview.workflow import Role

KINDS = {"reading": NoteKind.READING, "enquiry": NoteKind.ENQUIRY}


@bp.route("/reviews/<reference>/reading-notes", methods=["GET", "POST"], defaults={"standard_id": None})
@bp.route("/reviews/<reference>/reading-notes/<int:standard_id>", methods=["GET", "POST"])
@access.by(Role.REVIEWER)
def notes_on(reference: str, standard_id: int | None) -> Any:
    """Notes on a standard, or on the whole. Answers JSON to the script that saves, a page to the button."""
    review, _actor = access.declared_as(reference, Role.REVIEWER)
    standard = _standard_or_404(review, standard_id)
    form = _form(review, standard)
    if not (form.validate_on_submit() and notes.are_open(review)):
        return _page(review, standard, form, 200 if not form.is_submitted() else 400 if form.errors else 409)
    saved = _save(review, standard, form)
    outbox.commit()
    lost = {name: result for name, result in saved.items() if not result.won}
    if request.accept_mimetypes.best == "application/json":
        return _as_json(saved), 409 if lost else 200
    if lost:
        _show_both(form, saved)
        return _page(review, standard, form, 409, lost)
    flash("Your notes are saved.", "done")
    return redirect(request.path)


def _save(review: Review, standard: Standard | None, form: NotesForm) -> dict[str, Saved]:
    return {
        name: notes.save(
            review, access.me(), standard, kind, form[name].data or "", bool(form.shared.data), _seen(form, name)
        )
        for name, kind in KINDS.items()
    }


def _seen(form: NotesForm, name: str) -> int:
    typed = form[f"{name}_version"].data or "0"
    return int(typed) if typed.isdecimal() else 0


def _as_json(saved: dict[str, Saved]) -> Response:
    versions = {f"{name}_version": str(result.version) for name, result in saved.items() if result.won}
    return jsonify(saved=time_of_day(utc_now()), fields=versions)


def _show_both(form: NotesForm, saved: dict[str, Saved]) -> None:
    """The text of the other window is shown beside one's own; saving again keeps one's own."""
    for name, result in saved.items():
        form[f"{name}_version"].raw_data = form[f"{name}_version"].data = None
        form[f"{name}_version"].data = str(result.version)
        if not result.won:
            form[name].errors = ["This note was saved in another window. Compare both, then save again"]


def _form(review: Review, standard: Standard | None) -> NotesForm:
    mine = notes.of(review, access.me(), frozenset(KINDS.values()))
    values: dict[str, Any] = {}
    for name, kind in KINDS.items():
        note = mine.get((standard.id if standard else None, kind))
        values[name], values[f"{name}_version"] = (note.text, str(note.version)) if note else ("", "0")
        values["shared"] = values.get("shared") or bool(note and note.shared)
    form: NotesForm = NotesForm(data=values)
    return form


def _standard_or_404(review: Review, standard_id: int | None) -> Standard | None:
    if standard_id is None:
        return None
    return next((one for one in standards_of(review) if one.id == standard_id), None) or abort(404)


def _page(
    review: Review, standard: Standard | None, form: NotesForm, status: int, lost: dict[str, Saved] | None = None
) -> tuple[str, int]:
    standards = standards_of(review)
    at = standards.index(standard) if standard else -1
    following = standards[at + 1] if at + 1 < len(standards) else None
    page = render_template(
        "preparation/notes.html", review=review, standard=standard, form=form, lost=lost or {}, following=following,
        number=at + 1, standards=standards, others=notes.shared_by_others(review, access.me(), standard),
        mine=notes.of(review, access.me(), frozenset(KINDS.values())), open=notes.are_open(review),
        back=url_for("preparation.show", reference=review.reference),
    )  # fmt: skip
    return page, status
