"""The chat widget in front of the real service: what a newcomer does, in three languages, by mouse and by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from app.api.schemas import MAX_QUESTION
from app.domain import Language
from app.texts import text
from tests.browser.conftest import OpenPage, Served, shoot, violations
from tests.browser.widget import Widget

ASKED: dict[Language, tuple[str, str, str, str]] = {
    "fi": (
        "Miten saan verokortin?",
        "verokortti",
        "Paljonko pysäköinti Tapiolassa maksaa sunnuntaisin?",
        "Mieheni lyö minua",
    ),
    "sv": (
        "Hur får jag ett skattekort?",
        "skattekort",
        "Vad kostar parkering i Hagalund på söndagar?",
        "Min man slår mig",
    ),
    "en": (
        "How do I get a tax card?",
        "tax card",
        "How much does parking in Tapiola cost on Sundays?",
        "My husband hits me",
    ),
}


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_asking(
    service: Served, open_page: OpenPage, language: Language, size: str, request: pytest.FixtureRequest
) -> None:
    """Every state of the real service, each looked at by axe."""
    answerable, word, unknown, danger = ASKED[language]
    page = open_page(f"{service.url}/?language={language}", size, reduced_motion="reduce")
    widget = Widget(page, language)
    seen = {"page": violations(page)}
    shoot(page, f"{size}-{language}-page", request)

    def state(name: str) -> None:
        seen[name] = violations(page)
        if request.config.getoption("--screenshots"):
            page.screenshot(path=f"{request.config.getoption('--screenshots')}/{size}-{language}-{name}.png")

    open_and_read_what_it_is(widget)
    state("open")
    answer = ask_what_is_answered(widget, answerable, word)
    state("answered")
    open_the_first_citation(widget, answer)
    state("citation")
    ask_what_nobody_knows(widget, unknown)
    state("unanswered")
    ask_in_danger(widget, danger, "right" if size == "desktop" else "left")
    state("emergency")
    assert not [found for found in seen.items() if found[1]]


def open_and_read_what_it_is(widget: Widget) -> None:
    widget.open()
    expect(widget.page.get_by_text(widget.say("ai"))).to_be_visible()
    expect(widget.page.get_by_text(widget.say("kept", days="90"))).to_be_attached()


def ask_what_is_answered(widget: Widget, question: str, word: str) -> Locator:
    """The answer, which has this word."""
    answer = widget.ask(question)
    expect(answer).to_have_attribute("lang", widget.language)
    assert word in answer.inner_text().casefold()
    expect(answer.locator("ol > li").nth(2)).to_be_visible()
    expect(answer.get_by_text(widget.say("accuracy"))).to_be_attached()
    return answer


def open_the_first_citation(widget: Widget, answer: Locator) -> None:
    marker = answer.locator(".marker").first
    title = answer.locator(".sources a > span").first.inner_text()
    expect(marker).to_have_accessible_name(widget.say("source", number="1", title=title))
    marker.click()
    quoted = answer.locator("blockquote").first
    expect(quoted).to_be_visible()
    expect(quoted).to_have_attribute("lang", widget.language)
    expect(answer.locator("summary").first).to_be_focused()
    link = answer.locator(".sources a").first
    assert re.match("https://", link.get_attribute("href") or "") and link.get_attribute("rel") == "noopener noreferrer"


def ask_what_nobody_knows(widget: Widget, question: str) -> None:
    expect(widget.ask(question).locator(".verdict")).to_have_text(widget.say("not_known"))
    expect(widget.last.get_by_role("heading", name=widget.say("person"))).to_be_attached()
    expect(widget.last.locator(".contact")).to_contain_text("Iso")


def ask_in_danger(widget: Widget, question: str, edge: str) -> None:
    """The numbers to call have this edge in common."""
    widget.ask(question)
    helpline = widget.last.locator(".urgent a").first
    expect(helpline).to_have_attribute("href", "tel:112")
    assert (helpline.bounding_box() or {"height": 0})["height"] >= 44
    numbers = widget.last.locator(".urgent a").evaluate_all(
        f"all => all.map(one => one.getBoundingClientRect().{edge})"
    )
    assert len(numbers) > 1 and max(numbers) - min(numbers) < 1, "the numbers stand in one column"


def test_a_follow_up_and_feedback_and_forgetting(service: Served, open_page: OpenPage) -> None:
    page = open_page(f"{service.url}/?language=en")
    widget = Widget(page).open()
    sent: list[str] = []
    page.on("request", lambda made: sent.append(f"{made.method} {made.url.removeprefix(service.url)}"))
    page.evaluate(
        "for (const name of ['answered', 'feedback', 'close']) document.addEventListener(name, e => (window.heard ??= []).push([name, e.detail]))"
    )
    widget.ask("How do I get a tax card?")
    first = page.evaluate("sessionStorage['hello-espoo-2']")
    with page.expect_request("**/questions") as asked:
        widget.ask("What does it cost?")
    follow_up = asked.value.post_data_json
    assert follow_up["conversation_id"] in first and follow_up["history"][0]["question"] == "How do I get a tax card?"

    widget.ask("How do I get a tax card?")
    widget.last.get_by_role("button", name="No", exact=True).click()
    expect(widget.last.get_by_role("group", name=widget.say("why"))).to_be_visible()
    assert not violations(page)
    with page.expect_request("**/feedback*") as rated:
        widget.button("outdated").click()
    assert rated.value.post_data_json == {"helpful": False, "reason": "outdated"}
    expect(widget.last.get_by_text(widget.say("thanks"))).to_be_visible()
    assert {name for name, _ in page.evaluate("window.heard")} == {"answered", "feedback"}
    assert "tax card" not in str(page.evaluate("window.heard")), "a page learns ids and statuses, no texts"

    widget.bottom()
    widget.button("forget").click()
    expect(page.get_by_text(widget.say("forget_sure"))).to_be_focused()
    assert not violations(page)
    widget.button("forget_no").click()
    expect(page.locator("li.exchange")).to_have_count(3)
    widget.button("forget").click()
    widget.button("forget_yes").click()
    expect(page.get_by_role("heading", name=widget.say("welcome"))).to_be_visible()
    expect(page.get_by_role("status")).to_have_text(widget.say("forgotten"))
    assert any(line.startswith("DELETE /api/v1/conversations/") for line in sent)
    assert "tax card" not in page.evaluate("JSON.stringify(sessionStorage)")
    assert page.request.get(f"{service.url}/api/v1/answers/{follow_up['id']}").status == 404
    assert not page.context.cookies() and page.evaluate("localStorage.length") == 0


def test_the_conversation_on_the_clipboard_and_on_paper(service: Served, open_page: OpenPage) -> None:
    page = open_page(f"{service.url}/?language=sv", permissions=["clipboard-read", "clipboard-write"])
    page.add_init_script("window.print = () => window.parent.printed = document.body.innerText")
    page.reload()
    widget = Widget(page, "sv").open()
    widget.ask("Hur får jag ett skattekort?")
    widget.bottom()
    widget.button("copy").click()
    expect(page.get_by_role("status")).to_have_text(widget.say("copied"))
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Hur får jag ett skattekort?") and "\n[1] " in copied and "\nhttps://" in copied
    widget.button("print").click()
    printed = page.evaluate("window.printed")
    assert printed.startswith(text("service.name", "sv")) and "Hur får jag ett skattekort?" in printed
    assert "Fråga rådgivaren" not in printed, "the page around it stays off the paper"


def test_switching_the_language_leaves_what_was_said(service: Served, open_page: OpenPage) -> None:
    page = open_page(f"{service.url}/?language=en")
    widget = Widget(page).open()
    said = widget.ask("How do I get a tax card?").inner_text()
    page.get_by_role("button", name="SV Svenska").click()
    swedish = Widget(page, "sv")
    expect(swedish.field).to_be_visible()
    assert widget.last.inner_text() == said
    swedish.ask("När ska jag ansöka om dagvårdsplats?")
    assert page.locator("li.exchange").evaluate_all("all => all.map(one => one.lang)") == ["en", "sv"]
    page.reload()
    expect(swedish.field).to_be_visible()
    expect(page.locator("li.exchange")).to_have_count(2)
    assert page.evaluate("document.activeElement === document.body"), "a new page keeps its own focus"
    page.goto(f"{service.url}/?language=fi")
    expect(Widget(page, "fi").field).to_be_visible()


def test_the_keyboard_alone(service: Served, open_page: OpenPage) -> None:
    page = open_page(f"{service.url}/?language=en")
    widget = Widget(page)
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(page.locator("a.skip").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(widget.field).to_be_focused()
    page.keyboard.type("When do I have to apply for daycare?")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("Please tell me.")
    assert widget.field.input_value().count("\n") == 1
    page.keyboard.press("Enter")
    widget.ready()
    expect(widget.last.locator(".answer")).to_be_focused()
    page.keyboard.press("Tab")
    expect(widget.last.locator(".marker").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(widget.last.locator("blockquote").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(widget.last.locator("blockquote").first).to_be_hidden()
    page.keyboard.press("Shift+Tab")
    expect(widget.last.locator(".sources a").first).to_be_focused()
    for _ in range(20):
        if widget.field.evaluate("field => field.getRootNode().activeElement === field"):
            break
        page.keyboard.press("Tab")
    expect(widget.field).to_be_focused()
    page.keyboard.press("Escape")
    launcher = page.get_by_role("button", name=widget.say("launcher"), exact=True)
    expect(launcher).to_be_focused()
    expect(launcher).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(widget.field).to_be_focused()
    expect(page.locator("li.exchange")).to_have_count(1)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_page_that_comes_by_the_link(service: Served, open_page: OpenPage, size: str) -> None:
    """The window is open and has the focus, also after the browser has gone to the link's own place."""
    for path in ("/?language=en#hello-espoo", "/embed?language=en#hello-espoo"):
        page = open_page(f"{service.url}{path}", size)
        widget = Widget(page)
        target = widget.field if size == "desktop" else page.locator("#title")
        expect(target).to_be_focused()
        page.wait_for_load_state("networkidle")
        page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 300)))")
        expect(target).to_be_focused()


def test_a_question_that_does_not_fit_stays_in_the_field(service: Served, open_page: OpenPage) -> None:
    page = open_page(f"{service.url}/embed?language=en")
    widget = Widget(page)
    widget.send("   ")
    expect(page.locator("#field-error")).to_have_text(widget.say("empty"))
    expect(page.get_by_role("alert").filter(has_text=widget.say("empty"))).to_be_attached()
    expect(widget.field).to_be_focused()
    widget.field.fill("x" * (MAX_QUESTION - 10))
    expect(page.locator("#count")).to_have_text(widget.say("left", count="10"))
    widget.send("x" * (MAX_QUESTION + 7))
    expect(page.locator("#field-error")).to_have_text(widget.say("over", count="7"))
    widget.send("?!?")
    expect(page.locator("#field-error")).to_have_text(text("errors.no_words.detail", "en"))
    expect(widget.field).to_have_value("?!?")
    expect(widget.field).to_have_attribute("aria-invalid", "true")
    assert not violations(page)
    expect(page.locator("li.exchange")).to_have_count(0)
    widget.field.fill("How do I get a tax card?")
    widget.field.evaluate(
        "field => field.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, composed: true}))"
    )
    expect(page.locator("li.exchange")).to_have_count(0)


@pytest.mark.parametrize("path", ["/", "/embed"])
def test_a_narrow_window_has_no_sideways_scrolling(service: Served, open_page: OpenPage, path: str) -> None:
    """320 px, which is 1280 px at 400 % (WCAG 1.4.10)."""
    page = open_page(f"{service.url}{path}?language=fi", "narrow")
    widget = Widget(page, "fi")
    if path == "/":
        widget.open()
    widget.ask("Miten saan verokortin?")
    widget.last.locator(".marker").first.click()
    for height in (640, 256):
        page.set_viewport_size({"width": 320, "height": height})
        wide = page.evaluate(
            "[document.documentElement, ...document.querySelector('hello-espoo').shadowRoot.querySelectorAll('.panel, .panel *')]"
            ".filter(one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== 'visible' && !one.matches('.hidden')).map(one => one.className)"
        )
        assert not wide
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    widget.field.focus()
    box = widget.field.bounding_box()
    assert box and box["y"] >= 0 and box["y"] + box["height"] <= 256, "nothing covers the field in focus"
