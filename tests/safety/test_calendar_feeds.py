"""A calendar feed is a side door: whoever has left or stood down finds nothing of the review behind theirs."""

import pytest

from tests.safety.house import House
from tests.safety.knowing import may_know
from tests.safety.test_canaries import words_in


def feed(house: House, name: str, moment: str) -> bytes:
    house.stand(moment)
    answer = house.browser("stranger").send("GET", house.people[f"feed of {name}"]["feed"])
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    return answer.data


@pytest.mark.parametrize("moment", ["preparing", "presented"])
def test_a_feed_shows_a_visit_to_who_comes_and_to_nobody_else(house: House, moment: str) -> None:
    reference = house.arguments[moment]["own"]["reference"].encode()
    assert reference in feed(house, "lead", moment)
    assert all(may_know(house, "lead", word, moment) for word in words_in(feed(house, "lead", moment)))
    for gone in ("left", "stood-down"):
        assert b"VEVENT" not in feed(house, gone, moment)
        assert reference not in feed(house, gone, moment)


def test_a_boroughs_feed_says_when_and_nothing_else(house: House) -> None:
    written = feed(house, "borough", "preparing")
    assert words_in(written) == set()
    assert written.count(b"BEGIN:VEVENT") == 2
    for place in ("own", "other"):
        assert house.arguments["preparing"][place]["reference"].encode() in written
    assert house.arguments["preparing"]["elsewhere"]["reference"].encode() not in written


def test_a_wrong_address_opens_nothing_and_a_closed_account_ends_it(house: House) -> None:
    house.stand("preparing")
    address = house.people["feed of lead"]["feed"]
    stranger = house.browser("stranger")
    end = len(".ics")
    for wrong in (address[: -end - 1] + ".ics", address[: -end - 1] + "A.ics", address[:-end] + "A.ics"):
        assert wrong == address or stranger.send("GET", wrong).status_code == 404
    closing = f"/people/{house.people['lead']['id']}/deactivation"
    assert house.browser("administrator").send("POST", closing).status_code == 302
    assert stranger.send("GET", address).status_code == 404
