"""The annual report as a page and as files: who reads what, and that every form says the same."""

import io
import zipfile
from collections.abc import Iterator

import docx
import openpyxl
import pypdf
import pytest
from flask import Flask

from peerreview.annual_report import figures, printed, queries, tables, word, workbook
from peerreview.annual_report.facts import Counted, Number
from peerreview.annual_report.tables import Row, Table
from peerreview.extensions import db
from peerreview.models import Borough, utc_now
from peerreview.sample import chapters, world
from peerreview.workdays import local_day
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, save

HOSTILE = '=HYPERLINK("http://evil.example") #let x = 1 <b>&amp; "quoted" '


@pytest.fixture
def year(app: Flask) -> Iterator[str]:
    """A year with two reviews that walked the real steps to the end."""
    with app.test_request_context(method="POST"):
        world.load()
        chapters.a_review(Stage.CLOSED)
        chapters.a_review(Stage.RESPONDING, "990012")
    yield queries.labels_of(db.session.scalars(db.select(Borough)).all(), local_day(utc_now()))[1]


def test_what_the_steps_left_behind_is_counted(year):
    boroughs = db.session.scalars(db.select(Borough).order_by(Borough.name)).all()
    found = queries.year(year, boroughs)
    closed, responding = found.counted
    assert (closed.borough, closed.is_school, closed.held, closed.presented) == ("Hackney", True, True, True)
    assert set(closed.stays) == {
        Stage.REQUESTED, Stage.PLANNED, Stage.ARRANGING, Stage.PREPARING, Stage.REPORTING, Stage.RESPONDING,
        Stage.FINALISING, Stage.FINAL, Stage.PRESENTED,
    }  # fmt: skip
    assert closed.stays[Stage.ARRANGING] > 10
    assert {promise.what for promise in closed.promises} == {
        "Staff named", "Documents handed in", "Initial report issued", "Response received", "Final report presented",
    }  # fmt: skip
    assert len(closed.verdicts) > 0 and len(closed.ratings) > 3 and len(closed.actions) > 0
    assert all(action.done_on is not None for action in closed.actions)
    assert responding.reply is None and Stage.RESPONDING not in responding.stays


def test_each_reads_their_own_boroughs_only(year, app, sign_in):
    hackney = db.session.scalars(db.select(Borough).where(Borough.code == "HAC")).one()
    city = db.session.scalars(db.select(Borough).where(Borough.code == "COL")).one()
    ours, theirs = a_person(Role.EXECUTIVE, hackney), a_person(Role.EXECUTIVE, city)
    reviewer = a_person(Role.REVIEWER)
    save()
    page = sign_in(ours).get("/annual-report").get_data(as_text=True)
    assert "Hackney" in page and "City of London" not in page
    assert "Hackney" not in sign_in(theirs).get("/annual-report").get_data(as_text=True)
    for address in ("/annual-report?borough=HAC", "/annual-report/file.pdf?borough=HAC"):
        assert sign_in(theirs).get(address).status_code == 404, address
    for address in ("/annual-report?year=1999", "/annual-report/file.exe"):
        assert sign_in(ours).get(address).status_code == 404, address
    for address in ("/annual-report", "/annual-report/file.xlsx", "/annual-report/file.exe"):
        assert sign_in(reviewer).get(address).status_code == 404, address
        assert app.test_client().get(address).status_code in (302, 401), address


def test_no_version_names_an_organisation(year, sign_in):
    browser = sign_in(a_person(Role.COORDINATOR))
    save()
    names = list(db.session.scalars(db.text("SELECT name FROM organisation")))
    for address in ("/annual-report", "/annual-report?public=yes"):
        page = browser.get(address).get_data(as_text=True)
        assert not [name for name in names if name in page]
    assert "fewer than 5" in browser.get("/annual-report?public=yes").get_data(as_text=True)
    assert "fewer than 5" not in browser.get("/annual-report").get_data(as_text=True)


def test_the_page_asks_as_often_for_three_as_for_one(year, sign_in, app, count_queries):
    browser = sign_in(a_person(Role.COORDINATOR))
    save()
    before = count_queries(lambda: browser.get("/annual-report"))
    with app.test_request_context(method="POST"):
        chapters.a_review(Stage.FINALISING, "990014")
    assert count_queries(lambda: browser.get("/annual-report")) == before


def a_document(found: list[Table]) -> printed.Document:
    return printed.Document(HOSTILE, f"Board {HOSTILE}", "Hackney", local_day(utc_now()), tuple(found))


def the_tables() -> list[Table]:
    counted = [Counted("Hackney", True, held=True)] * 3 + [Counted("Hackney", False)]
    found = figures.tables(counted, [Number("Hackney", 2, 4)], local_day(utc_now()))
    return [*found, Table("x", "Odd", HOSTILE, ("What", HOSTILE), (Row((HOSTILE, HOSTILE), 9, (4,)),), (HOSTILE,))]


def test_the_pdf_is_tagged_and_has_every_figure():
    made = pypdf.PdfReader(io.BytesIO(printed.render(a_document(the_tables()))))
    said = " ".join(page.extract_text() for page in made.pages)
    assert "/StructTreeRoot" in made.trailer["/Root"]
    assert made.trailer["/Root"]["/Lang"] == "en-GB"
    assert [each["/Title"] for each in made.outline][:2] == [
        "Reviews against the number set", "Time taken at each stage",
    ]  # fmt: skip
    assert "Schools and colleges" in said and "=HYPERLINK" in said and "#let x = 1" in said


def test_the_word_file_has_headings_tables_and_pictures():
    made = docx.Document(io.BytesIO(word.render(a_document(the_tables()))))
    headings = [each.text for each in made.paragraphs if each.style.name == "Heading 1"]
    assert headings == [table.title for table in the_tables()]
    grid = made.tables[0]
    assert [cell.text for cell in grid.rows[2].cells] == ["Hackney", "Schools and colleges", "4", "3", "3", "0"]
    assert "w:tblHeader" in grid.rows[0]._tr.xml
    assert len(made.inline_shapes) == sum(any(row.bar for row in table.rows) for table in the_tables())
    assert made.core_properties.language == "en-GB"


def test_the_workbook_has_a_sheet_and_a_chart_for_each_and_no_formula():
    data = workbook.render(a_document(the_tables()))
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames[:2] == ["About", "Reviews against the number set"]
    assert [cell.value for cell in book.worksheets[1][3]][:6] == ["Hackney", "Schools and colleges", 4, 3, 3, 0]
    cells = [cell for sheet in book.worksheets for line in sheet.iter_rows() for cell in line]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert HOSTILE.strip() in {str(cell.value).strip() for cell in cells}
    charts = [name for name in zipfile.ZipFile(io.BytesIO(data)).namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == sum(any(row.bar for row in table.rows) for table in the_tables())


def test_the_public_files_say_as_little_as_the_public_page(year, sign_in):
    browser = sign_in(a_person(Role.COORDINATOR, a_borough("HAC")))
    save()
    answer = browser.get("/annual-report/file.xlsx?public=yes")
    assert answer.headers["Content-Disposition"].endswith('-hackney-public.xlsx"')
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    line = [cell.value for cell in book["Reviews against the number set"][3]][:6]
    assert line[:2] == ["Hackney", "Schools and colleges"] and line[2:] == ["fewer than 5"] * 4
    assert tables.without_small_numbers([], 5) == []
