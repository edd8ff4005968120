"""Small files of the national register for tests, the worker's part done at once, and the register as it stands."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from flask.testing import FlaskClient

from peerreview.extensions import db
from peerreview.models import Federation, Organisation, RegisterImport, Trust
from peerreview.organisations import import_work
from tests.inspector import text_of

HEADER = (
    "URN", "LA (code)", "LA (name)", "EstablishmentName", "TypeOfEstablishment (code)", "EstablishmentStatus (code)",
    "CloseDate", "Postcode", "Trusts (code)", "Trusts (name)", "Federations (code)", "Federations (name)",
)  # fmt: skip
HACKNEY, CITY, ISLINGTON = ("204", "Hackney"), ("201", "City of London"), ("206", "Islington")
NEW = "/organisations/imports/new"


def a_row(urn: int | str, name: str = "School", place: tuple[str, str] = HACKNEY, **more: str) -> list[str]:
    """One row in the order of HEADER: an open community school unless told otherwise."""
    values = {"type": "1", "status": "1", "closed": "", "postcode": "E8 1AA", "trust_code": "", "trust": "",
              "federation_code": "", "federation": "", **more}  # fmt: skip
    return [str(urn), *place, name, *values.values()]


def a_file(*rows: Iterable[str], header: Iterable[str] = HEADER) -> bytes:
    """A CSV as the register publishes it, in UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


def bring(client: FlaskClient, content: bytes, name: str = "extract.csv", kind: str = "extract") -> Any:
    """Send the form; its answer."""
    return client.submit(NEW, {"kind": kind, "file": (io.BytesIO(content), name)})  # type: ignore[attr-defined]


def brought(client: FlaskClient, content: bytes, name: str = "extract.csv", kind: str = "extract") -> str:
    """The address of an import whose preview is ready."""
    answer = bring(client, content, name, kind)
    assert answer.status_code == 302, answer.text
    import_work.work()
    return str(answer.location)


def confirmed(client: FlaskClient, address: str) -> None:
    """Confirm it, and let the worker apply it."""
    assert client.submit(address, to=f"{address}/confirmation").status_code == 302  # type: ignore[attr-defined]
    import_work.work()


def undone(client: FlaskClient, address: str) -> None:
    """Undo it, and let the worker put everything back."""
    assert client.submit(f"{address}/undoing").status_code == 302  # type: ignore[attr-defined]
    import_work.work()


def the_import(address: str) -> RegisterImport:
    """The row behind an address."""
    db.session.expire_all()
    found = db.session.get(RegisterImport, int(address.rsplit("/", 1)[1]))
    assert found is not None
    return found


def lines_on(client: FlaskClient, address: str) -> list[str]:
    """The rows of a preview as they are read."""
    return [text_of(line) for line in client.page(address).with_class("app-changes")[0]]  # type: ignore[attr-defined]


def words_on(client: FlaskClient, address: str) -> str:
    """What is read between the head and the foot of a page."""
    return text_of(client.page(address).all("main")[0])  # type: ignore[attr-defined]


def the_register() -> dict[str, list[Any]]:
    """Everything that an import may change, without ids."""
    db.session.expire_all()
    not_told = {"id", "trust_id", "federation_id", "created_at"}
    columns = [each.name for each in Organisation.__table__.columns if each.name not in not_told]
    schools = [
        [getattr(each, name) for name in columns]
        + [group and (group.code, group.name) for group in (each.trust, each.federation)]
        for each in db.session.scalars(db.select(Organisation))
    ]
    groups = {
        kind.__tablename__: sorted(((each.code, each.name) for each in db.session.scalars(db.select(kind))), key=repr)
        for kind in (Trust, Federation)
    }
    return {"schools": sorted(schools, key=repr), **groups}
