"""A test letter: does the mail server take letters from us, and if not, what must be changed?"""

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from peerreview import access, audit_trail, letters, outbox
from peerreview.audit_trail import Actor
from peerreview.delivery import bp
from peerreview.delivery.conversation import Server
from peerreview.delivery.forms import TestLetter
from peerreview.delivery.trial import Finding, try_out
from peerreview.extensions import limiter
from peerreview.message import compose
from peerreview.models import Person, utc_now
from peerreview.workflow import Role


@bp.route("/delivery/test-letter", methods=["GET", "POST"])
@access.by(Role.ADMINISTRATOR)
@limiter.limit("30 per hour", methods=["POST"])
def test_letter() -> ResponseReturnValue:
    """POST hands one letter to the mail server while the page waits, and says how far it came."""
    form, server, findings = TestLetter(email=access.me().email), Server.of(current_app.config), None
    if server.host and form.validate_on_submit():
        findings = _try(server, access.me(), form.email.data or "")
    return render_template("delivery/test_letter.html", form=form, server=server, findings=findings)


def _try(server: Server, person: Person, address: str) -> list[Finding]:
    """Write the letter, end the transaction, and only then talk to the server."""
    letter = letters.draft("test_letter", to=(person.name, address), sent_by=person.name, now=utc_now())
    letter.written_at = utc_now()
    data = compose(letter, server.sender).as_bytes()
    audit_trail.record("test_letter_sent", Actor.of(person, Role.ADMINISTRATOR), facts={"to": address})
    outbox.commit()
    return try_out(server, address, data)
