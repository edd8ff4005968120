"""People in a browser: they read their letters, click what they see, and every page on the way is looked at."""

import re
import time
from email.message import EmailMessage
from pathlib import Path

import html5lib
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page

from tests.journeys.conftest import PICTURES, Site

PATIENCE = 40  # seconds for a letter to arrive
AXE = Axe()


class Reader:
    """Somebody with a browser of their own. Every page that they come to has no accessibility violation."""

    def __init__(self, name: str, browser: Browser, site: Site, story: str, *, script: bool = True) -> None:
        self.name, self.site, self.story, self.script = name, site, story, script
        self.context = browser.new_context(java_script_enabled=script, viewport={"width": 1280, "height": 900})
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.seen = 0

    def look(self) -> None:
        """Check the page and keep a picture of it."""
        self.seen += 1
        folder: Path = PICTURES / self.story
        folder.mkdir(parents=True, exist_ok=True)
        path = re.sub(r"[0-9]+-[A-Za-z0-9_-]{24}", "link", self.page.url.removeprefix(self.site.address))
        slug = re.sub(r"[^a-z0-9]+", "-", f"{self.name}-{self.seen:02}-{path}".lower()).strip("-")[:90]
        self.page.screenshot(path=folder / f"{slug}.png", full_page=True)
        if self.script:
            found = AXE.run(self.page)
            assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"
        assert self.page.locator("h1").count() == 1, self.page.url

    def goes_to(self, path: str) -> "Reader":
        """Only for the front door: everything else is reached by clicking."""
        self.page.goto(self.site.address + path)
        self.look()
        return self

    def clicks(self, words: str, *, exact: bool = False, section: bool = False) -> "Reader":
        """The link or button with these words; `section` names the one at the head of a section instead."""
        either = self._link_or_button(self.page.locator("main"), words, exact)
        if not either.count():
            either = self._link_or_button(self.page, words, exact)
        if section:
            either = self.page.locator(".app-section__head", has_text=words).get_by_role("link")
        with self.page.expect_navigation(wait_until="load"):
            either.first.click()
        self.look()
        return self

    def sets_to_work(self, words: str, until: str) -> "Reader":
        """Click what the worker does, and stay on the page, which loads itself anew, until it says so."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.get_by_role("button", name=words).first.click()
        self.page.get_by_text(until).first.wait_for(timeout=PATIENCE * 1000)
        self.page.wait_for_load_state("load")
        self.look()
        return self

    def unfolds(self, words: str) -> "Reader":
        """What is folded away under these words."""
        self.page.locator("summary", has_text=words).first.click()
        return self

    def opens_first(self, below: str) -> "Reader":
        """The first link on the page to something below this address."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.locator(f"main a[href*='{below}/']").first.click()
        self.look()
        return self

    @staticmethod
    def _link_or_button(where: Page | Locator, words: str, exact: bool) -> Locator:
        link = where.get_by_role("link", name=words, exact=exact)
        return link.or_(where.get_by_role("button", name=words, exact=exact))

    def downloads(self, words: str) -> "Reader":
        """The file behind the link with these words."""
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name=words).first.click()
        assert download.value.path().stat().st_size > 1000
        return self

    def opens_review(self, reference: str) -> "Reader":
        """From the list of reviews, or of one's own."""
        either = self.page.get_by_role("link", name="Reviews", exact=True).or_(
            self.page.get_by_role("link", name="My reviews", exact=True)
        )
        if not either.count():
            self.goes_to("/")
        with self.page.expect_navigation(wait_until="load"):
            either.first.click()
        self.look()
        with self.page.expect_navigation(wait_until="load"):
            self.page.locator(f"main a[href$='/reviews/{reference}']").first.click()
        self.look()
        return self

    def finds_school(self, name: str) -> "Reader":
        """In the public form: by typing and taking the suggestion, or without scripts by the button."""
        box = self.page.get_by_label("Name, postcode or URN")
        if self.script:
            box.press_sequentially(name, delay=15)
            self.page.get_by_role("option").first.click()
        else:
            box.fill(name)
            self.clicks("Search").chooses(name)
        return self.clicks("Continue")

    def takes_a_breath(self) -> "Reader":
        """As long as a person needs to read it: quicker is a robot."""
        self.page.wait_for_timeout(3_200)
        return self

    def confirms_by_code(self, address: str) -> "Reader":
        """The six digits that are sent at that moment."""
        before = len(self.site.mail.to(address))
        self.clicks("Send me a code")
        ends = time.monotonic() + PATIENCE
        while len(self.site.mail.to(address)) == before and time.monotonic() < ends:
            time.sleep(0.2)
        return self.types("Six-digit code", self.code_sent_to(address)).clicks("Go on")

    def invitation(self, address: str, subject: str) -> str | None:
        """The method of the calendar entry that came with a letter."""
        return calendar_of(self.letter(address, subject))

    def types(self, label: str, text: str, *, within: str | None = None) -> "Reader":
        """Into the box with this label; `within` names the group that it is in."""
        where = self.page.get_by_role("group", name=within) if within else self.page
        where.get_by_label(label, exact=False).first.fill(text)
        return self

    def chooses(self, words: str, *, exact: bool = False) -> "Reader":
        """The radio button or tick box with these words."""
        either = self.page.get_by_role("radio", name=words, exact=exact).or_(
            self.page.get_by_role("checkbox", name=words, exact=exact)
        )
        either.first.check(force=True)
        return self

    def picks(self, label: str, words: str) -> "Reader":
        """From a list that opens."""
        self.page.get_by_label(label).first.select_option(label=words)
        return self

    def picks_starting(self, label: str, words: str) -> "Reader":
        """From a list that opens: the option that begins with these words."""
        box = self.page.get_by_label(label, exact=True).first
        option = box.locator("option", has_text=words).first
        box.select_option(value=option.get_attribute("value"))
        return self

    def dates(self, legend: str, day: object, *, within: str | None = None) -> "Reader":
        """A day into its three boxes; `day` is a datetime.date."""
        where = self.page.get_by_role("group", name=within, exact=True) if within else self.page
        group = where.get_by_role("group", name=legend, exact=True).first
        for part in ("day", "month", "year"):
            group.get_by_label(part.capitalize(), exact=True).fill(str(getattr(day, part)))
        return self

    def hands_in(self, file: Path) -> "Reader":
        """A file into a file box."""
        self.page.locator("input[type=file]").first.set_input_files(file)
        return self

    def reads(self, words: str) -> "Reader":
        """The page says so."""
        text = " ".join(self.page.locator("body").inner_text().split())
        assert words in text, f"“{words}” is not on {self.page.url}:\n{text[:3000]}"
        return self

    def opens_letter(self, address: str, subject: str, label: str | None = None) -> "Reader":
        """Wait for a letter and click its button (or the link with these words)."""
        letter = self.letter(address, subject)
        self.page.goto(link_in(letter, label))
        self.look()
        return self

    def letter(self, address: str, subject: str) -> EmailMessage:
        """The newest letter to an address whose subject holds these words; waits for it."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            for letter in reversed(self.site.mail.to(address)):
                if subject.lower() in str(letter["Subject"]).lower():
                    return letter
            time.sleep(0.2)
        arrived = [str(letter["Subject"]) for letter in self.site.mail.to(address)]
        raise AssertionError(f"no letter “{subject}” to {address}; there are {arrived}")

    def code_sent_to(self, address: str) -> str:
        """The six digits of the newest letter with a code."""
        text = text_of(self.letter(address, "code"))
        found = re.search(r"\b([0-9]{6})\b", text)
        assert found, text
        return found[1]

    def leaves(self) -> None:
        self.context.close()


def text_of(letter: EmailMessage) -> str:
    """The plain text part."""
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def link_in(letter: EmailMessage, label: str | None = None) -> str:
    """Where the button of a letter leads, or the link with these words."""
    part = letter.get_body(("html",))
    assert part is not None
    tree = html5lib.parse(part.get_content(), namespaceHTMLElements=False)
    links = [(" ".join("".join(a.itertext()).split()), a.attrib["href"]) for a in tree.iter("a")]
    found = [href for words, href in links if label is None or label in words]
    assert found, f"no link {label or ''} in the letter: {links}"
    return str(found[0])


def calendar_of(letter: EmailMessage) -> str | None:
    """The method of the invitation that a letter carries, if it does."""
    return next((p.get_param("method") for p in letter.walk() if p.get_content_type() == "text/calendar"), None)
