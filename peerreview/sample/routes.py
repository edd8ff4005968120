"""Signing in as somebody invented, and reading everybody's letters. Not there at all outside sample mode."""

from flask import Response, abort, current_app, redirect, render_template, request, url_for
from flask_security import login_user, logout_user
from sqlalchemy import or_
from werkzeug.wrappers import Response as Answer

from peerreview import access, links, outbox
from peerreview.extensions import db
from peerreview.models import Letter, Person
from peerreview.sample import bp
from peerreview.sample.people import EVERYBODY
from peerreview.sample.reading import blocks

SHOWN = 200  # letters on one page of the mailbox
WHAT_THEY_DO = {person.email: person.what_they_do for person in EVERYBODY}


@bp.before_request
def only_in_sample_mode() -> None:
    if not current_app.config["SAMPLE_MODE"]:
        abort(404)


@bp.get("/sample")
@access.public
def start() -> Answer:
    return redirect(url_for("sample.sign_in"))


@bp.get("/sample/sign-in")
@access.public
def sign_in() -> str:
    people = list(db.session.scalars(db.select(Person).where(Person.active).order_by(Person.id)))
    return render_template("sample/sign_in.html", people=people, what_they_do=WHAT_THEY_DO)


@bp.post("/sample/sign-in/<int:person_id>")
@access.public
def sign_in_as(person_id: int) -> Answer:
    person = db.session.get(Person, person_id)
    if person is None or not person.active:
        abort(404)
    logout_user()
    login_user(person)
    outbox.commit()
    return redirect("/")


@bp.get("/sample/mailbox")
@access.public
def mailbox() -> str:
    asked = " ".join(request.args.get("person", "").split())[:200]
    found = db.select(Letter).order_by(Letter.id.desc()).limit(SHOWN)
    if asked:
        found = found.where(
            or_(
                *(
                    column.icontains(asked, autoescape=True)
                    for column in (Letter.recipient_name, Letter.recipient_email)
                )
            )
        )
    people = db.session.execute(
        db.select(Letter.recipient_name, Letter.recipient_email).distinct().order_by(Letter.recipient_name)
    )
    return render_template(
        "sample/mailbox.html", letters=list(db.session.scalars(found)), asked=asked, people=people.all(), shown=SHOWN
    )


@bp.get("/sample/mailbox/<int:letter_id>")
@access.public
def letter(letter_id: int) -> str:
    found = _letter_or_404(letter_id)
    return render_template(
        "sample/letter.html",
        letter=found,
        blocks=blocks(links.fill(found.text)),
        sender=current_app.config["MAIL_DEFAULT_SENDER"],
        invitation=found.calendar.decode() if found.calendar else None,
    )


@bp.get("/sample/mailbox/<int:letter_id>/invite.ics")
@access.public
def invite(letter_id: int) -> Response:
    found = _letter_or_404(letter_id)
    if found.calendar is None:
        abort(404)
    answer = Response(found.calendar, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="invite.ics"'
    return answer


def _letter_or_404(letter_id: int) -> Letter:
    found = db.session.get(Letter, letter_id)
    if found is None:
        abort(404)
    return found
