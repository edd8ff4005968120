"""One's own account, and the rule that nobody works without recovery codes."""

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_security import logout_user

from peerreview import access, audit_trail, outbox
from peerreview.accounts import actions, bp, words
from peerreview.audit_trail import Actor

WITHOUT_CODES = {"static", "security.mf_recovery_codes", "security.logout", "security.verify"}


@bp.before_app_request
def recovery_codes_first() -> ResponseReturnValue | None:
    """Whoever signed in with a password keeps recovery codes first, or a lost phone would lock them out."""
    if "_user_id" not in session or request.endpoint in WITHOUT_CODES or request.endpoint is None:
        return None
    if current_user.is_authenticated and access.me().password and not access.me().mf_recovery_codes:
        return redirect(url_for("security.mf_recovery_codes"))
    return None


@bp.get("/account")
@access.by()
def me() -> ResponseReturnValue:
    person = access.me()
    passkeys = current_app.config["SECURITY_WEBAUTHN"]
    return render_template("accounts/me.html", person=person, roles=words.ROLES, can_have_passkeys=passkeys)


@bp.post("/account/sessions")
@access.by()
def sign_out_everywhere() -> ResponseReturnValue:
    person = access.me()
    actions.sign_out_everywhere(person)
    role = person.appointments[0].role if person.appointments else None
    if role:
        audit_trail.record("signed_out_everywhere", Actor.of(person, role), facts={"about": person.id})
    outbox.commit()
    logout_user()
    flash("You have been signed out on every device.", "done")
    return redirect(url_for("security.login"))
