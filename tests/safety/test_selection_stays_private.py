"""That a review was chosen on local intelligence, and where that comes from, is known to nobody else, in any form."""

import json

import pytest

from peerreview import links
from peerreview.extensions import db
from peerreview.models import Letter, Review
from peerreview.wording import CATEGORIES
from tests.inspector import Page, text_of
from tests.safety.house import House
from tests.safety.test_access_matrix import PEOPLE
from tests.safety.test_canaries import opened
from tests.safety.trying import tries

# What nobody else may read, whatever the case: where it comes from, and that there is such a thing.
SECRET = (*(words.lower() for words in CATEGORIES.values() if words != "Another reason"), "local intelligence")
OF_NO_REVIEW = ("/draws/explanation",)  # how drawing works at all, for everybody: it says that it is not the other way
KNOWING = ("coordinator", "executive")
OTHERS = [person for person in PEOPLE if person not in (*KNOWING, "coordinator of elsewhere", "executive elsewhere")]
OF_THE_STEPS = ("write_intelligence", "read_intelligence", "plan", "send_selection", "approve_selection")


def secrets_in(answer: bytes) -> set[str]:
    said = b" ".join(opened(answer)).decode("utf-8", "replace").lower()
    return {secret for secret in SECRET if secret in said}


@pytest.mark.parametrize("person", OTHERS)
@pytest.mark.parametrize("moment", ["planned", "presented"])
def test_nobody_else_reads_of_it_on_any_page_or_in_any_file(house: House, person: str, moment: str) -> None:
    house.stand(moment)
    browser, found, asked = house.browser(person), [], 0
    for one in tries(house, person, moment, every_row=True):
        if one.method != "GET" or "library" in one.row.marks or one.path in OF_NO_REVIEW:
            continue
        answer = browser.send("GET", one.path)
        asked += 1
        found += [f"{secret}: {one.path}" for secret in secrets_in(answer.data + repr(answer.headers).encode())]
    assert found == []
    assert asked > 20


def test_who_may_know_finds_it(house: House) -> None:
    """So that the test above can fail: the same search finds every one of its words on the pages for them."""
    house.stand("planned")
    facts = house.arguments["planned"]["own"]
    for person in KNOWING:
        browser = house.browser(person)
        page = browser.send("GET", f"/reviews/{facts['reference']}/intelligence").data
        assert secrets_in(page) == set(SECRET)
        listed = secrets_in(browser.send("GET", f"/programme/years/{facts['year_id']}/selection").data)
        assert listed == {"local intelligence"}


def test_no_letter_of_any_kind_says_so(house: House) -> None:
    house.stand("presented")
    with house.app.app_context():
        letters = db.session.scalars(db.select(Letter)).all()
        names = db.session.scalars(db.select(Review.reference)).all()
        assert len(letters) > 60
        for letter in letters:
            whole = "\n".join([letter.subject, links.fill(letter.text), links.fill(letter.html)]).encode()
            assert secrets_in(whole + (letter.calendar or b"")) == set(), letter.name
            if letter.name.startswith("selection_"):
                assert not any(name in whole.decode() for name in (*names, "School own", "School other")), letter.name


def test_what_tells_how_a_review_was_selected_is_restricted(house: House) -> None:
    house.stand("presented")
    kept = house.ask("SELECT step, restricted, facts FROM event WHERE review_id IS NOT NULL")
    told = [(step, restricted, json.loads(facts)) for step, restricted, facts in kept]
    assert {step for step, _restricted, _facts in told} >= {"write_intelligence", "plan", "approve_selection"}
    assert [step for step, restricted, _facts in told if step in OF_THE_STEPS and not restricted] == []
    reasons = [word for word, (_review, what) in house.words.items() if what == "reason of the intelligence"]
    assert reasons and not any(word in json.dumps(facts) for word in reasons for _step, _restricted, facts in told)
    assert secrets_in(json.dumps([facts for _step, _restricted, facts in told]).encode()) == set()


def test_what_is_refused_comes_back_to_its_writer_and_to_nobody_else(house: House) -> None:
    """The page of an error gives back what was typed, never what others wrote."""
    house.stand("presented")
    page = f"/reviews/{house.arguments['presented']['own']['reference']}/intelligence"
    typed = {"category": "", "reason": "What the writer typed, and nobody else has read yet.", "seen": "1"}
    reasons = [word for word, (_review, what) in house.words.items() if what == "reason of the intelligence"]
    for data in (typed, {**typed, "category": "partner"}, {**typed, "csrf_token": "forged"}):
        said = house.browser("executive").send("POST", page, data)
        assert said.status_code in (400, 409)
        assert typed["reason"] in said.text
        assert not any(word in said.text for word in reasons)
    for person in ("lead", "contact", "administrator", "coordinator of elsewhere"):
        said = house.browser(person).send("POST", page, typed)
        assert said.status_code in (302, 404)
        assert page not in said.text or said.status_code == 302
    assert house.readings() == 0


def test_reading_why_is_recorded_once_for_each_reading(house: House) -> None:
    house.stand("presented")
    page = f"/reviews/{house.arguments['presented']['own']['reference']}/intelligence"
    for person in KNOWING:
        assert house.browser(person).send("HEAD", page).status_code == 200
        assert house.browser(person).send("GET", page).status_code == 200
    kept = house.ask("SELECT actor_role, restricted FROM event WHERE step = 'read_intelligence' ORDER BY id")
    assert kept == [("coordinator", 1), ("executive", 1)]
    words = text_of(Page(house.browser("coordinator").send("GET", page).text).all("main")[0])
    assert all(name in words for name in ("Coordinator", "Executive"))
