"""The six-digit code that opens confidential pages behind a personal link, sent at that moment."""

from urllib.parse import urlsplit

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peerreview import access, letters, links, outbox
from peerreview.accounts import bp
from peerreview.accounts.forms import CodeForm
from peerreview.extensions import limiter
from peerreview.models import PersonalLink, Purpose

EVERY_PURPOSE = tuple(Purpose)


def _this_link() -> str:
    return "link:" + str((request.view_args or {}).get("token", ""))


@bp.route("/my/<token>/code", methods=["GET", "POST"])
@limiter.limit("30 per hour", key_func=_this_link, methods=["POST"])
@access.by_link(*EVERY_PURPOSE)
def code(link: PersonalLink) -> ResponseReturnValue:
    """Asks for the code; its POST is the code."""
    form, onward = CodeForm(), _onward(link)
    if form.validate_on_submit():
        right = links.use_code(link, str(form.code.data))
        outbox.commit()
        if right:
            access.remember_code(link)
            return redirect(onward)
        form.code.errors = ["That code is not right or no longer works. Check our latest email, or ask for a new code"]
    sent = bool(request.args.get("sent")) or form.is_submitted()
    return render_template(
        "accounts/code.html", form=form, link=link, token=links.token(link), onward=onward, sent=sent,
        hidden_address=_hidden(link.email),
    )  # fmt: skip


@bp.post("/my/<token>/codes")
@limiter.limit("6 per hour", key_func=_this_link)
@access.by_link(*EVERY_PURPOSE)
def new_code(link: PersonalLink) -> ResponseReturnValue:
    """Sends a code; the one before it ends."""
    made = links.new_code(link)
    letters.write("code", to=(link.name, link.email), review=link.review, link=link, urgent=True, code=made)
    outbox.commit()
    flash(f"A code has been sent to {_hidden(link.email)}. It can take a minute to arrive.", "done")
    return redirect(url_for("accounts.code", token=links.token(link), next=_onward(link), sent=1))


def _onward(link: PersonalLink) -> str:
    """Where the person wanted to go: a page behind this same link, or its first page."""
    home = f"/my/{links.token(link)}"
    wanted = urlsplit(request.args.get("next", ""))
    own = not wanted.scheme and not wanted.netloc and wanted.path.startswith(home + "/")
    return wanted.path if own else home


def _hidden(address: str) -> str:
    """Enough of the address to recognise it: h…@school.example."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}…@{domain}"
