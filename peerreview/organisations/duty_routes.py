"""The duty of one organisation, by hand with a reason or by its type; and notes about it."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox
from peerreview.audit_trail import Actor
from peerreview.forms import options
from peerreview.organisations import actions, bp, duty, parts, queries
from peerreview.organisations.forms import DUTIES, DutyForm, NoteForm
from peerreview.workflow import Role

Page = str | Response | tuple[str, int]


@bp.route("/organisations/<int:organisation_id>/duty", methods=["GET", "POST"], endpoint="duty")
@access.by(Role.COORDINATOR)
def change_duty(organisation_id: int) -> Page:
    """Set it, or go back to the duty of its type."""
    organisation = queries.organisation_or_404(organisation_id, to_change=request.method == "POST")
    of_type = dict(DUTIES)[duty.of_its_type(organisation) or duty.NONE]
    form, seen = DutyForm(duty=duty.chosen_for(organisation)), duty.fingerprint(organisation)
    form.duty.choices = options([(duty.BY_TYPE, f"As its type has it: {of_type}"), *DUTIES])
    overtaken = form.is_submitted() and form.seen.data != seen
    if form.validate_on_submit() and not overtaken:
        duty.set_duty(organisation, form.duty.data, form.reason.data or "", _actor())
        outbox.commit()
        flash("The duty is changed.", "done")
        return redirect(url_for("organisations.show", organisation_id=organisation.id))
    form.seen.data = seen
    facts = {"organisation": organisation, "overtaken": overtaken}
    status = 409 if overtaken else 400 if form.errors else 200
    return render_template("organisations/duty.html", form=form, **facts), status


@bp.route("/organisations/<int:organisation_id>/notes", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def notes(organisation_id: int) -> Page:
    """Every note about it, and a new one."""
    organisation = queries.organisation_or_404(organisation_id)
    form = NoteForm()
    if form.validate_on_submit():
        actions.write_note(organisation, form.text.data or "", _actor())
        outbox.commit()
        flash("The note is kept.", "done")
        return redirect(url_for("organisations.show", organisation_id=organisation.id) + "#notes")
    written = parts.notes_of(organisation)
    facts = {"organisation": organisation, "notes": written}
    return render_template("organisations/notes.html", form=form, **facts), 400 if form.errors else 200


def _actor() -> Actor:
    return Actor.of(access.me(), Role.COORDINATOR)
