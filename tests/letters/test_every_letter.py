"""Every letter word for word: what to do first, who to ask last, short, and the same in text and HTML."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from sqlalchemy import create_engine

from peerreview.extensions import Base
from peerreview.models import Letter, Participant, SlotAnswer
from tests.conftest import _running, settings_for
from tests.letters.realistic import BOARD, OWN_TIME, VISIT_AT, World, as_kept

EXPECTED = Path(__file__).parent
TEMPLATES = Path(__file__).parents[2] / "templates/emails"
EVERY_LETTER = sorted(path.stem for path in TEMPLATES.glob("[!_]*.txt"))

# The letters with two faces: file: (letter, what is different)
OTHER_FACES: dict[str, tuple[str, dict[str, Any]]] = {
    "choose_password-again": ("choose_password", {"first": False}),
    "date_agreed-with_a_note": ("date_agreed", {"note": "Please park in Mill Lane."}),
    "date_agreed-own_time": ("date_agreed", OWN_TIME),
    "documents_wanted-no_date": ("documents_wanted", {}),
    "interest_alert-noticed": ("interest_alert", {"noticed": True, "led": False}),
    "passed_on-by_the_coordinator": ("passed_on", {"by": "coordinator"}),
    "presented-no_actions": ("presented", {"actions": 0, "first_due": None}),
    "review_closed-actions_open": ("review_closed", {"still_open": 2}),
    "reminder-late": ("reminder", {"is_late": True}),
    "say_when-more_dates": ("say_when", {"participant": Participant(answers=[SlotAnswer()])}),
    "selection_decided-all_approved": ("selection_decided", {"sent_back": 0, "meeting": None}),
    "selection_decided-sent_back": ("selection_decided", {"approved": 0, "sent_back": 1, "meeting": None}),
    "selection_reminder-late": ("selection_reminder", {"is_late": True, "number": 1}),
    "staff_named-by_phone": ("staff_named", {"by_phone": True, "people": 1}),
    "visit_cancelled-one_person": ("visit_cancelled", {"whole_visit": False}),
    "your_time-whole_visit": ("your_time", {"starts_at": VISIT_AT, "ends_at": VISIT_AT + timedelta(minutes=150)}),
}
CASES = {name: (name, {}) for name in EVERY_LETTER} | OTHER_FACES


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Letter, str]]]:
    """Every letter, and as it is kept in its file."""
    folder = tmp_path_factory.mktemp("letters")
    url = f"sqlite:///{folder}/letters.db"
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()
    for _ in _running(settings_for(url, folder)):
        world = World()
        yield {case: _written(world, case) for case in CASES}


def _written(world: World, case: str) -> tuple[Letter, str]:
    name, other = CASES[case]
    due = world.review.documents_due_on
    world.review.documents_due_on = None if "no_date" in case else due
    letter = world.letter(name, **other)
    world.review.documents_due_on = due
    return letter, as_kept(letter, world.link)


@pytest.mark.parametrize("case", sorted(CASES))
def test_word_for_word(written: dict[str, tuple[Letter, str]], case: str) -> None:
    assert written[case][1] == (EXPECTED / f"{case}.txt").read_text("utf-8")


@pytest.mark.parametrize("case", sorted(CASES))
def test_short_and_whole(written: dict[str, tuple[Letter, str]], case: str) -> None:
    letter, _ = written[case]
    paragraphs = letter.text.strip().split("\n\n")
    assert len(letter.text.split()) < 150
    assert not paragraphs[0].startswith(("Dear", "- ", "http"))
    assert "Miriam Achebe, 020 7946 0123, miriam@board.example" in paragraphs[-1]
    assert not re.search(r"\[|\]|\{|\}|  |None| [.,;:]", f"{letter.subject}\n{letter.text}")


@pytest.mark.parametrize("case", sorted(CASES))
def test_text_and_html_say_the_same(written: dict[str, tuple[Letter, str]], case: str) -> None:
    letter, _ = written[case]
    page = html5lib.parse(letter.html, namespaceHTMLElements=False)
    board, body = [cell for cell in page.iter("td") if not list(cell.iter("table"))]
    assert "".join(board.itertext()) == BOARD["board_name"]
    assert "\n\n".join(as_plain(part) for part in body) + "\n" == letter.text
    assert page.findtext("head/title") == letter.subject


def as_plain(part: Element) -> str:
    """A paragraph, list or button of the HTML part, as the plain text has it."""
    if part.tag == "ul":
        return "\n".join(f"- {item.text}" for item in part)
    button = part.find("a")
    if button is not None:
        return f"{button.text}:\n{button.attrib['href']}"
    return (part.text or "") + "".join(f"\n{line.tail or ''}" for line in part.iter("br"))


def test_every_text_belongs_to_a_letter() -> None:
    assert {path.stem for path in EXPECTED.glob("*.txt")} == set(CASES)


@pytest.mark.parametrize("name", EVERY_LETTER)
def test_below_its_subject_a_template_is_plain_text(name: str) -> None:
    source = (TEMPLATES / f"{name}.txt").read_text("utf-8")
    assert not set("{}~") & set(source[source.index("\nSubject:") :])
