"""What a watcher, and a stranger with a forged address, are told."""

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(("address", "said"), [("/healthz", "up"), ("/readyz", "ready")])
def test_the_server_says_that_it_lives_and_can_work(client: FlaskClient, address: str, said: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.get_json()) == (200, {"status": said})


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil.example:80", "[::1", "a b"])
def test_an_unknown_host_is_refused_plainly(client: FlaskClient, host: str) -> None:
    answer = client.get("/sign-in", headers={"Host": host})
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert host not in answer.get_data(as_text=True)


def test_a_forwarded_host_is_not_believed(client: FlaskClient) -> None:
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher", "X-Forwarded-For": "203.0.113.9"}
    answer = client.get("/sign-in", headers=forged)
    assert answer.status_code == 200
    assert "evil.example" not in answer.get_data(as_text=True) + str(answer.headers)
