"""Fixtures for every test: an app on an empty database, a client that inspects its pages, somebody signed in."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine, event, text

from peerreview import create_app
from peerreview.config import Settings
from peerreview.extensions import Base, db
from peerreview.models import Person
from tests.inspector import InspectingClient

SECRET = "tests-0123456789-abcdefghij-ABCDEFGHIJ"
POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql+psycopg://root@127.0.0.1:5432/test")
REAL_DATA = Path(__file__).parents[2] / "shared" / "data"

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with every table and no row, made once and copied for each test."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture
def database_url(tmp_path: Path, empty_sqlite: Path) -> Iterator[str]:
    """SQLite, unless the test asks for ``postgres_url`` by the marker-aware fixture below."""
    path = tmp_path / "peerreview.db"
    shutil.copy(empty_sqlite, path)
    yield f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_schema() -> Iterator[str]:
    """A schema with every table on a real PostgreSQL server, for this process; skipped where no server answers."""
    schema = f"test_{uuid4().hex[:12]}"
    try:
        server = create_engine(POSTGRES, connect_args={"connect_timeout": 3})
        with server.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
    except Exception as trouble:  # whatever keeps the server away is the reason to skip
        pytest.skip(f"no PostgreSQL server answers at {POSTGRES}: {type(trouble).__name__}")
    url = f"{POSTGRES}?options=-csearch_path%3D{schema}"
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()
    yield url
    with server.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    server.dispose()


@pytest.fixture
def postgres_url(postgres_schema: str) -> Iterator[str]:
    """An empty database on PostgreSQL; its rows are deleted afterwards, which is far quicker than making tables."""
    yield postgres_schema
    engine = create_engine(postgres_schema)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '20s'"))
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
    engine.dispose()


def settings_for(database_url: str, folder: Path, **changes: object) -> Settings:
    """Settings of a small installation in a folder of its own, with a mail server that nobody calls."""
    values: dict[str, object] = {
        "secret_key": SECRET,
        "base_url": "http://localhost",
        "database_url": database_url,
        "documents_url": f"file://{folder}/documents",
        "jobs_url": f"sqlite:///{folder}/jobs.db",
        "mail_server": "127.0.0.1",
        "mail_default_sender": "Peer Review <peer-review@board.example>",
    }
    return Settings(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The app on SQLite, inside its context; nobody has tried anything too often yet."""
    yield from _running(settings_for(database_url, tmp_path))


@pytest.fixture
def postgres_app(postgres_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The same app on PostgreSQL."""
    yield from _running(settings_for(postgres_url, tmp_path))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_app(request: pytest.FixtureRequest) -> Flask:
    """The app on each database in turn."""
    app: Flask = request.getfixturevalue("app" if request.param == "sqlite" else "postgres_app")
    return app


def _running(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache()  # templates are compiled once, not once a test
    app.config["TESTING"] = True
    app.test_client_class = InspectingClient
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody with a browser and no account."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    """``sign_in(person)`` gives a browser in which that person has signed in."""

    def signed_in(person: Person) -> FlaskClient:
        browser = app.test_client()
        with browser.session_transaction() as session:
            session["_user_id"] = person.fs_uniquifier
            session["_fresh"] = True
        return browser

    return signed_in


@pytest.fixture
def count_queries(app: Flask) -> Callable[[Callable[[], Any]], int]:
    """``count_queries(act)``: how often an act asks the database."""

    def counted(act: Callable[[], Any]) -> int:
        db.session.expire_all()
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            asked.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            act()
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(asked)

    return counted
