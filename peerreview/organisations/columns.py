"""Finds the columns of a register extract by name, whatever the year of its layout."""

import re
from collections.abc import Sequence

# Our name for a column: the names it has had, newest first, compared without case, blanks or punctuation.
NAMES: dict[str, tuple[str, ...]] = {
    "urn": ("URN",),
    "name": ("EstablishmentName", "Name"),
    "la_code": ("LA (code)", "Local authority (code)"),
    "la_name": ("LA (name)", "Local authority (name)", "Local authority"),
    "type_code": ("TypeOfEstablishment (code)",),
    "type_name": ("TypeOfEstablishment (name)", "Type of establishment"),
    "status_code": ("EstablishmentStatus (code)",),
    "status_name": ("EstablishmentStatus (name)", "Establishment status"),
    "opened_on": ("OpenDate", "Opening date"),
    "closed_on": ("CloseDate", "Closing date", "Closed date"),
    "phase": ("PhaseOfEducation (name)", "Phase of education"),
    "religious_character": ("ReligiousCharacter (name)", "Religious character"),
    "trust_code": ("Trusts (code)", "Trust (code)"),
    "trust_name": ("Trusts (name)", "Trust (name)", "Trusts"),
    "federation_code": ("Federations (code)", "Federation (code)"),
    "federation_name": ("Federations (name)", "Federation (name)", "Federations"),
    "street": ("Street",),
    "locality": ("Locality",),
    "address3": ("Address3", "Address 3"),
    "town": ("Town",),
    "county": ("County (name)", "County"),
    "postcode": ("Postcode",),
    "telephone": ("TelephoneNum", "Telephone number"),
    "website": ("SchoolWebsite", "Website address"),
}
NEEDED = {"urn": "URN", "name": "EstablishmentName", "la_code": "LA (code)"}


class NotAnExtract(ValueError):
    """The file cannot be read as an extract at all; the text says why, for the person who brought it."""


class Columns:
    """Where each known column stands in this file, and how many cells a whole row has."""

    def __init__(self, header: Sequence[str]) -> None:
        if any("\0" in name for name in header):
            raise NotAnExtract("The file is not text. Save it as CSV and try again.")
        self.count = len(header)
        standing = {_plain(name): place for place, name in reversed(list(enumerate(header)))}
        self._places = {
            ours: next(standing[_plain(name)] for name in names if _plain(name) in standing)
            for ours, names in NAMES.items()
            if any(_plain(name) in standing for name in names)
        }
        missing = [theirs for ours, theirs in NEEDED.items() if ours not in self._places]
        if missing:
            raise NotAnExtract(f"The file has no column {', '.join(missing)}: it is not an extract of the register.")

    @property
    def known(self) -> frozenset[str]:
        """Our names of the columns that this file has."""
        return frozenset(self._places)

    def cells(self, record: Sequence[str]) -> dict[str, str]:
        """The cells of one record by our names, with blanks tidied; a column the file lacks is empty."""
        found = dict.fromkeys(NAMES, "")
        for ours, place in self._places.items():
            found[ours] = re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", record[place]).strip()
        return found


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()
