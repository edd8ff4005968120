"""Importing a file in the browser: bring it, look at what it would change, confirm or discard, and undo."""

from datetime import timedelta
from itertools import repeat
from typing import Any

from flask import Response as Answer
from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from peerreview import access, long_work, outbox, sheets, storage
from peerreview.audit_trail import Actor
from peerreview.extensions import db, limiter
from peerreview.forms import options
from peerreview.models import ImportKind, RegisterImport, RowFate, RowKind, utc_now
from peerreview.organisations import bp, bringing, import_acts, import_queries, import_work, importing, queries
from peerreview.organisations.file_kinds import FILE_KINDS
from peerreview.organisations.import_forms import ImportForm
from peerreview.organisations.import_words import FATES, KINDS, OVERTAKEN, STATES, WORK
from peerreview.organisations.sources import NotAnExtract
from peerreview.sheets import Kind, Sheet
from peerreview.workflow import Role

LATE = timedelta(minutes=3)  # the worker looks each minute at least
WORDS: dict[str, Any] = {"states": STATES, "kinds": KINDS, "fates": FATES, "work": WORK}


@bp.url_value_preprocessor
def room_for_an_extract(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """The one form that takes a whole extract, for those who may send it; asked before its token is looked for."""
    brings = endpoint == "organisations.bring" and request.method == "POST"
    if brings and current_user.is_authenticated and access.me().holds(Role.COORDINATOR):
        bringing.make_room()


@bp.get("/organisations/imports")
@access.by(Role.COORDINATOR)
def imports() -> str:
    """Who imported what and when, and what became of it."""
    rows, number, last = import_queries.imports(request.args.get("page", 1, type=int))
    until = dict(zip(rows, map(import_acts.undoable_until, rows, repeat(import_acts.time_to_undo())), strict=True))
    return render_template("organisations/imports.html", imports=rows, number=number, last=last, until=until, **WORDS)


@bp.route("/organisations/imports/new", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
@limiter.limit("20 per minute", methods=["POST"])
def bring() -> str | Response | tuple[str, int]:
    """A file to be looked at. Nothing changes yet."""
    form, status = ImportForm(kind=request.args.get("kind", ImportKind.EXTRACT)), 400
    form.kind.choices = options([(kind, each.words) for kind, each in FILE_KINDS.items()])
    if form.validate_on_submit():
        try:
            imported = bringing.bring(form.file.data, ImportKind(form.kind.data), access.me())
            outbox.commit()
        except (storage.Refused, NotAnExtract) as problem:
            form.file.errors = [str(problem)]
        except importing.Busy as problem:
            form.form_errors, status = [str(problem)], 409
        else:
            long_work.ask()
            return redirect(url_for("organisations.show_import", import_id=imported.id))
    page = render_template(
        "organisations/import_new.html", form=form, file_kinds=FILE_KINDS, boroughs=queries.boroughs()
    )
    return page, status if form.is_submitted() else 200


@bp.get("/organisations/imports/<int:import_id>")
@access.by(Role.COORDINATOR)
def show_import(import_id: int) -> str:
    """How far it is; what it would change; what it changed."""
    imported, only = import_queries.import_or_404(import_id), _only()
    page = import_queries.page_of(imported, only, request.args.get("page", 1, type=int))
    return render_template(
        "organisations/import.html",
        imported=imported,
        only=only,
        page=page,
        progress=long_work.told(import_work.name(imported.id)) if imported.is_at_work else None,
        until=import_acts.undoable_until(imported, import_acts.time_to_undo()),
        late=imported.is_at_work and imported.lease is None and imported.asked_at < utc_now() - LATE,
        **WORDS,
    )


@bp.get("/organisations/imports/<int:import_id>/progress")
@access.by(Role.COORDINATOR)
def import_progress(import_id: int) -> Answer:
    """The same for the page's own script, while it waits."""
    imported = import_queries.import_or_404(import_id)
    progress = long_work.told(import_work.name(imported.id)) if imported.is_at_work else None
    percent = progress.percent if progress else None
    return jsonify(stage=imported.state, at_work=imported.is_at_work, percent=percent)


@bp.get("/organisations/imports/<int:import_id>/rows.<any(csv, xlsx):ending>")
@access.by(Role.COORDINATOR)
@limiter.limit("20 per minute")
def import_sheet(import_id: int, ending: str) -> Answer:
    """The preview as a file, whole or as it is narrowed; a line for each field that changes."""
    imported = import_queries.import_or_404(import_id)
    sheet = Sheet(f"Import of {imported.filename}", import_queries.HEADINGS, import_queries.whole(imported, _only()))
    return sheets.download(sheet, Kind(ending), f"import {imported.id}")


@bp.post("/organisations/imports/<int:import_id>/confirmation")
@access.by(Role.COORDINATOR)
def confirm_import(import_id: int) -> Response:
    """Apply exactly what the preview says."""
    imported = import_queries.import_or_404(import_id)
    return _done(imported, import_acts.confirm(imported, _actor()))


@bp.post("/organisations/imports/<int:import_id>/discarding")
@access.by(Role.COORDINATOR)
def discard_import(import_id: int) -> Response:
    """Change nothing."""
    imported = import_queries.import_or_404(import_id)
    return _done(imported, import_acts.discard(imported, _actor()), "The import is discarded. Nothing was changed.")


@bp.route("/organisations/imports/<int:import_id>/undoing", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def undo_import(import_id: int) -> str | Response:
    """Ask first, and then put everything back."""
    imported = import_queries.import_or_404(import_id)
    until = import_acts.undoable_until(imported, import_acts.time_to_undo())
    if request.method != "POST" and until is not None:
        return render_template("organisations/import_undo.html", imported=imported, until=until)
    try:
        return _done(imported, request.method == "POST" and import_acts.undo(imported, _actor()))
    except importing.Busy as problem:
        flash(str(problem), "warning")
        return redirect(url_for("organisations.show_import", import_id=imported.id))


def _done(imported: RegisterImport, first: bool, words: str = "") -> Response:
    """Back to the import; whoever was second, or came with an old page, is told how it stands."""
    if first:
        outbox.commit()
        long_work.ask()
    else:
        db.session.refresh(imported)
        by = imported.undone_by or imported.confirmed_by
        words = (
            f"{OVERTAKEN.get(imported.state, 'That cannot be done now')}{f', by {by}' if by else ''}. Nothing was done."
        )
    if words:
        flash(words, "done" if first else "warning")
    return redirect(url_for("organisations.show_import", import_id=imported.id))


def _only() -> RowKind | RowFate | None:
    wanted = request.args.get("only", "")
    return next((each for each in (*RowKind, *RowFate) if each == wanted), None)


def _actor() -> Actor:
    return Actor.of(access.me(), Role.COORDINATOR)
