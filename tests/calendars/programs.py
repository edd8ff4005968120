"""Two calendars that were written by others: ical.js (in Thunderbird) and libical (in Evolution and KDE)."""

import ctypes
import json
import subprocess
from collections.abc import Sequence
from ctypes import c_char_p, c_int, c_void_p
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import which
from typing import Any

Message = tuple[str, bytes]  # the method of the header, and the file

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


class Absent(Exception):
    """The program is not on this machine; the message says what is missing."""


@dataclass(frozen=True)
class Shown:
    """One entry as a calendar shows it. Times are aware UTC; people are (name, address)."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str
    description: str
    organizer: tuple[str, str]
    attendees: tuple[tuple[str, str], ...]


class IcalJs:
    """ical.js in Node, one process for all questions. Raises Absent."""

    def __init__(self) -> None:
        node = which("node") or which("node", path=str(ROOT / ".venv" / "bin"))
        if node is None or not (ROOT / "node_modules" / "ical.js").is_dir():
            raise Absent("Node or node_modules/ical.js is missing: `make static/build/.built` fetches them")
        command = [node, str(HERE / "ical_js.mjs")]
        self.clock: list[str] = []  # London's wall time, by Node's own time zones, of each start last read
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT
        )

    def read(self, messages: Sequence[Message]) -> list[Shown]:
        """What a calendar shows after these messages. Raises ValueError for one that ical.js refuses."""
        assert self._process.stdin is not None and self._process.stdout is not None
        question = json.dumps([(method, data.decode()) for method, data in messages])
        self._process.stdin.write(question + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "failed" in answer:
            raise ValueError(answer["failed"])
        self.clock = [entry["clock"] for entry in answer["shown"]]
        return [_from_json(entry) for entry in answer["shown"]]

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


def _from_json(entry: dict[str, Any]) -> Shown:
    return Shown(
        uid=entry["uid"],
        sequence=entry["sequence"],
        starts_at=datetime.fromisoformat(entry["start"]),
        ends_at=datetime.fromisoformat(entry["end"]),
        summary=entry["summary"],
        location=entry["location"] or "",
        description=entry["description"],
        organizer=(entry["organizer"][0], entry["organizer"][1]),
        attendees=tuple((name or "", address) for name, address in entry["attendees"]),
    )


class Libical:
    """libical, by its C interface. It decides itself what each message means (icalclassify). Raises Absent."""

    def __init__(self) -> None:
        try:
            self._ical, self._sets = ctypes.CDLL("libical.so.3"), ctypes.CDLL("libicalss.so.3")
        except OSError as error:
            raise Absent("libical is missing: `apt-get install libical3` brings it") from error
        self._sets.icalclassify.argtypes = [c_void_p, c_void_p, c_char_p]
        self._vevent = self._call("icalcomponent_string_to_kind", c_int, b"VEVENT")

    def read(self, messages: Sequence[Message]) -> list[Shown]:
        """What a calendar shows after these messages. Raises ValueError for one that libical finds fault with.

        A cancelling deletes the entry, whatever its number: libical does not call one obsolete.
        """
        entries: dict[str, int] = {}
        for method, data in messages:
            calendar = self._parsed(method, data)
            event = self._event(calendar)
            uid = self._text("icalcomponent_get_uid", event)
            meaning = self._meaning(calendar, entries.get(uid))
            if meaning in ("REQUEST-NEW", "REQUEST-UPDATE", "REQUEST-RESCHEDULE", "PUBLISH-NEW", "PUBLISH-UPDATE"):
                entries[uid] = calendar
            elif meaning == "CANCEL-EVENT":
                entries.pop(uid, None)
            elif meaning != "OBSOLETE":
                raise ValueError(f"{method} means {meaning}")
        return [self._shown(self._event(calendar)) for calendar in entries.values()]

    def _parsed(self, method: str, data: bytes) -> int:
        calendar: int | None = self._call("icalparser_parse_string", c_void_p, data)
        if calendar is None or self._call("icalcomponent_count_errors", c_int, calendar):
            raise ValueError("libical reads errors in it")
        if f"\r\nMETHOD:{method}\r\n".encode() not in data:
            raise ValueError("method")
        # Last, for it writes the faults that it finds into the component (RFC 5546, the tables of each method).
        if not self._call("icalrestriction_check", c_int, calendar):
            raise ValueError("libical finds that it breaks a rule of its method")
        return calendar

    def _meaning(self, calendar: int, known: int | None) -> str:
        attendee = self._first(self._event(calendar), "ATTENDEE")
        user = self._text("icalproperty_get_value_as_string", attendee).encode() if attendee else b"mailto:nobody"
        number = self._sets.icalclassify(calendar, known, user)
        return str(self._call("icalproperty_enum_to_string", c_char_p, number).decode())

    def _shown(self, event: int) -> Shown:
        attendee, organizer = self._first(event, "ATTENDEE"), self._first(event, "ORGANIZER")
        assert organizer is not None
        return Shown(
            uid=self._text("icalcomponent_get_uid", event),
            sequence=self._call("icalcomponent_get_sequence", c_int, event),
            starts_at=self._instant(event, "DTSTART"),
            ends_at=self._instant(event, "DTEND"),
            summary=self._text("icalcomponent_get_summary", event),
            location=self._text("icalcomponent_get_location", event),
            description=self._text("icalcomponent_get_description", event),
            organizer=self._person(organizer),
            attendees=(self._person(attendee),) if attendee else (),
        )

    def _event(self, calendar: int) -> int:
        event: int | None = self._call("icalcomponent_get_first_component", c_void_p, calendar, self._vevent)
        if event is None or self._call("icalcomponent_count_components", c_int, calendar, self._vevent) != 1:
            raise ValueError("not one event")
        return event

    def _first(self, event: int, name: str) -> int | None:
        kind = self._call("icalproperty_string_to_kind", c_int, name.encode())
        found: int | None = self._call("icalcomponent_get_first_property", c_void_p, event, kind)
        return found

    def _instant(self, event: int, name: str) -> datetime:
        found = self._first(event, name)
        assert found is not None
        written = self._text("icalproperty_get_value_as_string", found)
        return datetime.strptime(written, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)

    def _person(self, found: int) -> tuple[str, str]:
        name = self._call("icalproperty_get_parameter_as_string", c_char_p, found, b"CN") or b""
        return name.decode(), self._text("icalproperty_get_value_as_string", found)

    def _text(self, function: str, thing: int) -> str:
        return str((self._call(function, c_char_p, thing) or b"").decode())

    def _call(self, function: str, gives: Any, *arguments: Any) -> Any:
        called = getattr(self._ical, function)
        called.restype = gives
        called.argtypes = [_c_type(argument) for argument in arguments]
        return called(*arguments)


def _c_type(argument: bytes | int) -> Any:
    """Kinds are small numbers, things are addresses."""
    return c_char_p if isinstance(argument, bytes) else c_int if argument < 65536 else c_void_p
