"""Several people enter the seed of one draw at the same instant, on the real web server: one seed is entered."""

from collections.abc import Callable

import pytest
from sqlalchemy import create_engine, text

from tests.safety.house import House
from tests.safety.test_at_once import AT_ONCE, all_at_once, fill, ready_to_press, serving

MOMENT = "preparing"


def person(house: House, home: str, name: str, address: str, number: int) -> Callable[[], tuple[int, str]]:
    """Somebody with the page open, two words in it, and a finger on the button."""
    browser = house.browser(name)
    typed = {"first_name": "Ann", "first_word": f"harbour {number}", "second_name": "Bo", "second_word": "swans"}
    typed |= {"csrf_token": browser.csrf, "sure": "y"}
    return ready_to_press(house, browser, home + address, typed)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_of_six_seeds_one_is_entered(house: House, kind: str, request: pytest.FixtureRequest) -> None:
    url = f"sqlite:///{house.own}/work.db" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    engine = create_engine(url)
    house.stand(MOMENT)
    if kind == "postgresql":
        fill(house, engine)
    reference = house.arguments[MOMENT]["own"]["without seed"]
    address = f"/programme/draws/{reference}/seed"
    with serving(house, url.replace("postgresql+psycopg://", "postgresql://")) as home:
        names = ("coordinator", "executive")
        answers = all_at_once([person(house, home, names[n % 2], address, n) for n in range(AT_ONCE)])
    with engine.connect() as rows:
        ask = text("SELECT seed, seed_by FROM draw WHERE reference = :reference")
        seed, by = rows.execute(ask, {"reference": reference}).one()
        entered = rows.execute(text("SELECT actor_name, facts FROM event WHERE step = 'enter_seed'")).all()
    statuses = [status for status, _page in answers]
    assert sorted(statuses) == [200] + [409] * (AT_ONCE - 1)
    assert seed == f"words: harbour {statuses.index(200)} / swans"
    assert all(f"{by} was first: they entered the seed at" in page for status, page in answers if status == 409)
    assert [name for name, facts in entered if reference in str(facts)] == [by]
    engine.dispose()
