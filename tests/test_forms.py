"""What was typed: kept, cleaned or refused, in plain English at the right box."""

from collections.abc import Iterator
from datetime import date, time
from io import BytesIO
from typing import Any

import pytest
from werkzeug.datastructures import CombinedMultiDict, FileStorage, MultiDict

from tests.front_app import Everything, make_app

GOOD = {
    "name": "Ann Lee",
    "email": "ann@oakfield.example",
    "why": "A new head.",
    "duty": "s11",
    "borough": "HAC",
    "agree": "y",
    "on-day": "1",
    "on-month": "12",
    "on-year": "2026",
    "staff-0-name": "Jo Park",
    "staff-0-email": "jo@oakfield.example",
    "staff-1-name": "Sam Obi",
    "staff-1-email": "sam@oakfield.example",
}


@pytest.fixture(autouse=True)
def asked() -> Iterator[None]:
    with make_app(WTF_CSRF_ENABLED=False).test_request_context("/"):
        yield


def filled(**changes: Any) -> Everything:
    answers = {**GOOD, **{name.replace("__", "-"): value for name, value in changes.items()}}
    return Everything(MultiDict({name: value for name, value in answers.items() if value is not None}))


def errors(**changes: Any) -> list[tuple[str | None, str]]:
    form = filled(**changes)
    form.validate()
    return form.problems()


def test_good_answers_have_no_errors() -> None:
    form = filled()
    assert form.validate()
    assert form.problems() == []
    assert (form.on.data, form.phone.data, form.at.data, form.children.data) == (date(2026, 12, 1), "", None, None)


def test_everything_missing_is_named_once_in_the_order_of_the_page() -> None:
    form = Everything(MultiDict({"name": "  "}))
    assert not form.validate()
    assert form.problems() == [
        ("name", "Enter your name"),
        ("email", "Enter your email address"),
        ("why", "Enter why you ask now"),
        ("duty", "Choose which audit"),
        ("borough", "Choose a borough"),
        ("agree", "Confirm that you have permission to ask"),
        ("on-day", "Enter the date of the audit"),
        ("staff-0-name", "Enter the name of this person"),
        ("staff-0-email", "Enter the email address of this person"),
        ("staff-1-name", "Enter the name of this person"),
        ("staff-1-email", "Enter the email address of this person"),
    ]


def test_optional_fields_say_so() -> None:
    assert filled().phone.label.text == "Phone (optional)"
    assert filled().name.label.text == "Your name"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ann \t Lee \r\n", "Ann Lee"),
        ("Ann\x00\x07\x1b Lee", "Ann Lee"),
        ("Zoë 👩🏽‍🏫", "Zoë 👩🏽‍🏫"),
        ("Zoe\u0308", "Zoë"),
        ("מרים אבו", "מרים אבו"),
        ("evil\u202etxt.exe", "eviltxt.exe"),
        ("<b>Ann</b>", "<b>Ann</b>"),
        ("a\u2028b", "a b"),
        ("O’Brien & Sons \ufeff", "O’Brien & Sons"),
    ],
)
def test_a_line_is_kept_without_what_could_harm(typed: str, kept: str) -> None:
    assert filled(name=typed).name.data == kept


def test_a_text_keeps_its_lines_and_loses_control_characters() -> None:
    form = filled(why=" One\r\nTwo  \r\n\r\n\tThree\x0b\x00\r")
    assert form.why.data == "One\nTwo\n\n\tThree"


def test_too_long_says_how_long_it_is_and_line_ends_count_once() -> None:
    assert errors(why="x" * 501) == [("why", "Why now: use 500 characters or fewer. You have 501")]
    assert errors(why=("a\r\n" * 250) + "b") == [("why", "Why now: use 500 characters or fewer. You have 501")]
    assert errors(why=("a\r\n" * 249) + "bc") == []
    assert errors(name="x" * 201) == [("name", "Your name: use 200 characters or fewer. You have 201")]


def test_a_field_without_a_length_of_its_own_still_has_one() -> None:
    assert errors(step="x" * 201)[0][0] is None
    assert errors(password="x" * 300) == []


@pytest.mark.parametrize(
    ("day", "month", "year", "message", "box"),
    [
        ("31", "2", "2026", "31 February 2026 is not a real date", "on-day"),
        ("29", "2", "2027", "29 February 2027 is not a real date", "on-day"),
        ("", "2", "2026", "Date of the audit must include a day", "on-day"),
        ("1", "", "2026", "Date of the audit must include a month", "on-month"),
        ("1", "", "", "Date of the audit must include a month and year", "on-month"),
        ("1", "13", "2026", "Date of the audit: the month must be between 1 and 12", "on-month"),
        ("1", "mai", "2026", "Date of the audit: the month must be between 1 and 12", "on-month"),
        ("0", "1", "2026", "Date of the audit: the day must be between 1 and 31", "on-day"),
        ("-1", "1", "2026", "Date of the audit: the day must be between 1 and 31", "on-day"),
        ("one", "1", "2026", "Date of the audit: the day must be between 1 and 31", "on-day"),
        ("1", "1", "26", "Date of the audit: the year must have 4 numbers, like 2026", "on-year"),
        ("1", "1", "0001", "Date of the audit: the year must be between 1900 and 2199", "on-year"),
        ("٣", "1", "2026", "Date of the audit: the day must be between 1 and 31", "on-day"),
        ("9" * 5000, "1", "2026", "Date of the audit: the day must be between 1 and 31", "on-day"),
        (None, None, None, "Enter the date of the audit", "on-day"),
    ],
)
def test_impossible_dates_name_the_box(day: str, month: str, year: str, message: str, box: str) -> None:
    assert errors(on__day=day, on__month=month, on__year=year) == [(box, message)]


@pytest.mark.parametrize("month", ["2", "02", "Feb", "february", " FEBRUARY "])
def test_months_may_be_written(month: str) -> None:
    assert filled(on__day="28", on__month=month, on__year="2027").on.data == date(2027, 2, 28)


def test_a_date_from_the_record_fills_the_boxes_and_a_refused_one_stays_as_typed() -> None:
    assert [box.value for box in Everything(on=date(2026, 12, 1)).on.boxes] == ["1", "12", "2026"]
    form = filled(on__day="31", on__month="feb", on__year="2026")
    assert not form.validate()
    assert [(box.value, box.wrong) for box in form.on.boxes] == [("31", True), ("feb", False), ("2026", False)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("10:00", time(10)),
        ("10am", time(10)),
        ("10.30 am", time(10, 30)),
        ("2:05pm", time(14, 5)),
        ("12am", time(0)),
        ("12:15 p.m.", time(12, 15)),
        ("midday", time(12)),
        ("1430", time(14, 30)),
        ("14:30:00", time(14, 30)),
    ],
)
def test_times_are_read_as_people_write_them(typed: str, meant: time) -> None:
    assert filled(at=typed).at.data == meant


@pytest.mark.parametrize("typed", ["25:00", "10:60", "13pm", "0am", "ten", "10", "²:00", "10:0٣"])
def test_times_that_nobody_can_read_are_refused_and_kept(typed: str) -> None:
    form = filled(at=typed)
    assert not form.validate()
    assert form.problems() == [("at", "Enter a time, like 10:00am or 14:30")]
    assert form.at._value() == typed


@pytest.mark.parametrize(
    "typed", ["ann", "ann@", "a b@c.example", "ann@localhost", "ann@x.example\r\nBcc: b@c.example", "é@x.example"]
)
def test_addresses_that_mail_cannot_reach(typed: str) -> None:
    assert errors(email=typed) == [("email", "Enter an email address in the correct format, like name@school.org.uk")]


def test_addresses_are_kept_as_mail_needs_them() -> None:
    form = filled(email=" Ann.Lee@OAKFIELD.example ")
    assert form.validate()
    assert form.email.data == "Ann.Lee@oakfield.example"


@pytest.mark.parametrize("typed", ["020 7946 0123", "+44 (0)20 7946-0123", "0207 946 0123 ext 12", "02079460123x9"])
def test_phone_numbers(typed: str) -> None:
    assert errors(phone=typed) == []


@pytest.mark.parametrize("typed", ["12345", "call me", "020 7946 0123 or 0124 5678 9101", "٠٢٠٧٩٤٦٠١٢٣"])
def test_what_is_no_phone_number(typed: str) -> None:
    assert errors(phone=typed) == [("phone", "Enter a phone number, like 020 7946 0123 or +44 20 7946 0123 ext 12")]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("4.5", "Number of children must be a whole number, like 1"),
        ("lots", "Number of children must be a whole number, like 1"),
        ("9" * 400, "Number of children must be a whole number, like 1"),
        ("0", "Number of children must be between 1 and 5,000"),
        ("5001", "Number of children must be between 1 and 5,000"),
    ],
)
def test_numbers(typed: str, message: str) -> None:
    assert errors(children=typed) == [("children", message)]


def test_answers_that_were_never_offered() -> None:
    assert errors(duty="s99") == [("duty", "Choose one of the answers listed")]
    assert errors(borough="LON") == [("borough", "Choose one of the answers listed")]
    assert errors(days="sat") == [("days", "Choose one of the answers listed")]


def test_a_file_in_a_text_box_and_a_text_in_a_file_box_are_nothing() -> None:
    sent = CombinedMultiDict(
        [MultiDict({"name": FileStorage(BytesIO(b"x"), "x.pdf")}), MultiDict({**GOOD, "audit": "x"})]
    )
    form = Everything(sent)
    assert not form.validate()
    assert form.problems() == [("name", "Enter your name")]
    assert form.audit.data is None


def test_a_number_of_the_record_fills_a_hidden_field() -> None:
    assert Everything(step=7).step._value() == "7"
    assert Everything(step=None).step._value() == ""
