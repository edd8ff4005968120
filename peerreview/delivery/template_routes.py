"""The words of every letter, changed by an administrator."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peerreview import access, letters, outbox
from peerreview.audit_trail import Actor
from peerreview.delivery import bp, changing, examples, queries
from peerreview.delivery.forms import StandardForm, WordsForm
from peerreview.delivery.words import LETTERS, Kind
from peerreview.letter_text import Words
from peerreview.workflow import Role


@bp.get("/letter-templates")
@access.by(Role.ADMINISTRATOR)
def templates() -> ResponseReturnValue:
    return render_template("delivery/templates.html", changed=queries.changed_words())


@bp.route("/letter-templates/<name>", methods=["GET", "POST"])
@access.by(Role.ADMINISTRATOR)
def template(name: str) -> ResponseReturnValue:
    """Change the words of a letter. POST shows them with invented facts, and with the other button keeps them."""
    kind, (words, version) = _kind_or_404(name), changing.in_force(name)
    form = WordsForm(subject=words.subject, body=words.body, version=version)
    theirs = shown = None
    if not form.is_submitted():
        shown = changing.preview(name, words)
    elif form.validate() and changing.is_usable(name, form):
        words = Words(form.subject.data or "", form.body.data or "")
        shown, keep = changing.preview(name, words), request.form.get("act") == "save"
        theirs = changing.overtaken_by(name, form) if keep else None
        if keep and theirs is None:
            changing.change(name, words, _administrator(), int(form.version.data or 0))
            outbox.commit()
            flash(f"The words of “{kind.title}” are changed. Letters from now on have them.", "done")
            return redirect(url_for("delivery.template", name=name))
    return _page(name, form, shown=shown, theirs=theirs)


@bp.post("/letter-templates/<name>/standard")
@access.by(Role.ADMINISTRATOR)
def standard(name: str) -> ResponseReturnValue:
    """Back to the standard words."""
    kind, form = _kind_or_404(name), StandardForm()
    if form.validate_on_submit() and (form.version.data or "").isdecimal():
        changing.change(name, None, _administrator(), int(form.version.data or 0))
        outbox.commit()
        flash(f"“{kind.title}” has its standard words again.", "done")
    return redirect(url_for("delivery.template", name=name))


def _page(name: str, form: WordsForm, **more: object) -> str:
    standard, known = letters.standard(name)
    facts = examples.facts_of(name, known)
    return render_template(
        "delivery/template.html", name=name, kind=LETTERS[name], form=form, standard=standard, facts=facts,
        versions=queries.versions(name), **more,
    )  # fmt: skip


def _kind_or_404(name: str) -> Kind:
    return LETTERS.get(name) or abort(404)


def _administrator() -> Actor:
    return Actor.of(access.me(), Role.ADMINISTRATOR)
