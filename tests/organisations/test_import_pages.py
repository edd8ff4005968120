"""Importing in the browser: the walk, what the preview says, who may, and what two people at once are told."""

import csv
import io
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from peerreview import long_work, storage
from peerreview.extensions import db
from peerreview.models import (
    Contact,
    Duty,
    Event,
    ImportBorough,
    ImportRow,
    ImportState,
    Organisation,
    RegisterImport,
    Setting,
    Trust,
    utc_now,
)
from peerreview.models.base import as_of
from peerreview.organisations import import_work
from peerreview.workflow import Role
from tests.builders import a_borough, a_person, an_organisation, save
from tests.conftest import REAL_DATA, SignIn
from tests.inspector import Page
from tests.organisations.register_files import (
    CITY,
    HACKNEY,
    HEADER,
    ISLINGTON,
    NEW,
    a_file,
    a_row,
    bring,
    brought,
    confirmed,
    lines_on,
    the_import,
    the_register,
    undone,
    words_on,
)

SMALL = a_file(a_row(900101, "Oakfield"), a_row(900102, "Ashfield", CITY))


@pytest.fixture
def board(app: Flask) -> Flask:
    a_borough("HAC"), a_borough("COL")
    save()
    return app


@pytest.fixture
def coordinator(board: Flask, sign_in: SignIn) -> FlaskClient:
    person = a_person(Role.COORDINATOR, name="Miriam Achebe")
    save()
    return sign_in(person)


@pytest.fixture
def hackney(board: Flask, sign_in: SignIn) -> FlaskClient:
    person = a_person(Role.COORDINATOR, a_borough("HAC"), name="Hanna Hackney")
    save()
    return sign_in(person)


def the(urn: int) -> Organisation:
    db.session.expire_all()
    return db.session.scalars(db.select(Organisation).where(Organisation.urn == str(urn))).one()


def by_hand(urn: int, **values: object) -> None:
    """Somebody changes an organisation in the meantime."""
    school = the(urn)
    for name, value in values.items():
        setattr(school, name, value)
    save()


def steps() -> list[tuple[str, str]]:
    return [(each.step, each.actor_name) for each in db.session.scalars(db.select(Event).order_by(Event.id))]


def test_a_file_is_looked_at_confirmed_applied_and_undone(coordinator: FlaskClient) -> None:
    before = the_register()
    address = str(bring(coordinator, SMALL).location)
    waiting = coordinator.page(address)
    assert len(waiting.all("progress")) == 1 and "Being read" in words_on(coordinator, address)
    assert b'<noscript><meta http-equiv="refresh" content="4"></noscript>' in coordinator.get(address).data
    import_work.work()
    assert the_register() == before
    assert "2 rows would change the register" in words_on(coordinator, address)
    confirmed(coordinator, address)
    assert (the(900101).name, the(900101).duty, the(900102).borough.code) == ("Oakfield", Duty.S175, "COL")
    assert the(900101).search_text == " oakfield e8 1aa e81aa 900101"
    page = words_on(coordinator, address)
    assert "Applied" in page and "Confirmed by Miriam Achebe." in page and "Undo this import" in page
    undone(coordinator, address)
    assert the_register() == before
    assert "By Miriam Achebe. It had been confirmed by Miriam Achebe." in words_on(coordinator, address)
    assert steps() == [
        (step, "Miriam Achebe") for step in ("confirm_import", "import_register", "ask_to_undo_import", "undo_import")
    ]
    listed = words_on(coordinator, "/organisations/imports")
    for fact in ("extract.csv", the_import(address).sha256, "by Miriam Achebe, for Hackney, City of London",
                 "2 added", "Undone"):  # fmt: skip
        assert fact in listed


@pytest.mark.parametrize(
    "name", ["edubase_2017-07_la201_la204_sample.csv", "gias_layout_la201_la204_sample_cp1252.csv"]
)
def test_the_real_files_come_and_go(coordinator: FlaskClient, name: str) -> None:
    if not (REAL_DATA / name).exists():
        pytest.skip(f"the real file {name} is not here")
    before, content = the_register(), (REAL_DATA / name).read_bytes()
    address = brought(coordinator, content, name)
    confirmed(coordinator, address)
    assert the_import(address).counts["applied"] == len(the_register()["schools"]) in (30, 31)
    again = brought(coordinator, content, name)
    assert "The register says all this already." in words_on(coordinator, again)
    coordinator.submit(again, to=f"{again}/discarding")
    undone(coordinator, address)
    assert the_register() == before


def test_the_preview_says_field_by_field_what_would_change(coordinator: FlaskClient) -> None:
    taken = a_file(
        a_row(900101, "Old Name"),
        a_row(900102, "Moves", CITY),
        a_row(900103, "Closes"),
        a_row(900104, "Opens", status="2", closed="31-08-2020"),
        a_row(900105, "By Hand"),
        a_row(900106, "Stays"),
        a_row(900108, "Leaves"),
        a_row(900109, "In a Trust", trust_code="77", trust="Old Trust"),
    )
    confirmed(coordinator, brought(coordinator, taken))
    by_hand(900105, duty=Duty.S11, duty_reason="Its governors asked")
    rows = [
        a_row(900101, "New Name", postcode="N1 1AA"),
        a_row(900102, "Moves", HACKNEY),
        a_row(900103, "Closes", status="2", closed="31-08-2026"),
        a_row(900104, "Opens"),
        a_row(900105, "By Hand", type="28"),
        a_row(900106, "Stays"),
        a_row(900107, "Comes"),
        a_row(900108, "Leaves", ISLINGTON),
        a_row(900109, "In a Trust", trust_code="77", trust="New Trust"),
        a_row(900110, "Of Islington", ISLINGTON),
        a_row("", "No Number"),
    ]
    address = brought(coordinator, a_file(*rows), "new.csv")
    assert lines_on(coordinator, address) == [
        "Trusts and federations Trust · code 77 New Trust Name Old Trust →becomes New Trust",
        "Changed Row 2 · URN 900101 New Name Name Old Name →becomes New Name Postcode E8 1AA →becomes N1 1AA",
        "Moved to another borough Row 3 · URN 900102 Moves Borough City of London →becomes Hackney",
        "Closed Row 4 · URN 900103 Closes Whether it is open yes →becomes no "
        "Closing date nothing →becomes 31 August 2026",
        "Opened Row 5 · URN 900104 Opens Whether it is open no →becomes yes "
        "Closing date 31 August 2020 →becomes nothing",
        "Changed Row 6 · URN 900105 By Hand Its duty was set by hand and stays. Code of the type 1 →becomes 28 "
        "Type Community school →becomes Academy sponsor led",
        "Added Row 8 · URN 900107 Comes Borough Hackney Code of the type 1 Type Community school Duty section 175 "
        "Postcode E8 1AA",
        "Refused Row 9 · URN 900108 Leaves Islington (206) is outside the board: it stays as it is here.",
        "Refused Row 12 It has no URN.",
    ]
    assert the_import(address).counts == {
        "group": 1, "changed": 2, "moved": 1, "closed": 1, "opened": 1, "added": 1, "refused": 2, "unchanged": 2,
        "elsewhere": 1,
    }  # fmt: skip
    assert the_import(address).places == {"Islington (206)": 1}
    assert [len(lines_on(coordinator, f"{address}?only={kind}")) for kind in ("refused", "moved")] == [2, 1]
    confirmed(coordinator, address)
    assert (the(900105).duty, the(900105).type_name) == (Duty.S11, "Academy sponsor led")
    assert (the(900104).closed_on, the(900103).closed_on) == (None, date(2026, 8, 31))
    assert the(900109).trust == db.session.scalars(db.select(Trust)).one()
    assert the(900109).trust.name == "New Trust"


def test_only_a_duty_set_by_hand_would_change_and_says_so(coordinator: FlaskClient) -> None:
    confirmed(coordinator, brought(coordinator, SMALL))
    by_hand(900101, duty=Duty.S157, duty_reason="It converted")
    address = brought(coordinator, SMALL)
    assert lines_on(coordinator, address) == [
        "Kept as set by hand Row 2 · URN 900101 Oakfield Its duty was set by hand and stays."
    ]
    assert "There is nothing to change" in words_on(coordinator, address)


def test_a_coordinator_of_one_borough_changes_only_that_one(hackney: FlaskClient) -> None:
    an_organisation("In the City", a_borough("COL"), urn="900103")
    save()
    rows = [
        a_row(900101, "Ours"),
        a_row(900102, "Theirs", CITY),
        a_row(900103, "Comes to us"),
        a_row(900104, "Far", ISLINGTON),
    ]
    address = brought(hackney, a_file(*rows))
    assert [line.split("Borough")[0].strip() for line in lines_on(hackney, address)] == [
        "Added Row 2 · URN 900101 Ours",
        "Refused Row 3 · URN 900102 Theirs You are not a coordinator in City of London.",
        "Refused Row 4 · URN 900103 Comes to us It is in City of London now, where you are not a coordinator.",
    ]
    confirmed(hackney, address)
    assert db.session.scalar(db.select(db.func.count()).select_from(Organisation)) == 2
    assert the(900103).borough.code == "COL"


def test_everybody_else_gets_404(board: Flask, coordinator: FlaskClient, sign_in: SignIn) -> None:
    address = brought(coordinator, SMALL)
    others = [a_person(Role.COORDINATOR, a_borough("COL")), a_person(Role.REVIEWER), a_person(Role.EXECUTIVE)]
    save()
    addresses = [address + rest for rest in ("", "/progress", "/rows.csv", "/rows.xlsx", "/undoing")]
    for person in others:
        browser = sign_in(person)
        assert [browser.get(each).status_code for each in addresses] == [404] * 5
        token = {"csrf_token": browser.token("/account")}
        for act in ("confirmation", "discarding", "undoing"):
            assert browser.post(f"{address}/{act}", data=token).status_code == 404
        assert "extract.csv" not in browser.get("/organisations/imports").text
    assert coordinator.get("/organisations/imports/99999999999999999999").status_code == 404
    assert {board.test_client().get(each).status_code for each in [*addresses, NEW]} <= {302, 401}
    assert the_import(address).state is ImportState.READY


def test_one_import_of_a_borough_at_a_time(coordinator: FlaskClient, hackney: FlaskClient, sign_in: SignIn) -> None:
    first = brought(hackney, SMALL)
    second = bring(coordinator, SMALL, "other.csv")
    assert second.status_code == 409
    assert "Hanna Hackney has begun an import that is not finished." in second.text
    city = a_person(Role.COORDINATOR, a_borough("COL"))
    save()
    assert bring(sign_in(city), SMALL).status_code == 302
    hackney.submit(first, to=f"{first}/discarding")
    assert bring(hackney, SMALL).status_code == 302


def test_the_database_itself_refuses_a_second_import_of_a_borough(coordinator: FlaskClient) -> None:
    own = the_import(brought(coordinator, SMALL))
    db.session.add(RegisterImport(
        kind=own.kind, filename="b.csv", size=1, sha256="0" * 64, begun_by="B", counts={}, places={},
        boroughs=[ImportBorough(borough_id=own.boroughs[0].borough_id)],
    ))  # fmt: skip
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


@pytest.mark.parametrize(("act", "after", "told"), [
    ("confirmation", ImportState.DONE, "It was confirmed already, by Miriam Achebe. Nothing was done."),
    ("discarding", ImportState.DISCARDED, "It was discarded already. Nothing was done."),
])  # fmt: skip
def test_a_double_click_and_an_old_tab_do_nothing_more(
    coordinator: FlaskClient, act: str, after: ImportState, told: str
) -> None:
    address = brought(coordinator, SMALL)
    token = {"csrf_token": coordinator.token(address)}
    assert coordinator.post(f"{address}/{act}", data=token).status_code == 302
    second = coordinator.post(f"{address}/{act}", data=token)
    assert (second.status_code, second.location) == (302, address)
    assert told in words_on(coordinator, address)
    import_work.work()
    assert the_import(address).state is after
    assert steps().count(("import_register", "Miriam Achebe")) == (act == "confirmation")
    other = "discarding" if act == "confirmation" else "confirmation"
    assert coordinator.post(f"{address}/{other}", data=token).status_code == 302
    assert the_import(address).state is after


def test_undoing_twice_does_it_once(coordinator: FlaskClient) -> None:
    address = brought(coordinator, SMALL)
    confirmed(coordinator, address)
    token = {"csrf_token": coordinator.token(f"{address}/undoing")}
    for _ in range(2):
        assert coordinator.post(f"{address}/undoing", data=token).status_code == 302
    import_work.work()
    coordinator.post(f"{address}/undoing", data=token)
    assert "It was undone already, by Miriam Achebe." in words_on(coordinator, address)
    assert [step for step, _who in steps()].count("undo_import") == 1
    assert coordinator.get(f"{address}/undoing").status_code == 302


def test_what_changed_since_the_preview_is_left_and_listed(coordinator: FlaskClient) -> None:
    confirmed(coordinator, brought(coordinator, SMALL))
    address = brought(coordinator, a_file(
        a_row(900101, "From the File"), a_row(900102, "Ashfield", CITY, postcode="N1 1AA"), a_row(900103, "New")
    ))  # fmt: skip
    an_organisation("Quicker", urn="900103")
    by_hand(900101, name="By Hand")
    confirmed(coordinator, address)
    assert (the(900101).name, the(900102).postcode, the(900103).name) == ("By Hand", "N1 1AA", "Quicker")
    assert the_import(address).counts["skipped"] == 2
    assert [line.split("Name")[0] for line in lines_on(coordinator, f"{address}?only=skipped")] == [
        "Changed Not applied Row 2 · URN 900101 From the File Changed since the preview: name. ",
        "Added Not applied Row 4 · URN 900103 New It has come into the register since the preview. Borough Hackney "
        "Code of the type 1 Type Community school Duty section 175 Postcode E8 1AA",
    ]
    undone(coordinator, address)
    assert (the(900101).name, the(900102).postcode, the(900103).name) == ("By Hand", "E8 1AA", "Quicker")


def test_undoing_leaves_what_was_changed_or_used_since_and_lists_it(coordinator: FlaskClient) -> None:
    confirmed(coordinator, brought(coordinator, SMALL))
    address = brought(coordinator, a_file(
        a_row(900101, "Renamed", postcode="N1 1AA"),
        a_row(900102, "Ashfield", CITY, status="2", closed="31-08-2026"),
        a_row(900103, "Has a Review", trust_code="5", trust="Used Trust"),
        a_row(900104, "Unused", trust_code="6", trust="Unused Trust"),
        a_row(900105, "Changed by Hand"),
    ))  # fmt: skip
    confirmed(coordinator, address)
    by_hand(900101, name="By Hand")
    by_hand(900102, closed_on=date(2026, 9, 1))
    by_hand(900105, phone="020 7946 0123")
    an_organisation("Another", trust=the(900103).trust)
    db.session.add(Contact(organisation=the(900103), name="Ann", role="Head", email="ann@school.example"))
    save()
    undone(coordinator, address)
    assert (the(900101).name, the(900101).postcode) == ("By Hand", "E8 1AA")
    assert the(900101).search_text == " by hand e8 1aa e81aa 900101"
    assert (the(900102).is_open, the(900102).closed_on) == (False, date(2026, 9, 1))
    assert the(900103).name == "Has a Review" and the(900105).phone == "020 7946 0123"
    assert db.session.scalar(db.select(Organisation).where(Organisation.urn == "900104")) is None
    assert [each.name for each in db.session.scalars(db.select(Trust))] == ["Used Trust"]
    left = lines_on(coordinator, f"{address}?only=left")
    for line, why in zip(left, (
        "An organisation belongs to it.", "Changed since, and stays: name.",
        "Changed since, and stays: whether it is open, closing date.",
        "It is used: by a contact, a review, a note or another record.", "Changed since: phone.",
    ), strict=True):  # fmt: skip
        assert why in line
    assert the_import(address).counts | {"left": 5, "put_back": 2} == the_import(address).counts


def test_a_list_is_asked_for_in_the_same_number_of_queries(coordinator: FlaskClient) -> None:
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *facts: asked.append(facts[2]))
    counts: dict[str, list[int]] = {"page": [], "list": []}
    for number in (1, 3):
        address = brought(coordinator, a_file(*(a_row(900100 + n, f"School {n}") for n in range(number))))
        for what, path in (("page", address), ("list", "/organisations/imports")):
            asked.clear()
            coordinator.get(path)
            counts[what].append(len(asked))
        coordinator.submit(address, to=f"{address}/discarding")
        bring(coordinator, SMALL), import_work.work()
        last = db.session.scalars(db.select(RegisterImport).order_by(RegisterImport.id.desc())).first()
        coordinator.submit(f"/organisations/imports/{last.id}", to=f"/organisations/imports/{last.id}/discarding")
    assert counts["page"][0] == counts["page"][1]
    assert counts["list"][0] == counts["list"][1]


def test_the_preview_is_paged(coordinator: FlaskClient) -> None:
    address = brought(coordinator, a_file(*(a_row(900100 + n, f"School {n}") for n in range(120))))
    assert [len(lines_on(coordinator, f"{address}?page={n}")) for n in (1, 2, 3, 9)] == [50, 50, 20, 20]
    assert "School 50" in lines_on(coordinator, f"{address}?page=2")[0]
    for odd in ("page=x", "page=-1", "only=nothing"):
        assert len(lines_on(coordinator, f"{address}?{odd}")) == 50


def test_the_preview_is_taken_out_as_a_file_that_carries_no_formula(coordinator: FlaskClient) -> None:
    confirmed(coordinator, brought(coordinator, SMALL))
    address = brought(coordinator, a_file(
        a_row(900101, '=HYPERLINK("http://evil.example")', postcode="N1 1AA"), a_row("", "-2+3")
    ))  # fmt: skip
    rows = list(csv.reader(io.StringIO(coordinator.get(f"{address}/rows.csv").get_data().decode("utf-8-sig"))))
    assert rows[1:] == [
        ["2", "Changed", "900101", "'=HYPERLINK(\"http://evil.example\")", "name", "Oakfield",
         "'=HYPERLINK(\"http://evil.example\")", "", ""],
        ["2", "Changed", "900101", "'=HYPERLINK(\"http://evil.example\")", "postcode", "E8 1AA", "N1 1AA", "", ""],
        ["3", "Refused", "", "", "", "", "", "It has no URN.", ""],
    ]  # fmt: skip
    narrowed = coordinator.get(f"{address}/rows.csv?only=refused").get_data().decode("utf-8-sig")
    assert len(narrowed.splitlines()) == 2
    sheet = load_workbook(io.BytesIO(coordinator.get(f"{address}/rows.xlsx").data)).active
    assert sheet.max_row == 4


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (SMALL, "extract.xlsx", "‘extract.xlsx’ is not a type of file we can take. It must be CSV."),
        (SMALL, "extract.zip", "‘extract.zip’ is a folder of compressed files."),
        (b"", "extract.csv", "‘extract.csv’ is empty."),
        (b"%PDF-1.4 what", "extract.csv", "‘extract.csv’ is not plain text."),
        (b"PK\x03\x04\x14\x00\x06\x00", "extract.csv", "‘extract.csv’ is not plain text."),
        (b"<!doctype html><title>Sorry</title>", "extract.csv", "‘extract.csv’ also contains a web page."),
        (b"a,b\n1,2\n", "extract.csv", "The file has no column URN, EstablishmentName, LA (code)"),
        (",".join(HEADER).encode("utf-16"), "extract.csv", "The file is not text."),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_at_once(
    coordinator: FlaskClient, content: bytes, name: str, said: str
) -> None:
    answer = bring(coordinator, content, name)
    assert answer.status_code == 400
    (summary,) = Page(answer.text).with_class("govuk-error-summary__list")
    assert "".join(summary.itertext()).strip().startswith(said)
    assert db.session.scalar(db.select(RegisterImport)) is None


def test_no_file_and_no_kind(coordinator: FlaskClient) -> None:
    answer = coordinator.submit(NEW, {"kind": ""})
    assert answer.status_code == 400 and "Choose a file" in answer.text and "Choose what is in the file" in answer.text


def test_this_form_takes_a_larger_file_and_says_how_large(
    coordinator: FlaskClient, board: Flask, sign_in: SignIn
) -> None:
    board.config |= {"MAX_CONTENT_LENGTH": 10_000, "MAX_IMPORT_BYTES": 200_000}
    rows = [a_row(900100 + n, f"School {n}") for n in range(500)]
    assert bring(coordinator, a_file(*rows)).status_code == 302
    too_large = bring(coordinator, a_file(*(a_row(n, "x" * 100) for n in range(3_000))))
    assert too_large.status_code == 413
    assert "The largest file that can be imported is 0.190735 MB" in too_large.text
    reviewer = a_person(Role.REVIEWER)
    save()
    browser = sign_in(reviewer)
    token = browser.token("/account")
    other = browser.post(NEW, data={"csrf_token": token, "file": (io.BytesIO(a_file(*rows)), "extract.csv")})
    assert other.status_code == 413 and "can be imported" not in other.text


def test_the_file_is_in_the_store_until_it_was_read(coordinator: FlaskClient) -> None:
    address = str(bring(coordinator, SMALL).location)
    key = the_import(address).key
    assert key and b"".join(storage.read(key)) == SMALL
    import_work.work()
    import_work.tidy()
    assert the_import(address).key is None
    with pytest.raises(storage.Away):
        storage.read(key)


def test_rows_are_kept_as_long_as_the_import_can_be_undone(coordinator: FlaskClient) -> None:
    db.session.add(Setting(name="keep_imports", value=30, changed_by="A"))
    save()
    address = brought(coordinator, SMALL)
    confirmed(coordinator, address)
    for days, rows, words in ((29, 2, "Undo this import"), (31, 0, "The rows were kept until")):
        with as_of(utc_now() + timedelta(days=days)):
            import_work.tidy()
            assert db.session.scalar(db.select(db.func.count()).select_from(ImportRow)) == rows
            assert words in words_on(coordinator, address)
            assert coordinator.get(f"{address}/undoing").status_code == (200 if rows else 302)
    assert the_import(address).counts == {"added": 2, "applied": 2}
    assert the(900101).name == "Oakfield"


def test_a_preview_that_nobody_confirms_is_discarded(coordinator: FlaskClient) -> None:
    address = brought(coordinator, SMALL)
    with as_of(utc_now() + timedelta(days=91)):
        import_work.tidy()
        assert the_import(address).state is ImportState.DISCARDED
        assert bring(coordinator, SMALL).status_code == 302


def test_how_far_it_is(coordinator: FlaskClient) -> None:
    address = str(bring(coordinator, SMALL).location)
    assert coordinator.get(f"{address}/progress").json == {"stage": "reading", "at_work": True, "percent": None}
    long_work.tell(import_work.name(the_import(address).id), 3, 12)
    assert coordinator.get(f"{address}/progress").json == {"stage": "reading", "at_work": True, "percent": 25}
    (bar,) = coordinator.page(address).all("progress")
    assert (bar.attrib["value"], bar.text) == ("25", "25%")
    import_work.work()
    assert coordinator.get(f"{address}/progress").json == {"stage": "ready", "at_work": False, "percent": None}


def test_the_register_leads_to_its_imports(coordinator: FlaskClient) -> None:
    assert 'href="/organisations/imports"' in coordinator.get("/organisations").text
