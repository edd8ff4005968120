"""The base page, the form macros, the headers and the refusals, in a tiny app of their own."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path

import govuk_frontend_jinja
import pytest
from flask import Flask
from flask.testing import FlaskClient

from peerreview import filters
from peerreview.headers import TEMPLATE_SCRIPT
from tests.front_app import make_app
from tests.inspector import Page, faults_of, script_hash, text_of
from tests.test_forms import GOOD

WORDS = "We have a new head, and would like a critical friend. " * 60


@pytest.fixture
def app() -> Flask:
    return make_app()


@pytest.fixture
def visitor(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        yield client


def token(visitor: FlaskClient) -> str:
    box = next(i for i in visitor.page("/").all("input") if i.attrib.get("name") == "csrf_token")  # type: ignore[attr-defined]
    return box.attrib["value"]


def test_the_page_has_its_surroundings(visitor: FlaskClient) -> None:
    page: Page = visitor.page("/")  # type: ignore[attr-defined]
    assert page.title == "Ask for a peer review – Peer Review"
    assert [text_of(link) for link in page.with_class("govuk-service-navigation__link")] == [
        "Today",
        "Reviews",
        "Chase list",
    ]
    assert text_of(page.with_class("app-sample")[0]) == "Sample: invented people and schools."
    assert "crown" not in visitor.get("/").text


def test_every_error_leads_to_its_box(visitor: FlaskClient) -> None:
    response = visitor.post(
        "/", data={"csrf_token": token(visitor), "name": "<script>alert(1)</script>", "on-day": "31", "on-month": "2"}
    )
    page = Page(response.text)
    assert page.title == "Error: Ask for a peer review – Peer Review"
    links = {link.attrib["href"]: text_of(link) for link in page.with_class("govuk-error-summary")[0].iter("a")}
    assert links["#on-year"] == "Date of the audit must include a year"
    assert links["#duty"] == "Choose which audit"
    assert links["#staff-1-email"] == "Enter the email address of this person"
    assert page.by_id("name").attrib["value"] == "<script>alert(1)</script>"  # type: ignore[union-attr]


def test_messages_are_shown_after_the_act(visitor: FlaskClient) -> None:
    answers = {**GOOD, "csrf_token": token(visitor)}
    page = Page(visitor.post("/", data=answers, follow_redirects=True).text)
    assert [text_of(banner) for banner in page.with_class("govuk-notification-banner")] == [
        "Done Your request has been sent",
        "Important A second open request was found",
    ]


def typed_back(html: str) -> list[str]:
    return [(box.text or "").strip() for box in Page(html).with_class("app-typed")]


@pytest.mark.parametrize("code", [400, 403, 404, 409, 413, 415, 429, 500, 503])
def test_every_refusal_gives_the_text_back(visitor: FlaskClient, code: int) -> None:
    response = visitor.post(
        f"/stop/{code}", data={"csrf_token": token(visitor), "why": WORDS, "password": "p" * 40, "login_code": "1" * 40}
    )
    assert response.status_code == code
    assert typed_back(response.text) == [WORDS.strip()]
    assert "pppp" not in response.text
    assert "1111" not in response.text


def test_an_expired_page_gives_the_text_back(visitor: FlaskClient) -> None:
    response = visitor.post("/", data={"why": WORDS, "csrf_token": "old-and-stale-but-rather-long-token-text"})
    assert (response.status_code, Page(response.text).h1) == (400, "This page was open for too long")
    assert typed_back(response.text) == [WORDS.strip()]


def test_a_conflict_says_who_and_gives_the_text_back(visitor: FlaskClient) -> None:
    response = visitor.post("/conflict", data={"csrf_token": token(visitor), "why": WORDS})
    assert response.status_code == 409
    assert "Ann Lee agreed the date at 10:02 on 3 November." in response.text
    assert typed_back(response.text) == [WORDS.strip()]


def test_a_locked_database_is_said_plainly(visitor: FlaskClient) -> None:
    response = visitor.post("/locked", data={"csrf_token": token(visitor), "why": WORDS})
    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert typed_back(response.text) == [WORDS.strip()]
    assert "INSERT" not in response.text


def test_a_fault_shows_no_inner_detail(app: Flask, visitor: FlaskClient) -> None:
    response = visitor.post("/broken", data={"csrf_token": token(visitor), "why": WORDS})
    assert response.status_code == 500
    assert typed_back(response.text) == [WORDS.strip()]
    assert "secret inner detail" not in response.text
    assert "Traceback" not in response.text


def test_a_request_that_is_too_large_gives_its_text_back(app: Flask, visitor: FlaskClient) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 100_000
    sent = {"why": WORDS, "audit": (BytesIO(b"x" * 300_000), "audit.pdf")}
    response = visitor.post("/upload", data=sent, content_type="multipart/form-data")
    assert (response.status_code, Page(response.text).h1) == (413, "That is too large")
    assert typed_back(response.text) == [WORDS.strip()]


def test_a_text_that_is_too_large_is_refused_calmly(app: Flask, visitor: FlaskClient) -> None:
    app.config["MAX_FORM_MEMORY_SIZE"] = 10_000
    response = visitor.post("/upload", data={"why": WORDS * 10}, content_type="multipart/form-data")
    assert response.status_code == 413


def test_a_script_gets_its_refusal_as_data(visitor: FlaskClient) -> None:
    response = visitor.get("/nowhere", headers={"Accept": "application/json"})
    assert (response.status_code, response.json) == (404, {"error": "Page not found"})


def test_the_surroundings_failing_does_not_hide_the_refusal(app: Flask, visitor: FlaskClient) -> None:
    def away() -> dict[str, str]:
        raise RuntimeError("database away")

    app.context_processor(away)
    response = visitor.get("/nowhere")
    assert (response.status_code, Page(response.text).h1) == (404, "Page not found")


def test_every_answer_carries_the_headers(visitor: FlaskClient) -> None:
    for response in (visitor.get("/"), visitor.get("/nowhere"), visitor.get("/static/images/mark.svg")):
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self' 'sha256-")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "Strict-Transport-Security" not in response.headers
    secure = visitor.get("/", base_url="https://localhost")
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_the_policy_names_the_one_script_of_the_template() -> None:
    template = Path(govuk_frontend_jinja.__file__).parent / "templates" / "template.html"
    script = re.search(r"<script[^>]*>(.*?)</script>", template.read_text())
    assert script is not None
    assert script_hash(script[1]) == TEMPLATE_SCRIPT


def test_static_addresses_last_for_ever_and_change_with_their_content(visitor: FlaskClient) -> None:
    icon = next(link for link in visitor.page("/").all("link") if link.attrib["rel"] == "icon")  # type: ignore[attr-defined]
    assert re.fullmatch(r"/static/images/mark\.svg\?v=[0-9a-f]{12}", icon.attrib["href"])
    assert visitor.get(icon.attrib["href"]).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert visitor.get("/").headers["Cache-Control"] == "private, no-cache"


def test_how_times_are_shown() -> None:
    summer, winter = datetime(2026, 7, 1, 9, 0, tzinfo=UTC), datetime(2026, 12, 1, 10, 5, tzinfo=UTC)
    assert filters.when(summer) == "Wednesday 1 July 2026 at 10:00am"
    assert filters.when(winter) == "Tuesday 1 December 2026 at 10:05am"
    assert filters.day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "Wednesday 1 July 2026"
    assert filters.short_day(date(2026, 11, 17)) == "Tue 17 Nov"
    assert [filters.time_of_day(t) for t in (time(0), time(0, 5), time(12), time(12, 30), time(23, 59))] == [
        "midnight", "12:05am", "midday", "12:30pm", "11:59pm",
    ]  # fmt: skip
    assert (filters.day(None), filters.when(None), filters.ago(None)) == ("", "", "")
    with pytest.raises(ValueError, match="time zone"):
        filters.when(datetime(2026, 1, 1))  # noqa: DTZ001


def test_how_long_ago() -> None:
    now = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    minutes = [timedelta(seconds=30), timedelta(minutes=5), timedelta(minutes=90), timedelta(hours=14)]
    days = [date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 30)]
    then = [*(now - passed for passed in minutes), *days]
    assert [filters.ago(at, now) for at in then] == [
        "just now", "5 minutes ago", "1 hour ago", "yesterday", "3 days ago", "today", "tomorrow", "in 7 days",
    ]  # fmt: skip


def test_sizes_and_paragraphs() -> None:
    assert [filters.filesize(n) for n in (0, 999, 412_300, 999_600, 1_234_567)] == [
        "0 bytes",
        "999 bytes",
        "412 KB",
        "1.0 MB",
        "1.2 MB",
    ]
    assert (
        filters.paragraphs("One\nmore <b>\n\n\nTwo")
        == '<p class="govuk-body">One<br>more &lt;b&gt;</p>\n<p class="govuk-body">Two</p>'
    )
    assert filters.paragraphs(None) == ""


BAD = {
    "not valid HTML": "<title>A</title><h1>A</h1></p>",
    "2 h1": "<title>A</title><h1>A</h1><h1>A</h1>",
    "without its h1": "<title>B</title><h1>A</h1>",
    "more than once": '<title>A</title><h1 id="x">A</h1><p id="x">',
    "error summaries": '<title>A</title><h1>A</h1><div class="govuk-error-summary"></div>',
    "leads to no field": '<title>Error: A</title><h1>A</h1><div class="govuk-error-summary"><a href="#x">x</a></div>',
    "with 0 tokens": '<title>A</title><h1>A</h1><form method="post"></form>',
    "has no label": '<title>A</title><h1>A</h1><input name="x">',
    "has style": '<title>A</title><h1 style="color:red">A</h1>',
    "has onclick": '<title>A</title><h1 onclick="x()">A</h1>',
    "inline script": "<title>A</title><h1>A</h1><script>x()</script>",
    "inline style": "<title>A</title><style>p {}</style><h1>A</h1>",
    "names no element": '<title>A</title><h1 aria-describedby="x">A</h1>',
}


@pytest.mark.parametrize("fault", BAD)
def test_the_inspector_sees(fault: str) -> None:
    found = faults_of("<!DOCTYPE html><html>" + BAD[fault])
    assert len(found) == 1
    assert fault in found[0]
