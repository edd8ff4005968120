"""Writing letters: words and facts become one row for one person, text and HTML from the same paragraphs.

``templates/emails/NAME.txt`` begins with lines of ``{% set fact = … %}``; from ``Subject:`` on it is plain text with
its facts in square brackets, as ``letter_text`` reads it. That text is the standard words; a board changes them in the
app.
"""

import re
from email.utils import parseaddr
from typing import Any
from uuid import uuid4

import structlog
from flask import current_app, render_template
from jinja2 import nodes

from peerreview import links
from peerreview.extensions import db
from peerreview.letter_text import Block, Words
from peerreview.models import Letter, LetterTemplate, LinkCode, PersonalLink, Review, board_detail, board_details

COMMON = frozenset({"board", "recipient", "whom to ask"})  # facts of every letter
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")

log = structlog.get_logger(__name__)


def draft(
    name: str,
    *,
    to: tuple[str, str],
    review: Review | None = None,
    link: PersonalLink | None = None,
    urgent: bool = False,
    calendar: tuple[str, bytes] | None = None,
    **facts: Any,
) -> Letter:
    """A letter that is not yet part of the transaction: give it to ``process.take`` or to ``write``.

    ``to``: name and address of the one recipient. ``link``: their personal link; the template calls ``page("/staff")``.
    ``calendar``: method and bytes of the .ics. ``facts``: what the template needs; never confidential text, and never
    free text that a member of the public typed.
    """
    recipient_name, recipient_email = to
    template = current_app.jinja_env.get_template(f"emails/{name}.txt")
    module = template.make_module({
        "recipient_name": recipient_name,
        "review": review,
        "link": link,
        "page": (lambda path="": links.page(link, path)) if link else None,
        "board": board_detail,
        **facts,
    })  # fmt: skip
    said = {_spoken(fact): str(value) for fact, value in vars(module).items() if not fact.startswith("_")}
    said |= common_facts(recipient_name)
    words = in_force(name, said.keys()) or Words.of(str(module))
    own = _own_places(link, facts)
    subject = _one_line(links.without_others(words.subject_with(said), own))
    blocks = words.blocks_with(said)
    method, ics = calendar or (None, None)
    return Letter(
        name=name,
        review=review,
        recipient_name=_one_line(recipient_name),
        recipient_email=recipient_email.strip(),
        subject=subject,
        text=links.without_others(as_text(blocks), own),
        html=links.without_others(as_html(subject, blocks, said["board"]), own),
        message_id=f"<{uuid4()}@{mail_domain()}>",
        calendar=ics,
        calendar_method=method,
        urgent=urgent,
    )


def write(name: str, **letter: Any) -> Letter:
    """Write a letter that belongs to no step of the process (a reminder, a code) into the transaction."""
    row = draft(name, **letter)
    db.session.add(row)
    return row


def mail_domain() -> str:
    """The domain of our sender: Message-IDs and the UIDs of visits end in it."""
    return parseaddr(current_app.config["MAIL_DEFAULT_SENDER"])[1].rpartition("@")[2]


def in_force(name: str, known: Any) -> Words | None:
    """The board's own words for a letter, or nothing when it uses the standard ones.

    Words that name a fact which the letter no longer has (the app has moved on) are not used, so that letters go out.
    """
    changed = LetterTemplate.newest(name)
    if changed is None or changed.source is None:
        return None
    words = Words.of(changed.source)
    if unknown := words.facts - set(known):
        log.warning("changed letter does not fit any more", letter=name, unknown=sorted(unknown))
        return None
    return words


def standard(name: str) -> tuple[Words, frozenset[str]]:
    """The standard words of a letter, and the names of the facts that it has. Raises TemplateNotFound."""
    environment = current_app.jinja_env
    assert environment.loader is not None
    source = environment.loader.get_source(environment, f"emails/{name}.txt")[0]
    set_at_top = (row for row in environment.parse(source).body if isinstance(row, nodes.Assign | nodes.AssignBlock))
    facts = {row.target.name for row in set_at_top if isinstance(row.target, nodes.Name)}
    names = {_spoken(fact) for fact in facts if not fact.startswith("_")} | COMMON
    return Words.of(source[source.index("Subject:") :]), frozenset(names)


def common_facts(recipient_name: str) -> dict[str, str]:
    """What every letter can say: who reads it, the board's name, and whom to ask."""
    with db.session.no_autoflush:
        details = board_details()
    asked = [details[detail] for detail in ("contact_name", "contact_phone", "contact_email")]
    return {
        "recipient": _one_line(recipient_name),
        "board": details["board_name"],
        "whom to ask": ", ".join(part for part in asked if part),
    }


def as_text(blocks: list[Block]) -> str:
    """The plain text part: paragraphs as written, a button as its label and address."""
    return "\n\n".join(_plain(block) for block in blocks) + "\n"


def as_html(subject: str, blocks: list[Block], board: str) -> str:
    """The HTML part, of the same paragraphs under the board's name; the template escapes every text."""
    return render_template("emails/layout.html", subject=subject, blocks=blocks, board=board)


def _plain(block: Block) -> str:
    if block.address:
        return f"{block.lines[0]}:\n{block.address}"
    return "\n".join(f"- {line}" if block.is_list else line for line in block.lines)


def _spoken(fact: str) -> str:
    return fact.replace("_", " ")


def _own_places(link: PersonalLink | None, facts: dict[str, Any]) -> set[str]:
    """What ``links.fill`` may put into this letter: the recipient's own link, their code, and the address given."""
    code = facts.get("code")
    own = links.places_in(str(facts.get("address", "")))
    own |= {f"~link-{link.id}~"} if link else set()
    return own | ({f"~code-{code.id}~"} if isinstance(code, LinkCode) else set())


def _one_line(text: str) -> str:
    return _CONTROL.sub(" ", text).strip()
