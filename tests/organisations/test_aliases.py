"""Numbers and names that an organisation has or had: found by all of them, and owned by one organisation at a time."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Alias, AliasKind, Event, Organisation, ids_by_urn, organisation_with
from peerreview.organisations import aliases
from peerreview.workflow import Role
from tests.builders import a_borough, a_person, an_organisation, save
from tests.conftest import SignIn
from tests.inspector import Page, text_of

RUTH = Actor("Ruth Adeyemi", Role.COORDINATOR)
ALWAYS = (None, None)
TAKEN = "This is a number of {}. If one went on as the other, link the two organisations instead"


def found(typed: str) -> list[str]:
    wanted = db.select(Organisation.name).where(Organisation.matching(typed)).order_by(Organisation.name)
    return list(db.session.scalars(wanted))


def test_a_search_finds_it_by_every_name_and_number(any_app: Flask) -> None:
    school = an_organisation("Oakfield Primary School", urn="900103", postcode="E99 2BA")
    aliases.add(school, AliasKind.FORMER_NAME, "St Mary's & St John's", (None, date(2020, 8, 31)), "Its sign", RUTH)
    aliases.add(school, AliasKind.LAESTAB, "204/4651", ALWAYS, "The register", RUTH)
    ukprn = aliases.add(school, AliasKind.UKPRN, "10079319", ALWAYS, "The register", RUTH)
    save()
    typed = ("oakfield", "900103", "e992ba", "saint marys", "johns", "204/4651", "2044651", "100793", "oak mary 1007")
    assert {words: found(words) for words in typed} == {words: ["Oakfield Primary School"] for words in typed}
    school.name = "Oakfield Academy"
    aliases.correct(ukprn, "10079320", (date(2020, 9, 1), None), "A slip", RUTH)
    save()
    assert (found("10079319"), found("10079320 academy mary")) == ([], ["Oakfield Academy"])
    aliases.take_away(ukprn, "Of another school", RUTH)
    save()
    assert found("10079320") == []
    assert [(event.step, event.facts.get("was")) for event in db.session.scalars(db.select(Event))][-2:] == [
        ("correct_alias", {"value": "10079319"}), ("take_away_alias", None),
    ]  # fmt: skip


def test_the_public_suggestions_find_by_a_former_name_and_say_the_present_one(client: FlaskClient) -> None:
    school = an_organisation("Oakfield", postcode="E99 2BA")
    aliases.add(school, AliasKind.FORMER_NAME, "Marsh Infants", ALWAYS, "Canary reason", RUTH)
    save()
    answer = client.get("/organisations/suggestions?q=marsh")
    assert answer.json == [{"id": school.id, "name": "Oakfield", "place": "London, E99 2BA"}]


def test_any_reference_finds_the_organisation(any_app: Flask) -> None:
    first, second = an_organisation("First", urn="900001"), an_organisation("Second", urn="900002")
    aliases.add(first, AliasKind.LAESTAB, "204/4651", (None, date(2011, 8, 31)), "Register", RUTH)
    aliases.add(second, AliasKind.LAESTAB, "204/4651", (date(2011, 9, 1), None), "Register", RUTH)
    aliases.add(first, AliasKind.URN, "900011", (None, date(2011, 8, 31)), "Register", RUTH)
    aliases.add(first, AliasKind.FORMER_NAME, "900002", ALWAYS, "Odd, but a name is no reference", RUTH)
    save()
    for reference, owner in {
        "900001": first, " 900002 ": second, "900011": first, "204/4651": second, "First": None, "9": None,
    }.items():  # fmt: skip
        assert organisation_with(reference) is owner, reference
    assert organisation_with("204/4651", AliasKind.UKPRN) is None
    assert organisation_with("900011", AliasKind.URN) is first
    assert ids_by_urn(["900001", "900011", "900002", "900099"]) == {
        "900001": first.id, "900011": first.id, "900002": second.id,
    }  # fmt: skip


def test_a_number_belongs_to_one_organisation_at_a_time(any_app: Flask) -> None:
    first, second = an_organisation("First", urn="900001"), an_organisation("Second", urn="900002")
    until, since = (None, date(2011, 8, 31)), (date(2011, 9, 1), None)
    aliases.add(first, AliasKind.LOCAL, "HCK 7", until, "Register", RUTH)
    save()
    for kind, value, days in (
        (AliasKind.LOCAL, "HCK 7", ALWAYS), (AliasKind.LOCAL, "HCK 7", (date(2011, 8, 31), None)),
        (AliasKind.URN, "900001", until),
    ):  # fmt: skip
        with pytest.raises(aliases.Taken, match="First"):
            aliases.add(second, kind, value, days, "Mine", RUTH)
    aliases.add(second, AliasKind.LOCAL, "HCK 7", since, "Register", RUTH)
    for school in (first, second):  # names are shared
        aliases.add(school, AliasKind.FORMER_NAME, "St Mary's", ALWAYS, "Register", RUTH)
    save()


@pytest.mark.parametrize(
    "row",
    [
        {"kind": AliasKind.UKPRN, "value": "10000001"},
        {"kind": AliasKind.URN, "value": "900091", "until_on": date(2031, 1, 1)},
        {"kind": AliasKind.URN, "value": "900092"},
        {"kind": AliasKind.LOCAL, "value": "A", "from_on": date(2020, 1, 2), "until_on": date(2020, 1, 1)},
    ],
)
def test_the_database_itself_refuses(any_app: Flask, row: dict[str, object]) -> None:
    first, second = an_organisation(), an_organisation()
    both = {"organisation": first, "written_by": "Ruth"}
    db.session.add(Alias(kind=AliasKind.UKPRN, value="10000001", **both))
    db.session.add(Alias(kind=AliasKind.URN, value="900091", until_on=date(2020, 1, 1), **both))
    save()
    db.session.add(Alias(organisation_id=second.id, written_by="Ruth", **row))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_a_new_urn_keeps_the_one_before_with_its_days(any_app: Flask) -> None:
    school, other = an_organisation("Oakfield", urn="900001"), an_organisation("Other", urn="900009")
    save()
    aliases.change_urn(school, "900002", date(2020, 9, 1), "It converted", RUTH)
    aliases.change_urn(school, "900003", date(2024, 1, 1), "It joined", RUTH)
    save()
    kept = [(alias.value, alias.from_on, alias.until_on, alias.reason) for alias in school.aliases]
    assert kept == [
        ("900001", None, date(2020, 8, 31), "It converted"),
        ("900002", date(2020, 9, 1), date(2023, 12, 31), "It joined"),
    ]
    assert [found(urn) for urn in ("900001", "900002", "900003")] == [["Oakfield"]] * 3
    for urn in ("900001", "900003"):
        with pytest.raises(aliases.Taken, match="Oakfield"):
            aliases.change_urn(other, urn, date(2024, 1, 1), "Mine", RUTH)
    aliases.change_urn(school, "900002", date(2025, 1, 1), "That was wrong", RUTH)
    save()
    assert {alias.value for alias in school.aliases} == {"900001", "900003"} and school.urn == "900002"
    aliases.change_urn(school, None, date(2026, 1, 1), "It has none any more", RUTH)
    save()
    assert school.urn is None and organisation_with("900002") is school


@pytest.fixture
def coordinator(app: Flask, sign_in: SignIn) -> FlaskClient:
    person = a_person(Role.COORDINATOR, a_borough("HAC"), name="Miriam Achebe")
    save()
    return sign_in(person)


def errors_on(answer) -> list[str]:
    (summary,) = Page(answer.text).with_class("govuk-error-summary__list")
    return [text_of(item) for item in summary]


def a_day(name: str, day: date | None) -> dict[str, str]:
    return {f"{name}-{part}": str(getattr(day, part)) if day else "" for part in ("day", "month", "year")}


def typed(kind: str, value: str, until: date | None = None) -> dict[str, str]:
    return {"kind": kind, "value": value, "reason": "The register"} | a_day("until_on", until)


def test_adding_correcting_ending_and_taking_away_by_hand(coordinator: FlaskClient) -> None:
    school = an_organisation("Oakfield")
    save()
    page = f"/organisations/{school.id}"
    assert coordinator.submit(f"{page}/references/new", typed("laestab", "2044651")).location == f"{page}#references"
    (alias,) = school.aliases
    assert (alias.kind, alias.value, alias.until_on, alias.written_by) == (
        AliasKind.LAESTAB, "204/4651", None, "Miriam Achebe",
    )  # fmt: skip
    one = f"{page}/references/{alias.id}"
    ended = {"value": "204/4652", "reason": "It closed"} | a_day("until_on", date(2020, 8, 31))
    assert coordinator.submit(one, ended).status_code == 302
    db.session.expire_all()
    assert (alias.value, alias.until_on, alias.reason) == ("204/4652", date(2020, 8, 31), "It closed")
    main = text_of(coordinator.page(page).all("main")[0])
    assert "DfE number (LAESTAB): 204/4652 until Monday 31 August 2020 · Miriam Achebe · It closed" in main
    assert "Miriam Achebe corrected the reference or name: DfE number (LAESTAB) 204/4652 Before: 204/4651" in main
    assert coordinator.submit(f"{one}/removal", {"reason": ""}).status_code == 400
    assert coordinator.submit(f"{one}/removal", {"reason": "Of another school"}).status_code == 302
    db.session.expire_all()
    assert school.aliases == []
    assert coordinator.get(one).status_code == 404


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (typed("", "A"), ["Choose what it is"]),
        (typed("urn", "12345", date(2020, 1, 1)), ["URN must be six digits, like 100221"]),
        (typed("urn", "900555"), ["Enter the last day of the former URN"]),
        (typed("ukprn", "20000000"), ["UKPRN must be eight digits that begin with 1, like 10079319"]),
        (typed("laestab", "204-36"), ["DfE number must be three and four digits, like 204/3614"]),
        (typed("local", ""), ["Enter the reference or name"]),
        (typed("ukprn", "10000001"), [TAKEN.format("Taken School")]),
        (typed("local", "X", date(2019, 1, 1)) | a_day("from_on", date(2020, 1, 1)),
         ["The last day must be on or after the first day"]),
        (typed("local", "X") | {"reason": ""}, ["Enter why"]),
    ],
)  # fmt: skip
def test_what_cannot_be_a_reference_is_said_at_its_field(
    coordinator: FlaskClient, given: dict[str, str], said: list[str]
) -> None:
    school, other = an_organisation("Oakfield"), an_organisation("Taken School")
    aliases.add(other, AliasKind.UKPRN, "10000001", ALWAYS, "Register", RUTH)
    save()
    answer = coordinator.submit(f"/organisations/{school.id}/references/new", given)
    assert (answer.status_code, errors_on(answer)) == (400, said)
    db.session.expire_all()
    assert school.aliases == []


def test_the_second_of_two_who_correct_one_reference_sees_what_it_says_now(coordinator: FlaskClient) -> None:
    school = an_organisation("Oakfield")
    alias = aliases.add(school, AliasKind.LOCAL, "A1", ALWAYS, "Register", RUTH)
    save()
    one = f"/organisations/{school.id}/references/{alias.id}"
    old = {box.attrib["name"]: box.attrib.get("value", "") for box in coordinator.page(one).all("input")
           if box.attrib.get("type") == "hidden"}  # fmt: skip
    coordinator.submit(one, {"value": "B2", "reason": "First"})
    answer = coordinator.post(one, data={**old, "value": "C3", "reason": "Second"})
    assert answer.status_code == 409
    assert "Somebody else changed this while you had it open" in answer.text
    assert "<li>B2</li>" in answer.text and 'value="C3"' in answer.text
    db.session.expire_all()
    assert alias.value == "B2"


def test_changing_the_urn_by_hand(coordinator: FlaskClient) -> None:
    school = an_organisation("Oakfield", urn="900001")
    an_organisation("Other", urn="900009")
    save()
    page = f"/organisations/{school.id}/urn"
    since = a_day("from_on", date(2024, 9, 1))
    refused = coordinator.submit(page, {"urn": "900009", "reason": "New", **since})
    assert errors_on(refused) == [TAKEN.format("Other")]
    assert coordinator.submit(page, {"urn": "900002", "reason": "New", **since}).status_code == 302
    stale = coordinator.submit(page, {"urn": "900003", "reason": "New", **since, "seen": "900001"})
    assert stale.status_code == 409 and "<li>URN 900002</li>" in stale.text
    db.session.expire_all()
    assert (school.urn, [alias.value for alias in school.aliases]) == ("900002", ["900001"])


def test_a_former_name_is_kept_when_the_details_change(coordinator: FlaskClient) -> None:
    school = an_organisation("Marsh Infants")
    save()
    details = {"name": "Oakfield", "is_open": "yes", "reason": "New sign", "keep_name": "y", "postcode": "E8 1AA"}
    assert coordinator.submit(f"/organisations/{school.id}/details", details).status_code == 302
    assert coordinator.submit(
        f"/organisations/{school.id}/details", {**details, "name": "Oakfeld", "keep_name": ""}
    ).status_code == 302  # fmt: skip
    db.session.expire_all()
    assert [(alias.kind, alias.value) for alias in school.aliases] == [(AliasKind.FORMER_NAME, "Marsh Infants")]
    assert found("marsh") == ["Oakfeld"]


def test_nobody_else_reaches_the_references(app: Flask, sign_in: SignIn) -> None:
    school = an_organisation("Canary School")
    alias = aliases.add(school, AliasKind.LOCAL, "A1", ALWAYS, "Register", RUTH)
    other = an_organisation("Of another borough", a_borough("COL"))
    others = [a_person(Role.COORDINATOR, a_borough("COL")), a_person(Role.REVIEWER), a_person(Role.EXECUTIVE)]
    save()
    one = f"/organisations/{school.id}"
    addresses = [f"{one}/references/new", f"{one}/references/{alias.id}", f"{one}/references/{alias.id}/removal",
                 f"{one}/urn", f"{one}/duty", f"{one}/notes", f"{one}/links/search", f"{one}/links/new"]  # fmt: skip
    for person in others:
        browser = sign_in(person)
        assert {browser.get(address).status_code for address in addresses} == {404}
    crossed = f"/organisations/{other.id}/references/{alias.id}"
    assert sign_in(others[0]).get(crossed).status_code == 404
