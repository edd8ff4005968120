"""On the visit: notes by standard, peer ratings and files. Made for a phone."""

from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, notes, outbox, process, storage
from peerreview.extensions import db
from peerreview.filters import time_of_day
from peerreview.forms import options
from peerreview.models import Document, DocumentKind, Note, NoteKind, PeerRating, Review, Standard, utc_now
from peerreview.notes import Saved
from peerreview.visits import actions, bp
from peerreview.visits.forms import FilesForm, RatingForm, VisitNoteForm
from peerreview.workflow import Role

TEAM = (Role.REVIEWER, Role.COORDINATOR)


@bp.get("/reviews/<reference>/notes", endpoint="notes")
@access.by(Role.COORDINATOR, Role.REVIEWER)
def overview(reference: str) -> str:
    review, _actor = access.declared_as(reference, *TEAM)
    return _overview(review, FilesForm(formdata=None))


@bp.route("/reviews/<reference>/notes/whole", methods=["GET", "POST"], defaults={"standard_id": None})
@bp.route("/reviews/<reference>/notes/<int:standard_id>", methods=["GET", "POST"])
@access.by(Role.REVIEWER)
def notes_on(reference: str, standard_id: int | None) -> Any:
    """One's own note from the visit. Answers JSON to the script that saves, a page to the button."""
    review, _actor = access.declared_as(reference, Role.REVIEWER)
    standard = _standard_or_404(review, standard_id)
    form = _note_form(review, standard)
    if not (form.validate_on_submit() and notes.are_open(review)):
        status = 200 if not form.is_submitted() else 400 if form.errors else 409
        return _page(review, standard, form, _rating_form(review, standard, read=False)), status
    typed = form.note_version.data or "0"
    seen = int(typed) if typed.isdecimal() else 0
    text, shared = form.note.data or "", bool(form.shared.data)
    saved = notes.save(review, access.me(), standard, NoteKind.VISIT, text, shared, seen)
    outbox.commit()
    if request.accept_mimetypes.best == "application/json":
        fields = {"note_version": str(saved.version)} if saved.won else {}
        return jsonify(saved=time_of_day(utc_now()), fields=fields), 200 if saved.won else 409
    if not saved.won:
        form.note_version.data = str(saved.version)
        form.note.errors = ["This note was saved in another window. Compare both, then save again"]
        return _page(review, standard, form, _rating_form(review, standard, read=False), saved), 409
    flash("Your note is saved.", "done")
    return redirect(request.path)


@bp.post("/reviews/<reference>/ratings/<int:standard_id>")
@access.by(Role.REVIEWER)
def rate(reference: str, standard_id: int) -> Any:
    """The team's rating; of two members at once, the second sees what the first decided."""
    review, actor = access.declared_as(reference, Role.REVIEWER)
    standard = _standard_or_404(review, standard_id) or abort(404)
    form, note = _rating_form(review, standard), _note_form(review, standard, read=False)
    if not (form.validate_on_submit() and notes.are_open(review)):
        return _page(review, standard, note, form), 400 if form.errors else 409
    first = actions.rate(review, standard, form, actor)
    outbox.commit()
    if first is not None:
        form.rating_version.data = str(first.version)
        form.tested.errors = [f"{first.rated_by} has rated this in the meantime. Compare both, then save again"]
        return _page(review, standard, note, form, other_rating=first), 409
    flash("The rating is saved.", "done")
    return redirect(url_for("visits.notes_on", reference=reference, standard_id=standard_id))


@bp.post("/reviews/<reference>/visit-files")
@access.by(Role.COORDINATOR, Role.REVIEWER)
def add_files(reference: str) -> str | Response:
    review, actor = access.declared_as(reference, *TEAM)
    form = FilesForm()
    if not form.validate_on_submit():
        return _overview(review, form)
    form.files.errors = actions.add_files(review, form.files.data, actor)
    outbox.commit()
    if form.files.errors:
        return _overview(review, form)
    flash("The files are kept with the review.", "done")
    return redirect(url_for("visits.notes", reference=reference))


@bp.post("/reviews/<reference>/visit-files/<int:document_id>/removal")
@access.by(Role.COORDINATOR, Role.REVIEWER)
def remove_file(reference: str, document_id: int) -> Response:
    review, actor = access.declared_as(reference, *TEAM)
    document = next((one for one in visit_files(review) if one.id == document_id), None) or abort(404)
    actions.remove_file(document, actor)
    outbox.commit()
    storage.remove(document.key)
    flash(f"‘{document.filename}’ is removed.", "done")
    return redirect(url_for("visits.notes", reference=reference))


def visit_files(review: Review) -> list[Document]:
    """What the team brought back and did not remove again."""
    return [d for d in review.documents if d.kind is DocumentKind.VISIT_FILE and d.removed_at is None]


def _standards(review: Review) -> list[Standard]:
    return list(review.audit_template.standards) if review.audit_template else []


def _standard_or_404(review: Review, standard_id: int | None) -> Standard | None:
    if standard_id is None:
        return None
    return next((one for one in _standards(review) if one.id == standard_id), None) or abort(404)


def _words_of_scale(review: Review) -> dict[str, str]:
    """Each value of the template's scale with its text, in the scale's order."""
    if review.audit_template is None:
        return {}
    scale = review.audit_template.scale
    entries = [*scale["values"], *([scale["not_applicable"]] if scale.get("not_applicable") else [])]
    return {entry["value"]: entry["text"] for entry in entries}


def _note_form(review: Review, standard: Standard | None, read: bool = True) -> VisitNoteForm:
    """``read=False``: the other form of the page was sent."""
    key = (standard.id if standard else None, NoteKind.VISIT)
    note: Note | None = notes.of(review, access.me(), frozenset({NoteKind.VISIT})).get(key)
    values = (
        {"note": note.text, "shared": note.shared, "note_version": str(note.version)} if note else {"note_version": "0"}
    )
    more: dict[str, Any] = {} if read else {"formdata": None}
    form: VisitNoteForm = VisitNoteForm(data=values, **more)
    return form


def _rating_form(review: Review, standard: Standard | None, read: bool = True) -> RatingForm:
    found = actions.rating_of(review, standard) if standard else None
    values: dict[str, Any] = {"rating_version": "0"}
    if found:
        names = ("self_value", "value", "tested", "reason")
        values = {name: getattr(found, name) for name in names} | {"rating_version": str(found.version)}
    more: dict[str, Any] = {} if read else {"formdata": None}
    form: RatingForm = RatingForm(data=values, **more)
    scale = list(_words_of_scale(review).items())
    form.self_value.choices = options([("", "Not known"), *scale])
    form.value.choices = options([("", "None"), *scale])
    return form


def _overview(review: Review, form: FilesForm) -> str:
    rated = db.session.scalars(db.select(PeerRating).where(PeerRating.review_id == review.id))
    return render_template(
        "visits/notes.html", review=review, form=form, files=visit_files(review), standards=_standards(review),
        mine=notes.of(review, access.me(), frozenset({NoteKind.VISIT})), scale=_words_of_scale(review),
        ratings={rating.standard_id: rating for rating in rated}, reviews_it=access.acts_as(Role.REVIEWER, review),
        others=notes.shared_by_others(review, access.me(), None),
        open=process.may(review, "add_visit_file", Role.REVIEWER),
    )  # fmt: skip


def _page(
    review: Review,
    standard: Standard | None,
    form: VisitNoteForm,
    rating: RatingForm,
    lost: Saved | None = None,
    other_rating: PeerRating | None = None,
) -> str:
    standards = _standards(review)
    at = standards.index(standard) if standard else -1
    return render_template(
        "visits/standard.html", review=review, standard=standard, form=form, rating=rating, lost=lost,
        other_rating=other_rating, scale=_words_of_scale(review), number=at + 1, standards=standards,
        following=standards[at + 1] if at + 1 < len(standards) else None, open=notes.are_open(review),
        others=notes.shared_by_others(review, access.me(), standard),
        page_has_errors=bool(form.errors or rating.errors),
    )  # fmt: skip
