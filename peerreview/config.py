"""Settings from the environment: read once, checked once, then never changed.

Every setting has one name, the same in the environment, in `.env` and in the sentence that refuses it. A real variable
wins over `.env`. Relative `sqlite:///` and `file:///` locations count from the project's folder.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values
from email_validator import EmailNotValidError, validate_email

ROOT = Path(__file__).resolve().parent.parent
INSTANCE = ROOT / "instance"
LARGEST_REQUEST = 32 * 1024 * 1024  # bytes: a document of 25 MB with room for the form around it
LARGEST_IMPORT = 128 * 1024 * 1024  # bytes: an extract of every school in England has 65 MB
LARGEST_TEXTS = 2 * 1024 * 1024  # bytes: every text field of one form together
SAMPLE_SENDER = "peer-review@board.example"
WEAK_WORDS = ("changeme", "change-me", "change_me", "change this", "password", "insecure", "supersecret", "secret-key")


class Unusable(SystemExit):
    """A setting is missing, weak or badly formed. Not caught, it ends the process with its sentence and status 1."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What this installation was told. Raises Unusable when made from values that cannot work together."""

    secret_key: str
    base_url: str = "http://127.0.0.1:8000"
    database_url: str = f"sqlite:///{INSTANCE / 'peerreview.db'}"
    documents_url: str = f"file://{INSTANCE / 'documents'}"
    jobs_url: str = f"sqlite:///{INSTANCE / 'jobs.db'}"
    mail_server: str = ""
    mail_port: int = 25
    mail_username: str = ""
    mail_password: str = ""
    mail_use_tls: bool = False
    mail_use_ssl: bool = False
    mail_default_sender: str = SAMPLE_SENDER
    mail_authserv_id: str = ""
    imap_server: str = ""
    imap_port: int = 993
    imap_username: str = ""
    imap_password: str = ""
    imap_use_ssl: bool = True
    imap_folder: str = "INBOX"
    trusted_proxies: int = 0
    sample_mode: bool = False

    def __post_init__(self) -> None:
        _check_secret(self.secret_key)
        _check_base_url(self.base_url)
        if self.sample_mode and not self.is_local:
            raise Unusable("SAMPLE_MODE must be off in a production configuration: BASE_URL is not a loopback address.")
        _check_locations(self)
        _check_mail(self)
        _check_inbox(self)
        if not 0 <= self.trusted_proxies <= 10:
            raise Unusable("TRUSTED_PROXIES must be the number of proxies in front of this server, from 0 to 10.")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Settings from `environ`, or else from the process's environment and the project's `.env`."""
        if environ is None:
            written = {name: value for name, value in dotenv_values(ROOT / ".env").items() if value is not None}
            environ = {**written, **os.environ}
        given = {name: value.strip() for name, value in environ.items() if value.strip()}
        secret_key, sample_mode = _required(given, "SECRET_KEY"), _truth(given, "SAMPLE_MODE")
        if not sample_mode:
            for name in ("BASE_URL", "MAIL_SERVER", "MAIL_DEFAULT_SENDER"):
                _required(given, name)
        use_tls, use_ssl = _truth(given, "MAIL_USE_TLS"), _truth(given, "MAIL_USE_SSL")
        imap_ssl = _truth(given, "IMAP_USE_SSL", default="1")
        return cls(
            secret_key=secret_key,
            base_url=given.get("BASE_URL", cls.base_url).rstrip("/"),
            database_url=_database(given.get("DATABASE_URL", cls.database_url)),
            documents_url=_from_root(given.get("DOCUMENTS_URL", cls.documents_url), "file:///"),
            jobs_url=_from_root(given.get("JOBS_URL", cls.jobs_url), "sqlite:///"),
            mail_server=given.get("MAIL_SERVER", ""),
            mail_port=_number(given, "MAIL_PORT", 465 if use_ssl else 587 if use_tls else 25),
            mail_username=given.get("MAIL_USERNAME", ""),
            mail_password=given.get("MAIL_PASSWORD", ""),
            mail_use_tls=use_tls,
            mail_use_ssl=use_ssl,
            mail_default_sender=given.get("MAIL_DEFAULT_SENDER", cls.mail_default_sender),
            mail_authserv_id=given.get("MAIL_AUTHSERV_ID", ""),
            imap_server=given.get("IMAP_SERVER", ""),
            imap_port=_number(given, "IMAP_PORT", 993 if imap_ssl else 143),
            imap_username=given.get("IMAP_USERNAME", ""),
            imap_password=given.get("IMAP_PASSWORD", ""),
            imap_use_ssl=imap_ssl,
            imap_folder=given.get("IMAP_FOLDER", cls.imap_folder),
            trusted_proxies=_number(given, "TRUSTED_PROXIES", 0),
            sample_mode=sample_mode,
        )

    @property
    def is_local(self) -> bool:
        """Whether only this machine's own browser can open the base address."""
        return _is_loopback(urlsplit(self.base_url).hostname or "")

    @property
    def documents_folder(self) -> Path:
        return Path(self.documents_url.removeprefix("file://"))

    @property
    def jobs_file(self) -> Path:
        return Path(self.jobs_url.removeprefix("sqlite:///"))

    def make_folders(self) -> None:
        """Make the folders that the database, the jobs and the documents lie in. Raises OSError."""
        self.documents_folder.mkdir(parents=True, exist_ok=True)
        self.jobs_file.parent.mkdir(parents=True, exist_ok=True)
        if self.database_url.startswith("sqlite:///"):
            Path(self.database_url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)

    def flask_config(self) -> dict[str, Any]:
        """The same settings under the names that Flask and its extensions look for."""
        address = urlsplit(self.base_url)
        local_names = {"localhost", "127.0.0.1"} if self.is_local else set()
        engine = {} if self.database_url.startswith("sqlite") else {"pool_pre_ping": True}
        return {
            "SECRET_KEY": self.secret_key,
            "BASE_URL": self.base_url,
            "SERVER_NAME": address.netloc,
            "PREFERRED_URL_SCHEME": address.scheme,
            "TRUSTED_HOSTS": sorted({address.hostname or "", *local_names}),
            "TRUSTED_PROXIES": self.trusted_proxies,
            "SAMPLE_MODE": self.sample_mode,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": engine,
            "DOCUMENTS_URL": self.documents_url,
            "JOBS_URL": self.jobs_url,
            "MAIL_SERVER": self.mail_server,
            "MAIL_PORT": self.mail_port,
            "MAIL_USERNAME": self.mail_username or None,
            "MAIL_PASSWORD": self.mail_password or None,
            "MAIL_USE_TLS": self.mail_use_tls,
            "MAIL_USE_SSL": self.mail_use_ssl,
            "MAIL_DEFAULT_SENDER": self.mail_default_sender,
            "MAIL_AUTHSERV_ID": self.mail_authserv_id,
            "IMAP_SERVER": self.imap_server,
            "IMAP_PORT": self.imap_port,
            "IMAP_USERNAME": self.imap_username,
            "IMAP_PASSWORD": self.imap_password,
            "IMAP_USE_SSL": self.imap_use_ssl,
            "IMAP_FOLDER": self.imap_folder,
            "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
            "MAX_FORM_MEMORY_SIZE": LARGEST_TEXTS,
            "RATELIMIT_ENABLED": True,  # the extension is shared: it keeps what the last app of the process said
            "RATELIMIT_STORAGE_URI": "memory://",
            "SESSION_COOKIE_NAME": "peerreview_session",
            "SESSION_COOKIE_SECURE": address.scheme == "https",
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "WTF_CSRF_TIME_LIMIT": None,  # a token lives as long as its session: long texts take longer than an hour
        }


def _required(given: Mapping[str, str], name: str) -> str:
    if name not in given:
        raise Unusable(f"{name} is missing: set it in the environment or in .env.")
    return given[name]


def _truth(given: Mapping[str, str], name: str, default: str = "0") -> bool:
    value = given.get(name, default).lower()
    if value not in {"1", "true", "yes", "on", "0", "false", "no", "off"}:
        raise Unusable(f"{name} must be 1 or 0.")
    return value in {"1", "true", "yes", "on"}


def _number(given: Mapping[str, str], name: str, default: int) -> int:
    value = given.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,5}", value):
        raise Unusable(f"{name} must be a whole number.")
    return int(value)


def _database(url: str) -> str:
    """The database's address with the driver that is installed named in it."""
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return _from_root(url, "sqlite:///")


def _from_root(url: str, scheme: str) -> str:
    """The location with its path made absolute: a relative one counts from the project's folder."""
    if not url.startswith(scheme) or url == scheme:
        return url
    start = scheme if scheme == "sqlite:///" else scheme.removesuffix("/")
    if scheme == "file:///" or url.startswith(scheme + "/"):
        return start + url.removeprefix(start)
    return start + str(ROOT / url.removeprefix(start))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _check_secret(secret: str) -> None:
    if len(secret) < 32:
        raise Unusable("SECRET_KEY is too short: it needs at least 32 random characters.")
    if len(set(secret)) < 10 or any(word in secret.lower() for word in WEAK_WORDS):
        raise Unusable("SECRET_KEY is weak: it must be random characters, not words or repetitions.")


def _check_base_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", 0
    well_formed = host and port != 0 and parts.scheme in {"http", "https"} and "@" not in parts.netloc
    if not well_formed or parts.path or parts.query or parts.fragment or re.search(r"\s", url):
        raise Unusable("BASE_URL must be a whole address without a path, such as https://review.board.example.")
    if parts.scheme == "http" and not _is_loopback(host):
        raise Unusable("BASE_URL must start with https:// unless it is a loopback address.")


def _check_locations(settings: Settings) -> None:
    if not re.match(r"sqlite:////[^/]|postgresql\+psycopg://[^/]*/.", settings.database_url):
        raise Unusable("DATABASE_URL must be sqlite:///path or postgresql://user:password@host/database.")
    if not re.match(r"file:///[^/]", settings.documents_url):
        raise Unusable("DOCUMENTS_URL must be file:///path/of/a/folder.")
    if not re.match(r"sqlite:////[^/]", settings.jobs_url):
        raise Unusable("JOBS_URL must be sqlite:///path/of/a/file.")


def _check_mail(settings: Settings) -> None:
    name, address = parseaddr(settings.mail_default_sender)
    try:
        validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise Unusable("MAIL_DEFAULT_SENDER must be an email address, with or without a name.") from None
    if any(character in name + address for character in "\r\n"):
        raise Unusable("MAIL_DEFAULT_SENDER must be one line.")
    if not 1 <= settings.mail_port <= 65535:
        raise Unusable("MAIL_PORT must be from 1 to 65535.")
    if settings.mail_use_tls and settings.mail_use_ssl:
        raise Unusable("MAIL_USE_TLS and MAIL_USE_SSL are two ways to encrypt: set one of them.")
    if bool(settings.mail_username) != bool(settings.mail_password):
        raise Unusable("MAIL_USERNAME and MAIL_PASSWORD belong together: set both or neither.")
    encrypted = settings.mail_use_tls or settings.mail_use_ssl
    if settings.mail_password and not encrypted and not _is_loopback(settings.mail_server):
        raise Unusable("MAIL_PASSWORD would travel unencrypted: set MAIL_USE_TLS or MAIL_USE_SSL.")


def _check_inbox(settings: Settings) -> None:
    """The mailbox that answers come to; without IMAP_SERVER none is read."""
    if not re.fullmatch(r"[A-Za-z0-9._-]*", settings.mail_authserv_id):
        raise Unusable("MAIL_AUTHSERV_ID must be one name, as your mail server writes it in Authentication-Results.")
    if not 1 <= settings.imap_port <= 65535:
        raise Unusable("IMAP_PORT must be from 1 to 65535.")
    if bool(settings.imap_username) != bool(settings.imap_password):
        raise Unusable("IMAP_USERNAME and IMAP_PASSWORD belong together: set both or neither.")
    if settings.imap_server and not settings.imap_username:
        raise Unusable("IMAP_SERVER needs IMAP_USERNAME and IMAP_PASSWORD: set both.")
    if settings.imap_server and not settings.imap_use_ssl and not _is_loopback(settings.imap_server):
        raise Unusable("IMAP_PASSWORD would travel unencrypted: leave IMAP_USE_SSL at 1.")
    if not re.fullmatch(r"[ -~]{1,100}", settings.imap_folder):
        raise Unusable("IMAP_FOLDER must be the name of one folder, in plain letters.")
