"""Reviewers declare their interests, by account or by personal link."""

from types import SimpleNamespace

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from peerreview import access, links, outbox, process
from peerreview.audit_trail import Actor
from peerreview.models import PersonalLink, Purpose, Review, TeamMember, utc_now
from peerreview.teams import actions, bp
from peerreview.teams.forms import DECLARATION_HINTS, InterestsForm
from peerreview.workflow import Role


@bp.route("/reviews/<reference>/interests", methods=["GET", "POST"])
@access.by(Role.REVIEWER)
def interests(reference: str) -> str | Response:
    review, actor = access.review_as(reference, Role.REVIEWER)
    member = next(member for member in review.current_team if member.person_id == actor.person_id)
    back = url_for("preparation.show", reference=reference) if member.has_declared else url_for("reviews.home")
    form = InterestsForm(obj=declaration_of(member))
    if not form.validate_on_submit():
        return _page(review, member, form, back)
    actions.declare(review, member, form.chosen, form.text.data or "", actor)
    outbox.commit()
    if not member.is_active:
        return _stood_down(member)
    flash("Thank you. Your declaration is written down.", "done")
    return redirect(url_for("preparation.show", reference=reference))


@bp.route("/my/<token>/interests", methods=["GET", "POST"])
@access.by_link(Purpose.REVIEWER)
def interests_by_link(link: PersonalLink) -> str | Response:
    member = link.member or abort(404)
    back = url_for("nominations.home", token=links.token(link))
    form = InterestsForm(obj=declaration_of(member))
    if not form.validate_on_submit():
        return _page(link.review, member, form, back)
    link.opened_at = link.opened_at or utc_now()
    actions.declare(link.review, member, form.chosen, form.text.data or "", Actor.behind(link))
    outbox.commit()
    if not member.is_active:
        return _stood_down(member)
    flash("Thank you. Your declaration is written down.", "done")
    return redirect(back)


def declaration_of(member: TeamMember) -> SimpleNamespace | None:
    """What the form shows first: the last declaration."""
    if member.declaration is None:
        return None
    return SimpleNamespace(declaration=member.declaration.value, text=member.declaration_text)


def _page(review: Review, member: TeamMember, form: InterestsForm, back: str) -> str:
    return render_template(
        "teams/interests.html", review=review, member=member, form=form, hints=DECLARATION_HINTS, by_phone=False,
        back=back, open=process.may(review, "declare_interests", Role.REVIEWER),
    )  # fmt: skip


def _stood_down(member: TeamMember) -> str:
    """The last page that they see of this review: their access has ended, so there is nowhere to lead them."""
    return render_template("teams/stood_down.html", member=member)
