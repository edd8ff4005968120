"""Every text of a review is a word of its own, and nobody finds a word that they may not know, wherever they look."""

import io
import re
import zipfile

import pytest
from sqlalchemy import JSON, Enum, LargeBinary, String

from peerreview import links
from peerreview.extensions import Base, db
from peerreview.models import Letter
from tests.safety.house import House
from tests.safety.knowing import MOMENTS, ROWS, may_know, names_of
from tests.safety.test_access_matrix import PEOPLE
from tests.safety.trying import Try, expected, tries

WORD = re.compile(rb"zq[a-z]{2}[0-9]{3}q")
FOLD = re.compile(rb"\r\n[ \t]")  # RFC 5545, 3.1

LOOKED_AT = ("arranging", "reporting", "responding", "finalising", "presented")
DECLARED = ("should not be on this review", "a connection that people should know about")
INSIDERS = ("coordinator", "executive", "lead", "second", "newcomer", "contact", "colleague", "staff", "link of lead")


def words_in(*texts: bytes) -> set[str]:
    return {word.decode() for text in texts for part in opened(text) for word in WORD.findall(FOLD.sub(b"", part))}


def opened(answer: bytes) -> list[bytes]:
    """An answer as it can be read: a workbook is a ZIP of texts."""
    if not answer.startswith(b"PK\x03\x04"):
        return [answer]
    with zipfile.ZipFile(io.BytesIO(answer)) as book:
        return [book.read(name) for name in book.namelist()]


def found_by(house: House, person: str, moment: str) -> dict[str, str]:
    """Each word that the person finds by opening everything that is not refused, and where.

    What is refused is the same as what is not there, word by word: that is the matter of the access matrix.
    """
    browser, found = house.browser(person), {}
    for one in tries(house, person, moment, every_row=True):
        is_open = expected(house, person, one) not in ("missing", "sign in") and "everybody" not in one.row.who
        if one.method == "GET" and is_open and "library" not in one.row.marks:
            for path in [one.path, *more_like(house, one)]:
                answer = browser.send("GET", path)
                headers = repr(answer.headers.to_wsgi_list()).encode()
                for word in words_in(answer.data, headers):
                    found.setdefault(word, path)
    return found


def more_like(house: House, one: Try) -> list[str]:
    """The other letters, the other point of the response, the file of the visit: they differ in what they hold."""
    facts = house.arguments["presented"][one.place] if one.place in ("own", "other") else {}
    if one.row.moment == "presented" and one.row.endpoint == "reviews.letter" and facts:
        letters = house.ask("SELECT id FROM letter WHERE review_id = ?", facts["review"])
        return [one.path.replace(f"/{facts['letter_id']}", f"/{number}") for (number,) in letters]
    if one.row.endpoint in ("reports.decide", "reports.point_by_link") and facts:
        return [one.path.replace(f"/{facts['point_id']}", f"/{facts['point_id'] + 1}")]
    if one.row.endpoint == "preparation.document" and facts:
        return [one.path.replace(f"/{facts['document_id']}", f"/{facts['visit file']}")]
    return []


@pytest.mark.parametrize("person", PEOPLE)
def test_nobody_finds_a_word_that_they_may_not_know(
    house: House, person: str, capfd: pytest.CaptureFixture[str]
) -> None:
    leaks, seen = [], set()
    for moment in LOOKED_AT if person in INSIDERS else LOOKED_AT[-1:]:
        house.stand(moment)
        before = house.dump()
        found = found_by(house, person, moment)
        seen |= found.keys()
        leaks += [
            f"{' of '.join(house.words[word][::-1])} at {moment}: {where}"
            for word, where in found.items()
            if not may_know(house, person, word, moment)
        ]
        assert house.dump() == before
    written = capfd.readouterr().err.encode()
    leaks += [f"in the log: {house.words[word]}" for word in words_in(written)]
    leaks += [f"in the log: {found}" for found in re.findall(rb"/(?:my|calendars)/[0-9]+-\S{5}", written)]
    assert not leaks, "\n".join(sorted(set(leaks)))
    kinds = {house.words[word][1] for word in seen if house.words[word][0] in ("own", "board")}
    mine = names_of(house, person, "own")
    must = {kind for kind, known in ROWS.items() if known and known[0][0] in mine}
    if person in ("coordinator", "administrator", "lead", "contact"):
        assert not must - kinds, sorted(must - kinds)


def test_no_letter_says_what_its_reader_may_not_know(house: House) -> None:
    readers: dict[str, list[str]] = {}
    for person, facts in house.people.items():
        if "email" in facts and person.partition(" of ")[0] not in ("contact", "colleague"):
            readers.setdefault(facts["email"], []).append(person)  # of an organisation: what needs no code
    leaks, known, read = [], set(), 0
    for moment in MOMENTS:
        house.stand(moment)
        with house.app.app_context():
            letters = db.session.scalars(db.select(Letter)).all()
            for letter in letters:
                if letter.id in known:
                    continue
                known.add(letter.id)
                parts = [letter.subject, links.fill(letter.text), links.fill(letter.html)]
                people = readers.get(letter.recipient_email, [])
                for word in words_in(*(part.encode() for part in parts), letter.calendar or b""):
                    if people and not any(may_know(house, person, word, moment) for person in people):
                        leaks.append(f"{letter.name} to {people}: {house.words[word]}")
                read += bool(people)
    assert not leaks, "\n".join(sorted(set(leaks)))
    assert read > 60
    assert house.dump()["letter"]


# Text columns that hold no text of a person: what is in them is chosen from a list, counted, derived or public.
NO_TEXT = {
    "alembic_version": "*", "audit_template": "*", "standard": "*", "borough": "*", "trust": "*", "federation": "*",
    "alias": "kind", "succession": "link_type",
    "setting": "*", "board_detail": "*", "passkey": "*", "programme_year": "label", "link_code": "*",
    "tie": "kind strength", "number_set": "set_by_role",
    "intelligence": "category", "selection_round": "manner",
    "draw": "reference sha256 seed_kind", "draw_entry": "stratum passed_over",
    "appointment": "role", "agenda_item": "kind", "note": "kind", "slot_answer": "answer", "invitation": "*",
    "inbox_place": "*", "inbound_message": "key verdict answer dealt_with_by",
    "mail_contact": "*", "letter_template": "*",
    "report_section": "kind", "date_poll": "", "calendar_feed": "",
    "organisation": "name search_text urn type_code type_name duty phase religious_character street locality"
    " town postcode",
    "person": "password fs_uniquifier fs_webauthn_user_handle tf_primary_method tf_totp_secret mf_recovery_codes",
    "review": "reference selection stage stage_before_end end_reason", "event": "step actor_role",
    "document": "kind key media_type sha256", "document_request": "handling", "reviewer": "membership",
    "letter": "name subject message_id in_reply_to calendar_method delivery lease", "personal_link": "purpose",
    "register_import": "kind state sha256 key counts lease", "import_row": "subject kind key fate",
    "team_plan": "state lease", "suggested_team": "obstacle changed_by taken_by trouble", "suggested_person": "why",
    "team_member": "membership declaration", "visit": "uid", "peer_rating": "self_value value tested",
    "response_point": "section paragraph kind decision", "agenda_paper": "outcome", "sent_on": "*",
    "action": "verified_how", "action_update": "role", "draft": "purpose",
}  # fmt: skip


def test_every_text_column_holds_a_canary(house: House) -> None:
    house.stand("presented")
    rows, bare = house.dump(), []
    for table in Base.metadata.sorted_tables:
        without = NO_TEXT.get(table.name, "").split()
        for number, column in enumerate(table.columns):
            is_text = isinstance(column.type, String | LargeBinary | JSON) and not isinstance(column.type, Enum)
            if not is_text or "*" in without or column.name in without:
                continue
            if not any(words_in(str(row[number]).encode()) for row in rows[table.name]):
                bare.append(f"{table.name}.{column.name}")
    assert not bare, "\n".join(bare)


def test_the_team_does_not_learn_that_somebody_declared_an_interest(house: House) -> None:
    house.stand("preparing")
    page = f"/reviews/{house.arguments['preparing']['own']['reference']}"
    said = {person: house.browser(person).send("GET", page).text.lower() for person in ("coordinator", "lead")}
    assert all(words in said["coordinator"] for words in DECLARED)
    assert not any(words in said["lead"] for words in DECLARED)
