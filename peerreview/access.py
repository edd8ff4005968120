"""Who may open a view. Every view carries one of these marks; the app does not start with one that has none.

A stranger gets 404, the same as for something that does not exist. Somebody who is not signed in is asked to sign in,
whether the page exists or not.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import Flask, abort, current_app, redirect, request, session, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from peerreview import links
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.given_back import typed_texts
from peerreview.models import Person, PersonalLink, Purpose, Review
from peerreview.workflow import Role

View = Callable[..., Any]

CODE_HOLDS = 60 * 60  # seconds for which confidential pages stay open after a code
CODE_IS_OVER = (
    "Your code does not hold any more, so nothing was saved. Copy what you typed, go back to the page by the link in "
    "our letter, and ask for a new code there."
)


def public(view: View) -> View:
    """For everybody."""
    return _marked(view, "public")


def by(*roles: Role) -> Callable[[View], View]:
    """For people with an account who hold one of the roles; with none given, for everybody with an account."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**arguments: Any) -> Any:
            if not current_user.is_authenticated:
                return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
            if roles and not any(me().holds(role) for role in roles):
                abort(404)
            return view(**arguments)

        return _marked(guarded, "account: " + (", ".join(roles) or "any"))

    return decorate


def by_link(*purposes: Purpose, confidential: bool = False) -> Callable[[View], View]:
    """For the person of a personal link: the view's ``token`` argument becomes ``link``.

    ``confidential``: only after a six-digit code sent at that moment to the link's own address.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(token: str, **arguments: Any) -> Any:
            link = links.find(token)
            if link is None or link.purpose not in purposes:
                abort(404)
            if confidential and not has_given_code(link):
                if typed_texts():  # which the way to the code would lose
                    abort(403, CODE_IS_OVER)
                return ask_for_code(token)
            return view(link=link, **arguments)

        return _marked(guarded, "link: " + ", ".join(purposes))

    return decorate


def me() -> Person:
    """The person who is signed in."""
    return cast(Person, current_user._get_current_object())


def review_or_404(reference: str) -> Review:
    """The review, if the person who is signed in may see it; otherwise 404."""
    review = db.session.scalar(select(Review).where(Review.reference == reference, Review.visible_to(me())))
    if review is None:
        abort(404)
    return review


def review_as(reference: str, *roles: Role) -> tuple[Review, Actor]:
    """The review and the actor, in the first of the roles that the person holds for this review; otherwise 404.

    A coordinator or Executive member holds the role in the review's borough; a reviewer is on its team now.
    """
    review = review_or_404(reference)
    for role in roles:
        if acts_as(role, review):
            return review, Actor.of(me(), role)
    abort(404)


def declared_as(reference: str, *roles: Role) -> tuple[Review, Actor]:
    """As ``review_as``, for what a reviewer may read only after declaring interests; else they are asked to declare."""
    review, actor = review_as(reference, *roles)
    mine = next((member for member in review.current_team if member.person_id == actor.person_id), None)
    if actor.role is Role.REVIEWER and (mine is None or not mine.has_declared):
        abort(redirect(url_for("teams.interests", reference=reference)))
    return review, actor


def acts_as(role: Role, review: Review) -> bool:
    """Whether the person who is signed in has this role for this review."""
    if role is Role.REVIEWER:
        return any(member.person_id == me().id for member in review.current_team)
    return me().holds(role, review.borough_id)


def roles_on(review: Review) -> list[Role]:
    """Every role that the person who is signed in has for this review."""
    return [role for role in (Role.COORDINATOR, Role.REVIEWER, Role.EXECUTIVE) if acts_as(role, review)]


def has_given_code(link: PersonalLink) -> bool:
    """Whether this browser gave the link's code within the last hour."""
    return bool(session.get(_code_key(link), 0) > time.time() - CODE_HOLDS)


def remember_code(link: PersonalLink) -> None:
    """Open the link's confidential pages in this browser for an hour."""
    session[_code_key(link)] = time.time()


def ask_for_code(token: str) -> Response:
    """To the page that sends a code, and back here afterwards."""
    return redirect(url_for("accounts.code", token=token, next=request.path))


def require_marks(app: Flask) -> None:
    """Refuse to start with a view that nobody marked. Flask-Security's own views guard themselves."""
    bare = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not hasattr(app.view_functions[rule.endpoint], "access")
        and rule.endpoint != "static"
        and not rule.endpoint.startswith("security.")
    ]
    if bare:
        raise RuntimeError(f"These views have no access mark: {', '.join(sorted(set(bare)))}")


def _marked(view: View, mark: str) -> View:
    view.access = mark  # type: ignore[attr-defined]
    return view


def _code_key(link: PersonalLink) -> str:
    return f"code:{link.id}:{link.generation}"
