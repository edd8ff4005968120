"""The words of a letter: plain text in which every fact has a name, as in ``by [deadline] ([reference])``.

A fact is put in as text and is never read again, so that nothing that people typed becomes markup. Blank lines part
paragraphs; lines that start with ``- `` are a list, in which a fact of several lines makes as many entries; a paragraph
``[Label](staff page)`` is a button. A fact that is empty leaves no trace, nor does a paragraph of nothing else.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple

_FACT = re.compile(r"( ?)\[([^\[\]\n]*)\]")
_BUTTON = re.compile(r"\[(?P<label>[^\n]+)\]\((?P<page>[^()\n]+)\)")
_ANY_BUTTON = re.compile(r"\]\([^()\n]*\)")
PAGE = " page"  # the end of the name of a fact that is an address: only a button leads there


@dataclass(frozen=True)
class Block:
    """A paragraph with its facts in it. ``address`` makes its one line a button; ``is_list`` its lines a list."""

    lines: tuple[str, ...]
    is_list: bool = False
    address: str = ""


class Problem(NamedTuple):
    """What keeps changed words from being used: where ("subject" or "body") and one sentence to read there."""

    where: str
    sentence: str


@dataclass(frozen=True)
class Words:
    """The subject and the text of a letter, with the names of facts in them."""

    subject: str
    body: str

    @classmethod
    def of(cls, source: str) -> "Words":
        """From a source that begins with ``Subject:``."""
        first_line, _, body = source.strip().partition("\n")
        return cls(first_line.removeprefix("Subject:").strip(), body.strip())

    @property
    def source(self) -> str:
        return f"Subject: {self.subject}\n\n{self.body}\n"

    @property
    def first(self) -> str:
        """The first paragraph: what to do, and by when."""
        return next(iter(_paragraphs(self.body)), "")

    @property
    def facts(self) -> set[str]:
        """The names of every fact that is mentioned."""
        return {*facts_in(self.subject), *facts_in(self.body), *self.pages}

    @property
    def pages(self) -> set[str]:
        """The names of the pages that buttons lead to."""
        return {_name(button["page"]) for part in _paragraphs(self.body) if (button := _BUTTON.fullmatch(part))}

    def subject_with(self, facts: Mapping[str, str]) -> str:
        """The subject, in one line. Raises KeyError for a fact that is not given."""
        return " ".join(_filled(self.subject, facts).split())

    def blocks_with(self, facts: Mapping[str, str]) -> list[Block]:
        """The paragraphs. Raises KeyError for a fact that is not given."""
        return [block for part in _paragraphs(self.body) for block in _blocks(part, facts)]


def facts_in(text: str) -> set[str]:
    """The names in square brackets, without those that a button leads to."""
    return {_name(mark[2]) for part in _paragraphs(text) for mark in _FACT.finditer(_label_or_all(part))}


def problems(words: Words, standard: Words, known: Collection[str]) -> Iterator[Problem]:
    """Why changed words cannot be used in place of the standard ones, whose facts they must keep.

    ``known``: the names of the facts that this letter has. Nothing here depends on the values of the facts, so words
    without a problem can be filled in for everybody.
    """
    yield from _marks(words, known)
    for where, text, kept in (("subject", words.subject, standard.subject), ("body", words.body, standard.body)):
        for name in sorted(facts_in(kept) - facts_in(text)):
            yield Problem(where, f"Keep [{name}]: the reader needs this fact")
    for name in sorted((facts_in(standard.first) & facts_in(words.body)) - facts_in(words.first)):
        yield Problem("body", f"Keep [{name}] in the first paragraph, which says what to do and by when")
    for name in sorted(standard.pages - words.pages):
        yield Problem("body", f"Keep the button, in a paragraph of its own: [Words on the button]({name})")
    first = words.first
    if _BUTTON.fullmatch(first) or first.startswith("- "):
        yield Problem("body", "Begin with a sentence that says what to do and by when")


def _marks(words: Words, known: Collection[str]) -> Iterator[Problem]:
    """What is wrong with the square brackets themselves."""
    for where, text in (("subject", words.subject), ("body", words.body)):
        for part in _paragraphs(text):
            button = _BUTTON.fullmatch(part) if where == "body" else None
            if button and (_name(button["page"]) not in known or not _name(button["page"]).endswith(PAGE)):
                yield Problem(
                    where, f"({button['page']}) is not a page of this letter.{_nearest(button['page'], known)}"
                )
            elif not button and _ANY_BUTTON.search(part):
                yield Problem(where, "Put a button into a paragraph of its own, with an empty line before and after it")
            label = _label_or_all(part)
            for name in sorted(facts_in(part) - set(known)):
                yield Problem(where, f"[{name}] is not a fact of this letter.{_nearest(name, known)}")
            for name in sorted(name for name in facts_in(part) if name.endswith(PAGE) and name in known):
                yield Problem(where, f"[{name}] is an address: write it as a button, [Words on the button]({name})")
            if set("[]") & set(_FACT.sub("", label)):
                yield Problem(
                    where, "A square bracket has no partner. Brackets are only for facts, such as [reference]"
                )


def _nearest(name: str, known: Collection[str]) -> str:
    near = get_close_matches(_name(name), sorted(known), 1)
    return f" Did you mean “{near[0]}”?" if near else ""


def _name(typed: str) -> str:
    return " ".join(typed.lower().split())


def _label_or_all(part: str) -> str:
    button = _BUTTON.fullmatch(part)
    return button["label"] if button else part


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def _filled(text: str, facts: Mapping[str, str]) -> str:
    def fact(mark: re.Match[str]) -> str:
        value = facts[_name(mark[2])].strip()
        return mark[1] + value if value else ""

    return _FACT.sub(fact, text).strip()


def _blocks(part: str, facts: Mapping[str, str]) -> Iterator[Block]:
    button = _BUTTON.fullmatch(part)
    lines = part.splitlines()
    if button:
        label, address = " ".join(_filled(button["label"], facts).split()), facts[_name(button["page"])]
        if label and address:
            yield Block((label,), address=address)
    elif all(line.startswith("- ") for line in lines):
        entries = [entry.strip() for line in lines for entry in _filled(line[2:], facts).splitlines()]
        if any(entries):
            yield Block(tuple(filter(None, entries)), is_list=True)
    else:
        for text in _paragraphs("\n".join(_filled(line, facts) for line in lines)):
            yield Block(tuple(line.strip() for line in text.splitlines()))
