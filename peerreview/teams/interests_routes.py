"""Reviewers answer the invitation and declare their interests: by account, by personal link, or on the phone."""

from types import SimpleNamespace
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, links, outbox, process
from peerreview.audit_trail import Actor
from peerreview.models import PersonalLink, Purpose, Review, TeamMember, utc_now
from peerreview.teams import answering, bp, queries
from peerreview.teams.forms import ANSWER_HINTS, AnswerForm
from peerreview.workflow import Role

THANKS = "Thank you. You are on the team, and your declaration is written down."
THANKS_AGAIN = "Thank you. Your declaration is written down."


@bp.route("/reviews/<reference>/interests", methods=["GET", "POST"])
@access.by(Role.REVIEWER)
def interests(reference: str) -> str | Response:
    review, actor = access.review_as(reference, Role.REVIEWER)
    member = next(member for member in review.current_team if member.person_id == actor.person_id)
    pack = url_for("preparation.show", reference=reference)
    form = _form(review, member)
    if not form.validate_on_submit():
        back = pack if member.has_declared else url_for("reviews.mine")
        return _page(review, member, form, back, account=True)
    return _answered(review, member, form, actor) or redirect(pack)


@bp.route("/my/<token>/interests", methods=["GET", "POST"])
@access.by_link(Purpose.REVIEWER)
def interests_by_link(link: PersonalLink) -> str | Response:
    member = link.member or abort(404)
    back = url_for("nominations.home", token=links.token(link))
    form = _form(link.review, member)
    if not form.validate_on_submit():
        return _page(link.review, member, form, back)
    link.opened_at = link.opened_at or utc_now()
    return _answered(link.review, member, form, Actor.behind(link)) or redirect(back)


@bp.route("/reviews/<reference>/team/<int:member_id>/interests", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def interests_by_phone(reference: str, member_id: int) -> str | Response:
    """What a reviewer said by phone or in person, written down for them."""
    review, actor = access.review_as(reference, Role.COORDINATOR)
    member = queries.member_or_404(review, member_id, active=True, former=request.method == "POST")
    team = url_for("teams.show", reference=reference)
    form = _form(review, member)
    if not form.validate_on_submit():
        return _page(review, member, form, team, by_phone=True)
    _write_down(review, member, form, actor.on_the_phone())
    flash(f"The answer of {member.person.name} is written down.", "done")
    return redirect(team)


def _form(review: Review, member: TeamMember) -> AnswerForm:
    given = (
        SimpleNamespace(answer=member.declaration.value, text=member.declaration_text) if member.declaration else None
    )
    form: AnswerForm = AnswerForm(obj=given)
    form.offer(
        has_accepted=member.has_declared,
        is_known=bool(queries.known_interests_of(member)),
        may_decline=process.may(review, "decline_place", Role.REVIEWER),
    )
    return form


def _write_down(review: Review, member: TeamMember, form: AnswerForm, actor: Actor) -> None:
    if form.declines:
        answering.decline(review, member, form.text.data or "", actor)
    else:
        answering.declare(review, member, form.declaration, form.text.data or "", actor)
    outbox.commit()


def _answered(review: Review, member: TeamMember, form: AnswerForm, actor: Actor) -> str | None:
    """The last page that they see of this review when their access has ended: there is nowhere to lead them."""
    said = THANKS_AGAIN if member.has_declared else THANKS
    _write_down(review, member, form, actor)
    if not member.is_active:
        return render_template("teams/stood_down.html", member=member)
    flash(said, "done")
    return None


def _page(review: Review, member: TeamMember, form: AnswerForm, back: str, **facts: Any) -> str:
    step = "declare_interests" if member.has_declared else "accept_place"
    return render_template(
        "teams/interests.html", review=review, member=member, form=form, hints=ANSWER_HINTS, back=back,
        known=queries.known_interests_of(member), open=process.may(review, step, Role.REVIEWER), **facts,
    )  # fmt: skip
