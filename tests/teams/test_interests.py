"""Interests: every kind, how strong it is, and every way that leads from a record to an organisation."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from peerreview.extensions import db
from peerreview.models import Federation, Reviewer, Strength, Succession, Tie, TieKind, Trust
from peerreview.teams.interests import interests_between, interests_in, known, strength_of
from peerreview.teams.ways import Place, Register
from tests.builders import a_reviewer, an_organisation, save

TODAY, YEARS = date(2026, 11, 23), 3
LONG_AGO, LATELY, YESTERDAY, TOMORROW = date(2023, 11, 22), date(2023, 11, 23), date(2026, 11, 22), date(2026, 11, 24)
HARD, SOFT = Strength.HARD, Strength.SOFT

# Old Oakfield (2) went on as Oakfield (1), of the trust 1 with Elm (3), and of the federation 1 with Ash (4).
# Old Elm (5) went on as Elm. Oakfield will go on as New Oakfield (6). Stranger (9) has nothing to do with them.
REGISTER = Register(
    places={
        1: Place("Oakfield", 1, 1), 2: Place("Old Oakfield", 2), 3: Place("Elm", 1), 4: Place("Ash", None, 1),
        5: Place("Old Elm"), 6: Place("New Oakfield", 3), 9: Place("Stranger", 2, 2),
    },
    trusts={1: "Larkspur Trust", 2: "Other Trust", 3: "New Trust"},
    federations={1: "Wood Federation", 2: "Other Federation"},
    before={1: {1, 2}, 2: {2}, 3: {3, 5}, 4: {4}, 5: {5}, 6: {6, 1, 2}, 9: {9}},
    after={1: {1, 6}, 2: {2, 1, 6}, 3: {3}, 4: {4}, 5: {5, 3}, 6: {6}, 9: {9}},
)  # fmt: skip


def of(tie: Tie | None = None, employer: str = "", organisation: int = 1) -> list[tuple[Strength, str]]:
    found = known(employer, [tie] if tie else [], organisation, REGISTER, TODAY, YEARS)
    return [(each.strength, each.sentence) for each in found]


def a_tie(kind: TieKind, **facts: Any) -> Tie:
    text = "" if kind is not TieKind.OTHER else "Sings with the head"
    end = {} if {"trust_id", "federation_id"} & facts.keys() else {"organisation_id": 1}
    return Tie(kind=kind, **{"text": text, **end, **facts})


@pytest.mark.parametrize("kind", TieKind)
@pytest.mark.parametrize(
    ("until", "strength"),
    [(None, HARD), (TODAY, HARD), (TOMORROW, HARD), (YESTERDAY, SOFT), (LATELY, SOFT), (LONG_AGO, None)],
)
def test_what_lasts_is_hard_and_what_ended_is_soft_for_some_years(
    kind: TieKind, until: date | None, strength: Strength | None
) -> None:
    assert strength_of(a_tie(kind, until=until), TODAY, YEARS) is strength


@pytest.mark.parametrize(("said", "strength"), [(None, HARD), (HARD, HARD), (SOFT, SOFT)])
def test_another_interest_is_as_strong_as_a_coordinator_says(said: Strength | None, strength: Strength) -> None:
    assert strength_of(a_tie(TieKind.OTHER, strength=said), TODAY, YEARS) is strength
    assert strength_of(a_tie(TieKind.OTHER, strength=said, until=YESTERDAY), TODAY, YEARS) is SOFT


def test_a_year_that_has_no_29_february() -> None:
    tie = a_tie(TieKind.PAID_WORK, until=date(2025, 2, 28))
    assert strength_of(tie, date(2028, 2, 29), 3) is SOFT
    assert strength_of(tie, date(2028, 3, 1), 3) is None


RECORD, REGISTERED = "(a tie on the reviewer’s record)", "(a tie on the reviewer’s record, by the register)"


@pytest.mark.parametrize(
    ("tie", "strength", "sentence"),
    [
        (a_tie(TieKind.EMPLOYER), HARD, f"Works for Oakfield {RECORD}"),
        (a_tie(TieKind.GOVERNOR), HARD, f"Is a governor of Oakfield {RECORD}"),
        (a_tie(TieKind.FAMILY), HARD, f"Has family at Oakfield {RECORD}"),
        (a_tie(TieKind.PAID_WORK), HARD, f"Does paid work for Oakfield {RECORD}"),
        (a_tie(TieKind.OTHER), HARD, f"Has another interest in Oakfield: Sings with the head {RECORD}"),
        (a_tie(TieKind.PAID_WORK, until=YESTERDAY), SOFT,
         f"Did paid work for Oakfield, until Sunday 22 November 2026 {RECORD}"),
        (a_tie(TieKind.TRUST, trust_id=1), HARD,
         f"Is a trustee or on the staff of Larkspur Trust, its trust {REGISTERED}"),
        (a_tie(TieKind.FEDERATION, federation_id=1), HARD,
         f"Is on the governing body of Wood Federation, its federation {REGISTERED}"),
        (a_tie(TieKind.GOVERNOR, organisation_id=2), HARD,
         f"Is a governor of Old Oakfield, which went on as Oakfield {REGISTERED}"),
        (a_tie(TieKind.GOVERNOR, organisation_id=6), HARD,
         f"Is a governor of New Oakfield, as which Oakfield went on {REGISTERED}"),
        (a_tie(TieKind.FAMILY, organisation_id=2), HARD,
         f"Has family at Old Oakfield, which went on as Oakfield {REGISTERED}"),
        (a_tie(TieKind.EMPLOYER, organisation_id=3), HARD,
         f"Works for Elm, of the same trust (Larkspur Trust), which employs the staff of both {REGISTERED}"),
        (a_tie(TieKind.EMPLOYER, organisation_id=3, until=YESTERDAY), SOFT,
         f"Worked for Elm, of the same trust (Larkspur Trust), until Sunday 22 November 2026 {REGISTERED}"),
        (a_tie(TieKind.GOVERNOR, organisation_id=3), HARD,
         f"Is a governor of Elm, of the same trust (Larkspur Trust) {REGISTERED}"),
        (a_tie(TieKind.GOVERNOR, organisation_id=5), HARD,
         f"Is a governor of Old Elm, which went on as Elm, of the same trust (Larkspur Trust) {REGISTERED}"),
        (a_tie(TieKind.GOVERNOR, organisation_id=4), HARD,
         f"Is a governor of Ash, of the same federation (Wood Federation) {REGISTERED}"),
        (a_tie(TieKind.FAMILY, organisation_id=3), SOFT, f"Has family at Elm, of the same trust (Larkspur Trust)"
         f" {REGISTERED}"),
        (a_tie(TieKind.OTHER, organisation_id=4), SOFT, f"Has another interest in Ash, of the same federation"
         f" (Wood Federation): Sings with the head {REGISTERED}"),
    ],
)  # fmt: skip
def test_every_way_from_a_tie(tie: Tie, strength: Strength, sentence: str) -> None:
    assert of(tie) == [(strength, sentence)]


@pytest.mark.parametrize(
    "tie",
    [
        a_tie(TieKind.GOVERNOR, organisation_id=9),
        a_tie(TieKind.TRUST, trust_id=2),
        a_tie(TieKind.FEDERATION, federation_id=2),
        a_tie(TieKind.PAID_WORK, until=LONG_AGO),
    ],
)
def test_what_leads_nowhere(tie: Tie) -> None:
    assert of(tie) == []


@pytest.mark.parametrize(
    ("employer", "said"),
    [
        ("OAKFIELD.", "Works for Oakfield (employer on the reviewer’s record)"),
        ("old oakfield", "Works for Old Oakfield, which went on as Oakfield (employer on the reviewer’s record, by the"
         " register)"),
        ("Larkspur trust", "Works for Larkspur Trust, its trust (employer on the reviewer’s record, by the register)"),
        ("Wood Federation", "Works for Wood Federation, its federation (employer on the reviewer’s record, by the"
         " register)"),
        ("Elm", "Works for Elm, of the same trust (Larkspur Trust), which employs the staff of both (employer on the"
         " reviewer’s record, by the register)"),
    ],
)  # fmt: skip
def test_the_name_of_an_employer_is_found_in_the_register(employer: str, said: str) -> None:
    assert of(employer=employer) == [(HARD, said)]


@pytest.mark.parametrize("employer", ["", "Stranger", "Other Trust", "Oak", "–"])
def test_another_employer_is_no_interest(employer: str) -> None:
    assert of(employer=employer) == []


TIES = st.builds(
    lambda kind, end, until, strength: Tie(
        kind=kind,
        until=until,
        strength=strength if kind is TieKind.OTHER else None,
        text="x" if kind is TieKind.OTHER else "",
        **{f"{end[0]}_id": end[1]},
    ),
    st.sampled_from(TieKind),
    st.sampled_from(
        [("organisation", each) for each in REGISTER.places]
        + [("trust", each) for each in REGISTER.trusts]
        + [("federation", each) for each in REGISTER.federations]
    ),
    st.sampled_from([None, LONG_AGO, LATELY, YESTERDAY, TOMORROW]),
    st.sampled_from([None, HARD, SOFT]),
)


@given(st.lists(TIES, max_size=6), st.lists(TIES, max_size=4), st.sampled_from(sorted(REGISTER.places)))
def test_another_tie_never_takes_an_interest_away(ties: list[Tie], more: list[Tie], organisation: int) -> None:
    before = known("Elm", ties, organisation, REGISTER, TODAY, YEARS)
    after = known("Elm", [*ties, *more], organisation, REGISTER, TODAY, YEARS)
    assert set(before) <= set(after)
    assert [each.is_hard for each in after] == sorted((each.is_hard for each in after), reverse=True)


@given(st.integers(1, 6), st.integers(0, 5), st.sampled_from([TieKind.EMPLOYER, TieKind.FAMILY, TieKind.GOVERNOR]))
def test_a_tie_goes_down_any_line_of_predecessors(length: int, tied: int, kind: TieKind) -> None:
    """0 became 1, 1 became 2 …; a tie to any of them ties to all of them."""
    tied = min(tied, length)
    line = range(length + 1)
    register = Register(
        {each: Place(f"Number {each}") for each in line}, {}, {},
        {each: set(range(each + 1)) for each in line}, {each: set(range(each, length + 1)) for each in line},
    )  # fmt: skip
    tie = Tie(kind=kind, organisation_id=tied, text="")
    if tied:
        assert all(known("", [tie], each, register, TODAY, YEARS)[0].is_hard for each in line)


# Against the database


def test_the_register_is_asked_for_what_a_tie_needs(any_app: Flask) -> None:
    trust, federation = Trust(name="Larkspur Trust"), Federation(name="Wood Federation")
    old_elm, elm = an_organisation("Old Elm", is_open=False), an_organisation("Elm", trust=trust)
    oldest, old, now = (an_organisation(name) for name in ("Oldest", "Old Oakfield", "Oakfield"))
    now.trust, now.federation = trust, federation
    for one, other in ((old_elm, elm), (oldest, old), (old, now)):
        db.session.add(Succession(predecessor=one, successor=other, written_by="A file"))
    ties = [
        Tie(kind=TieKind.GOVERNOR, organisation=old_elm),
        Tie(kind=TieKind.FAMILY, organisation=oldest),
        Tie(kind=TieKind.FEDERATION, federation=federation),
    ]
    reviewer = a_reviewer(employer="Larkspur Trust", ties=ties)
    save()
    assert [(each.strength, each.said) for each in interests_in(reviewer, now)] == [
        (HARD, "Is a governor of Old Elm, which went on as Elm, of the same trust (Larkspur Trust)"),
        (HARD, "Has family at Oldest, which went on as Oakfield"),
        (HARD, "Is on the governing body of Wood Federation, its federation"),
        (HARD, "Works for Larkspur Trust, its trust"),
    ]
    assert interests_in(reviewer, an_organisation("Stranger")) == [] and interests_in(reviewer, None) == []


def test_a_link_that_was_taken_back_leads_nowhere(app: Flask) -> None:
    old, now = an_organisation("Old Oakfield"), an_organisation("Oakfield")
    link = Succession(predecessor=old, successor=now, written_by="A file")
    db.session.add(link)
    reviewer = a_reviewer(ties=[Tie(kind=TieKind.GOVERNOR, organisation=old)])
    save()
    assert len(interests_in(reviewer, now)) == 1
    link.taken_back_at, link.taken_back_by = link.written_at + timedelta(days=1), "A coordinator"
    save()
    assert interests_in(reviewer, now) == []


def test_one_pair_and_a_hundred_take_as_many_queries(app: Flask) -> None:
    counts = []
    for size in (1, 10):
        trust = Trust(name=f"Trust {size}")
        organisations = [an_organisation(trust=trust) for _ in range(size)]
        reviewers: list[Reviewer] = [
            a_reviewer(
                employer="Some name", ties=[Tie(kind=TieKind.GOVERNOR, organisation=an_organisation(trust=trust))]
            )
            for _ in range(size)
        ]
        save()
        pairs = [(each.person_id, other.id) for each in reviewers for other in organisations]
        asked: list[str] = []

        def listen(*args: Any, asked: list[str] = asked) -> None:
            asked.append(args[2])

        event.listen(db.engine, "before_cursor_execute", listen)
        found = interests_between(reviewers, organisations)
        event.remove(db.engine, "before_cursor_execute", listen)
        assert sorted(found) == sorted(pairs) and all(len(each) == 1 for each in found.values())
        counts.append(len(asked))
    assert counts[0] == counts[1]
