"""The desk's pages as a worker meets them: in a real browser, in three languages, on a phone and on a wide screen."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from app.settings import PROJECT
from tests.browser.conftest import SIZES, OpenPage, serving, shoot, violations

NAME, PASSWORD = "aino", "sata-vuotta-Espoossa"
TITLES = {"fi": "Vastausluonnos", "sv": "Utkast till svar", "en": "Draft answer"}
QUESTIONS = {"fi": "Miten saan verokortin?", "sv": "Hur får jag ett skattekort?", "en": "How do I get a tax card?"}
OPEN_QUESTIONS = ("Kan jag spela golf med hästar?", "Saako Espoossa lentää leijaa?", "Where can I park a spaceship?")


@dataclass
class Worker:
    """A service with an account, and a session in it. `state` opens a browser context that is signed in."""

    url: str
    state: dict[str, Any]
    client: httpx.Client

    def ask(self, question: str) -> str:
        """Ask by form; the address of the answer's page."""
        return str(self._post("/staff/ask", question=question).url)

    def speak(self, language: str) -> None:
        self._post("/staff/language", language=language)

    def _post(self, address: str, **fields: str) -> httpx.Response:
        token = re.search(r'name="csrf" value="(\w+)"', self.client.get("/staff/").text)
        assert token
        found = self.client.post(address, data={"csrf": token[1], **fields})
        assert found.status_code == 200
        return found


@pytest.fixture(scope="module")
def worker(own_data: Callable[[], Path]) -> Iterator[Worker]:
    data = own_data()
    add_account(data)
    with serving(data) as served, httpx.Client(base_url=served.url, follow_redirects=True) as client:
        client.headers["Origin"] = served.url
        client.post("/staff/sign-in", data={"name": NAME, "password": PASSWORD, "language": "fi"})
        cookie = next(iter(client.cookies.jar))
        host = {"domain": "127.0.0.1", "path": "/staff", "expires": -1, "httpOnly": True, "secure": False}
        state = {"cookies": [{"name": cookie.name, "value": cookie.value, "sameSite": "Strict", **host}]}
        found = Worker(served.url, state, client)
        for question in OPEN_QUESTIONS:
            found.ask(question)
        yield found


def add_account(data: Path) -> None:
    """As whoever runs the service does it."""
    command = [sys.executable, "-m", "app", "accounts", "add", NAME]
    environment = {**os.environ, "ESPOO_DATA_DIR": str(data)}
    subprocess.run(command, cwd=PROJECT, env=environment, input=PASSWORD, text=True, check=True, capture_output=True)


def test_a_worker_answers_a_customer(worker: Worker, open_page: OpenPage, request: pytest.FixtureRequest) -> None:
    """Signs in, asks in Swedish with Finnish beside it, asks on, copies, looks at the gaps, signs out."""
    page = open_page(f"{worker.url}/staff/gaps", locale="fi-FI", permissions=["clipboard-read", "clipboard-write"])
    sign_in_at_the_second_try(page, request)
    ask_in_swedish_beside_finnish(page)
    copy_the_edited_draft(page)
    ask_on(page)
    shoot(page, "staff-follow-up", request)
    look_at_the_gaps_and_sign_out(page)


def sign_in_at_the_second_try(page: Page, request: pytest.FixtureRequest) -> None:
    """With a wrong password first; what was asked for is what comes."""
    expect(page).to_have_title(re.compile("Kirjaudu sisään"))
    page.get_by_label("Käyttäjätunnus").fill(NAME)
    page.get_by_label("Salasana").fill("väärä salasana")
    page.get_by_role("button", name="Kirjaudu sisään").click()
    expect(page.get_by_role("alert")).to_contain_text("väärä")
    shoot(page, "staff-sign-in-wrong", request)
    page.get_by_label("Salasana").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vastaamatta jääneet kysymykset")
    assert page.evaluate("document.cookie") == ""


def ask_in_swedish_beside_finnish(page: Page) -> None:
    """The draft masks the number and shows each passage in both languages, side by side."""
    page.get_by_role("link", name="Kysy").click()
    page.get_by_label("Asiakkaan kysymys").fill("Hur får jag ett skattekort? Mitt nummer är 040 123 4567.")
    page.wait_for_load_state()  # the key needs the script
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vastausluonnos")
    expect(page.locator("blockquote")).to_have_text("Hur får jag ett skattekort? Mitt nummer är [phone].")
    expect(page.locator(".facts")).to_contain_text("puhelinnumero")
    pair = page.locator(".used .side")
    expect(pair.nth(0).locator(".passage-text")).to_have_attribute("lang", "sv")
    expect(pair.nth(1).locator(".passage-text")).to_have_attribute("lang", "fi")
    expect(pair.nth(1)).to_contain_text("verokortti")
    left, right = pair.nth(0).bounding_box(), pair.nth(1).bounding_box()
    assert left and right and left["y"] == right["y"] and left["x"] < right["x"]


def copy_the_edited_draft(page: Page) -> None:
    text = page.get_by_label("Vastaus lähteineen")
    expect(text).to_contain_text("[1] Skattekort")
    text.fill(f"Hej!\n\n{text.input_value()}")
    page.get_by_role("button", name="Kopioi teksti").click()
    expect(page.locator(".copy [role=status]")).to_have_text("Teksti on kopioitu.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Hej!\n\nDu får") and "\nKällor:\n[1] Skattekort" in copied and "https://" in copied


def ask_on(page: Page) -> None:
    page.get_by_label("Jatkokysymys samassa keskustelussa").fill("Och vad kostar det?")
    page.get_by_role("button", name="Kysy", exact=True).click()
    expect(page.locator(".facts")).to_contain_text("Skattekort: Och vad kostar det?")
    page.get_by_text("Aiemmin tässä keskustelussa").click()
    expect(page.locator(".earlier .said")).to_contain_text("Skatteförvaltningen")


def look_at_the_gaps_and_sign_out(page: Page) -> None:
    """After that the browser's way back leads to no page of the desk."""
    page.get_by_role("link", name="Vastaamatta").click()
    row = page.get_by_role("row").filter(has_text="leijaa")
    expect(row).to_contain_text("Ei vastausta")
    page.get_by_role("button", name="Kirjaudu ulos").click()
    expect(page).to_have_url(re.compile("/staff/sign-in"))
    page.go_back()
    expect(page).to_have_url(re.compile("/staff/sign-in"))


def test_an_edited_text_is_not_lost_unasked(worker: Worker, open_page: OpenPage) -> None:
    worker.speak("en")
    page = open_page(worker.ask(QUESTIONS["fi"]), storage_state=worker.state)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    text = page.get_by_label("Answer with its sources")
    text.press_sequentially("Hei! ")
    page.get_by_role("link", name="Figures").click()
    expect(text).to_have_value(re.compile("Hei!"))
    assert asked == ["beforeunload"] and "/answers/" in page.url
    page.get_by_role("button", name="Copy the text").click()
    expect(page.locator(".copy [role=status]")).to_have_text("The text was copied.")
    page.get_by_role("link", name="Figures").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Figures")
    assert asked == ["beforeunload"]


def test_the_keyboard_alone_is_enough(worker: Worker, open_page: OpenPage) -> None:
    worker.speak("en")
    page = open_page(f"{worker.url}/staff/gaps", storage_state=worker.state)
    named = focused_in_turn(page, 13)
    assert named[:5] == ["Skip to the content", "Hello Espoo Advisor", "Ask", "Unanswered", "Figures"]
    assert named[5:] == ["Suomi", "Svenska", "English", "Sign out", "Download as CSV", "period", "tongue", "Show"]
    page.get_by_role("link", name="Ask", exact=True).press("Enter")
    expect(page.get_by_label("The customer’s question")).to_be_focused()
    page.keyboard.type(QUESTIONS["en"])
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Draft answer")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="New question")).to_be_focused()
    summary = page.locator("summary").first
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator("details[open] .passage-text").first).to_be_visible()


def test_everything_works_without_scripts(worker: Worker, open_page: OpenPage) -> None:
    worker.speak("en")
    page = open_page(f"{worker.url}/staff/", size="phone", storage_state=worker.state, java_script_enabled=False)
    page.get_by_label("The customer’s question").fill(QUESTIONS["fi"])
    page.get_by_role("button", name="Make a draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Draft answer")
    expect(page.get_by_role("button", name="Copy the text")).to_be_hidden()
    expect(page.get_by_label("Answer with its sources")).to_contain_text("Lähteet:")
    page.get_by_label("Beside").select_option("sv")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".used .side").nth(1).locator(".passage-text")).to_have_attribute("lang", "sv")
    page.get_by_role("button", name="Svenska").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Utkast till svar")
    expect(page.locator("html")).to_have_attribute("lang", "sv")


def test_a_question_typed_after_the_session_ended_comes_back(worker: Worker, open_page: OpenPage) -> None:
    page = open_page(f"{worker.url}/staff/sign-in?language=en")
    page.get_by_label("User name").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("The customer’s question").fill(QUESTIONS["en"])
    page.context.clear_cookies()
    page.get_by_role("button", name="Make a draft").click()
    expect(page.get_by_role("alert")).to_contain_text("Your session has ended")
    page.get_by_label("User name").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("The customer’s question")).to_have_value(QUESTIONS["en"])
    page.get_by_role("button", name="Make a draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Draft answer")


def test_hostile_text_stays_text(worker: Worker, open_page: OpenPage) -> None:
    worker.speak("en")
    hostile = "</textarea><img src=x onerror=alert(1)><script>alert(2)</script> tax card?"
    page = open_page(worker.ask(hostile), storage_state=worker.state)
    expect(page.locator("blockquote")).to_have_text(hostile)
    assert page.locator("main img, main script").count() == 0


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_is_accessible(
    worker: Worker, open_page: OpenPage, request: pytest.FixtureRequest, language: str
) -> None:
    """No violation that axe-core knows of, at two sizes, light and dark; nothing to scroll sideways at 320 px."""
    worker.speak(language)
    other = {"fi": "sv", "sv": "fi", "en": "fi"}[language]
    pages = {
        "ask": f"{worker.url}/staff/",
        "answer": worker.ask(QUESTIONS[other]),
        "emergency": worker.ask("My husband hits me. How do I get a tax card?"),
        "unanswered": worker.ask(OPEN_QUESTIONS[2]),
        "gaps": f"{worker.url}/staff/gaps?period=0",
        "report": f"{worker.url}/staff/report",
        "missing": f"{worker.url}/staff/answers/none",
    }
    found = {}
    looks = (("light", ("desktop", "phone", "narrow")), ("dark", ("desktop",) if language == "fi" else ()))
    for scheme, sizes in looks:
        page = open_page(f"{worker.url}/staff/", storage_state=worker.state, color_scheme=scheme)
        for name, address in pages.items():
            page.goto(address)
            for size in sizes:
                page.set_viewport_size(SIZES[size])
                shoot(page, f"staff-{name}-{language}-{size}-{scheme}", request)
            page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
            for size in sizes:
                page.set_viewport_size(SIZES[size])
                if size != "narrow":
                    found[f"{name} {size} {scheme}"] = violations(page)
                assert sideways(page) <= 0, f"{name} {size}"
    assert {name: rules for name, rules in found.items() if rules} == {}


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_sign_in_page_is_accessible(
    worker: Worker, open_page: OpenPage, request: pytest.FixtureRequest, language: str
) -> None:
    page = open_page(f"{worker.url}/staff/sign-in?language={language}", size="phone")
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert violations(page) == []
    shoot(page, f"staff-sign-in-{language}-phone", request)
    page.set_viewport_size(SIZES["desktop"])
    assert violations(page) == []
    shoot(page, f"staff-sign-in-{language}-desktop", request)


def test_forced_colours_and_print(worker: Worker, open_page: OpenPage, request: pytest.FixtureRequest) -> None:
    worker.speak("fi")
    page = open_page(worker.ask(QUESTIONS["sv"]), storage_state=worker.state, forced_colors="active")
    shoot(page, "staff-answer-forced", request)
    expect(page.locator(".status")).to_be_visible()
    page.emulate_media(media="print", forced_colors="none")
    expect(page.locator(".bar")).to_be_hidden()
    expect(page.locator(".draft-text")).to_be_visible()
    shoot(page, "staff-answer-print", request)


def focused_in_turn(page: Page, count: int) -> list[str]:
    """The name or the id of what Tab reaches, in order."""
    found = []
    for _ in range(count):
        page.keyboard.press("Tab")
        found.append(page.evaluate("(e => e.id || e.textContent.trim())(document.activeElement)"))
    return found


def sideways(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
