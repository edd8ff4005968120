"""The staff to meet, named one at a time: by the organisation, or by a coordinator who has it on the phone."""

from typing import Any

from flask import abort, flash, redirect, render_template, request

from peerreview import access, outbox
from peerreview.forms import options
from peerreview.models import NamedStaff, Nomination, PersonalLink, Purpose, board_detail
from peerreview.nominations import actions, bp
from peerreview.nominations.forms import MessageForm, PersonForm
from peerreview.nominations.roles import OTHER, offered
from peerreview.nominations.seat import Seat, fingerprint
from peerreview.workflow import Role

SHOWN = ("name", "role", "email", "phone", "cannot", "access_needs")


@bp.get("/my/<token>/staff")
@access.by_link(Purpose.ORGANISATION)
def staff_by_link(link: PersonalLink) -> Any:
    """Who is named so far, or was."""
    return _list(Seat.behind(link))


@bp.get("/reviews/<reference>/staff")
@access.by(Role.COORDINATOR, Role.REVIEWER)
def staff(reference: str) -> Any:
    """Who is named; a coordinator can change it, the team can read it."""
    review, actor = access.declared_as(reference, Role.COORDINATOR, Role.REVIEWER)
    return _list(Seat(review, actor.on_the_phone() if actor.role is Role.COORDINATOR else actor))


def _list(seat: Seat) -> str:
    return render_template(
        "nominations/staff.html", seat=seat, review=seat.review, nomination=seat.review.nomination,
        may_change=seat.may("name_staff"), for_team=seat.actor.role is Role.REVIEWER, board=board_detail,
    )  # fmt: skip


@bp.route("/my/<token>/staff/person", methods=["GET", "POST"])
@access.by_link(Purpose.ORGANISATION)
def person_by_link(link: PersonalLink) -> Any:
    """Name one person."""
    return _person(Seat.behind(link), None)


@bp.route("/reviews/<reference>/staff/person", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def person(reference: str) -> Any:
    """Name one person for the organisation."""
    return _person(Seat.on_the_phone(reference), None)


@bp.route("/my/<token>/staff/<int:person_id>", methods=["GET", "POST"])
@access.by_link(Purpose.ORGANISATION)
def person_change_by_link(link: PersonalLink, person_id: int) -> Any:
    """Change what was said about one person."""
    return _person(Seat.behind(link), person_id)


@bp.route("/reviews/<reference>/staff/<int:person_id>", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def person_change(reference: str, person_id: int) -> Any:
    """Change what the organisation said about one person."""
    return _person(Seat.on_the_phone(reference), person_id)


def _person(seat: Seat, person_id: int | None) -> Any:
    if away := seat.turned_away("name_staff", seat.url("staff")):
        return away
    nomination = actions.hold(seat.review) if request.method == "POST" else seat.review.nomination
    row = None if person_id is None else actions.person_or_none(nomination, person_id)
    if person_id is not None and row is None:
        abort(404)
    form = _person_form(seat, row)
    now = fingerprint(row, *SHOWN) if row else ""
    overtaken = form.is_submitted() and row is not None and form.seen.data != now and not _is(row, form)
    if nomination and form.validate_on_submit() and not overtaken and _saved(seat, nomination, row, form):
        outbox.commit()
        flash(f"{form.name.data} is saved.", "done")
        return redirect(seat.url("person" if "another" in request.form else "staff"))
    form.seen.data = now
    return render_template("nominations/person.html", seat=seat, form=form, person=row, overtaken=overtaken)


def _person_form(seat: Seat, row: NamedStaff | None) -> PersonForm:
    form = PersonForm(obj=row)
    roles = offered(school=seat.is_school)
    form.role.choices = options(roles)
    if row is not None and not form.is_submitted() and row.role not in dict(roles):
        form.role.data, form.other_role.data = OTHER, row.role
    return form


def _typed(form: PersonForm) -> dict[str, str]:
    return {name: str(getattr(form, name).data or "") for name in SHOWN} | {"role": form.chosen_role}


def _is(row: NamedStaff, form: PersonForm) -> bool:
    return all(getattr(row, name) == typed for name, typed in _typed(form).items())


def _saved(seat: Seat, nomination: Nomination, row: NamedStaff | None, form: PersonForm) -> bool:
    """Whether the person could be saved; otherwise the field says why."""
    try:
        actions.save_person(seat, nomination, row, _typed(form))
    except actions.Unusable as refusal:
        form[refusal.field].errors = [str(refusal)]
        return False
    return True


@bp.route("/my/<token>/staff/<int:person_id>/removal", methods=["GET", "POST"])
@access.by_link(Purpose.ORGANISATION)
def removal_by_link(link: PersonalLink, person_id: int) -> Any:
    """Take one person off the list."""
    return _removal(Seat.behind(link), person_id)


@bp.route("/reviews/<reference>/staff/<int:person_id>/removal", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def removal(reference: str, person_id: int) -> Any:
    """Take one person off the list for the organisation."""
    return _removal(Seat.on_the_phone(reference), person_id)


def _removal(seat: Seat, person_id: int) -> Any:
    if away := seat.turned_away("name_staff", seat.url("staff")):
        return away
    nomination = actions.hold(seat.review) if request.method == "POST" else seat.review.nomination
    row = actions.person_or_none(nomination, person_id)
    if request.method != "POST":
        return render_template("nominations/removal.html", seat=seat, person=row or abort(404))
    if nomination and row:
        name = row.name
        actions.remove_person(seat, nomination, row)
        outbox.commit()
        flash(f"{name} is taken off the list.", "done")
    return redirect(seat.url("staff"))


@bp.route("/my/<token>/staff/message", methods=["GET", "POST"])
@access.by_link(Purpose.ORGANISATION)
def message_by_link(link: PersonalLink) -> Any:
    """What the team should know before it comes."""
    return _message(Seat.behind(link))


@bp.route("/reviews/<reference>/staff/message", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def message(reference: str) -> Any:
    """What the organisation said that the team should know."""
    return _message(Seat.on_the_phone(reference))


def _message(seat: Seat) -> Any:
    if away := seat.turned_away("name_staff", seat.url("staff")):
        return away
    nomination = actions.hold(seat.review) if request.method == "POST" else seat.review.nomination
    form = MessageForm(obj=nomination)
    now = fingerprint(nomination, "to_have_to_hand") if nomination and nomination.to_have_to_hand else ""
    kept = nomination.to_have_to_hand if nomination else ""
    overtaken = form.is_submitted() and form.seen.data != now and form.to_have_to_hand.data != kept
    if nomination and form.validate_on_submit() and not overtaken:
        actions.save_message(seat, nomination, form.to_have_to_hand.data or "")
        outbox.commit()
        return redirect(seat.url("staff" if nomination.sent_at else "answers"))
    form.seen.data = now
    return render_template("nominations/message.html", seat=seat, form=form, nomination=nomination, overtaken=overtaken)
