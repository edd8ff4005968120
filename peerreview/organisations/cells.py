"""Reads the cells of one row of an extract; what cannot be understood is refused with its reason."""

import re
from datetime import date

LONGEST = {
    "name": 200,
    "type_name": 200,
    "street": 200,
    "locality": 200,
    "town": 200,
    "postcode": 10,
    "website": 200,
    "telephone": 40,
    "phase": 40,
    "religious_character": 80,
    "trust_code": 20,
    "trust_name": 200,
    "federation_code": 20,
    "federation_name": 200,
}  # characters that the register keeps


class Unusable(ValueError):
    """A cell that cannot be understood; its text is the reason."""


def fitting(cells: dict[str, str]) -> dict[str, str]:
    """The cells, when none is longer than the register keeps. Raises Unusable."""
    for column, longest in LONGEST.items():
        if len(cells[column]) > longest:
            raise Unusable(
                f"Its {column.replace('_', ' ')} has {len(cells[column])} characters; {longest} is the most."
            )
    return cells


def urn(cell: str) -> int:
    """A number of six digits, without its padding."""
    if not re.fullmatch(r"0*[1-9][0-9]{5}", cell, re.ASCII):
        raise Unusable(f"“{cell[:20]}” is not a URN: a URN is a number of six digits." if cell else "It has no URN.")
    return int(cell)


def name(cell: str) -> str:
    """A name that can be shown."""
    if not cell:
        raise Unusable("It has no name.")
    if "\ufffd" in cell:
        raise Unusable(f"Its name has a character that cannot be read: “{cell}”.")
    return cell


def code(cell: str, what: str) -> int | None:
    """A code without its padding ("02" is 2), or None for an empty cell."""
    if not cell:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", cell, re.ASCII):
        raise Unusable(f"“{cell[:20]}” is not a code for the {what}.")
    return int(cell)


def needed(cell: str, what: str) -> int:
    """A code that must be there."""
    found = code(cell, what)
    if found is None:
        raise Unusable(f"It has no {what}.")
    return found


def day(cell: str, what: str) -> date | None:
    """A date written dd-mm-yyyy or dd/mm/yyyy, or None for an empty cell."""
    if not cell:
        return None
    written = re.fullmatch(r"([0-9]{1,2})([-/])([0-9]{1,2})\2([0-9]{4})", cell, re.ASCII)
    try:
        if written:
            return date(int(written[4]), int(written[3]), int(written[1]))
    except ValueError:
        pass
    raise Unusable(f"“{cell[:20]}” is not a {what} (day-month-year).")
