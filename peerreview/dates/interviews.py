"""Whose part of the visit is when: whom the agenda names comes for their own items, not for the whole visit.

Pure. The agenda names people in words ("Dee Lead, Designated safeguarding lead"), so a person is found by their whole
name. Where that is not certain, they are expected for the whole visit: nobody is told a time that may be wrong.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

Part = tuple[datetime, datetime]


def parts(whole: Part, agenda: Sequence[tuple[str, int]], names: Iterable[str]) -> dict[str, Part]:
    """Name to the part of the visit that the person is in: from their first item to the end of their last.

    `agenda` has (who, minutes) of each item, one after the other from the start of the `whole` visit. A name that two
    people have is in nobody's part, and neither is one whose items do not lie inside the visit.
    """
    listed = [" ".join(name.split()) for name in names]
    certain = [name for name, times in Counter(name.casefold() for name in listed).items() if times == 1 and name]
    found: dict[str, Part] = {}
    for who, starts, ends in _in_time(whole[0], agenda):
        for name in _named(who, certain):
            found[name] = (found.get(name, (starts, ends))[0], ends)
    inside = {name: part for name, part in found.items() if part[1] <= whole[1]}
    return {name: inside[name.casefold()] for name in listed if name.casefold() in inside}


def _in_time(starts: datetime, agenda: Sequence[tuple[str, int]]) -> Iterator[tuple[str, datetime, datetime]]:
    for who, minutes in agenda:
        ends = starts + timedelta(minutes=minutes)
        yield who, starts, ends
        starts = ends


def _named(who: str, names: Sequence[str]) -> Iterator[str]:
    """The names in a text, each as whole words; "Ann Lee" is not also "Lee"."""
    left = " ".join(who.casefold().split())
    for name in sorted(names, key=len, reverse=True):
        without = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "|", left)
        if without != left:
            left = without
            yield name
