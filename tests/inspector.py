"""A test client that inspects every HTML page that it fetches, whatever the test is about."""

import base64
import hashlib
import xml.etree.ElementTree as Tree
from typing import Any

import html5lib
from flask import current_app, g, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from peerreview.extensions import db
from peerreview.headers import TEMPLATE_SCRIPT

HIDDEN = {"hidden", "submit", "button", "image", "reset"}
FOCUSABLE = {"input", "select", "textarea", "button", "a"}


class Page:
    """One parsed page. Names are plain (no XML namespaces); `text_of` gives text as read, with blanks made single."""

    def __init__(self, html: str) -> None:
        parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
        self.root: Tree.Element = parser.parse(html)
        self.faults = [f"{kind} at {place} {facts}" for place, kind, facts in parser.errors]
        self.ids = [element.attrib["id"] for element in self.root.iter() if "id" in element.attrib]

    def all(self, *names: str) -> list[Tree.Element]:
        return [element for element in self.root.iter() if element.tag in names]

    def by_id(self, wanted: str) -> Tree.Element | None:
        return next((element for element in self.root.iter() if element.attrib.get("id") == wanted), None)

    def with_class(self, wanted: str) -> list[Tree.Element]:
        return [element for element in self.root.iter() if wanted in element.attrib.get("class", "").split()]

    @property
    def title(self) -> str:
        return text_of(self.all("title")[0])

    @property
    def h1(self) -> str:
        return text_of(self.all("h1")[0])


def text_of(element: Tree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def faults_of(html: str) -> list[str]:
    """Everything wrong with a page, in words; an empty list for a good page."""
    page = Page(html)
    return [
        *(f"not valid HTML: {fault}" for fault in page.faults),
        *_headings(page),
        *_ids(page),
        *_errors(page),
        *_forms(page),
        *_inline(page),
    ]


def _headings(page: Page) -> list[str]:
    titles, headings = page.all("title"), page.all("h1")
    if len(headings) != 1 or len(titles) != 1:
        return [f"{len(headings)} h1 and {len(titles)} title"]
    if text_of(headings[0]) not in page.title:
        return [f"title “{page.title}” without its h1 “{page.h1}”"]
    return []


def _ids(page: Page) -> list[str]:
    doubled = {name for name in page.ids if page.ids.count(name) > 1}
    missing = {
        (attribute, target)
        for element in page.root.iter()
        for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls")
        for target in element.attrib.get(attribute, "").split()
        if target not in page.ids
    }
    return [f"id {name} more than once" for name in sorted(doubled)] + [
        f"{a} names no element: {t}" for a, t in sorted(missing)
    ]


def _errors(page: Page) -> list[str]:
    summaries = page.with_class("govuk-error-summary")
    faults = []
    if bool(summaries) != page.title.startswith("Error: "):
        faults.append(f"title “{page.title}” with {len(summaries)} error summaries")
    for link in (link for summary in summaries for link in summary.iter("a")):
        target = page.by_id(link.attrib["href"].removeprefix("#"))
        if target is None or target.tag not in FOCUSABLE or target.attrib.get("type") == "hidden":
            faults.append(f"error link {link.attrib['href']} leads to no field")
    return faults


def _forms(page: Page) -> list[str]:
    faults = []
    for form in page.all("form"):
        tokens = [i for i in form.iter("input") if i.attrib.get("name") == "csrf_token" and i.attrib.get("value")]
        if form.attrib.get("method", "get").lower() == "post" and len(tokens) != 1:
            faults.append(f"a POST form to {form.attrib.get('action', 'itself')} with {len(tokens)} tokens")
    labelled = {label.attrib.get("for") for label in page.all("label")}
    for box in page.all("input", "select", "textarea"):
        named = box.attrib.get("id") in labelled or "aria-label" in box.attrib or "aria-labelledby" in box.attrib
        if not named and box.attrib.get("type") not in HIDDEN:
            faults.append(f"field {box.attrib.get('name')} has no label")
    faults += [
        f"picture {image.attrib.get('src')} without alt" for image in page.all("img") if "alt" not in image.attrib
    ]
    faults += [f"link to {link.attrib.get('href')} without words" for link in page.all("a") if not text_of(link)]
    return faults


def _inline(page: Page) -> list[str]:
    faults = [f"inline style: {text_of(style)[:40]}" for style in page.all("style")]
    for element in page.root.iter():
        faults += [f"{element.tag} has {name}" for name in element.attrib if name == "style" or name.startswith("on")]
        if element.attrib.get("href", "").strip().lower().startswith("javascript:"):
            faults.append("a javascript: link")
    for script in page.all("script"):
        if "src" not in script.attrib and script_hash(script.text or "") != TEMPLATE_SCRIPT:
            faults.append(f"inline script: {(script.text or '')[:40]}")
    return faults


def script_hash(script: str) -> str:
    """As a content policy names it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _begin_anew() -> None:
    """Inside a test's own app context a request would find its open transaction, and whoever was signed in before."""
    if has_app_context() and "sqlalchemy" in current_app.extensions:
        db.session.commit()
        for name in list(g):
            g.pop(name)


def _forget_unsaved() -> None:
    """As the end of a real request does: what it did not commit is gone."""
    if has_app_context() and "sqlalchemy" in current_app.extensions:
        db.session.rollback()


class InspectingClient(FlaskClient):
    """Use as `app.test_client_class`. An AssertionError names what is wrong with a fetched page."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("buffered", True)
        _begin_anew()
        response = super().open(*args, **kwargs)
        _forget_unsaved()
        if (
            response.mimetype == "text/html"
            and response.data
            and not response.is_streamed
            and response.status_code not in range(300, 400)
        ):
            faults = faults_of(response.get_data(as_text=True))
            assert not faults, f"{response.request.path}:\n  " + "\n  ".join(faults)
        return response

    def page(self, address: str, **kwargs: Any) -> Page:
        """GET a page that must be there."""
        response = self.get(address, **kwargs)
        assert response.status_code == 200, f"{address}: {response.status}"
        return Page(response.get_data(as_text=True))

    def token(self, address: str) -> str:
        """The form token on a page."""
        boxes = [box for box in self.page(address).all("input") if box.attrib.get("name") == "csrf_token"]
        assert boxes, f"{address} has no form"
        return boxes[0].attrib["value"]

    def submit(
        self, address: str, data: dict[str, Any] | None = None, to: str | None = None, **kwargs: Any
    ) -> TestResponse:
        """Fill in a form of a page and send it: everything hidden in the form, and `data` over it.

        `to`: where that form leads, when the page has several or it posts elsewhere.
        """
        forms = [form for form in self.page(address).all("form") if form.attrib.get("method", "").lower() == "post"]
        wanted = [form for form in forms if to is None or form.attrib.get("action", address) == to]
        assert wanted, f"{address} has no form to {to or 'itself'}"
        form = next((form for form in wanted if form.attrib.get("action", address) == address), wanted[0])
        kept = {
            box.attrib["name"]: box.attrib.get("value", "")
            for box in form.iter("input")
            if box.attrib.get("type") == "hidden"
        }
        return self.post(form.attrib.get("action", address), data={**kept, **(data or {})}, **kwargs)
