"""PDF/UA-1 documents from a template of ``templates/print`` and plain values: typed values in, bytes out.

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

TEMPLATES = Path(__file__).parents[1] / "templates" / "print"
NO_FONT = re.compile(r'the text `"(.+?)"` could not be displayed')
TRIES = 12
LAST_ASCII = 0x7E
ALL_BUT_LATIN = "[^\t\n\x20-\x7e\xa0-\u024f‘’“”–—…•€£]"
JOINERS = "\u200d\ufe0e\ufe0f"


def pdf(template: str, data: dict[str, Any]) -> bytes:
    """The PDF of ``templates/print/TEMPLATE.typ``. Takes 20 to 100 ms: call it with no transaction open."""
    text = json.dumps(data, ensure_ascii=False)
    missing: set[str] = set()
    for _ in range(TRIES):
        try:
            return _compile(template, _written_out(data, f"[{re.escape(''.join(sorted(missing)))}]" if missing else ""))
        except typst.TypstError as refusal:
            found = NO_FONT.search(str(refusal))
            if found is None:
                raise
            more = _like(_unescaped(found[1]), text) - missing
            if not more:
                break
            missing |= more
    return _compile(template, _written_out(data, ALL_BUT_LATIN))


def picture(template: str, data: dict[str, Any]) -> bytes:
    """The first page as a PNG of 192 dots an inch, for documents that hold pictures."""
    given = json.dumps(_written_out(data, ""))
    png: bytes = typst.compile(
        TEMPLATES / f"{template}.typ", font_paths=_fonts(), format="png", ppi=192, sys_inputs={"data": given}
    )
    return png


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=True)


def _compile(template: str, data: dict[str, Any]) -> bytes:
    made: bytes = typst.compile(
        TEMPLATES / f"{template}.typ", font_paths=_fonts(), pdf_standards="ua-1", sys_inputs={"data": json.dumps(data)}
    )
    return made


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
