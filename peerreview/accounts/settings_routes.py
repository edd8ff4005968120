"""The board's settings: how long, how many, and whom organisations ask."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peerreview import access, audit_trail, outbox
from peerreview.accounts import bp, queries
from peerreview.accounts.forms import settings_form
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    BOARD_DETAILS,
    SETTINGS,
    BoardDetail,
    Person,
    Setting,
    board_detail,
    setting,
    utc_now,
)
from peerreview.workflow import Role


@bp.route("/settings", methods=["GET", "POST"])
@access.by(Role.ADMINISTRATOR)
def settings() -> ResponseReturnValue:
    before: dict[str, int | str] = {name: setting(name) for name in SETTINGS}
    before |= {name: board_detail(name) for name in BOARD_DETAILS}
    form = settings_form()(data=before)
    if form.validate_on_submit():
        changes = {name: value for name, value in form.data.items() if name in before and value != before[name]}
        for name, value in changes.items():
            _change(name, before[name], value, access.me())
        outbox.commit()
        flash(f"{len(changes)} changed." if changes else "Nothing was changed.", "done")
        return redirect(url_for("accounts.settings"))
    changed, events = queries.changed_settings(), queries.setting_events()
    labels = {name: default.label for name, default in SETTINGS.items()}
    labels |= {name: label for name, (label, _default) in BOARD_DETAILS.items()}
    return render_template(
        "accounts/settings.html", form=form, changed=changed, events=events, labels=labels, SETTINGS=SETTINGS,
        details=list(BOARD_DETAILS),
    )  # fmt: skip


def _change(name: str, before: int | str, after: int | str, person: Person) -> None:
    """Keep the new value, and for ever who changed it from what to what."""
    if name in SETTINGS:
        row = Setting(name=name, value=int(after), changed_by=person.name, changed_at=utc_now())
        db.session.merge(row)
    else:
        db.session.merge(BoardDetail(name=name, value=str(after)))
    facts = {"setting": name, "before": before, "after": after}
    audit_trail.record("setting_changed", Actor.of(person, Role.ADMINISTRATOR), facts=facts)
