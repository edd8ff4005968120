"""The sample is invented, complete and consistent."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

from peerreview.sample import people, places
from peerreview.sample.audit_copy import audit_pdf
from peerreview.sample.year import THE_YEAR

EXTRACT = Path(__file__).parents[2] / "peerreview" / "sample" / "organisations.csv"


def schools() -> list[dict[str, str]]:
    with EXTRACT.open(encoding="utf-8", newline="") as extract:
        return list(csv.DictReader(extract))


def test_no_organisation_is_reviewed_twice():
    assert len({plan.organisation for plan in THE_YEAR}) == len(THE_YEAR) == 21


def test_every_planned_review_is_of_a_known_organisation():
    known = {row["URN"] for row in schools()} | {agency.code for agency in places.AGENCIES}
    assert {plan.organisation for plan in THE_YEAR} <= known


def test_every_address_is_invented():
    for row in schools():
        assert ".example" in row["SchoolWebsite"]
    for person in people.EVERYBODY:
        assert person.email.endswith(".example")
    for agency in places.AGENCIES:
        assert agency.domain.endswith(".example")


def test_the_awkward_ones_are_there():
    names = Counter(row["EstablishmentName"] for row in schools())
    assert names["St Alban's Walk Primary School"] == 2
    assert max(map(len, names)) > 100
    assert [row["EstablishmentName"] for row in schools() if row["EstablishmentStatus (name)"] == "Closed"] == [
        "Pewter Street Primary School"
    ]
    assert sum(1 for row in schools() if row["Federations (code)"]) == 5


def test_teams_are_sample_reviewers_and_have_a_board_member():
    by_mailbox = {person.email.split("@")[0]: person for person in people.REVIEWERS}
    for plan in THE_YEAR:
        lead, second = (by_mailbox[mailbox] for mailbox in plan.team)
        assert not lead.lay and second.lay


def test_an_audit_copy_is_a_pdf_for_any_name():
    assert audit_pdf("St Piran's #1 *and* $x_2$ School", "s175", date(2026, 9, 1)).startswith(b"%PDF-1.7")
