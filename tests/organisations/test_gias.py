"""Extracts of the national register: both layouts, real and invented, and every way in which a row can be wrong."""

import csv
import io
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from peerreview.organisations import gias
from peerreview.organisations.duties import EstablishmentType, establishment_type

ROOT = Path(__file__).parents[2]
REAL = ROOT / "../shared/data"
OLD_LAYOUT = REAL / "edubase_2017-07_la201_la204_sample.csv"
NEW_LAYOUT = REAL / "gias_layout_la201_la204_sample_cp1252.csv"
INVENTED = Path(__file__).with_name("invented_register.csv")

HEADER = "URN,LA (code),EstablishmentName"


def the(file: Path) -> list[gias.Row | gias.Refused]:
    if not file.exists():
        pytest.skip(f"the real file {file.name} is not here")
    with file.open("rb") as stream:
        return list(gias.read(stream).rows)


def row(line: str, header: str = HEADER) -> gias.Row | gias.Refused:
    (only,) = gias.read(f"{header}\r\n{line}\r\n".encode()).rows
    return only


def taken(line: str, header: str = HEADER) -> gias.Row:
    found = row(line, header)
    assert isinstance(found, gias.Row), found
    return found


def reason(line: str, header: str = HEADER) -> str:
    found = row(line, header)
    assert isinstance(found, gias.Refused), found
    assert found.row_number == 2
    return found.reason


def test_the_real_file_of_2017() -> None:
    rows = the(OLD_LAYOUT)
    assert all(isinstance(each, gias.Row) for each in rows)
    good = [each for each in rows if isinstance(each, gias.Row)]
    assert len(good) == 30
    assert Counter(each.la_code for each in good) == {204: 27, 201: 3}
    assert Counter(each.duty for each in good) == {"s175": 15, "s157": 15}
    hatorah = next(each for each in good if each.urn == 100287)
    assert hatorah == gias.Row(
        number=15,
        urn=100287,
        name="Yesodey Hatorah School",
        la_code=204,
        la_name="Hackney",
        type_code=11,
        type_name="Other independent school",
        duty="s157",
        is_closed=False,
        is_proposed=False,
        opened_on=date(1958, 3, 5),
        closed_on=None,
        trust_code="",
        trust_name="",
        federation_code="",
        federation_name="",
        phase="Not applicable",
        religious_character=hatorah.religious_character,
        street=hatorah.street,
        locality=hatorah.locality,
        town="London",
        postcode="N16 5AE",
        telephone=hatorah.telephone,
        website=hatorah.website,
    )


def test_the_real_file_of_2025_says_the_same_of_the_same_schools() -> None:
    old = {each.urn: each for each in the(OLD_LAYOUT) if isinstance(each, gias.Row)}
    new = {each.urn: each for each in the(NEW_LAYOUT) if isinstance(each, gias.Row)}
    assert len(new) == 31
    assert set(new) - set(old) == {100000}
    aldgate = new[100000]
    assert (aldgate.name, aldgate.type_code, aldgate.duty) == ("The Aldgate School", 2, "s175")
    assert (aldgate.street, aldgate.locality) == ("St James's Passage", "Duke's Place, London")
    for urn, school in old.items():
        for fact in ("name", "la_code", "type_code", "type_name", "duty", "opened_on", "postcode", "is_closed"):
            assert getattr(new[urn], fact) == getattr(school, fact), (urn, fact)


def test_the_invented_file() -> None:
    rows = {each.urn: each for each in the(INVENTED) if isinstance(each, gias.Row)}
    assert len(rows) == len(the(INVENTED)) == 32
    assert Counter(each.duty for each in rows.values()) == {"s175": 16, "s157": 14, "other": 1, "manual": 1}
    assert [each.urn for each in rows.values() if each.is_closed] == [900006, 900121]
    assert rows[900121].closed_on == date(2012, 8, 31)
    assert [each.urn for each in rows.values() if each.is_proposed] == [900123]
    assert rows[900110].name == "École Lumière"
    assert rows[900115].name == "The Orchard – Independent Special School"
    assert (rows[900107].trust_code, rows[900107].trust_name) == ("9001", "Lantern Learning Trust")
    assert [each.urn for each in rows.values() if each.federation_code == "9101"] == [900102, 900104, 900105]
    assert (rows[900102].federation_name, rows[900102].trust_name) == ("The Two Rivers Federation", "")


def test_the_same_file_as_utf8_with_and_without_its_mark() -> None:
    text = INVENTED.read_bytes().decode("cp1252")
    expected = the(INVENTED)
    assert list(gias.read(text.encode()).rows) == expected
    assert list(gias.read(text.encode("utf-8-sig")).rows) == expected
    with pytest.raises(gias.NotAnExtract, match="not text"):
        gias.read(text.encode("utf-16"))


def test_it_says_which_columns_the_file_has() -> None:
    assert gias.read(f"{HEADER},Town\n".encode()).has == {"urn", "la_code", "name", "town"}


def test_only_three_columns_are_needed() -> None:
    found = taken("100221,204,Colvestone Primary School")
    assert (found.urn, found.la_code, found.name) == (100221, 204, "Colvestone Primary School")
    assert (found.duty, found.type_code, found.opened_on, found.street) == ("manual", None, None, "")


@pytest.mark.parametrize("missing", ["URN", "LA (code)", "EstablishmentName"])
def test_a_needed_column_that_is_missing_is_named(missing: str) -> None:
    header = ",".join(name for name in HEADER.split(",") if name != missing)
    with pytest.raises(gias.NotAnExtract) as problem:
        gias.read(f"{header}\n1,2\n".encode())
    assert str(problem.value) == f"The file has no column {missing}: it is not an extract of the register."


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"PK\x03\x04\x14\x00\x06\x00", b"<!doctype html><title>Sorry</title>", b'"']
)
def test_what_is_not_an_extract_is_refused_whole(content: bytes) -> None:
    with pytest.raises(gias.NotAnExtract):
        gias.read(content)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (",204,A", "It has no URN."),
        ("12345,204,A", "“12345” is not a URN: a URN is a number of six digits."),
        ("1002210,204,A", "“1002210” is not a URN: a URN is a number of six digits."),
        ("١٠٠٢٢١,204,A", "“١٠٠٢٢١” is not a URN: a URN is a number of six digits."),
        ("100221,,A", "It has no local authority."),
        ("100221,Hackney,A", "“Hackney” is not a code for the local authority."),
        ("100221,204, ", "It has no name."),
        (f"100221,204,{'A' * 201}", "Its name has 201 characters; 200 is the most."),
        ("100221,204", "It has 2 cells where the header has 3."),
        ("100221,204,St Mary, the first", "It has 4 cells where the header has 3."),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_its_reason(line: str, said: str) -> None:
    assert reason(line) == said


def test_codes_lose_their_padding() -> None:
    found = taken("0100221,0204,A,02", f"{HEADER},TypeOfEstablishment (code)")
    assert (found.urn, found.la_code, found.type_code, found.duty) == (100221, 204, 2, "s175")
    assert reason("100221,204,A,two", f"{HEADER},TypeOfEstablishment (code)").startswith("“two” is not a code")


@pytest.mark.parametrize("written", ["29-02-2012", "29/02/2012", "29/2/2012"])
def test_both_forms_of_a_date(written: str) -> None:
    assert taken(f"100221,204,A,{written}", f"{HEADER},CloseDate").closed_on == date(2012, 2, 29)
    assert taken(f"100221,204,A,{written}", f"{HEADER},Opening date").opened_on == date(2012, 2, 29)


@pytest.mark.parametrize("written", ["29-02-2013", "2012-02-29", "29-02/2012", "29.02.2012", "31/13/2012", "soon"])
def test_a_date_that_is_none_is_refused(written: str) -> None:
    assert reason(f"100221,204,A,{written}", f"{HEADER},CloseDate") == (
        f"“{written}” is not a closing date (day-month-year)."
    )


def test_closed_by_code_or_by_name() -> None:
    assert taken("100221,204,A,2", f"{HEADER},EstablishmentStatus (code)").is_closed
    assert taken("100221,204,A,Closed", f"{HEADER},Establishment status").is_closed
    assert not taken("100221,204,A,Open", f"{HEADER},Establishment status").is_closed
    assert not taken('100221,204,A,"Open, but proposed to close"', f"{HEADER},Establishment status").is_closed
    assert taken("100221,204,A,Proposed to open", f"{HEADER},Establishment status").is_proposed


def test_the_second_of_two_rows_with_one_urn_is_refused() -> None:
    first, after_blank_line, second = gias.read(
        f"{HEADER}\n100221,204,A\n\n100222,204,B\n0100221,204,C\n".encode()
    ).rows
    assert isinstance(first, gias.Row) and isinstance(after_blank_line, gias.Row)
    assert after_blank_line.number == 4
    assert second == gias.Refused(5, "URN 100221 is already in row 2 of this file.")


def test_control_characters_and_line_breaks_become_blanks() -> None:
    assert taken('100221,204,"St\x00 Mary\'s\r\n  Primary\tSchool"').name == "St Mary's Primary School"


def test_a_character_that_is_in_no_alphabet_is_refused() -> None:
    (refused,) = gias.read(f"{HEADER}\n100221,204,".encode() + b"St Mary\x81s\n").rows
    assert refused == gias.Refused(2, "Its name has a character that cannot be read: “St Mary�s”.")


def test_a_quotation_mark_that_is_never_closed_is_one_refused_row() -> None:
    good, bad = gias.read((f'{HEADER}\n100221,204,A\n100222,204,"B\n' + "100223,204,C\n" * 20_000).encode()).rows
    assert isinstance(good, gias.Row)
    assert bad == gias.Refused(3, "This row and those after it cannot be read: a quotation mark is not closed.")


def test_a_type_is_found_by_code_or_else_by_name() -> None:
    assert establishment_type(28, "").name == "Academy sponsor led"
    assert establishment_type(None, "ACADEMY 16-19 CONVERTER").code == 45
    assert establishment_type(None, "Free Schools - 16 to 19").duty == "other"
    assert establishment_type(77, "Floating school") == EstablishmentType(77, "Floating school", "manual")


def test_every_type_of_the_national_list_has_a_duty() -> None:
    listed = REAL / "gias_establishment_types_2025-04-22.csv"
    if not listed.exists():
        pytest.skip(f"the real file {listed.name} is not here")
    with listed.open(encoding="utf-8", newline="") as stream:
        for each in csv.DictReader(stream):
            code, name = int(each["type-of-establishment-code"]), each["type-of-establishment-name"]
            assert establishment_type(code, "") == establishment_type(None, name)
            assert establishment_type(code, "").duty in {"s11", "s157", "s175", "other", "none", "manual"}


class Endless(io.RawIOBase):
    """A file of 50,000 rows that exists only while it is read, so that only the reader's own memory is measured."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._lines = self._fresh()

    def _fresh(self) -> Iterator[bytes]:
        yield f"{HEADER}\n".encode()
        for number in range(self._rows):
            yield f"{100_000 + number},204,{'Saint Somebody ' * 8}{number}\n".encode()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self._lines = self._fresh()
        return 0

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        line = next(self._lines, b"")
        buffer[: len(line)] = line
        return len(line)


def test_fifty_thousand_rows_need_little_memory() -> None:
    stream = Endless(50_000)
    tracemalloc.start()
    try:
        assert sum(isinstance(each, gias.Row) for each in gias.read(stream).rows) == 50_000  # type: ignore[arg-type]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10_000_000  # bytes; the file itself has more than 7 million, its rows many times that


def test_a_stream_is_left_open() -> None:
    stream = io.BytesIO(f"{HEADER}\n100221,204,A\n".encode())
    assert len(list(gias.read(stream).rows)) == 1
    assert not stream.closed
