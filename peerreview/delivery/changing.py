"""The board's own words for a letter: checked, kept as a new version, and shown with invented facts."""

from typing import NamedTuple

from sqlalchemy.exc import IntegrityError

from peerreview import audit_trail, letters, process
from peerreview.audit_trail import Actor
from peerreview.delivery import examples
from peerreview.delivery.forms import WordsForm
from peerreview.extensions import db
from peerreview.filters import when
from peerreview.letter_text import Block, Words, problems
from peerreview.models import LetterTemplate

MOST_WORDS = 150  # a letter is shorter (pages people live in: Letters)


class Shown(NamedTuple):
    """A letter with invented facts, in each of its forms."""

    subject: str
    blocks: list[Block]
    text: str


def in_force(name: str) -> tuple[Words, int]:
    """The words that the next letter is written with, and the version that a change must have seen."""
    standard, known = letters.standard(name)
    newest = LetterTemplate.newest(name)
    return letters.in_force(name, known) or standard, newest.version if newest else 0


def preview(name: str, words: Words) -> Shown:
    """The letter with invented facts, and the board's real name and contact."""
    facts = examples.facts_of(name, letters.standard(name)[1])
    blocks = words.blocks_with(facts)
    return Shown(words.subject_with(facts), blocks, letters.as_text(blocks))


def is_usable(name: str, form: WordsForm) -> bool:
    """Whether the typed words can be used; if not, the form says why at the field."""
    standard, known = letters.standard(name)
    words = Words(form.subject.data or "", form.body.data or "")
    for where, sentence in problems(words, standard, known):
        form[where].errors = [*form[where].errors, sentence]
    if not form.errors:
        long = len(preview(name, words).text.split())
        if long >= MOST_WORDS:
            form.body.errors = [f"The letter has {long} words with its facts. Use fewer than {MOST_WORDS}"]
    return not form.errors


def overtaken_by(name: str, form: WordsForm) -> LetterTemplate | None:
    """The version that somebody else saved since the form was opened. Saving once more then replaces it."""
    newest = LetterTemplate.newest(name)
    if newest is None or str(newest.version) == form.version.data:
        return None
    form.version.data = str(newest.version)
    form.body.errors = [
        f"{newest.changed_by} changed this letter on {when(newest.changed_at)}. "
        "Their words are below. Save again to put yours in their place"
    ]
    return newest


def change(name: str, words: Words | None, actor: Actor, seen: int) -> None:
    """Keep new words, or (None) go back to the standard ones. Raises process.Overtaken when somebody was first."""
    newest = LetterTemplate.newest(name)
    version = newest.version if newest else 0
    if version != seen:
        raise process.Overtaken("Somebody else has changed this letter in the meantime. Nothing of yours was saved.")
    source = words.source if words else None
    db.session.add(LetterTemplate(name=name, version=version + 1, source=source, changed_by=actor.name))
    facts = {"letter": name, "version": version + 1, "standard": words is None}
    audit_trail.record("letter_changed", actor, facts=facts)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        raise process.Overtaken("Somebody else changed this letter at the same moment.") from None
