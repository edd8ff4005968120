"""Somebody new chooses a password, sets up a phone, keeps recovery codes, and adds a passkey for the next time."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from passlib.totp import TOTP
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from peerreview import create_app, links, outbox
from peerreview.accounts import actions
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Letter
from peerreview.workflow import Role
from tests.conftest import settings_for
from tests.journeys.conftest import Site, _free_port
from tests.journeys.people import Reader

PASSWORD = "otter lantern mile seventeen"


@pytest.fixture
def invited(database_url: str, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The address of a running app, and the link in the letter of its first administrator."""
    port = _free_port()
    address = f"http://localhost:{port}"
    app = create_app(settings_for(database_url, tmp_path, base_url=address))
    with app.app_context():
        person = actions.add_person("Ines Okafor", "ines@board.example", Actor.system())
        actions.give_role(person, Role.ADMINISTRATOR, None, Actor.system())
        actions.send_password_link(person, Actor.system())
        outbox.commit()
        found = re.search(
            r"https?://\S+/password-reset/\S+", links.fill(db.session.scalars(db.select(Letter)).one().text)
        )
        assert found
        db.session.remove()
    server = make_server("localhost", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield address, found[0]
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


def test_from_the_letter_to_a_passkey(browser: Browser, invited: tuple[str, str]) -> None:
    address, link = invited
    ines = Reader("ines", browser, cast(Site, _Address(address)), "signing-in")
    talk = ines.context.new_cdp_session(ines.page)
    talk.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
           "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
    talk.send("WebAuthn.addVirtualAuthenticator", {"options": key})

    ines.goes_to(link.removeprefix(address))
    ines.types("New password", PASSWORD).types("The same again", PASSWORD).clicks("Save the password")
    sign_in(ines)
    ines.reads("Set up your phone").clicks("Show the picture to scan")
    shown = ines.page.locator(".app-code").inner_text()
    phone = TOTP(key=shown.replace("-", ""), format="base32")
    ines.types("Six-digit code", phone.generate().token).clicks("Save this phone")
    ines.reads("Make them now, before you go on").clicks("Make my recovery codes")
    assert ines.page.locator(".app-code").count() == 8
    ines.goes_to("/account/passkeys").types("Name for the passkey", "Office laptop").clicks("Go on")
    ines.clicks("Add the passkey now").reads("The passkey Office laptop has been added").reads("Passkeys: 1")

    ines.clicks("Sign out", exact=True)
    sign_in(ines)
    ines.reads("How do you want to go on?").chooses("passkey").clicks("Go on").clicks("Go on")
    ines.clicks("Sign in with the passkey").goes_to("/account").reads("Ines Okafor")
    ines.leaves()


def sign_in(ines: Reader) -> None:
    ines.goes_to("/sign-in").types("Email address", "ines@board.example").types("Password", PASSWORD)
    ines.clicks("Sign in", exact=True)


class _Address:
    """All that a reader needs to know of this site."""

    def __init__(self, address: str) -> None:
        self.address = address
