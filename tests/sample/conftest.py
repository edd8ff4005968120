"""An app in sample mode, beside the usual one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from peerreview import create_app
from peerreview.extensions import db
from tests.conftest import settings_for
from tests.inspector import InspectingClient


@pytest.fixture
def sample_app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(settings_for(database_url, tmp_path, sample_mode=True, mail_server=""))
    app.config["TESTING"] = True
    app.test_client_class = InspectingClient
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
