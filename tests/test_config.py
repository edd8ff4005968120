"""Every setting that could not work stops the start with one sentence that names it."""

import subprocess
import sys
from pathlib import Path

import pytest

from peerreview.config import ROOT, Settings, Unusable

KEY = "kq7Zf3vX-w0rTb9YcN2mLs5HjD8aPgUe"
PRODUCTION = {
    "SECRET_KEY": KEY,
    "BASE_URL": "https://review.board.example",
    "MAIL_SERVER": "mail.board.example",
    "MAIL_USE_TLS": "1",
    "MAIL_DEFAULT_SENDER": "Peer review <peer-review@board.example>",
}


def test_a_production_configuration_needs_only_five_values() -> None:
    settings = Settings.from_environment(PRODUCTION)
    assert settings.base_url == "https://review.board.example"
    assert settings.mail_port == 587
    assert settings.database_url == f"sqlite:///{ROOT}/instance/peerreview.db"
    assert settings.documents_folder == ROOT / "instance/documents"
    assert settings.jobs_file == ROOT / "instance/jobs.db"
    assert (settings.sample_mode, settings.is_local) == (False, False)


def test_sample_mode_needs_only_a_key() -> None:
    settings = Settings.from_environment({"SECRET_KEY": KEY, "SAMPLE_MODE": "1"})
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.mail_default_sender == "peer-review@board.example"
    assert settings.mail_server == ""


@pytest.mark.parametrize("name", ["SECRET_KEY", "BASE_URL", "MAIL_SERVER", "MAIL_DEFAULT_SENDER"])
@pytest.mark.parametrize("value", [None, "", "   "])
def test_a_missing_value_is_named(name: str, value: str | None) -> None:
    environ = {key: text for key, text in PRODUCTION.items() if key != name}
    if value is not None:
        environ[name] = value
    with pytest.raises(Unusable) as refused:
        Settings.from_environment(environ)
    assert str(refused.value) == f"{name} is missing: set it in the environment or in .env."


REFUSED = [
    ("SECRET_KEY", "short", "SECRET_KEY is too short: it needs at least 32 random characters."),
    ("SECRET_KEY", "abcabc" * 10, "SECRET_KEY is weak: it must be random characters, not words or repetitions."),
    ("SECRET_KEY", "changeme-" + KEY, "SECRET_KEY is weak: it must be random characters, not words or repetitions."),
    ("BASE_URL", "http://review.board.example", "BASE_URL must start with https:// unless it is a loopback address."),
    ("SAMPLE_MODE", "1", "SAMPLE_MODE must be off in a production configuration: BASE_URL is not a loopback address."),
    ("SAMPLE_MODE", "perhaps", "SAMPLE_MODE must be 1 or 0."),
    ("DATABASE_URL", "mysql://a/b", "DATABASE_URL must be sqlite:///path or postgresql://user:password@host/database."),
    ("DATABASE_URL", "sqlite://", "DATABASE_URL must be sqlite:///path or postgresql://user:password@host/database."),
    ("DOCUMENTS_URL", "/srv/documents", "DOCUMENTS_URL must be file:///path/of/a/folder."),
    ("JOBS_URL", "redis://localhost", "JOBS_URL must be sqlite:///path/of/a/file."),
    ("MAIL_PORT", "smtp", "MAIL_PORT must be a whole number."),
    ("MAIL_PORT", "70000", "MAIL_PORT must be from 1 to 65535."),
    ("MAIL_USE_SSL", "1", "MAIL_USE_TLS and MAIL_USE_SSL are two ways to encrypt: set one of them."),
    ("MAIL_USERNAME", "me", "MAIL_USERNAME and MAIL_PASSWORD belong together: set both or neither."),
    ("MAIL_DEFAULT_SENDER", "nobody", "MAIL_DEFAULT_SENDER must be an email address, with or without a name."),
    (
        "MAIL_AUTHSERV_ID",
        "mx board",
        "MAIL_AUTHSERV_ID must be one name, as your mail server writes it in Authentication-Results.",
    ),
    ("IMAP_PORT", "0", "IMAP_PORT must be from 1 to 65535."),
    ("IMAP_PORT", "imap", "IMAP_PORT must be a whole number."),
    ("IMAP_USE_SSL", "perhaps", "IMAP_USE_SSL must be 1 or 0."),
    ("IMAP_USERNAME", "me", "IMAP_USERNAME and IMAP_PASSWORD belong together: set both or neither."),
    ("IMAP_SERVER", "imap.board.example", "IMAP_SERVER needs IMAP_USERNAME and IMAP_PASSWORD: set both."),
    ("IMAP_FOLDER", "Réponses", "IMAP_FOLDER must be the name of one folder, in plain letters."),
    ("TRUSTED_PROXIES", "-1", "TRUSTED_PROXIES must be a whole number."),
    ("TRUSTED_PROXIES", "99", "TRUSTED_PROXIES must be the number of proxies in front of this server, from 0 to 10."),
]


@pytest.mark.parametrize(("name", "value", "sentence"), REFUSED)
def test_a_value_that_cannot_work_is_named(name: str, value: str, sentence: str) -> None:
    with pytest.raises(Unusable) as refused:
        Settings.from_environment({**PRODUCTION, name: value})
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    "url",
    [
        "review.board.example",
        "https://",
        "https://review.board.example/app",
        "https://review.board.example?x=1",
        "https://me:word@review.board.example",
        "https://review board.example",
        "ftp://review.board.example",
        "https://review.board.example:port",
        "https://[::1",
    ],
)
def test_a_base_address_is_whole_and_without_a_path(url: str) -> None:
    with pytest.raises(Unusable, match="BASE_URL must be a whole address"):
        Settings.from_environment({**PRODUCTION, "BASE_URL": url})


def test_a_password_does_not_travel_unencrypted() -> None:
    words = {**PRODUCTION, "MAIL_USE_TLS": "0", "MAIL_USERNAME": "me", "MAIL_PASSWORD": "word"}
    with pytest.raises(Unusable, match="MAIL_PASSWORD would travel unencrypted"):
        Settings.from_environment(words)
    assert Settings.from_environment({**words, "MAIL_SERVER": "localhost"}).mail_password == "word"


def test_a_mailbox_is_read_encrypted_unless_it_is_here() -> None:
    mailbox = {"IMAP_SERVER": "imap.board.example", "IMAP_USERNAME": "me", "IMAP_PASSWORD": "word"}
    settings = Settings.from_environment({**PRODUCTION, **mailbox})
    assert (settings.imap_port, settings.imap_use_ssl, settings.imap_folder) == (993, True, "INBOX")
    with pytest.raises(Unusable, match="IMAP_PASSWORD would travel unencrypted"):
        Settings.from_environment({**PRODUCTION, **mailbox, "IMAP_USE_SSL": "0"})
    here = {**PRODUCTION, **mailbox, "IMAP_USE_SSL": "0", "IMAP_SERVER": "127.0.0.1"}
    assert Settings.from_environment(here).imap_port == 143


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://a:b@host/reviews", "postgresql+psycopg://a:b@host/reviews"),
        ("postgres://a:b@host/reviews", "postgresql+psycopg://a:b@host/reviews"),
        ("postgresql+psycopg:///reviews", "postgresql+psycopg:///reviews"),
        ("sqlite:////srv/peer.db", "sqlite:////srv/peer.db"),
        ("sqlite:///instance/peer.db", f"sqlite:///{ROOT}/instance/peer.db"),
    ],
)
def test_the_database_address_names_its_driver_and_is_absolute(given: str, used: str) -> None:
    assert Settings.from_environment({**PRODUCTION, "DATABASE_URL": given}).database_url == used


def test_flask_gets_secure_cookies_and_trusts_only_its_own_host() -> None:
    config = Settings.from_environment(PRODUCTION).flask_config()
    assert config["SESSION_COOKIE_SECURE"] is True
    assert config["TRUSTED_HOSTS"] == ["review.board.example"]
    assert (config["SERVER_NAME"], config["PREFERRED_URL_SCHEME"]) == ("review.board.example", "https")
    local = Settings(secret_key=KEY, base_url="http://127.0.0.1:5110", sample_mode=True).flask_config()
    assert local["SESSION_COOKIE_SECURE"] is False
    assert local["TRUSTED_HOSTS"] == ["127.0.0.1", "localhost"]


def test_folders_are_made(tmp_path: Path) -> None:
    Settings(
        secret_key=KEY,
        database_url=f"sqlite:///{tmp_path}/a/peer.db",
        documents_url=f"file://{tmp_path}/b/documents",
        jobs_url=f"sqlite:///{tmp_path}/c/jobs.db",
    ).make_folders()
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")) == ["a", "b", "b/documents", "c"]


def test_the_process_ends_with_the_sentence_alone() -> None:
    code = "from peerreview.config import Settings; Settings.from_environment({})"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr == "SECRET_KEY is missing: set it in the environment or in .env.\n"
