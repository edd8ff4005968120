"""A report as a PDF/UA-1 document: typed values in, bytes out.

The values go to the template as JSON, never as markup, so nothing that was typed can be code. The compiler refuses a
PDF with a character that no font has (ISO 14289-1, 7.21): such characters are written out in words. The fonts are the
compiler's own, with those of the machine behind them for other scripts.
"""

import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import typst

from peerreview.filters import day
from peerreview.reports.contents import RECOMMENDATIONS, TITLES, Report

TEMPLATE = Path(__file__).parents[2] / "templates" / "print" / "report.typ"
NO_FONT = re.compile(r'the text `"(.+?)"` could not be displayed')
TRIES = 12
LAST_ASCII = 0x7E
ALL_BUT_LATIN = "[^\t\n\x20-\x7e\xa0-\u024f‘’“”–—…•€£]"
JOINERS = "\u200d\ufe0e\ufe0f"


def render(report: Report) -> bytes:
    """The PDF of one version of a report. Takes 20 to 100 ms: call it with no transaction open."""
    data = _data(report)
    text = json.dumps(data, ensure_ascii=False)
    missing: set[str] = set()
    for _ in range(TRIES):
        try:
            return _compile(_written_out(data, f"[{re.escape(''.join(sorted(missing)))}]" if missing else ""))
        except typst.TypstError as refusal:
            found = NO_FONT.search(str(refusal))
            if found is None:
                raise
            more = _like(_unescaped(found[1]), text) - missing
            if not more:
                break
            missing |= more
    return _compile(_written_out(data, ALL_BUT_LATIN))


def _data(report: Report) -> dict[str, Any]:
    return {
        "title": f"{report.name}: peer review of safeguarding at {report.organisation}",
        "name": report.name,
        "board": report.board,
        "organisation": report.organisation,
        "reference": report.reference,
        "status": report.status,
        "is_final": report.is_final,
        "is_draft": report.finished_at is None,
        "facts": [
            {"label": label, "lines": lines}
            for label, lines in (
                ("Reference", [report.reference]),
                ("Date of the visit", [day(report.visited_on)] if report.visited_on else []),
                ("Review team", [str(person) for person in report.team]),
                ("Who was there", [str(person) for person in report.present]),
                ("Version", [f"{report.version} ({report.name.lower()})"]),
            )
            if lines
        ],
        "sections": [
            {
                "number": section.number,
                "title": section.title,
                "paragraphs": [{"number": each.number, "text": each.text} for each in section.paragraphs],
            }
            for section in report.sections
            if section.paragraphs or (section.number == RECOMMENDATIONS and report.recommendations)
        ],
        "recommendations": {
            "section": RECOMMENDATIONS,
            "title": TITLES[RECOMMENDATIONS],
            "rows": [
                [f"R{at}", each.text, each.owner, day(each.due_on)] for at, each in enumerate(report.recommendations, 1)
            ],
        },
        "ratings": [[each.standard, each.own, each.peer, each.tested] for each in report.ratings],
        "response": report.response,
        "answers": [
            {
                "heading": f"{each.about}: {each.kind[:1].lower()}{each.kind[1:]}",
                "said": each.said,
                "decision": each.decision,
                "reason": each.reason,
                "new_wording": each.new_wording,
            }
            for each in report.answers
        ],
    }


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=True)


def _compile(data: dict[str, Any]) -> bytes:
    pdf: bytes = typst.compile(
        TEMPLATE, font_paths=_fonts(), pdf_standards="ua-1", sys_inputs={"data": json.dumps(data)}
    )
    return pdf


def _unescaped(quoted: str) -> str:
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), quoted)


def _like(refused: str, text: str) -> set[str]:
    """The refused characters, and every other of the text from the same scripts: so a few tries are enough."""
    scripts = {_script(char) for char in refused if ord(char) > LAST_ASCII}
    return {char for char in {*text, *refused} if ord(char) > LAST_ASCII and _script(char) in scripts}


def _script(char: str) -> str:
    """The script of a letter is the first word of its name; pictures go by their block."""
    if unicodedata.category(char)[0] == "S":
        return f"pictures {ord(char) >> 12}"
    first = unicodedata.name(char, "").partition(" ")[0]
    return "Chinese" if first == "CJK" else first.capitalize()


def _written_out(value: Any, missing: str) -> Any:
    """The values, with characters of the class ``missing`` in words: "[party popper]", "[text in Thai letters]"."""
    if isinstance(value, dict):
        return {key: _written_out(item, missing) for key, item in value.items()}
    if isinstance(value, list):
        return [_written_out(item, missing) for item in value]
    if not isinstance(value, str):
        return value
    clean = "".join(char for char in value if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs"))
    if not missing:
        return clean
    return re.sub(f"{missing}(?:[ {JOINERS}]*{missing})*[{JOINERS}]*", lambda run: _in_words(run[0]), clean)


def _in_words(run: str) -> str:
    words: list[str] = []
    for char in run:
        category = unicodedata.category(char)
        if category[0] == "L":
            word = f"[text in {_script(char)} letters]"
        elif category[0] in "CMZ" or not unicodedata.name(char, ""):
            continue
        else:
            word = f"[{unicodedata.name(char).lower()}]"
        if not (words and category[0] == "L" and words[-1] == word):
            words.append(word)
    return " ".join(words)
