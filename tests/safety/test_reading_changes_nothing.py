"""A GET, HEAD or OPTIONS changes nothing (RFC 9110, 9.2.1), whoever asks, however often."""

import pytest

from tests.safety.house import House
from tests.safety.table import MOMENTS
from tests.safety.trying import expected, tries

INSIDERS = (
    "coordinator", "executive", "administrator", "lead", "newcomer", "contact", "staff", "link of lead", "requester",
    "stranger",
)  # fmt: skip


@pytest.mark.parametrize("person", INSIDERS)
def test_opening_everything_twice_changes_nothing(house: House, person: str) -> None:
    browser, opened = house.browser(person), 0
    for moment in MOMENTS:
        house.stand(moment)
        before = house.dump()
        for one in tries(house, person, moment):
            if one.method == "GET" and one.place == "own" and expected(house, person, one) == "reached":
                first = browser.send("GET", one.path)
                assert browser.send("GET", one.path).status_code == first.status_code, one
                assert browser.send("HEAD", one.path).status_code == first.status_code, one
                assert browser.send("OPTIONS", one.path).status_code == 200, one
                opened += 1
        after = house.dump()
        assert {name for name in before if before[name] != after[name]} == set()
    assert opened > 0


@pytest.mark.parametrize("person", ["coordinator", "contact"])
def test_only_reading_leaves_a_line_and_a_look_ahead_does_not(house: House, person: str) -> None:
    """A scanner's HEAD is no reading: the trail of who read what would lie."""
    facts = house.arguments["presented"]["own"]
    pages = {
        "coordinator": [f"/reviews/{facts['reference']}/report/final", f"/reviews/{facts['reference']}/audit/file",
                        f"/reviews/{facts['reference']}/documents/{facts['document_id']}",
                        f"/reviews/{facts['reference']}/response/points/{facts['point_id']}/files/{facts['evidence']}",
                        f"/reviews/{facts['reference']}/report/final/pdf"],
        "contact": [f"/my/{house.people['contact']['token']}/{page}"
                    for page in ("report", "final-report", "audit/file", "final-report/pdf", "meeting")],
    }[person]  # fmt: skip
    browser = house.browser(person)
    for page in pages:
        house.stand("presented")
        assert house.readings() == 0
        assert browser.send("HEAD", page).status_code == 200, page
        assert house.readings() == 0, page
        assert browser.send("GET", page).status_code == 200, page
        assert house.readings() == 1, page
