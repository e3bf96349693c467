"""The widget where a city puts it: on another origin under a strict policy, in a frame, and where scripts do not run."""

from __future__ import annotations

import base64
import hashlib
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.knowledge import load_owners
from app.settings import PROJECT
from app.texts import text
from tests.browser.conftest import Faults, OpenPage, Served, scripted, shoot, violations
from tests.browser.widget import Widget

WIDGET = PROJECT / "app" / "widget" / "dist" / "widget.js"
INTEGRITY = "sha384-" + base64.b64encode(hashlib.sha384(WIDGET.read_bytes()).digest()).decode()
README = (PROJECT / "app" / "widget" / "README.md").read_text(encoding="utf-8")


class Host:
    """A site of somebody else's: one page, its policy as app/widget/README.md tells it."""

    def __init__(self) -> None:
        self.body = self.policy = ""
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", host.policy)
                self.end_headers()
                self.wfile.write(host.body.encode())

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def show(self, service: str, body: str) -> None:
        self.policy = next(line for line in README.splitlines() if line.startswith("Content-Security-Policy:"))
        self.policy = self.policy.split(": ", 1)[1].replace("https://advisor.example", service)
        script = f'<script type="module" src="{service}/widget.js" integrity="{INTEGRITY}" crossorigin></script>'
        self.body = f'<!doctype html><html lang="sv"><head><title>Värd</title>{script}</head><body><main><h1>Värd</h1>{body}</main></body></html>'


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    running = Host()
    yield running
    running.server.shutdown()
    running.server.server_close()


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory, host: Host) -> Iterator[Served]:
    """A service that lets the host in, and each client ask four times a minute."""
    with scripted(tmp_path_factory.mktemp("limited"), allowed_origins=host.url, rate_limit="4/minute") as served:
        yield served


def test_another_origin(limited: Served, host: Host, open_page: OpenPage, request: pytest.FixtureRequest) -> None:
    host.show(
        limited.url,
        '<hello-espoo mode="inline"><a href="https://www.espoo.fi">Esbo</a></hello-espoo>',
    )
    page = open_page(host.url)
    widget = Widget(page, "sv")
    expect(widget.field).to_be_visible()
    widget.ask("Hur får jag ett skattekort?")
    expect(widget.last.locator(".sources a").first).to_be_visible()
    assert (
        page.evaluate(
            "getComputedStyle(document.querySelector('hello-espoo').shadowRoot.querySelector('.send')).backgroundColor"
        )
        == "rgb(0, 71, 182)"
    )
    assert not violations(page)
    shoot(page, "desktop-inline-host", request)
    page.evaluate("document.querySelector('hello-espoo').setLocale('en')")
    english = Widget(page)
    for number in range(2, 12):  # the limit's window slides
        english.send("How do I get a tax card?")
        expect(page.locator("li.exchange")).to_have_count(number)
        expect(page.locator(".waiting")).to_have_count(0)
        if page.locator(".trouble").count():
            break
    expect(english.last.locator(".trouble")).to_contain_text("seconds")
    assert not violations(page)
    page.evaluate("document.querySelector('hello-espoo').reset()")
    expect(page.locator("li.exchange")).to_have_count(0)


def test_a_site_that_is_not_let_in_is_told(service: Served, host: Host, open_page: OpenPage, faults: Faults) -> None:
    host.show(service.url, '<hello-espoo mode="inline"></hello-espoo>')
    page = open_page(host.url)
    page.clock.install()
    page.reload()
    widget = Widget(page, "sv")
    widget.send("Hur får jag ett skattekort?")
    widget.give_up()
    expect(widget.last.locator(".trouble")).to_contain_text("Tjänsten går inte att nå")
    faults.seen.clear()  # the browser's own complaint about the refused reading


def test_a_browser_that_forbids_storage(service: Served, open_page: OpenPage) -> None:
    page = open_page("about:blank")
    page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    page.goto(f"{service.url}/?language=en")
    page.locator("hello-espoo").evaluate("element => element.setAttribute('page-topic', 'tax-card')")
    widget = Widget(page).open()
    expect(page.locator(".ask").first).to_contain_text("tax card")
    widget.ask("How do I get a tax card?")
    page.keyboard.press("Escape")
    widget.open()
    expect(page.locator("li.exchange")).to_have_count(1)


@pytest.mark.parametrize("file", ["README.md", "app/widget/README.md"])
@pytest.mark.parametrize("scripts", [True, False])
def test_the_snippet_shows_the_desk_without_the_service(
    host: Host, open_page: OpenPage, file: str, scripts: bool, request: pytest.FixtureRequest
) -> None:
    """As it stands there, on a site where scripts do not run, or where the widget's file does not come."""
    found = re.search(r"```html\n(.*?</hello-espoo>)\n```", (PROJECT / file).read_text(encoding="utf-8"), re.DOTALL)
    desk = load_owners(PROJECT / "knowledge").desk
    assert found
    host.policy, host.body = "", f'<!doctype html><html lang="sv"><title>Värd</title><main>{found[1]}</main></html>'
    page = open_page("about:blank", "phone", java_script_enabled=scripts)
    page.route("https://advisor.example/**", lambda route: route.abort())
    page.goto(host.url)
    element = page.locator("hello-espoo")
    for said in (text("widget.person", "sv"), desk.name["sv"], desk.address["sv"], text("widget.emergency", "sv")):
        expect(element.get_by_text(said)).to_be_visible()
    expect(element.get_by_role("link", name="112")).to_have_attribute("href", "tel:112")
    expect(element.locator(f'a[href="{desk.url["sv"]}"]')).to_be_visible()
    shoot(page, f"phone-snippet-{Path(file).parent.name or 'readme'}-{scripts}", request)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_without_scripts(service: Served, open_page: OpenPage, language: str, request: pytest.FixtureRequest) -> None:
    page = open_page(f"{service.url}/?language={language}", "phone", java_script_enabled=False)
    expect(page.locator("footer address")).to_contain_text("Iso")
    page.get_by_role("link", name=text("page.ask_plain", language)).click()  # type: ignore[arg-type]
    question = {"fi": "Miten saan verokortin?", "sv": "Hur får jag ett skattekort?", "en": "How do I get a tax card?"}[
        language
    ]
    page.get_by_role("textbox").fill(question)
    page.get_by_role("button").click()
    answer = page.get_by_role("article")
    expect(answer).to_have_attribute("lang", language)
    expect(answer.get_by_role("link").first).to_be_visible()
    conversation = page.locator("[name=conversation_id]").get_attribute("value")
    page.get_by_role("textbox").fill(
        {"fi": "Mitä se maksaa?", "sv": "Vad kostar det?", "en": "What does it cost?"}[language]
    )
    page.get_by_role("button").click()
    assert conversation and page.locator("[name=conversation_id]").get_attribute("value") == conversation
    shoot(page, f"phone-{language}-plain", request)
