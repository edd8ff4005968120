"""Section 11 agencies from a list of the board's own: the template, each refusal, and a preview like any import's."""

import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from peerreview import outbox
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Contact, Duty, ImportKind, ImportRow, Organisation, RegisterImport, RowFate, RowKind
from peerreview.organisations import agencies_file, importing
from peerreview.organisations.agencies_file import COLUMNS, Agency
from peerreview.organisations.sources import NotAnExtract, Refused
from peerreview.sheets import Kind, Sheet, contents
from peerreview.workflow import Role
from tests.builders import a_borough, a_person, a_review, an_organisation, save
from tests.conftest import SignIn
from tests.inspector import text_of
from tests.read_sheets import read_csv

HEADINGS = [column.heading for column in COLUMNS]
MARSH = {
    "Name": "Marsh Lane Youth Trust", "Borough": "Hackney", "Type": "Youth charity", "Postcode": "e9 5aa",
    "Phone": "+44 20 7946 0123", "Contact name": "Sam Achebe", "Contact role": "Safeguarding lead",
    "Contact email": "sam@marshlane.example",
}  # fmt: skip


def a_file(*rows: dict[str, str]) -> bytes:
    """Our own way to write CSV, with its apostrophes: what somebody gets who saves our template again."""
    return contents(Sheet("Agencies", HEADINGS, [[row.get(each, "") for each in HEADINGS] for row in rows]), Kind.CSV)


def read(data: bytes) -> list[Agency | Refused]:
    return list(agencies_file.read(io.BytesIO(data)))


def take_in(data: bytes) -> RegisterImport:
    importing.take_in(io.BytesIO(data), "agencies.csv", Actor.system(), kind=ImportKind.AGENCIES)
    outbox.commit()
    return db.session.scalars(db.select(RegisterImport).order_by(RegisterImport.id.desc())).first()  # type: ignore[return-value]


def rows_of(imported: RegisterImport) -> list[tuple[str, str, str, str]]:
    rows = db.session.scalars(db.select(ImportRow).where(ImportRow.import_id == imported.id).order_by(ImportRow.id))
    return [(row.subject, row.kind, row.name, row.reason) for row in rows]


def agency() -> Organisation:
    return db.session.scalars(db.select(Organisation).where(Organisation.name == MARSH["Name"])).one()


def test_a_row_is_one_agency_and_one_person() -> None:
    [row] = read(a_file(MARSH))
    assert row == Agency(
        2,
        "Hackney",
        "Hackney",
        None,
        {"name": "Marsh Lane Youth Trust", "type_name": "Youth charity", "postcode": "E9 5AA",
         "phone": "+44 20 7946 0123", "duty": Duty.S11},
        {"contact_name": "Sam Achebe", "contact_role": "Safeguarding lead", "contact_email": "sam@marshlane.example"},
    )  # fmt: skip


def test_columns_stand_in_any_order_and_others_are_passed_over() -> None:
    [row] = read("borough,Our own number,NAME\nHackney,7,Marsh\n\n,,\n".encode("cp1252"))
    assert isinstance(row, Agency)
    assert (row.place, row.facts, row.contact) == ("Hackney", {"name": "Marsh", "duty": Duty.S11}, {})


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"Name": ""}, "It has no name."),
        ({"Borough": " "}, "It has no borough."),
        ({"Name": "A" * 201}, "Its name has 201 characters; 200 is the most."),
        ({"Postcode": "E9"}, "Its postcode is “E9”. Enter a full UK postcode, like E8 1EA."),
        ({"Phone": "ask"}, "Its phone is “ask”. Enter a phone number, like 020 7946 0123 or +44 20 7946 0123 ext 12."),
        ({"Website": "none"}, "Its website is “none”. Enter a website, like www.school.org.uk."),
        ({"Contact email": "sam at marsh"}, "Its contact email is “sam at marsh”. Enter an email address in the "
         "correct format, like name@school.org.uk."),
        ({"Contact email": ""}, "Its contact has no email address."),
        ({"Contact name": "", "Contact role": ""}, "Its contact has no name and no role."),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_its_reason(wrong: dict[str, str], reason: str) -> None:
    assert read(a_file(MARSH | wrong)) == [Refused(2, reason)]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "The file has no column Name and no column Borough. Begin with the template."),
        (b"Name;Borough\n", "The file has no column Name and no column Borough. Begin with the template."),
        (b"PK\x03\x04\0\0", "The file is not text. Save it as CSV and try again."),
        (b'"Name,Borough', "The file has no column Name and no column Borough. Begin with the template."),
    ],
)
def test_a_file_that_is_none_is_refused_at_once(data: bytes, reason: str) -> None:
    with pytest.raises(NotAnExtract) as refusal:
        agencies_file.read(io.BytesIO(data))
    assert str(refusal.value) == reason


def test_rows_of_another_length_are_refused() -> None:
    [short] = read(b"Name,Borough\nMarsh\n")
    assert short == Refused(2, "It has 1 cells where the first row has 2.")


@given(st.lists(st.lists(st.text(max_size=12), max_size=14), max_size=5))
def test_whatever_stands_in_a_file_is_a_row_or_a_reason(rows: list[list[str]]) -> None:
    data = contents(Sheet("Agencies", HEADINGS, rows), Kind.CSV)
    for row in read(data):
        assert row.reason if isinstance(row, Refused) else row.facts["name"] and row.place


def test_agencies_are_added_with_their_people_and_put_back(app: Flask) -> None:
    a_borough()
    save()
    second = {"Name": MARSH["Name"].upper(), "Borough": "HAC", "Contact name": "Lee", "Contact role": "Chair",
              "Contact email": "lee@marshlane.example", "Contact phone": "020 7946 0999"}  # fmt: skip
    imported = take_in(a_file(MARSH, second))
    assert rows_of(imported) == [
        ("organisation", RowKind.ADDED, "Marsh Lane Youth Trust", ""),
        ("contact", RowKind.ADDED, "Sam Achebe at Marsh Lane Youth Trust", ""),
        ("contact", RowKind.ADDED, "Lee at MARSH LANE YOUTH TRUST", ""),
    ]
    ours = agency()
    assert (ours.duty, ours.postcode, ours.phone, ours.urn) == (Duty.S11, "E9 5AA", "+44 20 7946 0123", None)
    assert [(each.name, each.role, each.email, each.phone) for each in ours.contacts] == [
        ("Sam Achebe", "Safeguarding lead", "sam@marshlane.example", ""),
        ("Lee", "Chair", "lee@marshlane.example", "020 7946 0999"),
    ]
    again = take_in(a_file(MARSH, second))
    assert rows_of(again) == []
    importing.undo_rows(imported)
    outbox.commit()
    assert db.session.scalars(db.select(Organisation)).all() == db.session.scalars(db.select(Contact)).all() == []


def test_what_differs_is_changed_field_by_field_and_put_back(app: Flask) -> None:
    ours = an_organisation(MARSH["Name"], urn=None, duty=None, type_name="Charity", postcode="E9 5AA", town="London")
    ours.contacts[0].email, ours.contacts[0].name = "SAM@marshlane.example", "Samuel"
    save()
    imported = take_in(a_file(MARSH))
    db.session.expire_all()
    row = db.session.scalars(db.select(ImportRow).where(ImportRow.subject == "contact")).one()
    assert row.changes == {
        "contact_name": ["Samuel", "Sam Achebe"],
        "contact_role": ["Headteacher", "Safeguarding lead"],
        "contact_email": ["SAM@marshlane.example", "sam@marshlane.example"],
    }
    assert (ours.duty, ours.type_name, ours.town, ours.contacts[0].name) == (
        Duty.S11,
        "Youth charity",
        "London",
        "Sam Achebe",
    )
    ours.contacts[0].role = "Director"  # by hand, since
    save()
    importing.undo_rows(imported)
    outbox.commit()
    db.session.expire_all()
    assert (ours.duty, ours.type_name, ours.contacts[0].name, ours.contacts[0].role) == (
        None, "Charity", "Sam Achebe", "Director",
    )  # fmt: skip
    assert (row.fate, row.why_left) == (RowFate.LEFT, "Changed since: role.")


def test_a_person_whom_a_review_needs_stays(app: Flask) -> None:
    a_borough()
    save()
    imported = take_in(a_file(MARSH))
    a_review(organisation=agency())
    save()
    importing.undo_rows(imported)
    outbox.commit()
    assert [each.name for each in agency().contacts] == ["Sam Achebe"]
    fates = db.session.execute(db.select(ImportRow.subject, ImportRow.fate, ImportRow.why_left)).all()
    assert {(subject, fate) for subject, fate, _ in fates} == {("organisation", "left"), ("contact", "left")}


def test_rows_that_contradict_each_other_or_name_no_borough_are_refused(app: Flask) -> None:
    a_borough()
    save()
    other = MARSH | {"Type": "Police", "Contact email": "other@marshlane.example"}
    imported = take_in(
        a_file(MARSH, other, MARSH, MARSH | {"Borough": "Hackny"}, {"Name": "Alone", "Borough": "Hackney"})
    )
    assert rows_of(imported) == [
        ("organisation", RowKind.ADDED, "Marsh Lane Youth Trust", ""),
        ("organisation", RowKind.REFUSED, "", "It says something else of this agency than row 2."),
        ("organisation", RowKind.REFUSED, "", "Its contact is already in this file."),
        ("organisation", RowKind.REFUSED, "", "“Hackny” is not a borough of the board."),
        ("organisation", RowKind.ADDED, "Alone", ""),
        ("contact", RowKind.ADDED, "Sam Achebe at Marsh Lane Youth Trust", ""),
    ]


def test_the_command(app: Flask, tmp_path: Path) -> None:
    a_borough()
    save()
    file = tmp_path / "agencies.csv"
    file.write_bytes(a_file(MARSH))
    told = app.test_cli_runner().invoke(args=["organisations", "import-agencies", str(file)])
    assert (told.exit_code, told.output) == (0, "2 added, 0 changed, 0 unchanged, 0 refused.\n")
    assert agency().contacts[0].name == "Sam Achebe"
    file.write_bytes(b"URN\n1\n")
    told = app.test_cli_runner().invoke(args=["organisations", "import-agencies", str(file)])
    assert told.exit_code == 1
    assert "Nothing was imported. The file has no column Name and no column Borough." in told.output


@pytest.fixture
def coordinator(app: Flask, sign_in: SignIn) -> FlaskClient:
    person = a_person(Role.COORDINATOR, a_borough("HAC"))
    save()
    return sign_in(person)


def test_the_template_can_be_brought_as_it_is(coordinator: FlaskClient) -> None:
    answer = coordinator.get("/organisations/agencies/template.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="section-11-agencies.csv"'
    [headings, example] = read_csv(answer.data)
    assert headings == HEADINGS and example[0].startswith("EXAMPLE: ")
    assert read(answer.data) == []
    filled = [cell.replace("EXAMPLE: ", "") for cell in example]
    [row] = read(contents(Sheet("Agencies", headings, [filled]), Kind.CSV))
    assert isinstance(row, Agency), "what the example shows must be usable"


def test_the_page_says_what_each_column_is(coordinator: FlaskClient) -> None:
    page = coordinator.page("/organisations/agencies")
    first = [text_of(cell) for row in page.all("tr")[1:] for cell in list(row)[:1]]
    assert first == HEADINGS
    addresses: list[Any] = [link.get("href") for link in page.all("a")]
    assert "/organisations/agencies/template.csv" in addresses
    assert "/organisations/imports/new?kind=agencies" in addresses


def test_only_coordinators_get_there(app: Flask, sign_in: SignIn) -> None:
    others = [a_person(Role.REVIEWER), a_person(Role.EXECUTIVE), a_person(Role.ADMINISTRATOR)]
    save()
    for address in ("/organisations/agencies", "/organisations/agencies/template.csv"):
        assert [sign_in(person).get(address).status_code for person in others] == [404] * 3
        assert app.test_client().get(address).status_code in (302, 401)
