"""Several coordinators confirm the same suggestions at one instant, on the real web server: nobody is invited twice."""

import re
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import create_engine, text

from tests.safety.house import House
from tests.safety.test_at_once import AT_ONCE, all_at_once, fill, ready_to_press, serving

MOMENT = "planned"


def person(house: House, home: str, name: str, address: str) -> Callable[[], tuple[int, str]]:
    """Somebody with the page open, every review ticked, and a finger on the button."""
    browser = house.browser(name)
    page = browser.send("GET", address).text
    ticked = re.findall(r'name="reviews" type="checkbox" value="(\d+)"', page)
    (seen,) = set(re.findall(r'name="seen" value="([^"]+)"', page))
    assert ticked
    typed = [("csrf_token", browser.csrf), ("seen", seen), *(("reviews", number) for number in ticked)]
    return ready_to_press(house, browser, home + address, typed)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_nobody_is_invited_twice(house: House, kind: str, request: pytest.FixtureRequest) -> None:
    url = f"sqlite:///{house.own}/work.db" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    engine = create_engine(url)
    house.stand(MOMENT)
    if kind == "postgresql":
        fill(house, engine)
    address = f"/programme/years/{house.arguments[MOMENT]['own']['year_id']}/teams"
    with serving(house, url.replace("postgresql+psycopg://", "postgresql://")) as home:
        names = ("coordinator", "coordinator of other")
        answers = all_at_once([person(house, home, names[n % 2], address) for n in range(AT_ONCE)])
    with engine.connect() as rows:
        members = Counter(rows.execute(text("SELECT review_id, person_id FROM team_member")).all())
        letters = rows.execute(text("SELECT count(*) FROM letter WHERE name = 'team_invitation'")).scalar_one()
        taken = rows.execute(text("SELECT review_id FROM suggested_team WHERE taken_at IS NOT NULL")).scalars().all()
    engine.dispose()
    assert {status for status, _page in answers} == {200}
    assert taken and set(members.values()) == {1}
    assert {review for review, _person in members} == set(taken)
    assert letters == len(members) >= 2 * len(taken)
    said = [re.findall(r"people of (\d+) reviews? have been invited", page) for _status, page in answers]
    assert sum(int(number) for numbers in said for number in numbers) == len(taken)
