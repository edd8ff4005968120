"""The checks before issue, with the settings of the board and the rows of this review."""

from flask import url_for

from peerreview.extensions import db
from peerreview.models import PeerRating, Report, SectionKind, Tested, setting
from peerreview.reports import checks, queries, words


def limits() -> checks.Limits:
    """As the board has set them."""
    most = {words.NUMBERS[SectionKind(kind)]: number for kind, number in most_words().items()}
    return checks.Limits(most, setting("reading_age"))


def most_words() -> dict[str, int]:
    """The most words of each kind of section; 0 for any length."""
    return {str(kind): setting(f"words_{kind}") for kind in SectionKind}


def doubts(report: Report) -> list[tuple[str, str]]:
    """What is worth a look: (words, the address where it can be mended)."""
    found = checks.doubts(queries.content_of(report), _rated(report), limits())
    return [(each.words, _address(report, each.place)) for each in found]


def counted(report: Report) -> dict[str, str]:
    """How long each section is, as words: "231 of at most 300 words"."""
    content, most = queries.content_of(report), limits().words
    counts = {each.number: checks.words_of(each, content.recommendations) for each in content.sections}
    return {str(kind): _length(counts.get(words.NUMBERS[kind], 0), most[words.NUMBERS[kind]]) for kind in SectionKind}


def _length(number: int, most: int) -> str:
    if not most:
        return f"{number} word{'' if number == 1 else 's'}"
    return f"{number} of at most {most} words" if number <= most else f"{number} words: {number - most} too many"


def _rated(report: Report) -> list[checks.Rated]:
    rows = db.session.scalars(db.select(PeerRating).where(PeerRating.review_id == report.review_id)).all()
    return [
        checks.Rated(
            f"{row.standard.code} {row.standard.title}", bool(row.reason.strip()), row.tested is not Tested.NOT_TESTED
        )
        for row in sorted(rows, key=lambda row: row.standard.position)
        if row.value
    ]


def _address(report: Report, place: str) -> str:
    reference = report.review.reference
    if place == "ratings":
        return url_for("visits.notes", reference=reference)
    anchor = f"recommendation-{place[1:]}" if place.startswith("R") else str(words.KIND_OF[int(place)])
    return url_for("reports.write", reference=reference, _anchor=anchor)
