"""`make bench`: a report of 30 pages as PDF against the compiler alone, the papers of a meeting, and a long difference.

The bare side compiles the same template with the same values and does nothing else; ours also writes out what no font
has and tries again when the compiler refuses a character. Rounds take turns, so that a slow moment hits both alike.
"""

import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import typst

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from peerreview import typesetting  # noqa: E402
from peerreview.reports import contents, differences, pdf  # noqa: E402
from peerreview.reports.contents import Answer, Person, Rating, Recommendation, Report, Section  # noqa: E402

ROUNDS = 7
REPORTS = 20  # in the papers of one meeting
DIFFERENCE = 15_000  # words
SCALE = ("Not yet in place", "Developing", "In place", "Embedded")
TEXT = (
    "staff know whom to tell and what happens next because the policy is short and every new colleague hears of it in "
    "the first week while governors read the record of concerns each term and ask how children felt heard"
)


def prose(words: int, seed: int) -> str:
    """Invented paragraphs of about eighty words."""
    dice = random.Random(seed)
    said = [" ".join(dice.choices(TEXT.split(), k=80)).capitalize() + "." for _ in range(max(1, words // 80))]
    return "\n\n".join(said)


def report(words: int) -> Report:
    """An invented final report."""
    return Report(
        is_final=True,
        board="Two Boroughs Safeguarding Children Partnership",
        organisation="Oakfield Primary School",
        reference="HAC-2026-014",
        visited_on=date(2026, 11, 17),
        team=(Person("Farida Rahman", "lead"), Person("Hannah Levinson", "lay member")),
        present=(Person("Grace Oyelaran", "Designated safeguarding lead"),),
        sections=tuple(Section(number, prose(words // 4, number)) for number in (1, 2, 3, 5)),
        recommendations=tuple(Recommendation(prose(20, n), "Headteacher", date(2027, 1, 29)) for n in range(8)),
        ratings=tuple(Rating(f"E{n} Standard", SCALE[3], SCALE[2], "Seen", SCALE, 3, n % 4) for n in range(12)),
        version=2,
        finished_at=datetime(2026, 11, 24, 10, tzinfo=UTC),
        response="Grace Oyelaran sent the response.",
        answers=tuple(Answer(f"Paragraph 2.{n}", "Omission", prose(40, n), "Changed", prose(30, n)) for n in range(10)),
    )


def seconds(act: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def bare(data: str) -> bytes:
    """The compiler with the same values, and nothing else."""
    made: bytes = typst.compile(
        typesetting.TEMPLATES / "report.typ", pdf_standards="ua-1", sys_inputs={"data": data}, font_paths=FONTS
    )
    return made


FONTS = typst.Fonts(include_system_fonts=True, include_embedded_fonts=True)


def main() -> None:
    """Print the figures."""
    long = report(11_500)
    data = json.dumps(pdf.data_of(long))
    ours, theirs = [], []
    for _ in range(ROUNDS):
        theirs.append(seconds(lambda: bare(data)))
        ours.append(seconds(lambda: pdf.render(long)))
    mine, plain = statistics.median(ours), statistics.median(theirs)
    print(f"Report of about 30 pages as PDF: {mine * 1000:.0f} ms; the compiler alone {plain * 1000:.0f} ms; ", end="")
    print(f"ratio {plain / mine:.2f}")

    papers = {"title": "Papers", "board": "Board", "group": "Executive Group", "place": ""}
    papers |= {"reports": [pdf.data_of(report(3_000)) for _ in range(REPORTS)]}  # type: ignore[dict-item]
    print(f"Papers of a meeting with {REPORTS} reports: {seconds(lambda: typesetting.pdf('pack', papers)):.1f} s")

    old = prose(DIFFERENCE, 1)
    changed = [
        text.replace("policy", "procedure") if at % 5 == 0 else text for at, text in enumerate(contents.paragraphs(old))
    ]
    new = "\n\n".join(changed[:40] + changed[43:] + [prose(80, 2)])
    took = statistics.median(seconds(lambda: differences.between(old, new)) for _ in range(ROUNDS))
    print(f"Difference of {len(old.split()):,} words: {took * 1000:.0f} ms (aim: under 200 ms)")


if __name__ == "__main__":
    main()
