"""A report as a Word document that people can go on editing: the same text as the page and the PDF."""

from docx.document import Document as Word

from peerreview import typesetting, word_files
from peerreview.filters import day
from peerreview.reports import pdf
from peerreview.reports.contents import RECOMMENDATIONS, Report
from peerreview.word_files import heading, paragraphs, plain, table

BESIDE = "The organisation’s own rating and the team’s rating stand side by side. Neither replaces the other."
PICTURE = "Own rating and team’s rating on one scale for each standard. The table below has the same ratings."


def render(report: Report) -> bytes:
    """The file. Takes about a tenth of a second: call it with no transaction open."""
    word = word_files.new(f"{report.name}: peer review of safeguarding at {report.organisation}", report.board)
    if report.finished_at is None:
        _mark_as_draft(word, report.status)
    paragraphs(word, report.board)
    paragraphs(word, report.status)
    _facts(word, report)
    for section in report.sections:
        recommended = report.recommendations if section.number == RECOMMENDATIONS else ()
        if section.paragraphs or recommended:
            heading(word, f"{section.number}. {section.title}")
        for each in section.paragraphs:
            paragraphs(word, f"{each.number}  {each.text}")
        if recommended:
            numbered = enumerate(recommended, 1)
            rows = [(f"R{at}", row.text, row.owner, day(row.due_on) if row.due_on else "") for at, row in numbered]
            table(word, ("No.", "We recommend", "Suggested owner", "Suggested date"), rows, shares=(1, 6, 3, 3))
    _ratings(word, report)
    _answers(word, report)
    return word_files.as_bytes(word)


def _mark_as_draft(word: Word, status: str) -> None:
    """On the top of every page."""
    word.sections[0].header.paragraphs[0].text = plain(f"DRAFT. {status}")


def _facts(word: Word, report: Report) -> None:
    rows = [
        ("Reference", report.reference),
        ("Date of the visit", day(report.visited_on) if report.visited_on else ""),
        ("Review team", "; ".join(map(str, report.team))),
        ("Who was there", "; ".join(map(str, report.present))),
        ("Version", str(report.version)),
    ]
    table(word, ("About", "This review"), [row for row in rows if row[1]], shares=(1, 3))


def _ratings(word: Word, report: Report) -> None:
    if not report.ratings:
        return
    heading(word, "Standards")
    paragraphs(word, BESIDE)
    if dots := pdf.dots_of(report):
        word_files.picture(word, typesetting.picture("dots", {"dots": dots}), PICTURE)
    rows = [(each.standard, each.own, each.peer, each.tested) for each in report.ratings]
    table(word, ("Standard", "Own rating", "Team’s rating", "How it was tested"), rows, shares=(3, 2, 2, 2))


def _answers(word: Word, report: Report) -> None:
    """What you said, what we did: in the final report only."""
    if not (report.is_final and (report.answers or report.response)):
        return
    heading(word, "Annex: what you said, what we did")
    paragraphs(word, report.response)
    for at, answer in enumerate(report.answers, 1):
        heading(word, f"{at}. {answer.about}: {answer.kind[:1].lower()}{answer.kind[1:]}", level=2)
        lines = [("You said", answer.said), ("We decided", answer.decision), ("Why", answer.reason)]
        for label, text in [*lines, ("New wording", answer.new_wording)]:
            if text:
                paragraphs(word, f"{label}: {text}")
