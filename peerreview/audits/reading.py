"""Read data out of JSON that somebody wrote by hand, and name everything wrong with it at once, at its place."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


class TemplateError(ValueError):
    """The templates cannot be used; `problems` says why, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


class Problems(list[str]):
    """What is wrong so far."""

    def repeated(self, keys: Iterable[object], what: str) -> None:
        """Note each key that occurs more than once."""
        self.extend(f"{what} {key!r} occurs {times} times" for key, times in Counter(keys).items() if times > 1)

    def stop_if_any(self) -> None:
        """Raise TemplateError when something was wrong."""
        if self:
            raise TemplateError(list(self))


class Row:
    """One JSON object and where it stands. A bad value is noted and an empty one of its type returned."""

    def __init__(self, content: Any, where: str, problems: Problems, names: set[str] | None = None) -> None:
        self.where, self.problems = where, problems
        self.content: dict[str, Any] = content if isinstance(content, dict) else {}
        if not isinstance(content, dict):
            problems.append(f"{where} is not an object")
        if names:
            self.only(names)

    def wrong(self, name: str, why: str) -> None:
        """Note that the value called `name` cannot be used."""
        self.problems.append(f"{self.where}: {name} {why}")

    def only(self, names: set[str]) -> None:
        """Note names that mean nothing here: a misspelt one would otherwise be lost in silence."""
        for name in sorted(self.content.keys() - names):
            self.wrong(name, "is not known here")

    def text(self, name: str, longest: int) -> str:
        """A text of 1 to `longest` printable characters."""
        value = self.content.get(name)
        if not isinstance(value, str) or not value.strip():
            self.wrong(name, "is missing")
            return ""
        if len(value) > longest:
            self.wrong(name, f"is longer than {longest} characters")
        if not value.isprintable():
            self.wrong(name, "has characters that cannot be printed")
        return value.strip()

    def number(self, name: str) -> int:
        """A whole number from 1."""
        value = self.content.get(name)
        if type(value) is not int or not 1 <= value < 100_000:
            self.wrong(name, "is not a whole number from 1")
            return 1
        return value

    def choice(self, name: str, known: Collection[str]) -> str:
        """One of `known`."""
        value = self.content.get(name)
        if not isinstance(value, str) or value not in known:
            self.wrong(name, f"is not one of {', '.join(sorted(known))}")
            return ""
        return value

    def choices(self, name: str, known: Collection[str]) -> list[str]:
        """One or more of `known`."""
        value = self.content.get(name)
        if not isinstance(value, list) or not value or not all(isinstance(each, str) for each in value):
            self.wrong(name, "is not a list of texts")
            return []
        if unknown := sorted(set(value) - set(known)):
            self.wrong(name, f"has {', '.join(unknown)}, not one of {', '.join(sorted(known))}")
        return value

    def optional(self, name: str, make: Callable[["Row"], T]) -> T | None:
        """The object called `name`, or None when it is absent or null."""
        value = self.content.get(name)
        return None if value is None else make(Row(value, f"{self.where}, {name}", self.problems))

    def each(self, name: str, make: Callable[["Row"], T], unique: str | None = None, least: int = 1) -> list[T]:
        """What `make` makes of every object of a list of at least `least`; values of `unique` differ."""
        value = self.content.get(name)
        if not isinstance(value, list) or len(value) < least:
            self.wrong(name, f"is not a list of at least {least}")
            return []
        rows = [Row(each, f"{self.where}, {name} {number}", self.problems) for number, each in enumerate(value, 1)]
        if unique:
            self.problems.repeated((str(row.content.get(unique)) for row in rows), f"{self.where}, {name}: {unique}")
        return [make(row) for row in rows]
