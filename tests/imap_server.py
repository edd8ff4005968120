"""A real IMAP server for tests: Debian's dovecot with a configuration and a mailbox of its own, on loopback."""

import grp
import mailbox
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DOVECOT = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")
USER, PASSWORD = "peer-review@board.example", 'pass "word" £1'

CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain
first_valid_uid = 1
mail_location = maildir:{folder}/mail
mail_uid = {mail_uid}
mail_gid = {mail_gid}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid={mail_uid} gid={mail_gid} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {secure}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service imap {{
  process_limit = 8
}}
service stats {{
  chroot =
}}
"""


@dataclass
class ImapServer:
    """``plain`` and ``secure`` are its ports, ``authority`` the certificate to trust, ``folder`` where all lies."""

    folder: Path
    plain: int
    secure: int
    owner: tuple[int, int]

    @property
    def authority(self) -> str:
        return str(self.folder / "certificate.pem")

    @property
    def maildir(self) -> mailbox.Maildir:
        return mailbox.Maildir(self.folder / "mail", create=False)

    def deliver(self, raw: bytes) -> None:
        """Put a message into the mailbox, as the mail server that takes it in does."""
        key = self.maildir.add(raw)
        for found in (self.folder / "mail").rglob(f"{key}*"):
            os.chown(found, *self.owner)

    def seen(self) -> list[bool]:
        """For each message, the oldest first, whether it is marked as read."""
        box = self.maildir
        return ["S" in box[key].get_flags() for key in sorted(box.keys())]

    def number_anew(self) -> None:
        """Give every message another UID, as after a restored backup: a new UIDVALIDITY."""
        for known in (self.folder / "mail").glob("dovecot*"):
            known.unlink()
        time.sleep(1.1)  # it is made of the seconds since 1970


@contextmanager
def imap_server() -> Iterator[ImapServer]:
    """Run dovecot on two free ports; skips the test where there is none."""
    if DOVECOT is None:
        pytest.skip("no dovecot here: apt-get install dovecot-imapd")
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    try:
        server = _prepare(folder)
        process = subprocess.Popen(
            [DOVECOT, "-F", "-c", str(folder / "dovecot.conf")], stderr=subprocess.PIPE, text=True
        )
        try:
            _wait_for(server, process)
            yield server
        finally:
            process.terminate()
            process.wait(20)
            process.stderr.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(folder: Path) -> ImapServer:
    folder.chmod(0o755)
    me = pwd.getpwuid(os.getuid()).pw_name
    as_root = os.getuid() == 0
    internal, login, mail = ("dovecot", "dovenull", "nobody") if as_root else (me, me, me)
    owner = pwd.getpwnam(mail)
    server = ImapServer(folder, _free_port(), _free_port(), (owner.pw_uid, owner.pw_gid))
    for name in ("mail", "mail/cur", "mail/new", "mail/tmp", "home"):
        (folder / name).mkdir()
        os.chown(folder / name, *server.owner)
    (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n", "utf-8")
    _certify(folder)
    configuration = CONFIGURATION.format(
        folder=folder,
        internal=internal,
        internal_group=grp.getgrgid(pwd.getpwnam(internal).pw_gid).gr_name,
        login=login,
        mail_uid=owner.pw_uid,
        mail_gid=owner.pw_gid,
        plain=server.plain,
        secure=server.secure,
    )
    (folder / "dovecot.conf").write_text(configuration)
    return server


def _certify(folder: Path) -> None:
    """A certificate for localhost that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def _free_port() -> int:
    with socket.socket() as knock:
        knock.bind(("127.0.0.1", 0))
        return int(knock.getsockname()[1])


def _wait_for(server: ImapServer, process: "subprocess.Popen[str]") -> None:
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        if process.poll() is not None:
            log = server.folder / "log"
            raise RuntimeError(f"dovecot ended: {process.stderr.read()} {log.read_text() if log.exists() else ''}")
        try:
            with socket.create_connection(("127.0.0.1", server.plain), 1) as knock:
                if knock.recv(4) == b"* OK":
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("dovecot did not answer")
