"""People and their roles: for administrators."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peerreview import access, outbox
from peerreview.accounts import actions, bp, queries, words
from peerreview.accounts.forms import PersonForm, RoleForm
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.forms import options
from peerreview.models import Appointment, Borough, Person
from peerreview.workflow import Role


@bp.get("/people")
@access.by(Role.ADMINISTRATOR)
def people() -> ResponseReturnValue:
    return render_template("accounts/people.html", people=queries.everybody(), roles=words.ROLES)


@bp.route("/people/add", methods=["GET", "POST"])
@access.by(Role.ADMINISTRATOR)
def add() -> ResponseReturnValue:
    form = PersonForm()
    form.borough.choices = options(queries.borough_choices())
    if form.validate_on_submit():
        role, membership = form.chosen()
        try:
            person = actions.add_person(str(form.name.data), str(form.email.data), _administrator())
        except actions.Impossible as refusal:
            form.email.errors = [str(refusal)]
            return render_template("accounts/add.html", form=form)
        actions.give_role(person, role, _borough(form.borough.data), _administrator(), membership)
        actions.send_password_link(person, _administrator())
        outbox.commit()
        flash(f"{person.name} has been added, and is sent a link to choose a password.", "done")
        return redirect(url_for("accounts.person", person_id=person.id))
    return render_template("accounts/add.html", form=form)


@bp.route("/people/<int:person_id>", methods=["GET", "POST"])
@access.by(Role.ADMINISTRATOR)
def person(person_id: int) -> ResponseReturnValue:
    """A person's page; its POST gives a role."""
    somebody, form = _person_or_404(person_id), RoleForm()
    form.borough.choices = options(queries.borough_choices())
    if form.validate_on_submit():
        role, membership = form.chosen()
        actions.give_role(somebody, role, _borough(form.borough.data), _administrator(), membership)
        outbox.commit()
        flash(f"{somebody.name} has been given the role {words.ROLES[role]}.", "done")
        return redirect(url_for("accounts.person", person_id=person_id))
    events = queries.account_events(somebody)
    return render_template("accounts/person.html", person=somebody, form=form, roles=words.ROLES, events=events)


@bp.post("/people/<int:person_id>/roles/<int:appointment_id>/removal")
@access.by(Role.ADMINISTRATOR)
def role_removal(person_id: int, appointment_id: int) -> ResponseReturnValue:
    appointment = db.session.get(Appointment, appointment_id)
    if appointment is None or appointment.person_id != person_id:
        abort(404)
    try:
        actions.take_role(appointment, _administrator())
    except actions.Impossible as refusal:
        return _refused(person_id, refusal)
    outbox.commit()
    flash("The role has been taken away.", "done")
    return redirect(url_for("accounts.person", person_id=person_id))


@bp.post("/people/<int:person_id>/deactivation")
@access.by(Role.ADMINISTRATOR)
def deactivation(person_id: int) -> ResponseReturnValue:
    somebody = _person_or_404(person_id)
    try:
        actions.deactivate(somebody, _administrator())
    except actions.Impossible as refusal:
        return _refused(person_id, refusal)
    outbox.commit()
    flash(f"The account of {somebody.name} has been closed, on every device.", "done")
    return redirect(url_for("accounts.person", person_id=person_id))


@bp.post("/people/<int:person_id>/reactivation")
@access.by(Role.ADMINISTRATOR)
def reactivation(person_id: int) -> ResponseReturnValue:
    somebody = _person_or_404(person_id)
    actions.reactivate(somebody, _administrator())
    outbox.commit()
    flash(f"The account of {somebody.name} is open again.", "done")
    return redirect(url_for("accounts.person", person_id=person_id))


@bp.post("/people/<int:person_id>/second-factor-reset")
@access.by(Role.ADMINISTRATOR)
def second_factor_reset(person_id: int) -> ResponseReturnValue:
    somebody = _person_or_404(person_id)
    actions.reset_second_factor(somebody, _administrator())
    outbox.commit()
    flash(f"{somebody.name} sets up a phone anew at the next sign-in.", "done")
    return redirect(url_for("accounts.person", person_id=person_id))


@bp.post("/people/<int:person_id>/password-link")
@access.by(Role.ADMINISTRATOR)
def password_link(person_id: int) -> ResponseReturnValue:
    somebody = _person_or_404(person_id)
    actions.send_password_link(somebody, _administrator())
    outbox.commit()
    flash(f"A link to choose a password is on its way to {somebody.email}.", "done")
    return redirect(url_for("accounts.person", person_id=person_id))


def _administrator() -> Actor:
    return Actor.of(access.me(), Role.ADMINISTRATOR)


def _person_or_404(person_id: int) -> Person:
    return db.get_or_404(Person, person_id)


def _borough(chosen: str) -> Borough | None:
    return db.session.get(Borough, int(chosen)) if chosen else None


def _refused(person_id: int, refusal: actions.Impossible) -> ResponseReturnValue:
    db.session.rollback()
    flash(f"{refusal}.", "warning")
    return redirect(url_for("accounts.person", person_id=person_id))
