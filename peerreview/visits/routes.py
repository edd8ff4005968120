"""The agenda of the visit, and the record that it took place."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox, process
from peerreview.forms import options
from peerreview.models import AgendaKind, Review, utc_now
from peerreview.visits import actions, agenda, bp
from peerreview.visits.forms import MOST_ITEMS, AgendaForm, RecordForm
from peerreview.workdays import local_day
from peerreview.workflow import Role

TEAM = (Role.REVIEWER, Role.COORDINATOR)


@bp.route("/reviews/<reference>/agenda", methods=["GET", "POST"], endpoint="agenda")
@access.by(Role.COORDINATOR, Role.REVIEWER)
def edit_agenda(reference: str) -> Any:
    review, actor = access.declared_as(reference, *TEAM)
    form = _agenda_form(review)
    may = process.may(review, "set_agenda", actor.role)
    if not (form.validate_on_submit() and may and review.visit):
        return _agenda_page(review, form, may), 409 if form.is_submitted() and not form.errors else 200
    items = [_item(part) for part in form.filled]
    fits = agenda.fit(items, review.visit.minutes)
    if not fits.fits:
        form.form_errors.append(fits.sentence)
        return _agenda_page(review, form, may)
    if form.seen.data != str(actions.last_set(review)):
        form.form_errors.append("The agenda was changed while you were working on it. Compare both, then save again.")
        form.seen.data = str(actions.last_set(review))
        return _agenda_page(review, form, may), 409
    actions.set_agenda(review, items, actor)
    outbox.commit()
    flash(f"The agenda is saved. {fits.sentence}", "done")
    return redirect(url_for("visits.agenda", reference=reference))


@bp.route("/reviews/<reference>/visit-record", methods=["GET", "POST"])
@access.by(Role.COORDINATOR, Role.REVIEWER)
def record(reference: str) -> str | Response:
    review, actor = access.declared_as(reference, *TEAM)
    form = _record_form(review)
    too_early = review.visit is not None and utc_now() < review.visit.starts_at
    if form.validate_on_submit() and too_early and not form.early.data:
        form.early.errors = ["The agreed date has not come yet. Did it take place earlier?"]
    if not form.is_submitted() or form.errors:
        return render_template(
            "visits/record.html", review=review, form=form, too_early=too_early,
            open=process.may(review, "record_visit", actor.role),
        )  # fmt: skip
    actions.record(review, form, actor)
    outbox.commit()
    flash("The visit is recorded. The initial report is next.", "done")
    return redirect(url_for("visits.record", reference=reference))


def _item(row: Any) -> agenda.Item:
    return agenda.Item(AgendaKind(row.kind.data), row.title.data, row.minutes.data, row.who.data or "")


def _agenda_form(review: Review) -> AgendaForm:
    """The agenda as it is, or a suggestion from the named staff; and some empty rows."""
    items = items_of(review)
    if not items and review.visit:
        named = review.nomination.staff if review.nomination else []
        items = agenda.suggest([(one.name, one.role) for one in named], review.visit.minutes)
    rows: list[dict[str, Any]] = [
        {"kind": item.kind.value, "title": item.title, "who": item.who, "minutes": item.minutes} for item in items
    ]
    rows += [{"kind": AgendaKind.INTERVIEW.value}] * max(0, min(2, MOST_ITEMS - len(rows)))
    form: AgendaForm = AgendaForm(data={"rows": rows, "seen": str(actions.last_set(review))})
    return form


def items_of(review: Review) -> list[agenda.Item]:
    """The agenda that is saved."""
    return [agenda.Item(saved.kind, saved.title, saved.minutes, saved.who) for saved in review.agenda]


def _agenda_page(review: Review, form: AgendaForm, may: bool) -> str:
    items = items_of(review)
    return render_template(
        "visits/agenda.html", review=review, form=form, open=may and review.visit is not None,
        timetable=agenda.timetable(items, review.visit.starts_at) if review.visit else [], kinds=agenda.KIND_NAMES,
        fit=agenda.fit(items, review.visit.minutes) if review.visit and items else None,
    )  # fmt: skip


def _record_form(review: Review) -> RecordForm:
    there = actions.who_may_have_been_there(review)
    today, visit = local_day(utc_now()), review.visit
    held_on: date | None = min(local_day(visit.starts_at), today) if visit else None
    form: RecordForm = RecordForm(
        data={
            "held_on": held_on,
            "minutes": visit.minutes if visit else None,
            "present": [one.value for one in there],
            "version": str(review.version),
        }
    )
    form.present.choices = options([(one.value, f"{one.name}, {one.role}") for one in there])
    return form
