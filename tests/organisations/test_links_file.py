"""The links file of the register: both directions, both forms of a date, and every way a row can be wrong."""

import io
from collections import Counter
from datetime import date

import pytest

from peerreview.organisations import links_file
from peerreview.organisations.columns import NotAnExtract
from peerreview.organisations.gias import Refused
from peerreview.organisations.links_file import Link
from tests.conftest import REAL_DATA

REAL = REAL_DATA / "gias_links_2025-04-22_la201_la204_subset.csv"
HEADER = "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate"


def read(content: bytes) -> list[Link | Refused]:
    return list(links_file.read(io.BytesIO(content)))


def row(line: str, header: str = HEADER) -> Link | Refused:
    (only,) = read(f"{header}\r\n{line}\r\n".encode())
    return only


def test_the_real_file() -> None:
    if not REAL.exists():
        pytest.skip(f"the real file {REAL.name} is not here")
    rows = read(REAL.read_bytes())
    links = [each for each in rows if isinstance(each, Link)]
    assert len(rows) == 97 and len(links) == 90
    assert {each.reason for each in rows if isinstance(each, Refused)} == {
        "“Sixth Form Centre School” is not a link to a predecessor or successor."
    }
    assert Counter(each.how for each in links) == {"": 86, "merged": 4}
    pairs = Counter((each.predecessor, each.successor) for each in links)
    assert set(pairs.values()) == {2}  # each stands at either end
    assert links[0] == Link(2, "100215", "136218", "136218", "Clissold Park School", "", date(2010, 8, 31))


def test_either_direction_says_the_same() -> None:
    one, other = row("100215,136218,New,Successor,31-08-2010"), row("136218,100215,Old,Predecessor,01/09/2010")
    assert isinstance(one, Link) and isinstance(other, Link)
    assert (one.predecessor, one.successor, one.named, one.on) == ("100215", "136218", "136218", date(2010, 8, 31))
    assert (other.predecessor, other.successor, other.named, other.on) == (
        "100215", "136218", "100215", date(2010, 9, 1),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("Successor - amalgamated", "amalgamated"), ("SUCCESSOR - Split School", "split school"),
        ("Predecessor-merged", "merged"), ("Predecessor", ""),
    ],
)  # fmt: skip
def test_what_the_register_adds_to_a_link(kind: str, how: str) -> None:
    found = row(f"100215,136218,A,{kind},")
    assert isinstance(found, Link)
    assert (found.how, found.on) == (how, None)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("12,136218,A,Successor,", "“12” is not a URN: a URN is a number of six digits."),
        ("100215,,A,Successor,", "It has no URN."),
        ("100215,100215,A,Successor,", "It links a school to itself."),
        ("100215,136218,A,Other,", "“Other” is not a link to a predecessor or successor."),
        ("100215,136218,A,Successor,2010-08-31", "“2010-08-31” is not a date of a link (day-month-year)."),
        ("100215,136218,A,Successor", "It has 4 cells where the header has 5."),
    ],
)
def test_a_row_that_cannot_be_used_says_why(line: str, said: str) -> None:
    assert row(line) == Refused(2, said)


def test_columns_are_found_by_name_and_two_may_be_missing() -> None:
    found = row("Successor,0136218,0100215,more", "Link Type,linkurn,URN,Other")
    assert found == Link(2, "100215", "136218", "136218", "", "", None)


def test_the_same_file_in_either_encoding() -> None:
    text = f"{HEADER}\n100215,136218,École,Successor,\n"
    assert read(text.encode("cp1252")) == read(text.encode()) == read(text.encode("utf-8-sig"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file has no column URN, LinkURN, LinkType: it is not the links file of the register."),
        (b"URN,EstablishmentName\n1,2\n", "no column LinkURN, LinkType"),
        ("URN,LinkURN,LinkType\n".encode("utf-16"), "not text"),
        (b"PK\x03\x04\x14\x00", "not text"),
    ],
)
def test_what_is_no_links_file_is_refused_whole(content: bytes, said: str) -> None:
    with pytest.raises(NotAnExtract, match=said):
        read(content)
