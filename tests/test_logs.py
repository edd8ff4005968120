"""What is logged, and what never is."""

import json

import pytest
from flask import Flask

from peerreview import links
from peerreview.logs import without_secrets
from peerreview.models import Purpose
from tests.builders import a_review, save


def test_a_request_is_one_line_without_its_personal_link(app: Flask, capfd: pytest.CaptureFixture[str]) -> None:
    link = links.give(a_review(), Purpose.ORGANISATION, "Ada", "ada@school.example")
    save()
    token = links.token(link)
    app.test_client().get(f"/my/{token}/staff")
    written = capfd.readouterr().err
    lines = [json.loads(line) for line in written.splitlines() if '"event": "request"' in line]
    assert [(line["method"], line["page"]) for line in lines] == [("GET", "/my/-/staff")]
    assert token not in written


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/my/7-abc", "/my/-"),
        ("/my/7-abc/report", "/my/-/report"),
        ("/password-reset/xyz", "/password-reset/-"),
        ("/request", "/request"),
        ("/request/abc_-9/you", "/request/-/you"),
        ("/reviews/HAC-2026-001", "/reviews/HAC-2026-001"),
    ],
)
def test_secret_parts_are_left_out(path: str, logged: str) -> None:
    assert without_secrets(path) == logged


def test_the_server_says_that_it_is_up_and_ready(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").get_json() == {"status": "up"}
    assert client.get("/readyz").get_json() == {"status": "ready"}
