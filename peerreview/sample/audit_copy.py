"""Makes the copies of invented self-assessment audits, as real PDFs, so that links in letters open something."""

import json
from datetime import date
from pathlib import Path

import typst

from peerreview.sample.audit_texts import statements

TEMPLATE = Path(__file__).with_name("audit.typ")
DUTIES = {
    "s11": "Section 11 of the Children Act 2004",
    "s157": "Section 157 of the Education Act 2002",
    "s175": "Section 175 of the Education Act 2002",
}


def audit_pdf(organisation: str, duty: str, completed: date) -> bytes:
    """One organisation's audit as a PDF/UA-1 document; `duty` is s11, s157 or s175."""
    data = {
        "title": "Safeguarding self-assessment audit",
        "organisation": organisation,
        "duty": DUTIES[duty],
        "completed": f"{completed.day} {completed:%B %Y}",
        "statements": [list(row) for row in statements(duty)],
    }
    return typst.compile(TEMPLATE, pdf_standards="ua-1", sys_inputs={"data": json.dumps(data)})
