"""Every route, as every kind of person, for one's own review, another one, another borough's, and one that is not."""

import pytest
from werkzeug.test import TestResponse

from tests.safety.house import Browser, House
from tests.safety.table import MOMENTS, ROWS
from tests.safety.trying import Try, expected, face, outcome, tries

PEOPLE = (
    "stranger", "deactivated", "administrator", "executive", "executive elsewhere",
    "coordinator", "coordinator of elsewhere", "lead", "second", "newcomer", "left", "stood-down",
    "lead of other", "lead of elsewhere",
    "contact", "contact without code", "contact of other", "colleague", "staff", "link of lead", "link of newcomer",
    "requester", "revoked", "forged", "truncated", "link of left", "link of stood-down",
)  # fmt: skip


def test_every_route_has_a_row_and_every_row_a_route(house: House) -> None:
    routes = {
        (rule.endpoint, method)
        for rule in house.app.url_map.iter_rules()
        for method in (rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}
    }
    rows = [(row.endpoint, row.part, method) for row in ROWS for method in row.methods]
    assert {name for name, _method in routes} == {row.endpoint for row in ROWS}
    assert routes - {(endpoint, method) for endpoint, _part, method in rows} == set()
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("person", PEOPLE)
def test_everybody_reaches_what_is_theirs_and_nothing_else(house: House, person: str) -> None:
    browser = house.browser(person)
    wrong: list[str] = []
    for moment in MOMENTS:
        house.stand(moment)
        before = house.dump()
        tried = [(one, expected(house, person, one)) for one in tries(house, person, moment)]
        refusals = Refusals(browser)
        for one, must in [(one, must) for one, must in tried if must != "reached"]:
            wrong += refusals.wrong(one, must)
        if house.dump() != before:
            wrong.append(f"something that was refused at {moment} changed {differences(before, house.dump())}")
        for one, _must in [(one, must) for one, must in tried if must == "reached" and "library" not in one.row.marks]:
            answer = browser.send(one.method, one.path)
            if (outcome(answer) != "reached") != ("leaves" in one.row.marks):
                wrong.append(f"{one}: should be reached, is {outcome(answer)}")
            if one.method == "POST":
                house.stand(moment)
    assert not wrong, "\n".join(wrong)


class Refusals:
    """The answers of one person at one moment, each address asked once."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.known: dict[tuple[str, str], TestResponse] = {}

    def answer(self, method: str, path: str) -> TestResponse:
        if (method, path) not in self.known:
            self.known[method, path] = self.browser.send(method, path)
        return self.known[method, path]

    def wrong(self, one: Try, must: str) -> list[str]:
        """What is wrong with one: not what is due, or not the same as the answer to something that is not there."""
        answer = self.answer(one.method, one.path)
        if outcome(answer) != must:
            return [f"{one}: should be {must}, is {outcome(answer)}"]
        if must == "missing" and face(answer) != face(self.answer(one.method, one.missing)):
            return [f"{one}: its 404 is not that of {one.missing}"]
        return []


def differences(before: dict, after: dict) -> list[str]:
    return [name for name in before if before[name] != after[name]]
