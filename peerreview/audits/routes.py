"""The copy of the organisation's own audit: attached by the coordinator, read by the team and the organisation."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for

from peerreview import access, audit_trail, links, outbox, process, storage
from peerreview.audit_trail import Actor
from peerreview.audits import actions, bp
from peerreview.audits.forms import CopyForm
from peerreview.models import Document, PersonalLink, Purpose, Review, board_detail
from peerreview.workflow import Role, Stage


@bp.route("/reviews/<reference>/audit", methods=["GET", "POST"])
@access.by(Role.COORDINATOR, Role.REVIEWER)
def copy(reference: str) -> Any:
    """The copy, and for coordinators the form that attaches or replaces it."""
    review, actor = access.declared_as(reference, Role.COORDINATOR, Role.REVIEWER)
    form = CopyForm()
    if form.is_submitted() and actor.role is not Role.COORDINATOR:
        abort(404)
    if form.validate_on_submit() and _attached(form, review, actor):
        outbox.commit()
        flash("The copy of the audit is attached.", "done")
        return redirect(
            url_for("nominations.notice" if review.stage is Stage.PLANNED else ".copy", reference=reference)
        )
    may_attach = process.may(review, "attach_audit", actor.role)
    return render_template("audits/copy.html", review=review, form=form, may_attach=may_attach)


def _attached(form: CopyForm, review: Review, actor: Actor) -> bool:
    """Whether the file could be kept and attached; otherwise its field says why."""
    why_not = process.why_not(review, "attach_audit", actor.role)
    if why_not is not None:
        raise process.NotNow(why_not)
    try:
        stored = actions.keep_copy(form.copy.data)
    except (storage.Refused, storage.Away) as trouble:
        form.copy.errors = [str(trouble)]
        return False
    actions.attach(review, stored, actor)
    return True


@bp.get("/reviews/<reference>/audit/file")
@access.by(Role.COORDINATOR, Role.REVIEWER)
def copy_file(reference: str) -> Any:
    """Download it; the trail says who did."""
    review, actor = access.declared_as(reference, Role.COORDINATOR, Role.REVIEWER)
    document = _copy_or_404(review)
    audit_trail.record_reading("audit_copy", actor, review)
    return storage.send(document)


@bp.get("/my/<token>/audit")
@access.by_link(Purpose.ORGANISATION)
def copy_by_link(link: PersonalLink) -> Any:
    """The organisation's own audit, as its team will read it, once the notice is sent.

    It is the organisation's own paper and holds nothing about single children, so its link is enough here; what others
    write about the organisation also asks for a code.
    """
    document = _noticed_copy_or_404(link)
    return render_template(
        "audits/copy_by_link.html", link=link, token=links.token(link), document=document, board=board_detail
    )


@bp.get("/my/<token>/audit/file")
@access.by_link(Purpose.ORGANISATION)
def copy_file_by_link(link: PersonalLink) -> Any:
    """Download it; the trail says who did."""
    document = _noticed_copy_or_404(link)
    audit_trail.record_reading("audit_copy", Actor.behind(link), link.review)
    return storage.send(document)


def _copy_or_404(review: Review) -> Document:
    if review.audit_copy is None:
        abort(404)
    return review.audit_copy


def _noticed_copy_or_404(link: PersonalLink) -> Document:
    """A copy attached before the notice may still be the wrong one: nobody outside sees it until then."""
    if link.review.notice_sent_at is None:
        abort(404)
    return _copy_or_404(link.review)
