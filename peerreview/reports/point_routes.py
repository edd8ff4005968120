"""The points of the response: made and changed by the organisation, and the files that show them."""

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, drafts, links, outbox, process, storage
from peerreview.extensions import db
from peerreview.models import PersonalLink, Purpose, ResponsePoint, Review, SectionKind, board_detail
from peerreview.reports import bp, queries, responding, words
from peerreview.reports.forms import PointForm, about_options
from peerreview.reports.responding import TypedPoint
from peerreview.storage import Refused, Stored
from peerreview.workflow import Role

KEPT = ("about", "kind", "text", "version")


@bp.route("/my/<token>/response/point", methods=["GET", "POST"])
@access.by_link(Purpose.ORGANISATION, confidential=True)
def new_point_by_link(link: PersonalLink) -> str | Response:
    key = f"point-{link.id}-new"
    asked = {"about": request.args["about"][:40]} if "about" in request.args else {}
    form = _form(link.review, drafts.kept(key) | asked)
    if drafts.is_autosave():
        return drafts.keep(key, "response_point", form, KEPT)
    if form.validate_on_submit():
        try:
            stored = _evidence(form)
        except Refused as refusal:
            form.evidence.errors = [str(refusal)]
            return _page(link, form)
        point = responding.add_point(link.review, _typed(form), stored, link.name)
        drafts.forget(key)
        outbox.commit()
        return redirect(_back(link, point))
    return _page(link, form)


@bp.route("/my/<token>/response/points/<int:point_id>", methods=["GET", "POST"])
@access.by_link(Purpose.ORGANISATION, confidential=True)
def point_by_link(link: PersonalLink, point_id: int) -> str | Response | tuple[str, int]:
    point = queries.point_of(link.review, point_id) or abort(404)
    key = f"point-{link.id}-{point.id}"
    form = _form(link.review, _filled(point) | drafts.kept(key))
    if drafts.is_autosave():
        return drafts.keep(key, "response_point", form, KEPT)
    if form.validate_on_submit():
        try:
            responding.change_point(link.review, point, _typed(form), _evidence(form), link.name, seen=form.seen)
        except Refused as refusal:
            form.evidence.errors = [str(refusal)]
            return _page(link, form, point)
        except responding.Changed:
            return _both_texts(link, form, point)
        drafts.forget(key)
        outbox.commit()
        return redirect(_back(link, point))
    return _page(link, form, point)


@bp.post("/my/<token>/response/points/<int:point_id>/removal")
@access.by_link(Purpose.ORGANISATION, confidential=True)
def remove_point_by_link(link: PersonalLink, point_id: int) -> Response:
    point = queries.point_of(link.review, point_id)
    if point is not None:
        responding.remove_point(link.review, point)
        outbox.commit()
    return redirect(url_for("reports.response_by_link", token=links.token(link)))


def _form(review: Review, data: dict[str, object]) -> PointForm:
    report = queries.finished(review, "initial") or abort(404)
    form = PointForm(data=data)
    form.about.choices = about_options(queries.places_of(queries.content_of(report)))
    return form


def _filled(point: ResponsePoint) -> dict[str, object]:
    about = f"{point.section}/{point.paragraph}"
    return {"about": about, "kind": str(point.kind), "text": point.text, "version": point.version}


def _typed(form: PointForm) -> TypedPoint:
    section, _, paragraph = form.about.data.partition("/")
    return TypedPoint(SectionKind(section), paragraph, form.point_kind, form.text.data or "")


def _evidence(form: PointForm) -> list[Stored]:
    """The files in the store. Raises storage.Refused. No transaction is open while they are judged and kept."""
    uploads = [upload for upload in form.evidence.data or () if upload and upload.filename]
    if uploads:
        db.session.rollback()
    return [storage.keep(upload.stream, upload.filename) for upload in uploads]


def _both_texts(link: PersonalLink, form: PointForm, point: ResponsePoint) -> tuple[str, int]:
    db.session.rollback()
    form.version.data = str(point.version)
    form.text.errors = ["A colleague changed this point while you were writing. Theirs is below: make one text of both"]
    return _page(link, form, point, theirs=point.text), 409


def _page(link: PersonalLink, form: PointForm, point: ResponsePoint | None = None, theirs: str = "") -> str:
    number = str(form.about.data or "").partition("/")[2]
    report = queries.finished(link.review, "initial") or abort(404)
    return render_template(
        "reports/point.html",
        form=form,
        number=number,
        paragraph=queries.paragraph_of(queries.content_of(report), number) if number else "",
        point=point,
        theirs=theirs,
        review=link.review,
        token=links.token(link),
        hints=words.KIND_HINTS,
        board=board_detail,
        reason=process.why_not(link.review, "send_response", Role.ORGANISATION),
    )


def _back(link: PersonalLink, point: ResponsePoint) -> str:
    return url_for("reports.response_by_link", token=links.token(link), _anchor=f"point-{point.id}")
