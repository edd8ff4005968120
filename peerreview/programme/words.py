"""How numbers, months and spans of days are said."""

from datetime import date


def counted(number: int, one: str, many: str = "") -> str:
    """1 visit, 2 visits, no visits."""
    return f"{number or 'no'} {one if number == 1 else many or f'{one}s'}"


def month_name(day: date) -> str:
    """March 2027."""
    return f"{day:%B %Y}"


def day_name(day: date) -> str:
    """Friday 3 July 2026."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def either(words: list[str]) -> str:
    """May, June or July."""
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""
